export const APIS = ['iap', 'run', 'cloudresourcemanager'] as const;
export type Api = (typeof APIS)[number];

/** `true` until it is switched off; a number for that many calls; `false` or 0 for none. */
export type Times = boolean | number;

/** The weather of one API. */
export interface Weather {
  /** Real milliseconds before each answer. */
  latencyMs: number;
  /** Before a write takes effect somebody else writes, so that its etag is stale: 409. */
  conflict: Times;
  /** 429 with Retry-After. */
  quota: Times;
  retryAfterSeconds: number;
  /** 503. */
  down: Times;
  /** 403. */
  permissionDenied: Times;
  /** The connection breaks before anything took effect. */
  dropConnection: Times;
  /** A write takes effect, and then the connection breaks, or nothing ever comes. */
  timeoutAfterEffect: Times;
  timeoutBy: 'reset' | 'silence';
}

const TIMED = [
  'conflict',
  'quota',
  'down',
  'permissionDenied',
  'dropConnection',
  'timeoutAfterEffect',
] as const;
type Timed = (typeof TIMED)[number];

export const FAIR: Readonly<Weather> = {
  latencyMs: 0,
  conflict: false,
  quota: false,
  retryAfterSeconds: 1,
  down: false,
  permissionDenied: false,
  dropConnection: false,
  timeoutAfterEffect: false,
  timeoutBy: 'reset',
};

export interface Faults {
  get(api: Api): Readonly<Weather>;
  set(api: Api, change: Partial<Weather>): void;
  /** The next `count` writes of IAP's policies meet a conflict. */
  conflictNext(count: number): void;
  /** Fair weather again, for one API or all of them. */
  clear(api?: Api): void;
  /** Whether this fault strikes now; a counted one is used up by asking. */
  strikes(api: Api, fault: Timed): boolean;
}

/** Creates fair weather for every API. */
export function createFaults(): Faults {
  const weather: Record<Api, Weather> = {
    iap: { ...FAIR },
    run: { ...FAIR },
    cloudresourcemanager: { ...FAIR },
  };
  return {
    get: (api) => ({ ...weather[api] }),
    set(api, change) {
      Object.assign(weather[api], change);
    },
    conflictNext(count) {
      weather.iap.conflict = count;
    },
    clear(api) {
      for (const each of api ? [api] : APIS) weather[each] = { ...FAIR };
    },
    strikes(api, fault) {
      const times = weather[api][fault];
      if (typeof times === 'boolean') return times;
      if (times <= 0) return false;
      weather[api][fault] = times - 1;
      return true;
    },
  };
}
