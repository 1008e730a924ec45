import type { Chooser } from './choices.ts';

/** One invocation of a function. One that crashed is never heard of again: its promises stay unanswered. */
export interface Instance {
  readonly id: number;
  readonly name: string;
  readonly startedAt: number;
  alive: boolean;
  /** It does nothing before then, whatever its lease says. */
  pausedUntil: number;
  wasPaused: boolean;
  /** It has to live: what it did can be put right by nobody else. */
  spared: boolean;
}

/** Something that can happen next. */
interface Item {
  /** Absent for what is on its way in the network, and happens even if its sender is gone. */
  readonly owner: Instance | undefined;
  readonly label: string;
  readonly readyAt: number;
  readonly go: () => void;
}

export interface Scheduler {
  readonly now: () => number;
  advance(ms: number): void;
  /** Starts an invocation; `work` must reach the outside only through its scheduling points. */
  start(
    name: string,
    work: (instance: Instance) => Promise<unknown>,
    after: (error: unknown) => void,
  ): Instance;
  /** A scheduling point: settles when the scheduler lets it, never before `delayMs` have passed. */
  point(owner: Instance, label: string, delayMs?: number): Promise<void>;
  /** Something that happens on its own, some time after `delayMs`. */
  later(label: string, delayMs: number, go: () => void): void;
  /** What could happen now. */
  ready(): readonly Item[];
  /** When something can happen next, at the earliest. */
  nextWake(ownedOnly: boolean): number | undefined;
  run(item: Item): void;
  /** Who did what was run last. */
  last(): Instance | undefined;
  crash(instance: Instance): void;
  pause(instance: Instance, ms: number): void;
  trace(text: string): void;
  readonly history: readonly string[];
}

/** What one call takes, so that time never stands still. */
const CALL_MS = 15;

/** Virtual time, and everything that waits for its turn in it. */
export function createScheduler(startMs: number, traced: boolean): Scheduler {
  let now = startMs;
  let instances = 0;
  let last: Instance | undefined;
  let items: Item[] = [];
  const history: string[] = [];
  const trace = (text: string): void => {
    if (traced) history.push(`${new Date(now).toISOString().slice(11, 23)} ${text}`);
  };
  const wakesAt = ({ owner, readyAt }: Item): number =>
    owner === undefined ? readyAt : Math.max(readyAt, owner.pausedUntil);

  return {
    now: () => now,
    advance(ms) {
      now += ms;
      trace(`time passes: ${ms / 1000} s`);
    },
    start(name, work, after) {
      instances += 1;
      const instance = {
        id: instances,
        name,
        startedAt: now,
        alive: true,
        pausedUntil: 0,
        wasPaused: false,
        spared: false,
      };
      trace(`#${instance.id} ${name} begins`);
      work(instance).then(
        () => {
          instance.alive = false;
          trace(`#${instance.id} ${name} is done`);
          after(undefined);
        },
        (error: unknown) => {
          instance.alive = false;
          trace(`#${instance.id} ${name} fails: ${error instanceof Error ? error.message : String(error)}`);
          after(error ?? new Error('nothing was thrown'));
        },
      );
      return instance;
    },
    point: (owner, label, delayMs = 0) =>
      new Promise((resolve) => {
        if (owner.alive) items.push({ owner, label, readyAt: now + delayMs, go: resolve });
      }),
    later(label, delayMs, go) {
      items.push({ owner: undefined, label, readyAt: now + delayMs, go });
    },
    ready: () => items.filter((item) => wakesAt(item) <= now),
    nextWake(ownedOnly) {
      let first: number | undefined;
      for (const item of items) {
        if (ownedOnly && item.owner === undefined) continue;
        const at = wakesAt(item);
        if (first === undefined || at < first) first = at;
      }
      return first;
    },
    last: () => last,
    run(item) {
      items.splice(items.indexOf(item), 1);
      last = item.owner;
      now += CALL_MS;
      trace(`${item.owner ? `#${item.owner.id} ` : ''}${item.label}`);
      item.go();
    },
    crash(instance) {
      instance.alive = false;
      items = items.filter(({ owner }) => owner !== instance);
      trace(`#${instance.id} ${instance.name} CRASHES`);
    },
    pause(instance, ms) {
      instance.pausedUntil = now + ms;
      instance.wasPaused = true;
      trace(`#${instance.id} ${instance.name} is PAUSED for ${ms / 1000} s`);
    },
    trace,
    history,
  };
}

/** Lets every promise that can go on go on: Node looks at this queue only when no promise is left to settle. */
export function drain(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}

export function oneOf<T>(choices: Chooser, list: readonly [T, ...T[]]): T {
  return list[choices.below(list.length)] ?? list[0];
}
