import { createHash } from 'node:crypto';
import type { Wish, WishKind } from '../domain/wish.ts';
import { hasCode, messageOf } from '../errors.ts';
import { type Came, carryOut } from '../flows/carry-out.ts';
import type { FlowDeps } from '../flows/deps.ts';
import { tellOutcome } from '../flows/kept.ts';
import { inTime } from './in-time.ts';

/** Slack waits 3 s for an answer: https://docs.slack.dev/interactivity/handling-user-interaction#acknowledgment_response */
export const ANSWER_WITHIN_MS = 2_500;
/** The part of that time after which a wish is kept; the rest is for keeping it. */
const KEPT_AFTER = 0.6;
/** How long, in the same measure, the answer waits for a wish that is just being kept. */
const KEPT_SOON = 0.1;
/** The part of that time within which what was decided can be shown before the answer. */
const SHOWN_WITHIN = 0.9;
/** A sweep leaves a wish alone for this long after it was kept: whoever kept it may still be at it. */
const LEFT_ALONE_MS = 30_000;

/** The wish failed for now, and is kept: its outcome will be told. */
export class Kept extends Error {
  override readonly name = 'Kept';
}

/** One thing that somebody typed, clicked or submitted, which Slack wants answered in time. */
export interface Delivery {
  readonly userId: string;
  /** What is left of the time for the answer (ms). */
  leftMs(): number;
  /**
   * Carries a wish out. One that takes long is kept on the way, so that a sweep carries it out if this process does not
   * live to: the CPU is gone once the answer is sent. One that fails in a way that passes is kept however soon that
   * is. Throws {@link Kept} where it failed and is kept.
   */
  carryOut<W extends Wish>(wish: W): Promise<Came<W['kind']>>;
  /** Waits for what only shows what is done already, for as long as there is time; it never fails. */
  whileTimeLasts(work: Promise<unknown>): Promise<void>;
  /**
   * The work's result, or `meanwhile` where that is not there in time. The work goes on as far as the platform lets it:
   * the outcome of a wish is then told in a direct message, and any other result to `late`.
   */
  answer<T>(
    work: Promise<T>,
    meanwhile: (kept: boolean) => T,
    late?: (result: T) => Promise<unknown>,
  ): Promise<T>;
}

export interface DeliveryOptions {
  /** What Slack repeats when it delivers the same again, such as a trigger id. */
  readonly id: string;
  readonly userId: string;
  /** How long after Slack began to wait an answer is due. */
  readonly limitMs: number;
  /** How long Slack has been waiting already: an instance that has just started took its time. */
  readonly waitedMs?: number;
}

export function createDelivery(
  flows: FlowDeps,
  { id, userId, limitMs, waitedMs = 0 }: DeliveryOptions,
): Delivery {
  const { store, clock, log } = flows;
  const name = createHash('sha256').update(id).digest('hex').slice(0, 32);
  const wishedAt = clock.now();
  const startedAt = performance.now();
  const leftMs = limitMs - Math.min(waitedMs, limitMs / 2);
  let keeping: Promise<void> | undefined;
  let isKept = false;
  let isLate = false;

  async function keep(wish: Wish, leftAloneMs: number): Promise<void> {
    try {
      const dueAt = clock.now() + leftAloneMs;
      await store.keepWish({ id: name, userId, wish, wishedAt, dueAt, attempts: 0 });
      isKept = true;
    } catch (error) {
      log('WARNING', 'wish-not-kept', { userId, kind: wish.kind, cause: messageOf(error) });
    }
  }

  /** It is done, whatever came of it: nothing is left for a sweep to do, and whoever was told to wait is told. */
  async function settle(wish: Wish, came: Came<WishKind>): Promise<void> {
    if (!keeping) return;
    try {
      await keeping;
      // One that a sweep has taken meanwhile is told of by the sweep.
      const isOurs = !isKept || (await store.dropWish(name));
      if (isLate && isOurs) await tellOutcome(flows, userId, wish, came);
    } catch (error) {
      log('WARNING', 'wish-left-to-sweep', { userId, kind: wish.kind, cause: messageOf(error) });
    }
  }

  const delivery: Delivery = {
    userId,
    leftMs: () => leftMs - (performance.now() - startedAt),
    async carryOut<W extends Wish>(wish: W): Promise<Came<W['kind']>> {
      const timer = setTimeout(() => {
        keeping = keep(wish, LEFT_ALONE_MS);
      }, leftMs * KEPT_AFTER);
      try {
        const came = await carryOut(flows, { userId, wishedAt }, wish);
        await delivery.whileTimeLasts(settle(wish, came));
        return came;
      } catch (error) {
        // Slack or the store may have failed long before that time: nobody is at it any more, so the next sweep may be.
        if (passes(error)) keeping ??= keep(wish, 0);
        await keeping;
        if (!isKept) throw error;
        log('WARNING', 'wish-left-to-sweep', { userId, kind: wish.kind, cause: messageOf(error) });
        throw new Kept();
      } finally {
        clearTimeout(timer);
      }
    },
    async whileTimeLasts(work) {
      const failed = (error: unknown) =>
        log('WARNING', 'slack-call-failed', { userId, cause: messageOf(error) });
      const shown = work.then(() => {}, failed);
      const restMs = Math.max(0, SHOWN_WITHIN * leftMs - (performance.now() - startedAt));
      await inTime<void>(shown, restMs, () => {});
    },
    answer: (work, meanwhile, late = async () => {}) =>
      inTime(
        work,
        leftMs,
        async () => {
          isLate = true;
          // Whether the wish is kept is worth a moment: it decides what can be promised.
          const kept = (keeping ?? Promise.resolve()).then(() => isKept);
          return meanwhile(await inTime(kept, leftMs * KEPT_SOON, () => false));
        },
        {
          late: async (result) => {
            if (keeping === undefined) await late(result);
          },
          failed: (error) => log('WARNING', 'late-answer-failed', { userId, cause: messageOf(error) }),
        },
      ),
  };
  return delivery;
}

/** Whether what failed may work in a minute. */
function passes(error: unknown): boolean {
  return hasCode(error, 'unavailable', 'timeout', 'rate-limited', 'quota', 'conflict');
}
