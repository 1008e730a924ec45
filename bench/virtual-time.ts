/** Time that passes only when nothing is left to do: what costs seconds in life costs none here, and counts the same. */
export interface VirtualTime {
  readonly now: () => number;
  wait(ms: number): Promise<void>;
  /** Runs until everything that was begun is done. */
  run<T>(work: () => Promise<T>): Promise<T>;
  /** Begins something on its own, which {@link run} waits for. */
  begin(work: () => Promise<unknown>): void;
  skip(ms: number): void;
}

export function createVirtualTime(startMs: number): VirtualTime {
  let now = startMs;
  let order = 0;
  const waiting: { readonly at: number; readonly order: number; readonly wake: () => void }[] = [];
  let working = 0;
  let failure: unknown;

  const begin = (work: () => Promise<unknown>): void => {
    working += 1;
    work()
      .catch((error: unknown) => {
        failure ??= error;
      })
      .finally(() => {
        working -= 1;
      });
  };

  return {
    now: () => now,
    begin,
    skip(ms) {
      now += ms;
    },
    wait: (ms) =>
      new Promise((resolve) => {
        order += 1;
        waiting.push({ at: now + ms, order, wake: resolve });
      }),
    async run<T>(work: () => Promise<T>): Promise<T> {
      let result: { readonly value: T } | undefined;
      begin(async () => {
        result = { value: await work() };
      });
      for (;;) {
        // Node looks at this queue when no promise is left to settle.
        await new Promise<void>((resolve) => process.nextTick(resolve));
        if (failure !== undefined) throw failure;
        if (working === 0 && result) return result.value;
        waiting.sort((a, b) => a.at - b.at || a.order - b.order);
        const first = waiting.shift();
        if (!first) throw new Error('something waits for what never comes');
        now = Math.max(now, first.at);
        first.wake();
      }
    },
  };
}
