import { end, withdraw } from '../domain/decide.ts';
import { requestExtension } from '../domain/extend.ts';
import { isRefused } from '../domain/refused.ts';
import { changed, type Decided, type DecideInput, judged } from './decide.ts';
import { type FlowDeps, whoIs } from './deps.ts';

// What those can do whose access it is.

/** The requester, or the colleague it is for, takes an unanswered request back, with all that was asked for at once. */
export async function withdrawGrant(deps: FlowDeps, grantId: string, userId: string): Promise<Decided> {
  const person = await whoIs(deps, userId);
  if (isRefused(person)) return person;
  return await changed(deps, grantId, true, (grant) => withdraw(grant, person, deps.clock.now()));
}

/** The requester, or the colleague who has it, ends access before its time. */
export async function endGrant(deps: FlowDeps, grantId: string, userId: string): Promise<Decided> {
  const person = await whoIs(deps, userId);
  if (isRefused(person)) return person;
  return await changed(deps, grantId, false, (grant) => end(grant, person, deps.clock.now()));
}

/** The requester, or the colleague who has it, asks for as long again. */
export async function extendGrant(deps: FlowDeps, input: DecideInput): Promise<Decided> {
  return await judged(deps, input, {
    groups: (entitlement) => entitlement.requesters.usergroups,
    judge: requestExtension,
  });
}
