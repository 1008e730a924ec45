import { type Instance, oneOf } from './scheduler.ts';
import type { World } from './world.ts';

export interface Invocations {
  start(name: string, work: (instance: Instance) => Promise<unknown>, after?: (error: unknown) => void): void;
  sweep(): void;
  /** Those that have begun and are neither done nor crashed. */
  alive(): readonly Instance[];
  /** Delivers a trigger for a grant, as Firestore would after a write: at least once, in any order, or not at all. */
  trigger(grantId: string): void;
  /** No trigger gets lost, repeated or late from now on; or none is delivered at all. */
  triggersFrom(now: 'all' | 'none'): void;
  readonly counts: { lost: number; doubled: number; retried: number };
}

const LATE_MS = [0, 100, 1_000, 10_000, 60_000] as const;
const MOST_RETRIES = 2;

/** Which functions run, and what the platform makes of Firestore's triggers. */
export function createInvocations(world: World, mayLose: boolean): Invocations {
  const { app, scheduler } = world;
  const odds = world.choices.of('odds');
  const choices = world.choices.of('triggers');
  const instances = new Set<Instance>();
  const counts = { lost: 0, doubled: 0, retried: 0 };
  /** A trigger that has not started yet will see the latest write too. */
  const waiting = new Map<string, number>();
  const lossRate = mayLose ? ([0, 0, 0.3, 1][odds.below(4)] ?? 0) : 0;
  const doubleRate = [0, 0.15][odds.below(2)] ?? 0;
  const lateRate = [0, 0.3][odds.below(2)] ?? 0;
  let delivery: 'random' | 'all' | 'none' = 'random';

  const start: Invocations['start'] = (name, work, after = () => {}) => {
    const instance = scheduler.start(name, work, (error) => {
      instances.delete(instance);
      world.ended(name, error);
      after(error);
    });
    instances.add(instance);
  };

  const deliver = (grantId: string, delayMs: number, attempt: number): void => {
    waiting.set(grantId, (waiting.get(grantId) ?? 0) + 1);
    scheduler.later(`trigger ${grantId.slice(0, 6)}`, delayMs, () => {
      waiting.set(grantId, (waiting.get(grantId) ?? 1) - 1);
      if (delivery === 'none') return;
      start(
        `converge ${grantId.slice(0, 6)}`,
        (instance) => app.convergeGrant(world.workDeps(instance), grantId),
        (error) => {
          if (error === undefined || attempt >= MOST_RETRIES) return;
          counts.retried += 1;
          deliver(grantId, 10_000, attempt + 1);
        },
      );
    });
  };

  return {
    start,
    counts,
    alive() {
      for (const instance of instances) if (!instance.alive) instances.delete(instance);
      return [...instances];
    },
    sweep() {
      start('sweep', (instance) => app.sweep(world.workDeps(instance)));
      if (world.keepsWishes) start('wishes', (instance) => app.carryOutKept(world.flowDeps(instance)));
    },
    triggersFrom(now) {
      delivery = now;
    },
    trigger(grantId) {
      if (delivery === 'none') return;
      if (delivery === 'all') return deliver(grantId, 0, 0);
      if ((waiting.get(grantId) ?? 0) > 0) return;
      if (lossRate > 0 && choices.chance(lossRate)) {
        counts.lost += 1;
        return;
      }
      const late = lateRate > 0 && choices.chance(lateRate);
      deliver(grantId, late ? oneOf(choices, LATE_MS) : 0, 0);
      if (doubleRate > 0 && choices.chance(doubleRate)) {
        counts.doubled += 1;
        deliver(grantId, oneOf(choices, LATE_MS), 0);
      }
    },
  };
}
