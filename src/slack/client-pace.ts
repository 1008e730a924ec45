import { hasCode, LatchkeyError } from '../errors.ts';
import type { Clock } from '../ports.ts';

/** The longest that Slack's wish to wait is waited out; what takes longer is left to a later run. */
const PATIENCE_MS = 1_500;
/** Those who wait for one channel at a time; a run's claim on its messages would be over before more had a turn. */
const QUEUE_MAX = 8;

/** Runs the work when nobody else is at the same place, as often as Slack allows there. */
export type Pace = <T>(place: string, work: () => Promise<T>) => Promise<T>;

/**
 * Slack takes about one message a second for a channel, and says with 429 and `Retry-After` when it has had enough:
 * https://docs.slack.dev/apis/web-api/rate-limits. One at a time for each place, a short wait is waited out once, and
 * until the end of a long one nothing is sent there at all: nobody who was told to wait knocks again.
 */
export function createPace(clock: Clock, wait: (ms: number) => Promise<void>): Pace {
  const places = new Map<string, { tail: Promise<unknown>; queued: number; shutUntil: number }>();

  return async (place, work) => {
    const here = places.get(place) ?? { tail: Promise.resolve(), queued: 0, shutUntil: 0 };
    places.set(place, here);
    if (here.queued >= QUEUE_MAX) throw tooMany(place, PATIENCE_MS);
    here.queued += 1;
    const turn = here.tail.then(async () => {
      const left = here.shutUntil - clock.now();
      if (left > 0) throw tooMany(place, left);
      try {
        return await work();
      } catch (error) {
        const asked = askedToWait(error);
        if (asked === undefined) throw error;
        if (asked > PATIENCE_MS) {
          here.shutUntil = clock.now() + asked;
          throw error;
        }
        await wait(asked);
      }
      try {
        return await work();
      } catch (error) {
        here.shutUntil = clock.now() + (askedToWait(error) ?? 0);
        throw error;
      }
    });
    here.tail = turn.catch(() => {});
    try {
      return await turn;
    } finally {
      here.queued -= 1;
      if (here.queued === 0 && here.shutUntil <= clock.now()) places.delete(place);
    }
  };
}

function askedToWait(error: unknown): number | undefined {
  return hasCode(error, 'rate-limited') ? (error.retryAfterMs ?? 1_000) : undefined;
}

function tooMany(place: string, retryAfterMs: number): LatchkeyError {
  return new LatchkeyError('rate-limited', `held back a message for ${place}: Slack has had enough`, {
    retryAfterMs,
  });
}
