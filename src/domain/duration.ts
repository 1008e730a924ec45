export const MINUTE_MS = 60_000;
const UNIT_MINUTES = { m: 1, h: 60, d: 24 * 60 } as const;
const SHORTEST_MINUTES = 1;
/** IAM conditions and approvals are for temporary access: nothing lasts longer than 29 days. */
const LONGEST_MINUTES = 29 * UNIT_MINUTES.d;

/** Reads `15m`, `4h` or `2d` as minutes; `undefined` where it is no duration or outside 1m to 29d. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d{1,6})([mhd])$/i.exec(text.trim());
  const unit = match?.[2]?.toLowerCase();
  if (!match?.[1] || (unit !== 'm' && unit !== 'h' && unit !== 'd')) return undefined;
  const minutes = Number(match[1]) * UNIT_MINUTES[unit];
  return minutes >= SHORTEST_MINUTES && minutes <= LONGEST_MINUTES ? minutes : undefined;
}

/** Writes minutes the way {@link parseDuration} reads them, in the largest whole unit: `15m`, `4h`, `2d`. */
export function formatDuration(minutes: number): string {
  if (minutes % UNIT_MINUTES.d === 0) return `${minutes / UNIT_MINUTES.d}d`;
  if (minutes % UNIT_MINUTES.h === 0) return `${minutes / UNIT_MINUTES.h}h`;
  return `${minutes}m`;
}

/** Writes minutes for people, a started one as a whole one: `15 minutes`, `1 hour 30 minutes`, `2 days`. */
export function spellDuration(minutes: number): string {
  const whole = Math.ceil(minutes);
  const days = Math.floor(whole / UNIT_MINUTES.d);
  const hours = Math.floor((whole % UNIT_MINUTES.d) / UNIT_MINUTES.h);
  const rest = whole % UNIT_MINUTES.h;
  const parts = [plural(days, 'day'), plural(hours, 'hour'), plural(rest, 'minute')].filter(Boolean);
  return parts.join(' ') || '0 minutes';
}

function plural(count: number, word: string): string {
  return count === 0 ? '' : `${count} ${word}${count === 1 ? '' : 's'}`;
}

/** The whole minute at or after a time (ms). */
export function ceilToMinute(timeMs: number): number {
  return Math.ceil(timeMs / MINUTE_MS) * MINUTE_MS;
}
