import type { AuditEvent } from '../../src/domain/audit.ts';
import type { Grant } from '../../src/domain/grant.ts';
import { serviceKey } from '../../src/domain/service.ts';
import { i2, i2WithoutSweep, messagesShow, writtenPart } from './at-rest.ts';
import type { Choices } from './choices.ts';
import { i1, i3, i4, i5, i6, i7, rememberRead } from './invariants.ts';
import { createOperations } from './operations.ts';
import { accessesIn } from './policy.ts';
import { SERVICES } from './scene.ts';
import { drain } from './scheduler.ts';
import { createInvocations } from './triggers.ts';
import type { FaultKind } from './weather.ts';
import { type AppUnderTest, createWorld, type Watcher } from './world.ts';

export type Invariant = 'I1' | 'I2' | 'I3' | 'I4' | 'I5' | 'I6' | 'I7' | 'messages' | 'termination';

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
/** Longer than any back-off of the converger. */
const BACKED_OFF_MS = 16 * MINUTE_MS;
/** Longer than any grant, and than the rest between two looks at a quiet service. */
const ALL_OVER_MS = 10 * 60 * MINUTE_MS;
const MOST_STEPS = 900;
const MOST_STEPS_TO_REST = 6_000;

/** One whole life of the system: some minutes in which anything may happen, then calm, then the checks. */
export async function run(app: AppUnderTest, choices: Choices, traced = false): Promise<RunResult> {
  let violation: Violation | undefined;
  const broken = (invariant: Invariant, what: string | undefined): void => {
    if (what === undefined || violation) return;
    violation = { invariant, what };
    world.scheduler.trace(`VIOLATION of ${invariant}: ${what}`);
  };

  const grants = new Map<string, Grant>();
  const events = new Map<string, readonly AuditEvent[]>();
  const readUntil = new Map<string, number>();
  const written = new Map<string, ReadonlySet<string>>();
  const watcher: Watcher = {
    policyRead: (service, policy) => rememberRead(readUntil, service, policy),
    policyWritten(service, before, next) {
      broken('I3', i3(service, before, next));
      broken('I1', i1(service, next, grants));
      broken('I7', i7(service, next, grants));
      written.set(serviceKey(service), new Set(accessesIn(next).map((a) => `${a.member} ${a.expression}`)));
    },
    messageShown: ({ channel, message }) => broken('I6', i6(channel, message, readUntil, grants)),
  };

  const world = createWorld(app, choices, watcher, traced);
  const { scheduler, weather, iap, store, slack } = world;
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
  const operations = createOperations(world, invocations, grants, calm);
  const operationRate = [0.01, 0.03, 0.08][odds.below(3)] ?? 0.03;
  let operationsLeft = 5 + odds.below(16);
  let steps = 0;
  let crashes = 0;
  let pauses = 0;

  const changed = new Set<string>();
  store.onWrite(({ grantId }) => {
    changed.add(grantId);
    invocations.trigger(grantId);
  });

  /** Looks at what the last step did to the grants. */
  const look = async (): Promise<void> => {
    for (const id of changed) {
      const grant = await store.get(id);
      if (!grant) continue;
      const before = grants.get(id);
      const told = grant.revision === before?.revision ? (events.get(id) ?? []) : await store.events(id);
      grants.set(id, grant);
      events.set(id, told);
      broken('I4', i4(before, grant, told));
      broken('I5', i5(grant, told, grants, operations.deeds));
      if (grant.state === 'REVOKED' && before?.state !== 'REVOKED') {
        const now = writtenPart(iap.current(grant.service), written.get(serviceKey(grant.service)));
        broken('I7', i7(grant.service, now, grants));
      }
    }
    changed.clear();
  };
  const step = async (): Promise<void> => {
    steps += 1;
    await drain();
    if (changed.size > 0) await look();
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
      } else if (kind === 3 && owner && !owner.wasPaused) {
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

  /** Lets everything that runs come to its end, and time pass where somebody waits for it. */
  const untilDone = async (late: 'wait' | 'leave' = 'leave'): Promise<void> => {
    const limit = steps + MOST_STEPS_TO_REST;
    while (!violation) {
      const [item] = scheduler.ready();
      if (item) {
        scheduler.run(item);
      } else {
        if (late === 'leave' && invocations.alive().length === 0) return;
        const wake = scheduler.nextWake(late === 'leave');
        if (wake === undefined) return;
        scheduler.advance(Math.max(0, wake - scheduler.now()));
      }
      await step();
      if (steps > limit) return broken('termination', 'something never comes to its end');
    }
  };

  const rest = async (afterMs: number, verified: boolean): Promise<void> => {
    let sweptAt = scheduler.now();
    for (const wait of [afterMs, MINUTE_MS]) {
      scheduler.advance(wait);
      sweptAt = scheduler.now();
      invocations.sweep();
      await step();
      await untilDone();
    }
    if (violation) return;
    broken('I2', i2({ world, grants, sweptAt, written, verified }));
    // The card of several grants stands at the first of them, which is told of the others by the sweep before.
    scheduler.advance(MINUTE_MS);
    invocations.sweep();
    await step();
    await untilDone();
    broken('messages', messagesShow(world, grants, events, slack.messages));
  };

  await storm();
  weather.calm();
  invocations.triggersFrom(calm || odds.chance(0.3) ? 'all' : 'none');
  if (!violation) await untilDone(calm ? 'wait' : 'leave');
  if (calm && !violation) broken('I2', i2WithoutSweep(grants));
  if (!violation) await rest(BACKED_OFF_MS, false);
  const active = [...grants.values()].filter((g) => 'activatedAt' in g).length;
  if (!violation) await rest(ALL_OVER_MS, true);

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
