import type { KeptWish, Wish, WishKind } from '../domain/wish.ts';
import { hasCode, messageOf } from '../errors.ts';
import { gaveUpMessage, outcomeMessageOf } from '../slack/wish-messages.ts';
import { type Came, carryOut } from './carry-out.ts';
import type { FlowDeps } from './deps.ts';

/** Kept wishes that one sweep carries out, side by side. */
const AT_ONCE = 8;
/** After that many attempts, a minute or more apart, the person is told to do it again. */
const MOST_ATTEMPTS = 10;
const TRY_AGAIN_MS = 50_000;

export interface KeptSummary {
  /** Wishes that were carried out, or given up. */
  carriedOut: number;
  /** Wishes that are to be tried again. */
  failed: number;
}

/** Carries out wishes that could not be while Slack waited, and tells those whose wishes they are what came of them. */
export async function carryOutKept(deps: FlowDeps): Promise<KeptSummary> {
  const due = await deps.store.wishesDue(deps.clock.now(), AT_ONCE);
  const summary: KeptSummary = { carriedOut: 0, failed: 0 };
  await Promise.all(
    due.map(async (kept) => {
      if (await settled(deps, kept)) summary.carriedOut += 1;
      else summary.failed += 1;
    }),
  );
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

/** Whether nothing is left to do for a wish. */
async function settled(deps: FlowDeps, kept: KeptWish): Promise<boolean> {
  const { store, clock, log, messenger } = deps;
  const { id, userId, wish, attempts, wishedAt } = kept;
  try {
    const came = await carryOut(deps, kept, wish);
    await tellOutcome(deps, userId, wish, came).catch(ifUnreachable);
    await store.dropWish(id);
    return true;
  } catch (error) {
    const facts = { userId, kind: wish.kind, attempts: attempts + 1, cause: messageOf(error) };
    if (attempts + 1 < MOST_ATTEMPTS) {
      log('WARNING', 'wish-failed', facts);
      await store.keepWish({ ...kept, attempts: attempts + 1, dueAt: clock.now() + TRY_AGAIN_MS });
      return false;
    }
    log('ERROR', 'wish-given-up', facts);
    await messenger.post(userId, gaveUpMessage(wishedAt)).catch(() => {});
    await store.dropWish(id);
    return true;
  }
}

/** Whoever left Slack hears nothing more. */
function ifUnreachable(error: unknown): void {
  if (!hasCode(error, 'not-found', 'invalid')) throw error;
}
