import type { Approval, Grant } from '../../src/domain/grant.ts';

// What the approvals on record give, worked out once more from the scene's entitlements, written down by hand.

/** How many have to approve. */
export const NEEDED: Readonly<Record<string, number>> = { solo: 1, pair: 2, auto: 0 };
const LEVELS: Readonly<Record<string, readonly string[]>> = { pair: ['accessPolicies/1/accessLevels/corp'] };
const APPROVERS = ['U0GRACE', 'U0LINUS', 'U0LEAD'];
const DOMAIN = '@acme.example';
const MINUTE_MS = 60_000;
const LONGEST_MINUTES = 240;

/**
 * Until when, at the latest, a grant may give access by the approvals that are on record: those of the request and,
 * where there is one, those of the extension that moved the end last. `undefined` where it may give none at all, or
 * not yet.
 */
export function givenUntil(grant: Grant, now: number): number | undefined {
  if (!('term' in grant) || !grant.principal.email.endsWith(DOMAIN)) return undefined;
  const { entitlementId, accessLevels, approvals, minutes, requestedStartAt } = grant;
  if (accessLevels.join() !== (LEVELS[entitlementId] ?? []).join()) return undefined;
  const { approvedAt, startsAt, extended } = grant.term;
  if (startsAt !== undefined && startsAt !== requestedStartAt) return undefined;
  const from = lastApproval(grant, approvals, approvedAt);
  if (from === undefined || from > now) return undefined;
  const longestMs = Math.min(minutes, LONGEST_MINUTES) * MINUTE_MS;
  const asApproved = ceilToMinute(Math.max(from, startsAt ?? 0) + longestMs);
  const extendedFrom = extended && lastApproval(grant, extended.approvals, extended.at);
  return extendedFrom === undefined || extendedFrom > now
    ? asApproved
    : Math.max(asApproved, ceilToMinute(extendedFrom + longestMs));
}

/** When the last approval needed was given; `undefined` where there are too few by different people who gain nothing by it. */
function lastApproval(grant: Grant, approvals: readonly Approval[], at: number): number | undefined {
  const needed = NEEDED[grant.entitlementId] ?? Number.POSITIVE_INFINITY;
  const gains = [grant.requester.userId, grant.principal.userId];
  const people = new Set(approvals.map((a) => a.userId));
  const independent = [...people].filter((u) => APPROVERS.includes(u) && !gains.includes(u));
  if (independent.length < needed) return undefined;
  return needed === 0 || at === Math.max(...approvals.map((a) => a.at)) ? at : undefined;
}

function ceilToMinute(timeMs: number): number {
  return Math.ceil(timeMs / MINUTE_MS) * MINUTE_MS;
}
