import type { Announcements } from './announcements.ts';
import { closedStates, type GrantState, openStates, runningStates } from './grant-state.ts';
import type { Person } from './person.ts';
import type { ServiceRef } from './service.ts';

export interface Approval extends Person {
  readonly at: number;
}

/** An end that was moved: when, and by whose approvals. */
export interface Moved {
  readonly at: number;
  readonly approvals: readonly Approval[];
}

/** When access begins and ends, known once approved. Times are milliseconds since the epoch. */
export interface Term {
  readonly approvedAt: number;
  /** Only where a later start was asked for. */
  readonly startsAt?: number;
  /** A whole minute. */
  readonly endsAt: number;
  /** The approved extension that moved the end last. */
  readonly extended?: Moved & {
    /** What had moved it before, and holds again if this cannot be applied. */
    readonly before?: Moved;
  };
}

/** Why something the world had to do did not happen. */
export interface Failure {
  readonly code: string;
  /** A sentence for people, naming operation, resource and cause. */
  readonly reason: string;
}

/** Attempts that failed in the current state, kept so that sweeps back off and a person is called in the end. */
export interface Trouble extends Failure {
  readonly attempts: number;
  readonly lastAt: number;
  readonly retryAt: number;
  /** Its binding was found missing, which is on record already, and is not back yet. */
  readonly drift?: true;
}

/** The condition of a binding, as it stands in a policy. */
export interface Condition {
  readonly title?: string;
  readonly description?: string;
  readonly expression: string;
}

export interface Extension {
  readonly minutes: number;
  /** Who asked: whoever has the access, or who asked for it on their behalf. */
  readonly by?: Person;
  readonly requestedAt: number;
  readonly deadlineAt: number;
  readonly approvals: readonly Approval[];
}

/** What an extension that was asked for came to. */
export const extensionOutcomes = ['approved', 'denied', 'expired', 'failed'] as const;

export interface ClosedExtension extends Extension {
  readonly outcome: (typeof extensionOutcomes)[number];
  readonly closedAt: number;
  /** Who denied it; those who approved it are among the approvals. */
  readonly closedBy?: Person;
  readonly reason?: string;
}

export interface Revocation {
  /** Absent where Latchkey itself had to. */
  readonly by?: Person;
  readonly at: number;
  readonly reason?: string;
}

export interface GrantCore {
  readonly id: string;
  /** Grows by one with every arrow; names the arrow's audit event. */
  readonly revision: number;
  readonly changedAt: number;
  /** All grants of one submission, the one that carries the card first. */
  readonly batch: readonly string[];
  readonly entitlementId: string;
  readonly service: ServiceRef;
  readonly serviceUri: string;
  readonly serviceDescription: string;
  /** Who asked. */
  readonly requester: Person;
  /** Who gets access: the requester, or the colleague they asked for. */
  readonly principal: Person;
  /** How long was asked for. */
  readonly askedMinutes: number;
  /** How long is given: what was asked for, unless an approver shortened it. */
  readonly minutes: number;
  /** The longest of the entitlement's durations that is shorter than what was asked for, for approvers to offer. */
  readonly shorterMinutes?: number;
  readonly justification: string;
  readonly requestedAt: number;
  readonly deadlineAt: number;
  readonly requestedStartAt?: number;
  readonly approvals: readonly Approval[];
  readonly approvalsNeeded: number;
  readonly accessLevels: readonly string[];
  readonly channel: string;
  readonly warning?: string;
  readonly announcements: Announcements;
  readonly trouble?: Trouble;
  /** Approvers were reminded of the unanswered request. */
  readonly nudgedAt?: number;
  /** The extension that was decided last. */
  readonly lastExtension?: ClosedExtension;
}

export type AwaitedGrant = GrantCore & { readonly state: 'APPROVAL_AWAITED' };
export type DeniedGrant = GrantCore & {
  readonly state: 'DENIED';
  readonly closedAt: number;
  readonly closedBy: Person;
  readonly reason: string;
};
export type WithdrawnGrant = GrantCore & {
  readonly state: 'WITHDRAWN';
  readonly closedAt: number;
  readonly closedBy: Person;
};
export type ExpiredGrant = GrantCore & { readonly state: 'EXPIRED'; readonly closedAt: number };
export type ScheduledGrant = GrantCore & { readonly state: 'SCHEDULED'; readonly term: Term };
export type ActivatingGrant = GrantCore & { readonly state: 'ACTIVATING'; readonly term: Term };
export type ActiveGrant = GrantCore & {
  readonly state: 'ACTIVE';
  readonly term: Term;
  readonly activatedAt: number;
  /** The end that was read back from IAP; behind `term.endsAt` while an extension is being applied. */
  readonly appliedEndsAt: number;
  readonly remindedAt?: number;
  readonly extension?: Extension;
  /** When our binding was last found to have vanished from the policy, or to have been changed. */
  readonly driftedAt?: number;
};
/** A grant without what it has only while it is in force. */
export function withoutActive(grant: ActiveGrant) {
  const { appliedEndsAt: _a, remindedAt: _r, extension: _e, driftedAt: _d, ...rest } = grant;
  return rest;
}

export type FailedGrant = GrantCore & {
  readonly state: 'ACTIVATION_FAILED';
  readonly term: Term;
  readonly closedAt: number;
  readonly failure: Failure;
};
export type RevokingGrant = GrantCore & {
  readonly state: 'REVOKING';
  readonly term: Term;
  readonly revocation: Revocation;
  readonly activatedAt?: number;
  /** The end that was read back last, where there was one. */
  readonly appliedEndsAt?: number;
  readonly alarmedAt?: number;
  /** Conditions of the bindings that a person would have to remove by hand, as they were when one was called. */
  readonly leftovers?: readonly Condition[];
};
export type RevokedGrant = GrantCore & {
  readonly state: 'REVOKED';
  readonly term: Term;
  readonly revocation: Revocation;
  readonly activatedAt?: number;
  readonly alarmedAt?: number;
  readonly closedAt: number;
};
export type EndedGrant = GrantCore & {
  readonly state: 'ENDED';
  readonly term: Term;
  readonly activatedAt: number;
  readonly closedAt: number;
};

/** One request against an entitlement, and all that becomes of it. */
export type Grant =
  | AwaitedGrant
  | DeniedGrant
  | WithdrawnGrant
  | ExpiredGrant
  | ScheduledGrant
  | ActivatingGrant
  | ActiveGrant
  | FailedGrant
  | RevokingGrant
  | RevokedGrant
  | EndedGrant;

export type OpenGrant = ActivatingGrant | ActiveGrant | RevokingGrant;
export type RunningGrant = Extract<Grant, { state: (typeof runningStates)[number] }>;

export function isOpen(grant: Grant): grant is OpenGrant {
  return (openStates as readonly GrantState[]).includes(grant.state);
}

export function isClosed(grant: Grant): boolean {
  return (closedStates as readonly GrantState[]).includes(grant.state);
}

export function isRunning(grant: Grant): grant is RunningGrant {
  return (runningStates as readonly GrantState[]).includes(grant.state);
}

/** The grant with its messages to be rendered again, though no arrow was taken. */
export function unannounced<G extends Grant>(grant: G): G {
  const { touches = 0, revision } = grant.announcements;
  const behind = { touches: touches + 1, revision: Math.min(revision, grant.revision - 1) };
  return { ...grant, announcements: { ...grant.announcements, ...behind } };
}
