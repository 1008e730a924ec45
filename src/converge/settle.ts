import type { Step } from '../domain/audit.ts';
import type { ActiveGrant, Failure, Grant, OpenGrant } from '../domain/grant.ts';
import {
  activated,
  alarm,
  drifted,
  ended,
  extended,
  extensionFailed,
  failed,
  lost,
  revoked,
} from '../domain/progress.ts';
import { servicePath } from '../domain/service.ts';

// What the policy, as it was read, means for each grant: pure.

export type Outcome = Step | { readonly kind: 'keep'; readonly grant: Grant };

/** How often a revoke fails before a person is called. */
const ALARM_AFTER_ATTEMPTS = 3;
/** Every sweep tries again at first, then fewer do, so that what keeps failing leaves room for the rest. */
const PATIENT_ATTEMPTS = 5;
const FIRST_RETRY_MS = 30_000;
const LAST_RETRY_MS = 60_000;
/** Attempts that follow each other as closely as this are one: a burst of triggers, say. */
const SAME_ATTEMPT_MS = 10_000;

export interface Reading {
  /** Grants that must not or cannot be in the policy, with the reason, by id. */
  readonly failures: ReadonlyMap<string, Failure>;
  /** Grants that wait because it cannot be known now whether they may be in it, by id. */
  readonly waiting: ReadonlyMap<string, Failure>;
  /** Grants in force whose binding was found missing before it was put back. */
  readonly drifted: ReadonlySet<string>;
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
      return waiting ? troubled(grant, waiting, now) : activated(grant, now);
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
) {
  if (grant.term.endsAt <= now) return ended(grant, now);
  const waiting = reading.waiting.get(grant.id);
  if (waiting) return troubled(grant, waiting, now);
  if (failure && reading.held.has(grant.id)) return extensionFailed(grant, failure.reason, now);
  if (failure) return lost(grant, failure.reason, now);
  const calm = untroubled(grant);
  if (grant.appliedEndsAt !== grant.term.endsAt) return extended(calm, now);
  if (reading.drifted.has(grant.id)) return drifted(calm, now);
  return grant.trouble ? ({ kind: 'keep', grant: calm } as const) : undefined;
}

/** What a failed read or write of the policy means for a grant; `final` where trying again cannot help. */
export function afterFailure(
  grant: OpenGrant,
  failure: Failure,
  final: boolean,
  now: number,
): Outcome | undefined {
  switch (grant.state) {
    case 'ACTIVATING':
      if (final) return failed(grant, failure, now);
      if (grant.term.endsAt <= now)
        return failed(grant, { ...failure, reason: `${tooLate(grant).reason}: ${failure.reason}` }, now);
      return troubled(grant, failure, now);
    case 'ACTIVE': {
      // Nothing to do for a grant in force but to end it or to move its end.
      const pending = grant.term.endsAt <= now || grant.appliedEndsAt !== grant.term.endsAt;
      return pending || grant.trouble ? troubled(grant, failure, now) : undefined;
    }
    case 'REVOKING': {
      const next = troubled(grant, failure, now);
      const attempts = next?.grant.trouble?.attempts ?? 0;
      if (!next || attempts < ALARM_AFTER_ATTEMPTS || grant.alarmedAt !== undefined) return next;
      return alarm(next.grant, now, failure.reason);
    }
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

/** One more failed attempt, to be repeated by a sweep. */
function troubled<G extends OpenGrant>(
  grant: G,
  failure: Failure,
  now: number,
): { kind: 'keep'; grant: G } | undefined {
  const before = grant.trouble;
  if (before && now - before.lastAt < SAME_ATTEMPT_MS) return undefined;
  const attempts = (before?.attempts ?? 0) + 1;
  const patience = attempts - PATIENT_ATTEMPTS;
  const wait = patience <= 0 ? 0 : Math.min(FIRST_RETRY_MS * 2 ** (patience - 1), LAST_RETRY_MS);
  const { code, reason } = failure;
  return {
    kind: 'keep',
    grant: { ...grant, trouble: { code, reason, attempts, lastAt: now, retryAt: now + wait } },
  };
}

function untroubled(grant: ActiveGrant): ActiveGrant {
  const { trouble: _, ...rest } = grant;
  return rest;
}

function tooLate(grant: OpenGrant): Failure {
  return {
    code: 'too-late',
    reason: `access to ${servicePath(grant.service)} could not be applied before its time was up`,
  };
}
