import { type Grant, isOpen } from '../domain/grant.ts';
import { forEachBounded } from '../pool.ts';
import { type AnnounceDeps, announce } from './announce.ts';
import { type ConvergeDeps, type ConvergeResult, convergeService } from './converge-service.ts';
import { passTime } from './progress-grant.ts';

/** Grants whose messages one run brings up to date besides its own; each has a trigger of its own to do the rest. */
const ANNOUNCED_AFTER_CONVERGING = 10;
const ANNOUNCED_AT_ONCE = 4;

export type Deps = ConvergeDeps & AnnounceDeps;

/**
 * Brings one grant where it should be: what time brought about, its service's policy, its messages. The same for a
 * trigger, a lost one's replacement, and a duplicate: it looks only at what is stored.
 */
export async function convergeGrant(deps: Deps, id: string): Promise<ConvergeResult | undefined> {
  const now = deps.clock.now();
  const grant = await deps.store.update(id, passTime(now));
  if (!grant) return undefined;
  // What failed before is for the sweep to repeat: the note of a failure is a write too, and triggers this.
  const result =
    needsPolicy(grant, now) && !('trouble' in grant) ? await convergeService(deps, grant.service) : undefined;
  const others = result && result.kind !== 'held' ? result.changed.map((g) => g.id) : [];
  await announceAll(deps, [...new Set([id, ...others])].slice(0, ANNOUNCED_AFTER_CONVERGING));
  return result;
}

/** Whether the policy of a grant's service has to be read on its account, now. */
export function needsPolicy(grant: Grant, now: number): boolean {
  if (!isOpen(grant)) return false;
  // Whoever's time is up is looked at with every sweep: all that is left to do is to say so, and to clean up.
  const isOver = grant.state === 'ACTIVE' && grant.term.endsAt <= now;
  if (grant.trouble && grant.trouble.retryAt > now && !isOver) return false;
  if (grant.state !== 'ACTIVE') return true;
  return grant.trouble !== undefined || grant.term.endsAt <= now || grant.appliedEndsAt !== grant.term.endsAt;
}

async function announceAll(deps: Deps, ids: readonly string[]): Promise<void> {
  await forEachBounded(ids, ANNOUNCED_AT_ONCE, async (id) => {
    await announce(deps, id);
  });
}
