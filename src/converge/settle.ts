import type { Outcome } from '../domain/audit.ts';
import type { ActiveGrant, Condition, Failure, Grant, OpenGrant, RevokingGrant } from '../domain/grant.ts';
import {
  activated,
  alarm,
  ended,
  extended,
  extensionFailed,
  failed,
  lost,
  revoked,
} from '../domain/progress.ts';
import { servicePath } from '../domain/service.ts';
import { tried, untroubled } from '../domain/trouble.ts';

// What the policy, as it was read, means for each grant: pure.

/**
 * How often something fails, sweep after sweep, before it is taken for final where trying again cannot help (a role
 * that was just given takes a minute or two to work), and before a person is called where it goes on.
 */
const PATIENCE = 3;

export interface Reading {
  /** Grants that must not or cannot be in the policy, with the reason, by id. */
  readonly failures: ReadonlyMap<string, Failure>;
  /** Grants that wait because it cannot be known now whether they may be in it, by id. */
  readonly waiting: ReadonlyMap<string, Failure>;
  /** Grants in force whose moved end failed or waits, while the end they had stays in the policy. */
  readonly held: ReadonlySet<string>;
}

/** The arrow of a grant, given that the policy shows exactly what the plan for the grants calls for. */
export function afterReadBack(grant: OpenGrant, reading: Reading, now: number): Outcome | undefined {
  const failure = reading.failures.get(grant.id);
  switch (grant.state) {
    case 'REVOKING':
      return revoked(grant, now);
    case 'ACTIVATING': {
      if (failure) return failed(grant, failure, now);
      if (grant.term.endsAt <= now) return failed(grant, tooLate(grant), now);
      const waiting = reading.waiting.get(grant.id);
      return waiting ? keep(tried(grant, waiting, false, now)) : activated(grant, now);
    }
    case 'ACTIVE':
      return afterReadBackOfActive(grant, failure, reading, now);
  }
}

function afterReadBackOfActive(
  grant: ActiveGrant,
  failure: Failure | undefined,
  reading: Reading,
  now: number,
): Outcome | undefined {
  if (grant.term.endsAt <= now) return ended(grant, now);
  const waiting = reading.waiting.get(grant.id);
  if (waiting) return keep(tried(grant, waiting, false, now));
  if (failure && reading.held.has(grant.id)) return extensionFailed(grant, failure.reason, now);
  if (failure) return lost(grant, failure.reason, now);
  if (grant.appliedEndsAt !== grant.term.endsAt) return extended(grant, now);
  return grant.trouble ? keep(untroubled(grant)) : undefined;
}

/** A read or a write of the policy that failed. */
export interface Setback extends Failure {
  /** Trying again cannot help, as far as can be known. */
  readonly permanent: boolean;
  /** Whether the policy, as last read, lacks the binding of a grant in force. */
  readonly lacks: (grant: ActiveGrant) => boolean;
  /** The conditions of the bindings of ours that are to go for a grant, as last read. */
  readonly leftovers: (grant: RevokingGrant) => readonly Condition[];
}

/** What a setback means for a grant: one more attempt in vain, and after enough of them the end of trying. */
export function afterFailure(grant: OpenGrant, setback: Setback, now: number): Outcome | undefined {
  const { code, reason, permanent } = setback;
  const failure = { code, reason };
  const isOver = grant.term.endsAt <= now;
  if (grant.state === 'ACTIVATING' && isOver)
    return failed(grant, { code, reason: `${tooLate(grant).reason}: ${reason}` }, now);
  // Nothing to do for a grant in force but to end it, to move its end, or to put its binding back.
  if (grant.state === 'ACTIVE' && !isOver && !grant.trouble && code !== 'not-found') {
    if (grant.appliedEndsAt === grant.term.endsAt && !setback.lacks(grant)) return undefined;
  }
  const next: OpenGrant | undefined = tried(grant, failure, permanent, now);
  if (!next) return undefined;
  const isEnough = (next.trouble?.attempts ?? 0) >= PATIENCE;
  switch (next.state) {
    case 'ACTIVATING':
      return isEnough && permanent ? failed(next, failure, now) : keep(next);
    case 'ACTIVE':
      // Its condition has ended the access, whatever becomes of the binding, which a later look cleans up.
      if (isEnough && isOver) return ended(next, now);
      if (isEnough && permanent && setback.lacks(next)) return lost(next, reason, now);
      if (isEnough && permanent && next.appliedEndsAt !== next.term.endsAt)
        return extensionFailed(next, reason, now);
      return keep(next);
    case 'REVOKING':
      return isEnough && next.alarmedAt === undefined
        ? alarm(next, now, reason, setback.leftovers(next))
        : keep(next);
  }
}

/** The service is gone, and every binding on it with it. */
export function afterServiceGone(grant: OpenGrant, now: number): Outcome {
  const reason = `${servicePath(grant.service)} no longer exists`;
  switch (grant.state) {
    case 'ACTIVATING':
      return failed(grant, { code: 'not-found', reason }, now);
    case 'ACTIVE':
      return grant.term.endsAt <= now ? ended(grant, now) : lost(grant, reason, now);
    case 'REVOKING':
      return revoked(grant, now);
  }
}

function keep(grant: Grant | undefined): Outcome | undefined {
  return grant && { kind: 'keep', grant };
}

function tooLate(grant: OpenGrant): Failure {
  return {
    code: 'too-late',
    reason: `access to ${servicePath(grant.service)} could not be applied before its time was up`,
  };
}
