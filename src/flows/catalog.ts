import type { Project } from '../domain/project.ts';
import type { CatalogEntry } from '../domain/service.ts';
import { messageOf } from '../errors.ts';
import type { Clock, GrantStore, ServiceCatalog } from '../ports.ts';
import type { Catalog, Log } from './deps.ts';

/** How long an instance believes what it read from the store. */
const KEPT_MS = 60_000;
/** How often an instance asks Cloud Run itself at the most. */
const FRESH_EVERY_MS = 10_000;

interface CatalogDeps {
  readonly store: GrantStore;
  readonly services: ServiceCatalog;
  readonly projects: readonly Project[];
  readonly clock: Clock;
  readonly log: Log;
}

/** The catalog that the sweep keeps in the store; Cloud Run is asked only for what is not there. */
export function createCatalog({ store, services, projects, clock, log }: CatalogDeps): Catalog {
  let kept: { readonly at: number; readonly entries: readonly CatalogEntry[] } | undefined;
  let askedAt = Number.NEGATIVE_INFINITY;

  return {
    async all({ fresh = false } = {}) {
      const now = clock.now();
      if (fresh && now - askedAt >= FRESH_EVERY_MS) {
        askedAt = now;
        kept = { at: now, entries: await listAll() };
      }
      if (!kept || now - kept.at >= KEPT_MS) kept = { at: now, entries: await store.catalog() };
      return kept.entries;
    },
  };

  async function listAll(): Promise<CatalogEntry[]> {
    const regions = projects.flatMap((p) => p.regions.map((region) => ({ project: p.id, region })));
    const lists = await Promise.all(
      regions.map(async ({ project, region }) => {
        try {
          return await services.list(project, region);
        } catch (error) {
          log('WARNING', 'catalog-not-listed', { region: `${project}/${region}`, cause: messageOf(error) });
          const known = await store.catalog();
          return known.filter((e) => e.ref.project === project && e.ref.region === region);
        }
      }),
    );
    return lists.flat();
  }
}
