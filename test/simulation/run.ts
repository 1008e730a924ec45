import { i2WithoutSweep } from './at-rest.ts';
import type { Choices } from './choices.ts';
import { createOperations, noDeeds } from './operations.ts';
import { createRests } from './rest.ts';
import { SERVICES } from './scene.ts';
import { drain } from './scheduler.ts';
import { createInvocations } from './triggers.ts';
import { createWatch, type Invariant } from './watch.ts';
import type { FaultKind } from './weather.ts';
import { type AppUnderTest, createWorld } from './world.ts';

export type { Invariant };

export interface Violation {
  readonly invariant: Invariant;
  readonly what: string;
}

export interface RunResult {
  readonly violation: Violation | undefined;
  readonly choices: readonly number[];
  readonly history: readonly string[];
  readonly steps: number;
  readonly grants: number;
  readonly active: number;
  readonly writes: number;
  readonly conflicts: number;
  readonly crashes: number;
  readonly pauses: number;
  readonly triggers: { readonly lost: number; readonly doubled: number; readonly retried: number };
  readonly faults: Readonly<Record<FaultKind, number>>;
}

const MINUTE_MS = 60_000;
const TIME_STEPS_MS = [
  1_000,
  100,
  6_000,
  16_000,
  31_000,
  MINUTE_MS,
  5 * MINUTE_MS,
  11 * MINUTE_MS,
  60 * MINUTE_MS,
] as const;
const PAUSES_MS = [1_000, 4_000, 13_000, 21_000, 31_000, 65_000, 11 * MINUTE_MS] as const;
const MOST_STEPS = 900;

/** One whole life of the system: some minutes in which anything may happen, then calm, then the checks. */
export async function run(app: AppUnderTest, choices: Choices, traced = false): Promise<RunResult> {
  let violation: Violation | undefined;
  const broken = (invariant: Invariant, what: string | undefined): void => {
    if (what === undefined || violation) return;
    violation = { invariant, what };
    world.scheduler.trace(`VIOLATION of ${invariant}: ${what}`);
  };

  const deeds = noDeeds();
  const watch = createWatch(broken, deeds, () => world);
  const { grants } = watch;
  const world = createWorld(app, choices, watch.watcher, traced);
  const { scheduler, weather, iap, store } = world;
  for (const service of SERVICES) iap.edit(service, 'beginning', () => []);

  const odds = choices.of('odds');
  const timing = choices.of('time');
  const calm = odds.chance(0.2);
  if (calm) weather.calm();
  const shuffle = [0.05, 0.4, 1][odds.below(3)] ?? 0.4;
  const crashRate = calm ? 0 : ([0, 0.004, 0.02][odds.below(3)] ?? 0);
  const pauseRate = [0, 0.004, 0.02][odds.below(3)] ?? 0;
  const timeRate = [0.005, 0.02][odds.below(2)] ?? 0.02;
  const invocations = createInvocations(world, !calm);
  const operations = createOperations(world, invocations, grants, deeds, calm);
  const operationRate = [0.01, 0.03, 0.08][odds.below(3)] ?? 0.03;
  let operationsLeft = 5 + odds.below(16);
  let steps = 0;
  let crashes = 0;
  let pauses = 0;

  store.onWrite(({ grantId }) => {
    watch.changed(grantId);
    invocations.trigger(grantId);
  });
  const step = async (): Promise<void> => {
    steps += 1;
    await drain();
    await watch.look();
  };

  const storm = async (): Promise<void> => {
    invocations.sweep();
    await step();
    while (steps < MOST_STEPS && !violation) {
      const ready = scheduler.ready();
      const wake = scheduler.nextWake(false);
      const busy = ready.length > 0;
      if (calm && !busy && wake === undefined) broken('I2', i2WithoutSweep(grants));
      const operation = operationsLeft === 0 ? 0 : busy ? operationRate : 2;
      const time =
        calm && (busy || wake !== undefined) ? 0 : busy ? timeRate : operationsLeft === 0 ? 0 : 0.5;
      const kind = choices
        .of('step')
        .weighted([
          busy || wake !== undefined ? 1 : 0.05,
          operation,
          time,
          busy ? crashRate : 0,
          busy ? pauseRate : 0,
        ]);
      const item = ready[kind === 0 || kind > 2 ? choices.of('order').skewed(ready.length, shuffle) : 0];
      const owner = item?.owner;
      if (kind === 1) {
        operationsLeft -= 1;
        operations.next();
      } else if (kind === 2) {
        scheduler.advance(TIME_STEPS_MS[timing.below(TIME_STEPS_MS.length)] ?? 1_000);
        if (timing.chance(0.7)) invocations.sweep();
      } else if (kind === 3 && owner && !owner.spared) {
        crashes += 1;
        scheduler.crash(owner);
      } else if (kind === 4 && owner) {
        pauses += 1;
        // In calm weather nobody is held up for as long as a lease lasts.
        scheduler.pause(owner, PAUSES_MS[timing.below(calm ? 2 : PAUSES_MS.length)] ?? 1_000);
      } else if (item) {
        scheduler.run(item);
      } else if (wake !== undefined) {
        // Somebody sleeps or waits; the scheduler's minutes go on meanwhile.
        const wait = Math.max(0, wake - scheduler.now());
        const sweeps = wait > 30_000 && timing.chance(0.7);
        scheduler.advance(sweeps ? Math.min(wait, 31_000) : wait);
        if (sweeps) invocations.sweep();
      } else {
        return;
      }
      await step();
    }
  };

  const rests = createRests({
    world,
    invocations,
    watch,
    forged: deeds.forged,
    step,
    broken,
    isOver: () => violation !== undefined,
  });
  await storm();
  weather.calm();
  invocations.triggersFrom(calm || odds.chance(0.3) ? 'all' : 'none');
  await rests.settle(calm);
  if (calm) broken('I2', i2WithoutSweep(grants));
  await rests.soon();
  await rests.later();
  const active = [...grants.values()].filter((g) => 'activatedAt' in g).length;
  await rests.whenAllIsOver();

  return {
    violation,
    choices: choices.made,
    history: scheduler.history,
    steps,
    grants: grants.size,
    active,
    writes: iap.writes(),
    conflicts: iap.conflicts(),
    crashes,
    pauses,
    triggers: invocations.counts,
    faults: weather.counts,
  };
}
