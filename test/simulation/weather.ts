import type { Choices } from './choices.ts';

/** What can go wrong with a call, beside a crash of its caller. */
export const faultKinds = [
  /** 409 though nobody wrote. */
  'conflict',
  'quota',
  /** 429 that says how long to wait. */
  'quota-wait',
  'denied',
  /** 400 for no reason that is to be seen. */
  'invalid',
  /** 404 though the service is there: a proxy's, say. */
  'not-found',
  'unavailable',
  /** 503, and the write took effect all the same. */
  'unavailable-done',
  'timeout',
  'timeout-done',
  /** No answer, and the write takes effect long after. */
  'timeout-late',
  'store',
  /** It was committed, and the answer was lost. */
  'store-done',
  /** It was committed, the client did not hear so, and ran the transaction once more. */
  'store-again',
  'slack',
  /** Slack did it, and its answer was lost. */
  'slack-done',
  /** 429 with the time to wait. */
  'slack-limited',
  'slack-directory',
  'catalog',
] as const;
export type FaultKind = (typeof faultKinds)[number];

export interface Weather {
  /** The fault of one call, if any, among those that can befall it. */
  fault(...possible: readonly FaultKind[]): FaultKind | undefined;
  calm(): void;
  isBad(): boolean;
  readonly counts: Record<FaultKind, number>;
}

/** Every run has its own selection of faults: few kinds at a time reach states that all of them together never do. */
export function createWeather({ of }: Choices): Weather {
  const odds = of('odds');
  const choices = of('faults');
  const rate = [0, 0.02, 0.06, 0.15][odds.below(4)] ?? 0;
  const enabled = new Set(rate === 0 ? [] : faultKinds.filter(() => odds.chance(0.4)));
  const counts = Object.fromEntries(faultKinds.map((kind) => [kind, 0])) as Record<FaultKind, number>;
  let on = true;
  return {
    counts,
    fault(...possible) {
      if (!on || enabled.size === 0) return undefined;
      const kinds = possible.filter((kind) => enabled.has(kind));
      // There are ten calls of the store for one of anything else.
      const probability = kinds[0]?.startsWith('store') ? rate / 5 : rate;
      if (kinds.length === 0 || !choices.chance(probability)) return undefined;
      const kind = kinds[choices.below(kinds.length)];
      if (kind) counts[kind] += 1;
      return kind;
    },
    isBad: () => on,
    calm() {
      on = false;
    },
  };
}
