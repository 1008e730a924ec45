/** Where the simulator takes the time from, in milliseconds since 1970. */
export interface Clock {
  now(): number;
}

/** A clock that people and tests can move. Time never goes back. */
export interface VirtualClock extends Clock {
  /** Moves time on by so many milliseconds, running every timer on the way at its own time. */
  advance(ms: number): void;
  /** Moves time on to a moment; a RangeError if that is in the past. */
  set(ms: number): void;
  /** Stops time. */
  pause(): void;
  /** Lets time follow real time from where it is. */
  run(): void;
  isRunning(): boolean;
  /** Calls `fn` once when time reaches `ms`; a time already reached is due at the next movement. Returns cancel. */
  at(ms: number, fn: () => void): () => void;
  /** The time of the earliest timer, to go "to the next thing that will happen". */
  nextTimerAt(): number | undefined;
  /** Called after every jump, pause, run, and after timers ran by themselves. Returns unsubscribe. */
  onChange(listener: (now: number) => void): () => void;
}

interface Timer {
  atMs: number;
  order: number;
  fn: () => void;
}

/** setTimeout overflows beyond this and would fire at once; a longer wait is taken in several steps. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/** Creates a virtual clock, standing still unless `realTime` is set. */
export function createVirtualClock(options: { startMs: number; realTime?: boolean }): VirtualClock {
  const timers = new Set<Timer>();
  const listeners = new Set<(now: number) => void>();
  let order = 0;
  let paused = true;
  let virtualMs = options.startMs;
  // Set while virtual time follows real time; not set while timers run, though the clock may not be paused.
  let sinceRealMs: number | undefined;
  let wake: NodeJS.Timeout | undefined;

  const now = () => {
    if (sinceRealMs === undefined) return virtualMs;
    return virtualMs + Math.floor(performance.now() - sinceRealMs);
  };

  const earliest = () => {
    let first: Timer | undefined;
    for (const timer of timers) {
      const sooner = !first || timer.atMs < first.atMs;
      if (sooner || (timer.atMs === first?.atMs && timer.order < first.order)) first = timer;
    }
    return first;
  };

  const settle = (ms: number) => {
    virtualMs = ms;
    sinceRealMs = paused ? undefined : performance.now();
  };

  const moveTo = (targetMs: number) => {
    const problems: unknown[] = [];
    virtualMs = now();
    // Real time must not leak into the moments that the timers on the way see.
    sinceRealMs = undefined;
    for (let timer = earliest(); timer && timer.atMs <= targetMs; timer = earliest()) {
      timers.delete(timer);
      virtualMs = Math.max(virtualMs, timer.atMs);
      try {
        timer.fn();
      } catch (problem) {
        problems.push(problem);
      }
    }
    settle(Math.max(now(), targetMs));
    schedule();
    for (const listener of listeners) listener(now());
    if (problems.length > 0) throw problems[0];
  };

  const schedule = () => {
    clearTimeout(wake);
    wake = undefined;
    const next = earliest();
    if (paused || !next) return;
    const delayMs = Math.min(Math.max(next.atMs - now(), 0), LONGEST_TIMEOUT_MS);
    wake = setTimeout(() => moveTo(now()), delayMs);
    // Nobody's process should stay alive for a simulated timer.
    wake.unref();
  };

  const changed = () => {
    schedule();
    for (const listener of listeners) listener(now());
  };

  const clock: VirtualClock = {
    now,
    advance(ms) {
      if (!(ms >= 0)) throw new RangeError(`time goes forward only, not by ${ms} ms`);
      moveTo(now() + ms);
    },
    set(ms) {
      if (!(ms >= now())) throw new RangeError(`time goes forward only, not from ${now()} to ${ms}`);
      moveTo(ms);
    },
    pause() {
      paused = true;
      settle(now());
      changed();
    },
    run() {
      paused = false;
      settle(now());
      changed();
    },
    isRunning: () => !paused,
    at(ms, fn) {
      const timer = { atMs: ms, order: order++, fn };
      timers.add(timer);
      schedule();
      return () => {
        timers.delete(timer);
        schedule();
      };
    },
    nextTimerAt: () => earliest()?.atMs,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  if (options.realTime) clock.run();
  return clock;
}
