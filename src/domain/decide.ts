import type { Step } from './audit.ts';
import { ceilToMinute, MINUTE_MS, spellDuration } from './duration.ts';
import { admits, covers, type Entitlement, longestMinutes, type Memberships } from './entitlement.ts';
import {
  type ActivatingGrant,
  type Approval,
  type Grant,
  isRunning,
  type Revocation,
  type RevokingGrant,
  type RunningGrant,
  type ScheduledGrant,
  type Term,
  withoutActive,
} from './grant.ts';
import type { Person } from './person.ts';
import { type Refused, refused } from './refused.ts';
import { take } from './transition.ts';

/** The wish came too late: what happened to the grant before is the answer. */
export interface Late {
  readonly kind: 'late';
  readonly grant: Grant;
}

export type Decision = Step | Refused | Late;

/** What a decision is judged with, all of it fetched or read at the click. */
export interface Judgement {
  readonly person: Person;
  readonly entitlement: Entitlement | undefined;
  readonly memberships: Memberships;
  readonly now: number;
  /** Nothing new is approved while an admin has frozen approvals. */
  readonly frozen?: boolean;
  /** When they clicked, where that was before `now`: what came about since cannot have been meant. */
  readonly clickedAt?: number;
}

/** One approval; the last one needed starts the clock. `minutes` may shorten what was asked for, never lengthen it. */
export function approve(grant: Grant, by: Judgement, minutes?: number): Decision {
  if (grant.state !== 'APPROVAL_AWAITED' || isCarriedOut(grant.approvals, by)) return late(grant);
  if (by.now >= grant.deadlineAt)
    return refused('already-decided', 'This request expired before it was answered.');
  const stopped = mayDecide(grant, by);
  if (stopped) return stopped;
  if (by.frozen)
    return refused('frozen', 'Approvals are frozen by an admin for now. You can still deny this request.');
  const entitlement = by.entitlement;
  if (!entitlement) return entitlementGone();
  if (grant.approvals.some((a) => isSame(a, by.person))) {
    return refused('already-decided', 'You approved this already. It waits for somebody else.');
  }
  const granted = Math.min(grant.minutes, minutes ?? grant.minutes, longestMinutes(entitlement));
  const approvals: Approval[] = [...grant.approvals, { ...by.person, at: by.now }];
  const approvalsNeeded = Math.max(1, entitlement.approvalsNeeded);
  const next = {
    ...grant,
    approvals,
    approvalsNeeded,
    minutes: granted,
    accessLevels: entitlement.accessLevels,
  };
  const what = {
    type: 'approved',
    now: by.now,
    actor: by.person,
    ...(granted < grant.minutes ? { reason: `shortened to ${spellDuration(granted)}` } : {}),
  } as const;
  return approvals.length < approvalsNeeded
    ? take(grant, next, what)
    : take(grant, approved(next, by.now), what);
}

/** Whether this very click is among the approvals already: carried out a second time, it comes too late. */
export function isCarriedOut(approvals: readonly Approval[], { person, clickedAt }: Judgement): boolean {
  return clickedAt !== undefined && approvals.some((a) => a.userId === person.userId && a.at > clickedAt);
}

/** The approved grant: at once on its way into IAP, or scheduled where a later start was asked for. */
export function approved(
  grant: Extract<Grant, { state: 'APPROVAL_AWAITED' }>,
  now: number,
): ScheduledGrant | ActivatingGrant {
  const later = grant.requestedStartAt !== undefined && grant.requestedStartAt > now;
  const startsAt = later ? grant.requestedStartAt : undefined;
  const term: Term = {
    approvedAt: now,
    ...(startsAt === undefined ? {} : { startsAt }),
    endsAt: ceilToMinute((startsAt ?? now) + grant.minutes * MINUTE_MS),
  };
  return later ? { ...grant, state: 'SCHEDULED', term } : { ...grant, state: 'ACTIVATING', term };
}

export function deny(grant: Grant, by: Judgement, reason: string): Decision {
  if (grant.state !== 'APPROVAL_AWAITED') return late(grant);
  const stopped = mayDecide(grant, by);
  if (stopped) return stopped;
  const next = { ...grant, state: 'DENIED', closedAt: by.now, closedBy: by.person, reason } as const;
  return take(grant, next, { type: 'denied', now: by.now, actor: by.person, reason });
}

