/** What is chosen; each has numbers of its own, so that leaving one out does not change what the others mean. */
const streams = ['odds', 'step', 'order', 'people', 'faults', 'triggers', 'meddling', 'time'] as const;
type Stream = (typeof streams)[number];

/**
 * Everything that a run leaves to chance, as a list of numbers. Zero is always the dullest choice (go on, in order,
 * without a fault), so that a failing run is made shorter by deleting numbers and by turning them into zeros.
 */
export interface Choices {
  of(stream: Stream): Chooser;
  /** What was chosen so far, each number with the stream that it belongs to. */
  readonly made: readonly number[];
}

export interface Chooser {
  /** A number from 0 up to, not including, `count`. */
  below(count: number): number;
  /** An index; weights need not add up to anything. */
  weighted(weights: readonly number[]): number;
  chance(probability: number): boolean;
  /** Mostly 0, with this probability any index below `count`. */
  skewed(count: number, probability: number): number;
}

/** Whether a number of {@link Choices.made} is more than the dullest choice. */
export function isInteresting(number: number): boolean {
  return number >= streams.length;
}

/** The number in the same stream with the dullest choice. */
export function dulled(number: number): number {
  return number % streams.length;
}

export function randomChoices(seed: number): Choices {
  const random = mulberry32(seed);
  const made: number[] = [];
  const chooser = (stream: number): Chooser => {
    const choose = (value: number): number => {
      made.push(value * streams.length + stream);
      return value;
    };
    return {
      below: (count) => choose(count <= 1 ? 0 : Math.floor(random() * count)),
      weighted(weights) {
        let total = 0;
        for (const weight of weights) total += weight;
        let left = random() * total;
        for (let i = 0; i < weights.length; i += 1) {
          left -= weights[i] ?? 0;
          if (left < 0) return choose(i);
        }
        return choose(0);
      },
      chance: (probability) => choose(random() < probability ? 1 : 0) === 1,
      skewed: (count, probability) =>
        choose(count > 1 && random() < probability ? Math.floor(random() * count) : 0),
    };
  };
  const choosers = streams.map((_, i) => chooser(i));
  return { made, of: (stream) => choosers[streams.indexOf(stream)] ?? chooser(0) };
}

/** The same choices again; what the list does not say is 0. */
export function replayedChoices(list: readonly number[]): Choices {
  const made: number[] = [];
  const chooser = (stream: number): Chooser => {
    const own = list.filter((number) => dulled(number) === stream).map((n) => Math.floor(n / streams.length));
    let at = 0;
    const choose = (count: number): number => {
      const value = Math.min(own[at] ?? 0, Math.max(0, count - 1));
      at += 1;
      made.push(value * streams.length + stream);
      return value;
    };
    return {
      below: choose,
      weighted: (weights) => {
        const index = choose(weights.length);
        // What has no weight could not have been chosen; it would be out of place here too.
        return (weights[index] ?? 0) > 0 ? index : 0;
      },
      chance: (probability) => choose(probability > 0 ? 2 : 1) === 1,
      skewed: (count) => choose(count),
    };
  };
  const choosers = streams.map((_, i) => chooser(i));
  return { made, of: (stream) => choosers[streams.indexOf(stream)] ?? chooser(0) };
}

/** Small, fast and good enough: https://gist.github.com/tommyettinger/46a874533244883189143505d203312c */
function mulberry32(seed: number): () => number {
  // Neighbouring seeds are drawn apart first.
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ (seed >>> 13);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
