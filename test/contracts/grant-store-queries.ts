import { describe, expect, it } from 'vitest';
import { dueAt } from '../../src/domain/due.ts';
import type { Grant } from '../../src/domain/grant.ts';
import type { MakeStore } from './grant-store.contract.ts';
import {
  ada,
  asked,
  awaited,
  billing,
  denied,
  grace,
  HOUR,
  MINUTE,
  putActivating,
  putActive,
  T0,
} from './grants.ts';

const ids = (grants: readonly Grant[]) => grants.map(({ id }) => id);

export function testQueries(makeStore: MakeStore): void {
  describe('finding', () => {
    it('finds what is due, longest overdue first, and no more than was asked for', async () => {
      const store = makeStore();
      for (const [id, requestedAt] of [
        ['late', T0 - 2 * HOUR],
        ['latest', T0 - 6 * HOUR],
        ['tomorrow', T0 + 24 * HOUR],
        ['early', T0],
      ] as const) {
        await store.create([asked(awaited(id, { requestedAt }))]);
      }
      expect(ids(await store.due(T0 + 4 * HOUR, 10))).toEqual(['latest', 'late', 'early']);
      expect(ids(await store.due(T0 + 4 * HOUR, 2))).toEqual(['latest', 'late']);
      expect(ids(await store.due(T0 + 4 * HOUR - 1, 10))).toEqual(['latest', 'late']);
      expect(await store.due(T0 - 4 * HOUR, 10)).toEqual([]);
    });

    it('finds a closed grant due until its messages show it, then never again', async () => {
      const store = makeStore();
      await store.create([asked(awaited('g1'))]);
      await store.update('g1', (grant) => ({ commit: denied(grant), result: null }));
      expect(ids(await store.due(T0, 10))).toEqual(['g1']);
      await store.update('g1', (grant) => ({
        keep: { ...grant, announcements: { refs: {}, revision: grant.revision } },
        result: null,
      }));
      expect(await store.due(T0 + 1000 * HOUR, 10)).toEqual([]);
    });

    it('returns grants as they were stored, without what queries need beside them', async () => {
      const store = makeStore();
      await putActive(store, 'g1');
      const stored = await store.get('g1');
      expect(stored && dueAt(stored)).not.toBeNull();
      expect(Object.keys(stored ?? {})).not.toContain('dueAt');
      expect(Object.keys(stored ?? {})).not.toContain('serviceKey');
      expect(await store.due(T0 + HOUR, 10)).toEqual([stored]);
    });

    it('finds the open grants of one service alone', async () => {
      const store = makeStore();
      await putActivating(store, 'activating');
      await putActive(store, 'active');
      await store.create([asked(awaited('awaited'))]);
      await putActivating(store, 'elsewhere', { ...billing, region: 'europe-west1' });
      expect(ids(await store.open(billing)).sort()).toEqual(['activating', 'active']);
      expect(await store.open({ ...billing, service: 'none' })).toEqual([]);
    });

    it('finds the grants of a principal and of a requester, the latest request first', async () => {
      const store = makeStore();
      const put = (id: string, minute: number, over: object = {}) =>
        store.create([asked(awaited(id, { requestedAt: T0 + minute * MINUTE, ...over }))]);
      await put('first', 1);
      await put('third', 3);
      await put('second', 2);
      await put('for-grace', 4, { principal: grace });
      await put('by-grace', 5, { requester: grace });
      expect(ids(await store.ofPrincipal(ada.userId, 3))).toEqual(['by-grace', 'third', 'second']);
      expect(ids(await store.ofPrincipal(grace.userId, 3))).toEqual(['for-grace']);
      expect(ids(await store.ofRequester(ada.userId, 2))).toEqual(['for-grace', 'third']);
      expect(ids(await store.ofRequester(ada.userId, 10))).toEqual(['for-grace', 'third', 'second', 'first']);
      expect(await store.ofRequester('U0NOBODY', 10)).toEqual([]);
    });

    it('breaks ties in the order of ids, in the direction of the query', async () => {
      const store = makeStore();
      for (const id of ['b', 'c', 'a']) await store.create([asked(awaited(id))]);
      expect(ids(await store.ofRequester(ada.userId, 3))).toEqual(['c', 'b', 'a']);
      expect(ids(await store.due(T0 + 100 * HOUR, 2))).toEqual(['a', 'b']);
    });

    it('finds grants in some states over all services', async () => {
      const store = makeStore();
      await store.create([asked(awaited('waiting', { requestedAt: T0 + MINUTE }))]);
      await store.create([asked(awaited('denied'))]);
      await store.update('denied', (grant) => ({ commit: denied(grant), result: null }));
      await putActive(store, 'active');
      expect(ids(await store.inStates(['APPROVAL_AWAITED', 'DENIED'], 10))).toEqual(['waiting', 'denied']);
      expect(ids(await store.inStates(['APPROVAL_AWAITED', 'DENIED'], 1))).toEqual(['waiting']);
      expect(ids(await store.inStates(['ACTIVE'], 10))).toEqual(['active']);
      expect(await store.inStates([], 10)).toEqual([]);
    });
  });
}
