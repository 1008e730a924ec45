import { end, withdraw } from '../domain/decide.ts';
import { isRefused, refused } from '../domain/refused.ts';
import { changeOf, type Decided } from './decide.ts';
import { type FlowDeps, whoIs } from './deps.ts';

/** The requester, or the colleague it is for, takes an unanswered request back. */
export async function withdrawGrant(deps: FlowDeps, grantId: string, userId: string): Promise<Decided> {
  return await own(deps, grantId, userId, withdraw);
}

/** The requester, or the colleague who has it, ends access before its time. */
export async function endGrant(deps: FlowDeps, grantId: string, userId: string): Promise<Decided> {
  return await own(deps, grantId, userId, end);
}

async function own(deps: FlowDeps, grantId: string, userId: string, act: typeof end): Promise<Decided> {
  const person = await whoIs(deps, userId);
  if (isRefused(person)) return person;
  const outcome = await deps.store.update(grantId, (grant) => changeOf(act(grant, person, deps.clock.now())));
  return outcome ?? refused('gone', 'This request no longer exists.');
}
