import { AsyncLocalStorage } from 'node:async_hooks';
import { messageOf } from '../src/errors.ts';
import type { VirtualClock } from './clock.ts';

/** One run of a deployed function. */
export interface Invocation {
  readonly id: number;
  readonly function: 'slack' | 'converge' | 'sweep';
  readonly subject: string;
  readonly atMs: number;
  readonly durationMs: number;
  /** `ok`, or what was thrown; `running` until it has ended. */
  readonly outcome: string;
}

/** The weather over triggers: how many of the next ones get lost, or come twice. */
export interface Triggers {
  lose: number;
  double: number;
}

export interface Functions {
  readonly triggers: Triggers;
  /** Runs a function's work as one invocation. */
  invoke<T>(name: Invocation['function'], subject: string, work: () => Promise<T>): Promise<T>;
  /** Delivers the trigger of a grant's document, as the weather has it. */
  trigger(grantId: string): void;
  /** The invocation in which this is called. */
  current(): number | undefined;
  /** All invocations that have not ended. */
  running(): readonly Invocation[];
  idle(): Promise<void>;
  /** Told when an invocation ends. */
  onInvocation(listener: (invocation: Invocation) => void): () => void;
  /** Told when an invocation begins and when it ends, and of triggers that got lost. */
  onActivity(listener: (activity: Invocation | { readonly lost: string }) => void): () => void;
  /** Lets no new invocation begin. */
  stop(): void;
}

/** The deployed functions' surroundings: invocations and Firestore's triggers, once, twice or never. */
export function createFunctions(
  clock: VirtualClock,
  converge: (subject: string) => Promise<void>,
): Functions {
  const here = new AsyncLocalStorage<number>();
  const ended = new Set<(invocation: Invocation) => void>();
  const active = new Set<(activity: Invocation | { readonly lost: string }) => void>();
  const atWork = new Set<Promise<unknown>>();
  const running = new Map<number, Invocation>();
  const triggers: Triggers = { lose: 0, double: 0 };
  let last = 0;
  let stopped = false;

  const invoke = <T>(name: Invocation['function'], subject: string, work: () => Promise<T>): Promise<T> => {
    last += 1;
    const id = last;
    const started = performance.now();
    const begun = { id, function: name, subject, atMs: clock.now(), durationMs: 0, outcome: 'running' };
    running.set(id, begun);
    for (const listener of active) listener(begun);
    const tell = (outcome: string) => {
      running.delete(id);
      const invocation = { ...begun, durationMs: performance.now() - started, outcome };
      for (const listener of [...ended, ...active]) listener(invocation);
    };
    const run = here.run(id, work).then(
      (result) => {
        tell('ok');
        return result;
      },
      (error: unknown) => {
        tell(messageOf(error));
        throw error;
      },
    );
    const tracked = run.catch(() => {}).finally(() => atWork.delete(tracked));
    atWork.add(tracked);
    return run;
  };

  return {
    triggers,
    invoke,
    trigger(grantId) {
      if (stopped) return;
      if (triggers.lose > 0) {
        triggers.lose -= 1;
        for (const listener of active) listener({ lost: grantId });
        return;
      }
      const times = triggers.double > 0 ? 2 : 1;
      if (triggers.double > 0) triggers.double -= 1;
      for (let i = 0; i < times; i += 1) {
        void invoke('converge', grantId, async () => {
          // A trigger comes after the answer, never inside it.
          await new Promise((resolve) => setImmediate(resolve));
          await converge(`documents/grants/${grantId}`);
        }).catch(() => {});
      }
    },
    current: () => here.getStore(),
    running: () => [...running.values()],
    async idle() {
      while (atWork.size > 0) await Promise.all(atWork);
    },
    onInvocation(listener) {
      ended.add(listener);
      return () => ended.delete(listener);
    },
    onActivity(listener) {
      active.add(listener);
      return () => active.delete(listener);
    },
    stop() {
      stopped = true;
    },
  };
}
