import { concerns } from '../domain/decide.ts';
import type { Grant } from '../domain/grant.ts';
import { isRefused, type Refused, refused } from '../domain/refused.ts';
import { SERVICES_MAX } from '../domain/request.ts';
import { servicePath } from '../domain/service.ts';
import { type Asked, ask, batchOf, grantId } from './ask.ts';
import { type FlowDeps, whoIs } from './deps.ts';

/**
 * Asks once more for what a grant was asked for: alone where it failed alone, or with the rest of its submission that
 * nobody answered either. Asked twice, it is asked once.
 */
export async function askAgain(deps: FlowDeps, grantId: string, userId: string): Promise<Asked | Refused> {
  const batch = await submissionOf(deps, grantId, userId);
  if (isRefused(batch)) return batch;
  const named = batch.find((g) => g.id === grantId);
  const lacking = batch.filter(
    (g) => g.id === grantId || (g.state === 'EXPIRED' && named?.state === 'EXPIRED'),
  );
  return await repeat(deps, lacking, userId, `again ${grantId}`);
}

/** Asks once more for what somebody asked for last; where that still waits or runs, says so instead. */
export async function askLastAgain(
  deps: FlowDeps,
  { userId, wishedAt }: { readonly userId: string; readonly wishedAt: number },
  submission: string,
): Promise<Asked | Refused | { readonly kind: 'unfinished'; readonly grant: Grant }> {
  const all = await deps.store.ofRequester(userId, 2 * SERVICES_MAX);
  // What was asked for since is not what was meant, unless it is what came of this very wish.
  const latest = all.filter((g) => g.requestedAt <= wishedAt || g.batch[0] === grantId(submission, 0));
  const [last] = latest;
  if (!last)
    return refused('usage', 'You have not asked for anything yet. `/request-access` opens the form.');
  const batch = latest.filter((g) => last.batch.includes(g.id));
  // Carried out before, and its answer was lost.
  if (last.batch[0] === grantId(submission, 0))
    return { kind: 'asked', grants: batch, frozen: false, already: [] };
  const unfinished = batch.find((g) => g.state === 'APPROVAL_AWAITED' || ('term' in g && !('closedAt' in g)));
  if (unfinished) return { kind: 'unfinished', grant: unfinished };
  return await repeat(deps, batch, userId, submission);
}

/** All grants that were asked for at once, if this person is one of those whose request it was. */
export async function submissionOf(
  deps: FlowDeps,
  grantId: string,
  userId: string,
): Promise<readonly Grant[] | Refused> {
  const [person, grant] = await Promise.all([whoIs(deps, userId, deps.known), deps.store.get(grantId)]);
  if (isRefused(person)) return person;
  if (!grant) return refused('gone', 'This request no longer exists.');
  if (!concerns(grant, person))
    return refused('not-yours', 'Only the person who asked for this can ask for it again.');
  return await batchOf(deps, grant);
}

async function repeat(
  deps: FlowDeps,
  batch: readonly Grant[],
  userId: string,
  submission: string,
): Promise<Asked | Refused> {
  const [first] = batch;
  if (!first) return refused('gone', 'This request no longer exists.');
  const { requestedStartAt } = first;
  return await ask(deps, {
    submission,
    requesterId: userId,
    principalId: first.principal.userId,
    services: batch.map((g) => servicePath(g.service)),
    minutes: first.minutes,
    justification: first.justification,
    // A start that has passed meanwhile means now.
    ...(requestedStartAt !== undefined && requestedStartAt > deps.clock.now()
      ? { startAt: requestedStartAt }
      : {}),
  });
}
