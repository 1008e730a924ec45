import type { Failure, Grant } from '../domain/grant.ts';
import { failed } from '../domain/progress.ts';
import { type ServiceRef, servicePath } from '../domain/service.ts';
import type { LatchkeyError } from '../errors.ts';
import { Hold, type HoldDeps } from './hold.ts';
import type { Round } from './intent.ts';
import { leftoversIn } from './leftovers.ts';
import { afterFailure, type Setback } from './settle.ts';

/** It could not be done now; what is due stays due. */
export interface Unsettled {
  readonly kind: 'unsettled';
  readonly changed: readonly Grant[];
  readonly failure: Failure;
}

export interface Defeat {
  readonly failure: Failure;
  readonly permanent?: boolean;
  /** A write may still be on its way. */
  readonly suspect: boolean;
  readonly last?: Round | undefined;
  /** Grants that must not be in the policy, found out on the way: that is not forgotten. */
  readonly rejected?: ReadonlyMap<string, Failure>;
}

/** Puts a failed attempt on record with the grants that waited for it, and gives the lease back. */
export async function giveUp(
  deps: HoldDeps,
  service: ServiceRef,
  hold: Hold,
  { failure, permanent = false, suspect, last, rejected = new Map() }: Defeat,
): Promise<Unsettled> {
  const setback: Setback = {
    ...failure,
    permanent,
    lacks: (g) => last !== undefined && !last.sight.shows(g, g.appliedEndsAt),
    leftovers: (g) => leftoversIn(last, g),
  };
  await hold.commit((open) => ({
    outcomes: open.map((g) => {
      const now = deps.clock.now();
      const why = rejected.get(g.id);
      return why && g.state === 'ACTIVATING' ? failed(g, why, now) : afterFailure(g, setback, now);
    }),
    lease: suspect ? 'suspect' : 'release',
  }));
  deps.log('WARNING', 'converge-unsettled', { service: servicePath(service), ...failure });
  return { kind: 'unsettled', changed: [...hold.changed.values()], failure };
}

/**
 * The lease ran out under a run. Where nobody took it over, the attempt is put on record all the same: what fails like
 * this each time must not fail in silence.
 */
export async function tookTooLong(
  deps: HoldDeps,
  service: ServiceRef,
  { code, message }: LatchkeyError,
): Promise<Unsettled> {
  const failure = { code, reason: message };
  const hold = await Hold.take(deps, service);
  if (hold) return await giveUp(deps, service, hold, { failure, suspect: true });
  deps.log('WARNING', 'converge-unsettled', { service: servicePath(service), ...failure });
  return { kind: 'unsettled', changed: [], failure };
}
