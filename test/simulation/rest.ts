import { type ServiceRef, serviceKey } from '../../src/domain/service.ts';
import { i2, messagesShow } from './at-rest.ts';
import { accessesIn } from './policy.ts';
import { driftIsTold } from './repeats.ts';
import { SERVICES } from './scene.ts';
import type { Invocations } from './triggers.ts';
import type { Break, Watch } from './watch.ts';
import type { World } from './world.ts';

const MINUTE_MS = 60_000;
/**
 * Longer than a lease and than the converger's back-off from an ordinary failure: a minute each at the most, so that
 * whatever was under way when the faults stopped is due at the first of two sweeps.
 */
const SOON_MS = MINUTE_MS + 1_000;
/** A service with grants in force is looked at this often without being asked to. */
const VERIFIED_EVERY_MS = 10 * MINUTE_MS;
/** Longer than any grant, and than the rest between two looks at a quiet service. */
const ALL_OVER_MS = 10 * 60 * MINUTE_MS;
const MOST_STEPS_TO_REST = 6_000;
/** Each lets everybody who sleeps go on to their end. */
const MOST_AWAKENINGS = 20;

/** What happens after the faults have stopped, and what has to be true by then. */
export interface Rests {
  /** Whatever is under way comes to its end. */
  settle(waitForLate: boolean): Promise<void>;
  /** Two sweeps at once: I2, but for what is not due yet. */
  soon(): Promise<void>;
  /** Two sweeps when the longest back-off is over: I2, the messages and the drift. */
  later(): Promise<void>;
  /** Two sweeps when every grant is over and every service was verified. */
  whenAllIsOver(): Promise<void>;
}

interface Parts {
  readonly world: World;
  readonly invocations: Invocations;
  readonly watch: Watch;
  readonly forged: ReadonlySet<string>;
  readonly step: () => Promise<void>;
  readonly broken: Break;
  /** Something is broken already. */
  readonly isOver: () => boolean;
}

export function createRests({ world, invocations, watch, forged, step, broken, isOver }: Parts): Rests {
  const { scheduler } = world;
  const { grants, events } = watch;

  /** Everything that is awake comes to its end, and time passes where it waits; who was paused sleeps on. */
  const untilDone = async (late: 'wait' | 'leave' = 'leave'): Promise<void> => {
    for (let steps = 0; !isOver(); steps += 1) {
      const [item] = scheduler.ready();
      if (item) {
        scheduler.run(item);
      } else {
        const now = scheduler.now();
        if (late === 'leave' && !invocations.alive().some((i) => i.pausedUntil <= now)) return;
        const wake = scheduler.nextWake(late === 'leave');
        if (wake === undefined) return;
        scheduler.advance(Math.max(0, wake - now));
      }
      await step();
      if (steps > MOST_STEPS_TO_REST) return broken('termination', 'something never comes to its end');
    }
  };

  /** The time of the sweep: what became due since is not its business. */
  const sweepAfter = async (waitMs: number): Promise<number> => {
    scheduler.advance(waitMs);
    const sweptAt = scheduler.now();
    invocations.sweep();
    await step();
    await untilDone();
    return sweptAt;
  };
  const twoSweeps = async (waitMs: number): Promise<number> => {
    if (!isOver()) await sweepAfter(waitMs);
    return isOver() ? 0 : await sweepAfter(MINUTE_MS);
  };
  /** Whoever still sleeps wakes, and does what is left to do; that may put off a verification once more. */
  const awake = async (): Promise<void> => {
    for (let rounds = 0; rounds < MOST_AWAKENINGS && !isOver(); rounds += 1) {
      const alive = invocations.alive();
      if (alive.length === 0) return;
      const until = Math.max(...alive.map((i) => i.pausedUntil));
      scheduler.advance(Math.max(0, until - scheduler.now()));
      await untilDone();
    }
  };
  const messages = async (): Promise<void> => {
    // The card of several grants stands at the first of them, which is told of the others by the sweep before.
    if (!isOver()) await sweepAfter(MINUTE_MS);
    if (!isOver()) broken('messages', messagesShow(world, grants, events, world.slack.messages));
  };

  return {
    async settle(waitForLate) {
      // To be held up is a fault too. The converger's zombies sleep on all the same, over both sweeps, and must do
      // no harm when they wake; a click that comes after the sweeps would only be another question.
      for (const instance of invocations.alive()) {
        if (instance.name.startsWith('slack')) instance.pausedUntil = 0;
      }
      await untilDone(waitForLate ? 'wait' : 'leave');
    },
    async soon() {
      scheduler.advance(SOON_MS);
      const waiting = notDue(grants, scheduler.now() + MINUTE_MS);
      const sweptAt = await twoSweeps(0);
      if (!isOver()) broken('I2', i2({ ...watch, world, forged, waiting, sweptAt, moment: 'soon' }));
    },
    async later() {
      await awake();
      const sweptAt = await twoSweeps(untilAllIsDue(world, watch));
      if (isOver()) return;
      broken('I2', i2({ ...watch, world, forged, waiting: nothing, sweptAt, moment: 'later' }));
      broken('drift', driftIsTold(grants, events, watch.repairs));
      await messages();
    },
    async whenAllIsOver() {
      const sweptAt = await twoSweeps(ALL_OVER_MS);
      if (isOver()) return;
      broken('I2', i2({ ...watch, world, forged, waiting: nothing, sweptAt, moment: 'all over' }));
      const [left] = await world.store.takeWishes(Number.MAX_SAFE_INTEGER, 1, 0);
      broken('termination', left && `the wish "${left.wish.kind}" of ${left.userId} is kept for ever`);
      await messages();
    },
  };
}

const nothing: ReadonlySet<string> = new Set();

/** Grants whose back-off, as it is now, lasts beyond that time: one that a sweep makes longer is no excuse. */
function notDue(grants: Watch['grants'], time: number): Set<string> {
  return new Set([...grants.values()].filter((g) => (g.trouble?.retryAt ?? 0) > time).map(({ id }) => id));
}

/** How long it takes until nothing waits any more: no back-off, of policies or of messages, and no verification. */
function untilAllIsDue({ scheduler, store, iap }: World, { grants, failed }: Watch): number {
  const now = scheduler.now();
  // Where nobody has access any more, what was left behind waits for the next look.
  const isLeft = (ref: ServiceRef) => accessesIn(iap.current(ref)).some(({ endsAt }) => endsAt <= now);
  const doubtful = SERVICES.filter((ref) => failed.has(serviceKey(ref)) || isLeft(ref));
  const { services }: { services: Record<string, { readonly verifyAt?: number | null }> } =
    doubtful.length > 0 ? JSON.parse(store.dump()) : { services: {} };
  const verified = doubtful.map((ref) => services[serviceKey(ref)]?.verifyAt ?? 0);
  const times = [...grants.values()].flatMap(({ trouble, announcements }) => [
    trouble?.retryAt ?? 0,
    announcements.retryAt ?? 0,
    announcements.settlesAt ?? 0,
    announcements.claim?.until ?? 0,
  ]);
  return Math.max(now + VERIFIED_EVERY_MS, ...verified, ...times) - now + 1_000;
}
