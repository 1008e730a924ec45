import type { KeptWish, Wish, WishKind } from '../domain/wish.ts';
import { hasCode, messageOf } from '../errors.ts';
import { gaveUpMessage, outcomeMessageOf } from '../slack/wish-messages.ts';
import { type Came, carryOut } from './carry-out.ts';
import type { FlowDeps } from './deps.ts';

/** Kept wishes that are carried out side by side. */
const AT_ONCE = 8;
/** No more are begun later than this; the rest is left to the next sweep. */
const BEGIN_WITHIN_MS = 20_000;
/** After that many attempts, a minute or more apart, the person is told to do it again. */
const MOST_ATTEMPTS = 10;
/** As long as Slack does not even take that, it is tried on: an hour or so at most. */
const MOST_UNTOLD = 60;
/** When a wish that was taken is tried again, if nothing else comes of it. */
const TRY_AGAIN_MS = 50_000;

export interface KeptSummary {
  /** Wishes that were carried out, or given up. */
  carriedOut: number;
  /** What is to be tried again. */
  failed: number;
}

/**
 * Carries out wishes that could not be while Slack waited, and tells those whose wishes they are what came of them.
 * Never throws: what fails is due again.
 */
export async function carryOutKept(deps: FlowDeps): Promise<KeptSummary> {
  const { store, clock, log } = deps;
  const startedAt = clock.now();
  const summary: KeptSummary = { carriedOut: 0, failed: 0 };
  try {
    while (clock.now() - startedAt < BEGIN_WITHIN_MS) {
      const taken = await store.takeWishes(clock.now(), AT_ONCE, TRY_AGAIN_MS);
      if (taken.length === 0) break;
      await Promise.all(
        taken.map(async (kept) => {
          if (await settled(deps, kept)) summary.carriedOut += 1;
          else summary.failed += 1;
        }),
      );
    }
  } catch (error) {
    summary.failed += 1;
    log('ERROR', 'wishes-failed', { cause: messageOf(error) });
  }
  return summary;
}

/** In a direct message, unless the outcome has a message of its own. */
export async function tellOutcome(
  { messenger }: FlowDeps,
  userId: string,
  wish: Wish,
  came: Came<WishKind>,
): Promise<void> {
  const message = outcomeMessageOf(wish, came);
  if (message) await messenger.post(userId, message);
}

/** Whether nothing is left to do for a wish; one that is not done stays due, as it was when it was taken. */
async function settled(deps: FlowDeps, kept: KeptWish): Promise<boolean> {
  const { store, log } = deps;
  const { id, userId, wish, attempts } = kept;
  let isDone = false;
  try {
    const came = await carryOut(deps, kept, wish);
    isDone = true;
    await tellOutcome(deps, userId, wish, came).catch(ifUnreachable);
    await store.dropWish(id);
    return true;
  } catch (error) {
    const facts = { userId, kind: wish.kind, attempts, cause: messageOf(error) };
    if (attempts < MOST_ATTEMPTS) {
      log('WARNING', isDone ? 'wish-not-told' : 'wish-failed', facts);
      return false;
    }
    if (!isDone && !(await isToldOfGivingUp(deps, kept)) && attempts < MOST_UNTOLD) {
      log('WARNING', 'wish-failed', facts);
      return false;
    }
    log('ERROR', isDone ? 'wish-never-told' : 'wish-given-up', facts);
    await store.dropWish(id);
    return true;
  }
}

/** Whether the person knows that their wish came to nothing, or cannot be reached for good. */
async function isToldOfGivingUp({ messenger }: FlowDeps, { userId, wishedAt }: KeptWish): Promise<boolean> {
  return await messenger.post(userId, gaveUpMessage(wishedAt)).then(
    () => true,
    (error: unknown) => hasCode(error, 'not-found', 'invalid'),
  );
}

/** Whoever left Slack hears nothing more. */
function ifUnreachable(error: unknown): void {
  if (!hasCode(error, 'not-found', 'invalid')) throw error;
}
