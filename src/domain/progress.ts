import type { Step } from './audit.ts';
import { revoking } from './decide.ts';
import { MINUTE_MS } from './duration.ts';
import {
  type ActivatingGrant,
  type ActiveGrant,
  type AwaitedGrant,
  type Condition,
  type EndedGrant,
  type ExpiredGrant,
  type FailedGrant,
  type Failure,
  type RevokedGrant,
  type RevokingGrant,
  type ScheduledGrant,
  withoutActive,
} from './grant.ts';
import { take } from './transition.ts';

// The arrows that no person takes: time passed, or the policy was read.

export function expire(grant: AwaitedGrant, now: number): Step<ExpiredGrant> {
  return take(grant, { ...grant, state: 'EXPIRED', closedAt: now }, { type: 'expired', now });
}

/** Approvers are reminded once of an unanswered request, at half its time-out. */
export function nudge(grant: AwaitedGrant, now: number): Step<AwaitedGrant> {
  return take(grant, { ...grant, nudgedAt: now }, { type: 'nudged', now });
}

export function nudgeAt(grant: AwaitedGrant): number {
  return grant.requestedAt + (grant.deadlineAt - grant.requestedAt) / 2;
}

export function start(grant: ScheduledGrant, now: number): Step<ActivatingGrant> {
  return take(grant, { ...grant, state: 'ACTIVATING' }, { type: 'started', now });
}

/** The binding was read back from IAP. */
export function activated(grant: ActivatingGrant, now: number): Step<ActiveGrant> {
  const next = { ...grant, state: 'ACTIVE', activatedAt: now, appliedEndsAt: grant.term.endsAt } as const;
  return take(grant, next, { type: 'activated', now });
}

export function failed(grant: ActivatingGrant, failure: Failure, now: number): Step<FailedGrant> {
  const next = { ...grant, state: 'ACTIVATION_FAILED', closedAt: now, failure } as const;
  return take(grant, next, { type: 'failed', now, reason: failure.reason });
}

/** The binding of an extended grant was read back with its new end. */
export function extended(grant: ActiveGrant, now: number): Step<ActiveGrant> {
  const { trouble: _, ...rest } = grant;
  return take(grant, { ...rest, appliedEndsAt: grant.term.endsAt }, { type: 'extended', now });
}

export function ended(grant: ActiveGrant, now: number): Step<EndedGrant> {
  return take(grant, { ...withoutActive(grant), state: 'ENDED', closedAt: now }, { type: 'ended', now });
}

export function revoked(grant: RevokingGrant, now: number): Step<RevokedGrant> {
  const { leftovers: _l, appliedEndsAt: _a, ...rest } = grant;
  return take(grant, { ...rest, state: 'REVOKED', closedAt: now }, { type: 'revoked', now });
}

/** A grant in force has no binding any more, or must have none: its service is gone, say, or a check refused it. */
export function lost(grant: ActiveGrant, reason: string, now: number): Step<RevokedGrant> {
  const { appliedEndsAt: _, ...gone } = revoking(grant, { at: now, reason });
  const next = { ...gone, state: 'REVOKED', closedAt: now } as const;
  return take(grant, next, { type: 'revoked', now, reason });
}

/**
 * Our binding was removed or changed by somebody else, and is to be put back. Said once per disappearance, and before
 * it is put back: the grant is in trouble until its binding was read again.
 */
export function drifted(grant: ActiveGrant, now: number): Step<ActiveGrant> {
  const reason = 'its IAP binding was removed or changed outside Latchkey; putting it back';
  const nothing = { code: 'drift', reason, attempts: 0, lastAt: 0 };
  const trouble = { ...(grant.trouble ?? nothing), retryAt: now, drift: true } as const;
  return take(grant, { ...grant, driftedAt: now, trouble }, { type: 'drift', now, reason });
}

/** An extension cannot be applied: the end stays where it was. */
export function extensionFailed(grant: ActiveGrant, reason: string, now: number): Step<ActiveGrant> {
  const { lastExtension, trouble: _, ...rest } = grant;
  const { extended, ...term } = grant.term;
  const earlier = extended?.before ? { extended: extended.before } : {};
  const next = {
    ...rest,
    term: { ...term, ...earlier, endsAt: grant.appliedEndsAt },
    ...(lastExtension
      ? { lastExtension: { ...lastExtension, outcome: 'failed' as const, closedAt: now, reason } }
      : {}),
  };
  return take(grant, next, { type: 'extension-failed', now, reason });
}

/** A revoke keeps failing: a person has to look, at the bindings under these conditions. */
export function alarm(
  grant: RevokingGrant,
  now: number,
  reason: string,
  leftovers: readonly Condition[] = [],
): Step<RevokingGrant> {
  return take(grant, { ...grant, alarmedAt: now, leftovers }, { type: 'alarm', now, reason });
}

/** Ten minutes before the end, or a fifth of a short grant. */
export function remindAt(grant: ActiveGrant): number {
  const { approvedAt, startsAt, endsAt } = grant.term;
  const length = endsAt - (startsAt ?? approvedAt);
  return endsAt - Math.min(10 * MINUTE_MS, Math.floor(length / 5));
}

export function remind(grant: ActiveGrant, now: number): Step<ActiveGrant> {
  return take(grant, { ...grant, remindedAt: now }, { type: 'reminded', now });
}

export function expireExtension(grant: ActiveGrant, now: number): Step<ActiveGrant> {
  const { extension, ...rest } = grant;
  const closed = extension && { ...extension, outcome: 'expired' as const, closedAt: now };
  return take(grant, closed ? { ...rest, lastExtension: closed } : rest, { type: 'extension-expired', now });
}
