import { describe, expect, it } from 'vitest';
import type { StoreUse } from '../../src/ports.ts';
import type { MakeStore } from './grant-store.contract.ts';
import { billing, entry, T0 } from './grants.ts';

const european = entry('billing', { ref: { ...billing, region: 'europe-west1' } });

export function testCatalogAndControl(makeStore: MakeStore): void {
  describe('the catalog', () => {
    it('is replaced region by region', async () => {
      const store = makeStore();
      const labels = { team: 'billing', 'cost-center': '7', at: 'x' };
      const changed = entry('billing', { iapEnabled: false, uri: '', description: 'invoices', labels });
      await store.putCatalog('acme-prod', 'us-central1', [entry('billing'), entry('old')]);
      await store.putCatalog('acme-prod', 'europe-west1', [european]);
      await store.putCatalog('acme-prod', 'us-central1', [changed, entry('new')]);
      const byUri = [...(await store.catalog())].sort((a, b) => (a.uri < b.uri ? -1 : 1));
      expect(byUri).toEqual([changed, european, entry('new')]);
    });

    it('writes only what differs', async () => {
      const uses: StoreUse[] = [];
      const store = makeStore((use) => uses.push(use));
      const three = [entry('a'), entry('b'), entry('c')];
      await store.putCatalog('acme-prod', 'us-central1', three);
      await store.putCatalog('acme-prod', 'us-central1', [...three].reverse());
      await store.putCatalog('acme-prod', 'us-central1', [entry('a'), entry('b', { labels: { x: 'y' } })]);
      expect(uses.map(({ reads, writes }) => [reads, writes])).toEqual([
        [1, 3],
        [3, 0],
        [4, 2],
      ]);
    });

    it('drops a label that is gone', async () => {
      const store = makeStore();
      await store.putCatalog('acme-prod', 'us-central1', [entry('a', { labels: { x: '1', y: '2' } })]);
      await store.putCatalog('acme-prod', 'us-central1', [entry('a', { labels: { y: '2' } })]);
      expect(await store.catalog()).toEqual([entry('a', { labels: { y: '2' } })]);
    });

    it('keeps the lease and the verification of a service that it drops', async () => {
      const store = makeStore();
      await store.putCatalog('acme-prod', 'us-central1', [entry('billing')]);
      await store.takeLease(billing, 'run-1', T0, 30_000);
      await store.putCatalog('acme-prod', 'us-central1', []);
      expect(await store.catalog()).toEqual([]);
      expect(await store.takeLease(billing, 'run-2', T0, 30_000)).toMatchObject({ taken: false });

      const done = { changes: [], lease: 'release', verifyAt: T0, result: null } as const;
      await store.settle(billing, 'run-1', T0, () => done);
      await store.putCatalog('acme-prod', 'us-central1', [entry('billing')]);
      await store.putCatalog('acme-prod', 'us-central1', []);
      expect(await store.catalog()).toEqual([]);
      const found = await store.toVerify(T0, { busy: 9, all: 9 }, () => T0 + 1);
      expect(found.map(({ service }) => service)).toEqual([billing]);
    });

    it('refuses an entry of another region, and stores nothing', async () => {
      const store = makeStore();
      const putting = store.putCatalog('acme-prod', 'us-central1', [entry('a'), european]);
      await expect(putting).rejects.toMatchObject({ code: 'invalid' });
      expect(await store.catalog()).toEqual([]);
    });
  });

  describe('the control document', () => {
    it('is empty at first, and takes changes field by field, each wholly', async () => {
      const store = makeStore();
      expect(await store.control()).toEqual({});
      const freeze = { byUserId: 'U0GRACE', at: T0, reason: 'incident' };
      await store.putControl({ catalogListedAt: T0, catalogDigests: { 'p/r1': 'd1', 'p/r2': 'd2' } });
      await store.putControl({ freeze });
      await store.putControl({ catalogDigests: { 'p/r1': 'd3' } });
      await store.putControl({});
      const rest = { catalogListedAt: T0, catalogDigests: { 'p/r1': 'd3' } };
      expect(await store.control()).toEqual({ ...rest, freeze });
      await store.putControl({ freeze: null });
      expect(await store.control()).toEqual({ ...rest, freeze: null });
    });

    it('is changed by what was read of it, or left alone, in one transaction', async () => {
      const store = makeStore();
      const at = T0;
      const frozen = (byUserId: string) =>
        store.updateControl(({ freeze }) =>
          freeze
            ? { result: 'already' }
            : { put: { freeze: { byUserId, at, reason: 'x' }, freezeChangedAt: at }, result: 'frozen' },
        );
      expect((await Promise.all([frozen('U1'), frozen('U2')])).sort()).toEqual(['already', 'frozen']);
      expect(await store.control()).toMatchObject({ freezeChangedAt: at, freeze: { at } });
    });
  });
}
