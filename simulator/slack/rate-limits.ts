import { own } from './json.ts';
import type { Clock } from './types.ts';

type Bucket = { tokens: number; at: number };
type Limit = { perMinute: number; burst: number; perChannel?: boolean };

const tier = (perMinute: number): Limit => ({ perMinute, burst: perMinute });

/** Slack's published rates: tiers 2, 3 and 4 are 20, 50 and 100 a minute; posting is one a second per channel. */
const LIMITS: { readonly [method: string]: Limit } = {
  'chat.postMessage': { perMinute: 60, burst: 4, perChannel: true },
  'chat.update': tier(50),
  'chat.delete': tier(50),
  'chat.postEphemeral': tier(100),
  'conversations.open': tier(50),
  'conversations.info': tier(50),
  'conversations.history': tier(50),
  'conversations.replies': tier(50),
  'users.info': tier(100),
  'users.lookupByEmail': tier(50),
  'usergroups.list': tier(20),
  'usergroups.users.list': tier(20),
  'team.info': tier(50),
  'views.open': tier(100),
  'views.push': tier(100),
  'views.update': tier(100),
  'views.publish': tier(100),
};

export type RateLimiter = {
  /** Takes one call; undefined when it may pass, otherwise the seconds for `Retry-After`. */
  take(method: string, channel: string | undefined): number | undefined;
  reset(): void;
};

/** Token buckets over the clock, one per method, and per channel for posting. */
export function createRateLimiter(clock: Clock): RateLimiter {
  const buckets = new Map<string, Bucket>();
  return {
    take: (method, channel) => {
      const limit = own(LIMITS, method);
      if (limit === undefined) return undefined;
      const key = limit.perChannel ? `${method} ${channel ?? ''}` : method;
      const now = clock.now();
      const bucket = buckets.get(key) ?? { tokens: limit.burst, at: now };
      const perMs = limit.perMinute / 60_000;
      // A clock that was set back refills nothing.
      const refilled = bucket.tokens + Math.max(0, now - bucket.at) * perMs;
      bucket.tokens = Math.min(limit.burst, refilled);
      bucket.at = now;
      buckets.set(key, bucket);
      if (bucket.tokens >= 1) {
        bucket.tokens -= 1;
        return undefined;
      }
      return Math.max(1, Math.ceil((1 - bucket.tokens) / perMs / 1000));
    },
    reset: () => buckets.clear(),
  };
}
