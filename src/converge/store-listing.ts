import { createHash } from 'node:crypto';
import { type Place, placeKey } from '../domain/project.ts';
import { type CatalogEntry, servicePath } from '../domain/service.ts';
import type { GrantStore } from '../ports.ts';

// What Cloud Run lists goes into the catalog one region at a time, and a digest of it is noted in the control document:
// a region whose listing has that digest need not be read again to know that nothing has changed.

type Digests = Readonly<Record<string, string>>;
type Store = Pick<GrantStore, 'putCatalog' | 'updateControl'>;

/** Stores the listing of a place, unless it is the one that is noted as stored. */
export async function storeListing(
  store: Store,
  place: Place,
  entries: readonly CatalogEntry[],
  noted: Digests = {},
): Promise<void> {
  const digest = digestOf(entries);
  if (noted[placeKey(place)] === digest) return;
  // What is half written must differ from every listing to come.
  const begun = `storing ${digest}`;
  await note(store, place, () => begun);
  await store.putCatalog(place.project, place.region, entries);
  // Whoever stored another listing meanwhile may have written before this or after it: then the next one mends it.
  await note(store, place, (now) => (now === begun || now === digest ? digest : undefined));
}

async function note(
  store: Store,
  place: Place,
  change: (now: string | undefined) => string | undefined,
): Promise<void> {
  await store.updateControl(({ catalogDigests = {} }) => {
    const { [placeKey(place)]: now, ...rest } = catalogDigests;
    const next = change(now);
    if (next === now) return { result: undefined };
    return {
      put: { catalogDigests: next === undefined ? rest : { ...rest, [placeKey(place)]: next } },
      result: undefined,
    };
  });
}

function digestOf(entries: readonly CatalogEntry[]): string {
  const sorted = [...entries].sort((a, b) => (servicePath(a.ref) < servicePath(b.ref) ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(sorted)).digest('base64url').slice(0, 22);
}
