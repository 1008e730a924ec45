import { type Project, placeKey, placesOf } from '../domain/project.ts';
import type { CatalogEntry } from '../domain/service.ts';
import { messageOf } from '../errors.ts';
import type { Clock, GrantStore, Log, ServiceCatalog } from '../ports.ts';
import type { Catalog } from './deps.ts';

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
  // Promises, so that questions that come together share one answer, and an answer that failed is not kept.
  let kept: { readonly at: number; readonly entries: Promise<readonly CatalogEntry[]> } | undefined;
  let asked: { readonly at: number; readonly entries: Promise<readonly CatalogEntry[]> } | undefined;

  return {
    async all({ fresh = false } = {}) {
      const now = clock.now();
      if (fresh && (!asked || now - asked.at >= FRESH_EVERY_MS)) {
        const mine = { at: now, entries: listAll() };
        asked = mine;
        mine.entries.then(
          () => {
            kept = mine;
          },
          () => {
            if (asked === mine) asked = undefined;
          },
        );
      }
      if (fresh && asked) return await asked.entries;
      if (!kept || now - kept.at >= KEPT_MS) {
        const mine = { at: now, entries: store.catalog() };
        kept = mine;
        mine.entries.catch(() => {
          if (kept === mine) kept = undefined;
        });
      }
      return await kept.entries;
    },
  };

  /**
   * Cloud Run's own answer. It is kept here and not stored: whoever answers people may be stopped at any time and go on
   * long after, and would write over what the sweep has listed since.
   */
  async function listAll(): Promise<readonly CatalogEntry[]> {
    const places = placesOf(projects);
    const lists = await Promise.allSettled(places.map((place) => services.list(place.project, place.region)));
    const failed = lists.find((list) => list.status === 'rejected');
    if (failed && lists.every((list) => list.status === 'rejected')) throw failed.reason;
    if (!failed) return lists.flatMap((list) => (list.status === 'fulfilled' ? list.value : []));
    // A region that did not answer keeps what is known of it.
    const known = await store.catalog();
    return places.flatMap((place, i) => {
      const list = lists[i];
      if (list?.status === 'fulfilled') return list.value;
      log('WARNING', 'catalog-not-listed', { region: placeKey(place), cause: messageOf(list?.reason) });
      return known.filter(({ ref }) => placeKey(ref) === placeKey(place));
    });
  }
}
