import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Project } from '../domain/project.ts';
import { type CatalogEntry, servicePath } from '../domain/service.ts';
import { messageOf } from '../errors.ts';
import type { Clock, GrantStore, ServiceCatalog } from '../ports.ts';
import type { Log } from './converge-service.ts';
import { forEachBounded } from './pool.ts';

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

  const all = deps.projects.flatMap((p) => p.regions.map((region) => ({ project: p.id, region })));
  const left = all.filter((place) => catalogLeft.includes(regionKey(place)));
  const rest = isDue ? all.filter((place) => !left.includes(place)) : [];
  const digests = new Map(all.flatMap((place) => digestIn(catalogDigests, place)));
  const notBegun: string[] = [];
  await forEachBounded([...left, ...rest], REGIONS_IN_PARALLEL, async (place) => {
    const key = regionKey(place);
    if (clock.now() - startedAt >= BEGIN_WITHIN_MS) {
      notBegun.push(key);
      return;
    }
    const digest = await refreshRegion(deps, place, digests.get(key));
    if (digest !== undefined) digests.set(key, digest);
  });
  if (notBegun.length > 0) deps.log('WARNING', 'catalog-left', { regions: notBegun.length });
  const now = Object.fromEntries(digests);
  await store.putControl({
    ...(isDeepStrictEqual(now, catalogDigests) ? {} : { catalogDigests: now }),
    ...(notBegun.length > 0 ? { catalogLeft: notBegun } : {}),
  });
}

interface Place {
  readonly project: string;
  readonly region: string;
}

function regionKey({ project, region }: Place): string {
  return `${project}/${region}`;
}

function digestIn(digests: Readonly<Record<string, string>>, place: Place): [string, string][] {
  const digest = digests[regionKey(place)];
  return digest === undefined ? [] : [[regionKey(place), digest]];
}

/** The digest of what is now stored of a region; nothing where it could not be listed, and what is known of it stays. */
async function refreshRegion(
  { services, store, log }: CatalogDeps,
  { project, region }: Place,
  before: string | undefined,
): Promise<string | undefined> {
  try {
    const entries = await services.list(project, region);
    const digest = digestOf(entries);
    if (digest === before) return digest;
    // What is half written, or not noted in the end, must differ from every listing to come.
    await forgetDigest(store, regionKey({ project, region }));
    await store.putCatalog(project, region, entries);
    return digest;
  } catch (error) {
    log('WARNING', 'catalog-not-listed', { region: `${project}/${region}`, cause: messageOf(error) });
    return undefined;
  }
}

async function forgetDigest(store: GrantStore, key: string): Promise<void> {
  await store.updateControl(({ catalogDigests = {} }) => {
    const { [key]: forgotten, ...rest } = catalogDigests;
    return { ...(forgotten === undefined ? {} : { put: { catalogDigests: rest } }), result: undefined };
  });
}

function digestOf(entries: readonly CatalogEntry[]): string {
  const sorted = [...entries].sort((a, b) => (servicePath(a.ref) < servicePath(b.ref) ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(sorted)).digest('base64url').slice(0, 22);
}
