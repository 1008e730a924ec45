import type { Person } from './person.ts';
import type { ServiceRef } from './service.ts';

/** Google Privileged Access Manager's words for the states of a grant. */
export const grantStates = [
  'APPROVAL_AWAITED',
  'DENIED',
  'WITHDRAWN',
  'EXPIRED',
  'SCHEDULED',
  'ACTIVATING',
  'ACTIVE',
  'ACTIVATION_FAILED',
  'REVOKING',
  'REVOKED',
  'ENDED',
] as const;
export type GrantState = (typeof grantStates)[number];

/** States in which IAP's policy has, gets or loses a binding for the grant: what converging a service looks at. */
export const openStates = ['ACTIVATING', 'ACTIVE', 'REVOKING'] as const satisfies readonly GrantState[];

/** States after which nothing more happens to a grant. */
export const closedStates = [
  'DENIED',
  'WITHDRAWN',
  'EXPIRED',
  'ACTIVATION_FAILED',
  'REVOKED',
  'ENDED',
] as const satisfies readonly GrantState[];

/** States in which something still happens to a grant. */
export const unfinishedStates = [
  'APPROVAL_AWAITED',
  'SCHEDULED',
  'ACTIVATING',
  'ACTIVE',
  'REVOKING',
] as const satisfies readonly GrantState[];

/** Every arrow of the state machine that changes the state. */
export const arrows: Readonly<Record<GrantState, readonly GrantState[]>> = {
  APPROVAL_AWAITED: ['DENIED', 'WITHDRAWN', 'EXPIRED', 'SCHEDULED', 'ACTIVATING'],
  SCHEDULED: ['ACTIVATING', 'REVOKING'],
  ACTIVATING: ['ACTIVE', 'ACTIVATION_FAILED', 'REVOKING'],
  ACTIVE: ['ENDED', 'REVOKING', 'REVOKED'],
  REVOKING: ['REVOKED'],
  DENIED: [],
  WITHDRAWN: [],
  EXPIRED: [],
  ACTIVATION_FAILED: [],
  REVOKED: [],
  ENDED: [],
};

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

/** Where a message about the grant stands in Slack, and what it last said. */
export interface MessageRef {
  readonly channel: string;
  readonly ts: string;
  /** Digest of the content last sent. */
  readonly digest: string;
  /** Which of several occasions of its kind the message was posted for: the second reminder, say. */
  readonly occasion?: string;
}

/** The digest of a message that cannot be delivered: its channel is gone or shut to us, or it was deleted by hand. */
export const UNDELIVERABLE = 'undeliverable';

/** The messages that a grant can have. */
export const messageSlots = [
  'card',
  'history',
  'nudge',
  'alarm',
  'extension',
  'request',
  'principal',
  'access',
  'granted',
  'reminder',
  'outcome',
  'principalOutcome',
] as const;
export type MessageSlot = (typeof messageSlots)[number];

/** Bookkeeping of messages: not part of the state machine, written without an audit event. */
export interface Announcements {
  readonly refs: { readonly [slot in MessageSlot]?: MessageRef };
  readonly background?: Background;
  /** The revision that every message is known to show. */
  readonly revision: number;
  /** Who is posting new messages just now, so that two runs do not post twice. */
  readonly claim?: { readonly holder: string; readonly until: number };
  /** Grows when another grant of the submission has changed, which the messages of this one tell of too. */
  readonly touches?: number;
  /** A clicked message may be overwritten from outside until then, and is rendered once more afterwards. */
  readonly settlesAt?: number;
  /** After a failure, when to try again, and the revision that could not be shown: a newer one is tried at once. */
  readonly retryAt?: number;
  readonly failedRevision?: number;
  readonly failures?: number;
  /** Messages that Slack does not take as they are, how often it said so, and of which revision. */
  readonly refused?: {
    readonly [slot in MessageSlot]?: { readonly revision: number; readonly attempts: number };
  };
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

/** What the card tells beside the request; looked up anew with each rendering while the request waits. */
export interface Background {
  /** Those who may approve and did not yet: mentions, and as text whoever could not be looked up. */
  readonly approvers: readonly string[];
  /** Somebody could not be looked up, which is tried again with the next rendering. */
  readonly incomplete?: boolean;
  /** By the ids of the submission's grants. */
  readonly services?: Readonly<Record<string, ServiceBackground>>;
}

/** The past and the present of one service, for the one who is to have access to it. */
export interface ServiceBackground {
  /** How many grants for this service the principal had before, all of them over. */
  readonly earlier: number;
  readonly lastEndedAt?: number;
  /** The principal has access through Latchkey now, and until when. */
  readonly hasUntil?: number;
  /** Addresses of others who have access through Latchkey now. */
  readonly others: readonly string[];
  /** The principal has an unconditional binding beside Latchkey. */
  readonly standing?: boolean;
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
  /** When our binding was last found to have vanished from the policy, and put back. */
  readonly driftedAt?: number;
};
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

export function isOpen(grant: Grant): grant is OpenGrant {
  return (openStates as readonly GrantState[]).includes(grant.state);
}

export function isClosed(grant: Grant): boolean {
  return (closedStates as readonly GrantState[]).includes(grant.state);
}
