import { describe, expect, it } from 'vitest';
import type { Grant } from '../../src/domain/grant.ts';
import type { StoreUse } from '../../src/ports.ts';
import type { MakeStore } from './grant-store.contract.ts';
import { activating, ada, asked, awaited, billing, denied, grace, putActive, T0 } from './grants.ts';

const batch = ['g1', 'g2'];
const denyAll = (grants: readonly Grant[]) => ({
  changes: grants.map((g) => denied(g)),
  result: grants.map(({ id }) => id),
});

export function testBatches(makeStore: MakeStore): void {
  describe('updating a submission', () => {
    it('changes all of its grants with their events in one go, whichever of them was named', async () => {
      for (const named of batch) {
        const uses: StoreUse[] = [];
        const store = makeStore((use) => uses.push(use));
        await store.create([asked(awaited('g1', { batch })), asked(awaited('g2', { batch }))]);
        expect(await store.updateBatch(named, denyAll)).toEqual(batch);
        expect(await store.get('g1')).toEqual(denied(awaited('g1', { batch })).grant);
        expect(await store.get('g2')).toEqual(denied(awaited('g2', { batch })).grant);
        expect(await store.events('g2')).toHaveLength(2);
        expect(uses.find(({ op }) => op === 'updateBatch')).toEqual({
          op: 'updateBatch',
          reads: 3,
          writes: 4,
        });
      }
    });

    it('changes a grant alone where it was asked for alone, and keeps bookkeeping without an event', async () => {
      const store = makeStore();
      await store.create([asked(awaited('g1'))]);
      const announcements = { refs: {}, revision: 1, settlesAt: T0 };
      await store.updateBatch('g1', (grants) => ({
        changes: grants.map((grant) => ({ kind: 'keep', grant: { ...grant, announcements } }) as const),
        result: null,
      }));
      expect(await store.get('g1')).toEqual(awaited('g1', { announcements }));
      expect(await store.events('g1')).toHaveLength(1);
    });

    it('sees a freeze of approvals as it is at that moment, and so does creating', async () => {
      const store = makeStore();
      await store.create([asked(awaited('g1'))], { unlessFrozen: true });
      const seen = () =>
        store.updateBatch('g1', (_, { freeze }) => ({ changes: [], result: freeze != null }));
      expect(await seen()).toBe(false);
      await store.putControl({ freeze: { byUserId: 'U0ROOT', at: T0, reason: 'x' } });
      expect(await seen()).toBe(true);
      const refused = await store.create([asked(awaited('g2'))], { unlessFrozen: true });
      expect(refused).toEqual({ created: false, grants: [] });
      expect(await store.get('g2')).toBeUndefined();
      expect((await store.create([asked(awaited('g2'))])).created).toBe(true);
    });

    it('writes nothing where the change wants nothing, throws, or names no grant', async () => {
      const store = makeStore();
      await store.create([asked(awaited('g1'))]);
      expect(await store.updateBatch('g1', () => ({ changes: [], result: 'no' }))).toBe('no');
      const failing = store.updateBatch('g1', () => {
        throw new Error('not today');
      });
      await expect(failing).rejects.toThrow('not today');
      expect(await store.updateBatch('none', denyAll)).toBeUndefined();
      expect(await store.updateBatch('a/b', denyAll)).toBeUndefined();
      expect(await store.get('g1')).toEqual(awaited('g1'));
    });
  });

  describe('what is not over', () => {
    it('is found by principal and by service, whatever the state', async () => {
      const store = makeStore();
      const other = { ...billing, service: 'other' };
      await store.create([asked(awaited('waiting'))]);
      await store.create([asked(awaited('over'))]);
      await store.update('over', (g) => ({ commit: denied(g), result: null }));
      await store.create([asked(awaited('elsewhere', { service: other, principal: grace }))]);
      await store.create([asked(awaited('applying', { principal: grace }))]);
      await store.update('applying', (g) => ({ commit: activating(g), result: null }));
      await putActive(store, 'active');
      const ids = (grants: readonly Grant[]) => grants.map(({ id }) => id).sort();
      expect(ids(await store.unfinished({ principalId: ada.userId }))).toEqual(['active', 'waiting']);
      expect(ids(await store.unfinished({ principalId: grace.userId }))).toEqual(['applying', 'elsewhere']);
      expect(ids(await store.unfinished({ service: billing }))).toEqual(['active', 'applying', 'waiting']);
      expect(await store.unfinished({ principalId: 'U0NOBODY' })).toEqual([]);
    });
  });
}
