import type { ToVerify } from '../ports.ts';

/** Services with grants in force are looked at again this often, whether or not anything happens. */
const VERIFY_EVERY_MS = 10 * 60_000;
/** The others too, but rarely: for strays, and to know who has standing access. */
const VERIFY_QUIET_EVERY_MS = 6 * 60 * 60_000;
/** After a run that ended badly, a write of it may still be on its way. */
const VERIFY_SOON_MS = 60_000;
/** Runs in a row that may end badly before a quiet service waits for hours. */
const PATIENT_RUNS = 8;

/** How a run left a service. */
export interface Left {
  /** Grants are in force there, or on their way in or out. */
  readonly busy: boolean;
  /** A write may still be on its way. */
  readonly doubtful: boolean;
  /** Runs in a row that did not settle the service. */
  readonly unsettledRuns: number;
}

/**
 * When a run has a service verified next, in milliseconds. Where grants wait for the policy they are due by
 * themselves; where none do, a service that cannot be read is left alone more and more.
 */
export function verifyAfterMs({ busy, doubtful, unsettledRuns }: Left): number {
  if (busy) return doubtful ? VERIFY_SOON_MS : VERIFY_EVERY_MS;
  if (unsettledRuns === 0) return doubtful ? VERIFY_SOON_MS : VERIFY_QUIET_EVERY_MS;
  const longest = unsettledRuns <= PATIENT_RUNS ? VERIFY_EVERY_MS : VERIFY_QUIET_EVERY_MS;
  return Math.min(VERIFY_SOON_MS * 2 ** (unsettledRuns - 1), longest);
}

/**
 * When a service that was taken to be verified is found again, if nothing else comes of it: a look that finds the
 * policy as it was settled writes nothing, and a quiet service that cannot be read waits as long as any other.
 */
export function verifyAgainAt({ quiet, settled }: ToVerify, now: number): number {
  if (!settled) return now + VERIFY_SOON_MS;
  return now + (quiet ? VERIFY_QUIET_EVERY_MS : VERIFY_EVERY_MS);
}
