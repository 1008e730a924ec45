import type { Grant } from '../domain/grant.ts';
import type { Person } from '../domain/person.ts';
import { type ServiceRef, serviceKey } from '../domain/service.ts';
import { messageOf } from '../errors.ts';
import type { FlowDeps } from './deps.ts';

/** What somebody has of a service before asking for it. */
export interface Already {
  readonly service: ServiceRef;
  /** Access without an end, beside Latchkey. */
  readonly standing: boolean;
  /** A grant that runs, or a request that waits. */
  readonly grant?: Grant;
}

/** What somebody has of these services; to be told, so what cannot be had is left out. */
export async function accessBeside(
  deps: FlowDeps,
  person: Person,
  services: readonly ServiceRef[],
  unfinished: readonly Grant[],
): Promise<Already[]> {
  const all = await Promise.all(
    services.map(async (service): Promise<Already> => {
      const standing = (await standingOf(deps, service)).includes(person.email);
      const own = unfinished.filter(
        // What somebody has under an address that is no longer theirs does not let them in.
        (g) =>
          serviceKey(g.service) === serviceKey(service) &&
          g.state !== 'REVOKING' &&
          g.principal.email === person.email,
      );
      const grant = own.find((g) => g.state === 'ACTIVE') ?? own[0];
      return { service, standing, ...(grant ? { grant } : {}) };
    }),
  );
  return all.filter((a) => a.standing || a.grant);
}

async function standingOf({ store, log }: FlowDeps, service: ServiceRef): Promise<readonly string[]> {
  try {
    return await store.standing(service);
  } catch (error) {
    log('WARNING', 'standing-unknown', { service: serviceKey(service), cause: messageOf(error) });
    return [];
  }
}
