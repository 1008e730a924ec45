import { type Place, type Project, placeKey, placesOf } from '../domain/project.ts';
import { messageOf } from '../errors.ts';
import { forEachBounded } from '../pool.ts';
import type { Clock, GrantStore, Log, ServiceCatalog } from '../ports.ts';
import { storeListing } from './store-listing.ts';

/** How often Cloud Run is asked for its services. */
const LIST_EVERY_MS = 5 * 60_000;
const REGIONS_IN_PARALLEL = 4;
/** No region is begun later than this; one takes a few seconds at most, so that a run ends well inside its minute. */
const BEGIN_WITHIN_MS = 25_000;

export interface CatalogDeps {
  readonly store: GrantStore;
  readonly services: ServiceCatalog;
  readonly projects: readonly Project[];
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Lists Cloud Run's services where that is due, and stores the regions whose listing differs from the last one. The
 * listing is noted before it begins, so that a run that dies of it is not followed by others that do; regions that
 * there is no time for are noted after it, and come first in the next run.
 */
export async function refreshCatalog(deps: CatalogDeps): Promise<void> {
  const { store, clock } = deps;
  const startedAt = clock.now();
  const { catalogListedAt = 0, catalogDigests = {}, catalogLeft = [] } = await store.control();
  const isDue = startedAt - catalogListedAt >= LIST_EVERY_MS;
  if (!isDue && catalogLeft.length === 0) return;
  await store.putControl({ catalogLeft: [], ...(isDue ? { catalogListedAt: startedAt } : {}) });

  const all = placesOf(deps.projects);
  const left = all.filter((place) => catalogLeft.includes(placeKey(place)));
  const rest = isDue ? all.filter((place) => !left.includes(place)) : [];
  const notBegun: string[] = [];
  await forEachBounded([...left, ...rest], REGIONS_IN_PARALLEL, async (place) => {
    if (clock.now() - startedAt < BEGIN_WITHIN_MS) await refreshRegion(deps, place, catalogDigests);
    else notBegun.push(placeKey(place));
  });
  if (notBegun.length === 0) return;
  deps.log('WARNING', 'catalog-left', { regions: notBegun.length });
  await store.putControl({ catalogLeft: notBegun });
}

/** What is known of a region that could not be listed stays. */
async function refreshRegion(
  { services, store, log }: CatalogDeps,
  place: Place,
  noted: Readonly<Record<string, string>>,
): Promise<void> {
  try {
    await storeListing(store, place, await services.list(place.project, place.region), noted);
  } catch (error) {
    log('WARNING', 'catalog-not-listed', { region: placeKey(place), cause: messageOf(error) });
  }
}
