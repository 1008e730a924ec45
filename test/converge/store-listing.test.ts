import { beforeEach, describe, expect, test } from 'vitest';
import { createEmbeddedStore, type EmbeddedStore } from '../../simulator/embedded-store.ts';
import { refreshCatalog } from '../../src/converge/refresh-catalog.ts';
import { storeListing } from '../../src/converge/store-listing.ts';
import type { CatalogEntry } from '../../src/domain/service.ts';
import { createCatalog } from '../../src/flows/catalog.ts';
import type { StoreUse } from '../../src/ports.ts';
import { anEntry, HOUR_MS, T0 } from '../support/grants.ts';

// The catalog is what sweeps listed last, however many list at once.

const PLACE = { project: 'acme-prod', region: 'us-central1' };
const [billing, docs] = ['billing', 'docs'].map((name) => anEntry(`acme-prod/us-central1/${name}`)) as [
  CatalogEntry,
  CatalogEntry,
];
let now: number;
let uses: StoreUse[];
let store: EmbeddedStore;
let listed: readonly CatalogEntry[];

beforeEach(() => {
  now = T0;
  uses = [];
  store = createEmbeddedStore({ onUse: (use) => uses.push(use) });
});

const deps = () => ({
  store,
  services: { list: async () => listed },
  projects: [{ id: PLACE.project, number: '123456789012', regions: [PLACE.region] }],
  clock: { now: () => now },
  log: () => {},
});
const sweep = async (...entries: readonly CatalogEntry[]) => {
  listed = entries;
  now += HOUR_MS;
  await refreshCatalog(deps());
};
const known = async () => (await store.catalog()).map(({ ref }) => ref.service).sort();

describe('a listing', () => {
  test('is stored where it differs from the one before', async () => {
    await sweep(billing);
    await sweep(billing, docs);
    expect(await known()).toEqual(['billing', 'docs']);
    await sweep(billing);
    expect(await known()).toEqual(['billing']);
  });

  test('that was stored already costs no look at the region', async () => {
    await sweep(billing, docs);
    uses.length = 0;
    await sweep(docs, billing);
    expect(uses.map(({ op }) => op)).not.toContain('putCatalog');
  });

  test('of somebody who waits for it is not stored, since it may be old when it would be', async () => {
    await sweep(billing);
    listed = [billing, docs];
    const catalog = createCatalog(deps());
    expect(await catalog.all({ fresh: true })).toEqual([billing, docs]);
    expect(await catalog.all()).toEqual([billing, docs]);
    expect(await known()).toEqual(['billing']);
  });

  test('that could not be stored is stored the next time', async () => {
    const { putCatalog } = store;
    store.putCatalog = async () => {
      throw new Error('the instance died');
    };
    await sweep(billing);
    store.putCatalog = putCatalog;
    await sweep(billing);
    expect(await known()).toEqual(['billing']);
  });

  test.each(['first', 'last'])(
    'that is written %s of two at once is mended by the next one',
    async (mine) => {
      const { putCatalog } = store;
      store.putCatalog = async (project, region, entries) => {
        store.putCatalog = putCatalog;
        const others = storeListing(store, PLACE, [billing, docs]);
        if (mine === 'last') await others;
        await putCatalog(project, region, entries);
        await others;
      };
      await sweep(billing);
      await sweep(billing);
      expect(await known()).toEqual(['billing']);
    },
  );
});
