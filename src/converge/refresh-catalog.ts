import { createHash } from 'node:crypto';
import type { Project } from '../domain/project.ts';
import { type CatalogEntry, servicePath } from '../domain/service.ts';
import { messageOf } from '../errors.ts';
import type { Clock, GrantStore, ServiceCatalog } from '../ports.ts';
import type { Log } from './converge-service.ts';
import { forEachBounded } from './pool.ts';

/** How often Cloud Run is asked for its services. */
const LIST_EVERY_MS = 5 * 60_000;
const REGIONS_IN_PARALLEL = 4;

export interface CatalogDeps {
  readonly store: GrantStore;
  readonly services: ServiceCatalog;
  readonly projects: readonly Project[];
  readonly clock: Clock;
  readonly log: Log;
}

/** Lists Cloud Run's services where that is due, and stores the regions whose listing differs from the last one. */
export async function refreshCatalog(deps: CatalogDeps): Promise<void> {
  const now = deps.clock.now();
  const { catalogListedAt = 0, catalogDigests = {} } = await deps.store.control();
  if (now - catalogListedAt < LIST_EVERY_MS) return;
  const digests: Record<string, string> = {};
  const regions = deps.projects.flatMap((p) => p.regions.map((region) => ({ project: p.id, region })));
  await forEachBounded(regions, REGIONS_IN_PARALLEL, async ({ project, region }) => {
    const key = `${project}/${region}`;
    const before = catalogDigests[key];
    if (before !== undefined) digests[key] = before;
    try {
      const entries = await deps.services.list(project, region);
      const digest = digestOf(entries);
      if (digest === before) return;
      await deps.store.putCatalog(project, region, entries);
      digests[key] = digest;
    } catch (error) {
      // A region that cannot be listed keeps what is known of it, and does not stand in the way of the others.
      deps.log('WARNING', 'catalog-not-listed', { region: key, cause: messageOf(error) });
    }
  });
  await deps.store.putControl({ catalogListedAt: now, catalogDigests: digests });
}

function digestOf(entries: readonly CatalogEntry[]): string {
  const sorted = [...entries].sort((a, b) => (servicePath(a.ref) < servicePath(b.ref) ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(sorted)).digest('base64url').slice(0, 22);
}
