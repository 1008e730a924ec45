import { type ActiveGrant, type Failure, type OpenGrant, unannounced } from './grant.ts';

// Attempts in vain: bookkeeping of a grant, without an audit event.

/** Attempts that follow each other as closely as this are one: sweeps come every minute, and triggers in bursts. */
const SAME_ATTEMPT_MS = 45_000;
/** So often every sweep tries again. */
const PATIENT_ATTEMPTS = 5;
const FIRST_RETRY_MS = 30_000;
/** What an outage held up is due with every sweep: it has to be done as soon as the outage is over. */
const LONGEST_RETRY_MS = 60_000;
/** What was refused is refused again until somebody mends it, and must leave room for the rest. */
const LONGEST_REFUSED_RETRY_MS = 15 * 60_000;

/**
 * The grant after one more attempt in vain, to be repeated by a sweep; `permanent` where that helps only after
 * somebody mended it. `undefined` where the attempt belongs to the one before.
 */
export function tried<G extends OpenGrant>(
  grant: G,
  { code, reason }: Failure,
  permanent: boolean,
  now: number,
): G | undefined {
  const before = grant.trouble;
  if (before && now - before.lastAt < SAME_ATTEMPT_MS) return undefined;
  const attempts = (before?.attempts ?? 0) + 1;
  const longest = permanent ? LONGEST_REFUSED_RETRY_MS : LONGEST_RETRY_MS;
  const doublings = attempts - PATIENT_ATTEMPTS - 1;
  const wait = doublings < 0 ? 0 : Math.min(FIRST_RETRY_MS * 2 ** doublings, longest);
  const drift = before?.drift ? ({ drift: true } as const) : {};
  const trouble = { code, reason, attempts, lastAt: now, retryAt: now + wait, ...drift };
  const next = { ...grant, trouble };
  // People read what is in the way, and not how often: messages are rendered again when that changes.
  return before?.code === code ? next : unannounced(next);
}

/** What was in the way of a grant in force is over. */
export function untroubled(grant: ActiveGrant): ActiveGrant {
  const { trouble: _, ...rest } = grant;
  return unannounced(rest);
}