/** Whoever denied a request, or an extension, says why, once. */
export function explain(
  grant: Grant,
  person: Person,
  reason: string,
  now: number,
  what: 'request' | 'extension' = 'request',
): Decision {
  if (what === 'extension') return explainExtension(grant, person, reason, now);
  if (grant.state !== 'DENIED') return late(grant);
  if (!isSame(grant.closedBy, person))
    return refused('not-approver', 'Only the person who denied this can say why.');
  if (grant.reason !== '') return late(grant);
  return take(grant, { ...grant, reason }, { type: 'explained', now, actor: person, reason });
}

function explainExtension(grant: Grant, person: Person, reason: string, now: number): Decision {
  const { lastExtension } = grant;
  if (lastExtension?.outcome !== 'denied' || lastExtension.reason) return late(grant);
  if (!lastExtension.closedBy || !isSame(lastExtension.closedBy, person))
    return refused('not-approver', 'Only the person who denied this can say why.');
  const next = { ...grant, lastExtension: { ...lastExtension, reason } };
  return take<Grant>(grant, next, { type: 'explained', now, actor: person, reason });
}

/** The requester, or the colleague it was asked for, takes an unanswered request back. */
export function withdraw(grant: Grant, person: Person, now: number): Decision {
  if (!concerns(grant, person)) return notYours();
  if (grant.state !== 'APPROVAL_AWAITED') return late(grant);
  const next = { ...grant, state: 'WITHDRAWN', closedAt: now, closedBy: person } as const;
  return take(grant, next, { type: 'withdrawn', now, actor: person });
}

/** The requester, or the colleague who has the access, is done with it. */
export function end(grant: Grant, person: Person, now: number): Decision {
  return concerns(grant, person) ? takeAway(grant, { by: person, at: now }) : notYours();
}

/** An approver of the entitlement or an admin takes access away. */
export function revoke(grant: Grant, by: Revoker, reason: string): Decision {
  const revocation = { by: by.person, at: by.now, ...(reason ? { reason } : {}) };
  return mayRevoke(grant, by) ?? takeAway(grant, revocation);
}

export type Revoker = Judgement & { readonly admin: boolean };

/** Whether somebody may revoke; the refusal where not. */
export function mayRevoke(grant: Grant, by: Revoker): Refused | undefined {
  if (by.admin || isApprover(grant, by)) return undefined;
  return refused(
    'not-approver',
    'Only the approvers of this service and Latchkey admins can revoke access to it.',
  );
}

/** Takes running access away, on behalf of somebody who may. */
export function takeAway(grant: Grant, revocation: Revocation & { readonly by: Person }): Decision {
  if (!isRunning(grant)) return late(grant);
  const { by: actor, at: now, reason } = revocation;
  return take(grant, revoking(grant, revocation), {
    type: 'revoke-requested',
    now,
    actor,
    ...(reason ? { reason } : {}),
  });
}

export function revoking(grant: RunningGrant, revocation: Revocation): RevokingGrant {
  if (grant.state !== 'ACTIVE') return { ...grant, state: 'REVOKING', revocation };
  const { appliedEndsAt } = grant;
  return { ...withoutActive(grant), appliedEndsAt, state: 'REVOKING', revocation };
}

/** Whether somebody may approve or deny; the refusal where not. Nobody approves their own request. */
export function mayDecide(grant: Grant, by: Judgement): Refused | undefined {
  if (concerns(grant, by.person)) {
    return refused(
      'own-request',
      'You cannot decide your own request. Somebody else who may approve it has to.',
    );
  }
  if (!by.entitlement || !covers(by.entitlement, grant.service)) return entitlementGone();
  if (!isApprover(grant, by)) {
    return refused('not-approver', 'You are not an approver of this service, so nothing was changed.');
  }
  return undefined;
}

export function isApprover(grant: Grant, by: Omit<Judgement, 'now'>): boolean {
  return (
    by.entitlement !== undefined &&
    by.entitlement.id === grant.entitlementId &&
    admits(by.entitlement.approvers, by.person, by.memberships)
  );
}

/** Whether a person asked for a grant or gets it, by Slack user or by address: two accounts may share one. */
export function concerns(grant: Pick<Grant, 'requester' | 'principal'>, person: Person): boolean {
  return isSame(grant.requester, person) || isSame(grant.principal, person);
}

export function isSame(a: Person, b: Person): boolean {
  return a.userId === b.userId || a.email === b.email;
}

export function late(grant: Grant): Late {
  return { kind: 'late', grant };
}

export function notYours(): Refused {
  return refused('not-yours', 'Only the person who asked for this access, or who has it, can do that.');
}

export function entitlementGone(): Refused {
  return refused(
    'not-entitled',
    'The rules for this service have changed since the request was made. Please ask again.',
  );
}
