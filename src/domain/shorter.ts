import type { Grant } from './grant.ts';

const DAY_MINUTES = 24 * 60;
/** Durations as people choose them, below a day. */
const ROUND_MINUTES = [15, 20, 30, 45, 60, 90, 120, 180, 240, 360, 480, 720];
const SHORTENED_FROM = 30;

/**
 * How long a shorter approval grants (minutes): the entitlement's next shorter duration, or about half where it offers
 * none. `undefined` for a short request, and for what somebody shortened as much already.
 */
export function shorterMinutes({ askedMinutes, minutes, ...grant }: Grant): number | undefined {
  const half = askedMinutes >= SHORTENED_FROM ? roundDown(askedMinutes / 2) : undefined;
  const shorter = grant.shorterMinutes ?? half;
  return shorter !== undefined && shorter < minutes ? shorter : undefined;
}

function roundDown(minutes: number): number | undefined {
  return minutes >= DAY_MINUTES
    ? Math.floor(minutes / DAY_MINUTES) * DAY_MINUTES
    : ROUND_MINUTES.findLast((round) => round <= minutes);
}
