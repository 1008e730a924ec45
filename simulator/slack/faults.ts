/** Which Web API methods a fault hits, and how often before it is over; every method and for ever by default. */
export type FaultScope = { methods?: readonly string[]; times?: number };

export type FaultSettings = {
  /** Real milliseconds added before every answer. */
  latencyMs: number;
  /** `unreachable` cuts the connection unanswered; `error500` answers 500; either way nothing happens in Slack. */
  down: false | 'unreachable' | 'error500';
  /** `realistic` counts calls against Slack's published rates; an object refuses with HTTP 429. */
  rateLimited: false | 'realistic' | (FaultScope & { retryAfterS: number });
  /** The call takes effect, and the connection is cut before the answer. */
  dropAfterEffect: false | FaultScope;
};

export type Faults = {
  readonly current: Readonly<FaultSettings>;
  set(change: Partial<FaultSettings>): void;
  clear(): void;
  /** True when a scoped fault hits this call; counts it. */
  hits(fault: 'rateLimited' | 'dropAfterEffect', method: string): boolean;
};

const NONE: FaultSettings = { latencyMs: 0, down: false, rateLimited: false, dropAfterEffect: false };

/** The switches for everything that can be wrong between the app and Slack. */
export function createFaults(): Faults {
  let settings: FaultSettings = { ...NONE };
  return {
    get current() {
      return settings;
    },
    set: (change) => {
      settings = structuredClone({ ...settings, ...change });
    },
    clear: () => {
      settings = { ...NONE };
    },
    hits: (fault, method) => {
      const scope = settings[fault];
      if (typeof scope !== 'object') return false;
      if (scope.methods !== undefined && !scope.methods.includes(method)) return false;
      if (scope.times === undefined) return true;
      if (scope.times <= 0) return false;
      scope.times -= 1;
      return true;
    },
  };
}
