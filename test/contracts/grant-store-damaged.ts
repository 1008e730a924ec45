import { describe, expect, it } from 'vitest';
import type { MakeDamagedStore } from './grant-store.contract.ts';
import { asked, awaited, denied, HOUR, MINUTE, T0 } from './grants.ts';

export function testDamaged(makeStore: MakeDamagedStore): void {
  describe('documents that cannot be read as grants', () => {
    const damaged = ['x1', 'x2', 'x3'].map((id, i) => ({ id, dueAt: T0 + i }));
    const later = T0 + 9 * HOUR;

    it('do not take the place of grants that are due, and are told of when they are come upon', async () => {
      const told: string[] = [];
      const store = await makeStore(damaged, (path) => told.push(path));
      for (const id of ['g1', 'g2']) await store.create([asked(awaited(id))]);
      expect((await store.due(later, 2)).map(({ id }) => id)).toEqual(['g1', 'g2']);
      expect([...new Set(told)].sort()).toEqual(['grants/x1', 'grants/x2', 'grants/x3']);
    });

    it('are looked at again after a quarter of an hour, and not before', async () => {
      const told: string[] = [];
      const store = await makeStore(damaged, (path) => told.push(path));
      await store.due(later, 10);
      const once = told.length;
      expect(once).toBe(damaged.length);
      await store.due(later + MINUTE, 10);
      await store.due(later + 15 * MINUTE - 1, 10);
      expect(told).toHaveLength(once);
      await store.due(later + 15 * MINUTE, 10);
      expect(told).toHaveLength(2 * once);
    });

    it('are refused by name', async () => {
      const store = await makeStore(damaged, () => {});
      const refused = { code: 'invalid', message: expect.stringContaining('failed to decode grants/x1') };
      await expect(store.get('x1')).rejects.toMatchObject(refused);
      await expect(store.update('x1', () => ({ result: null }))).rejects.toMatchObject(refused);
      await expect(store.create([asked(awaited('x1'))])).rejects.toMatchObject(refused);
    });

    it('are left out of their submission, whose other grants can be decided', async () => {
      const told: string[] = [];
      const store = await makeStore(damaged, (path) => told.push(path));
      await store.create([asked(awaited('g1', { batch: ['g1', 'x1'] }))]);
      const deny = (id: string) =>
        store.updateBatch(id, (grants) => ({ changes: grants.map((g) => denied(g)), result: grants.length }));
      await expect(deny('x1')).rejects.toMatchObject({
        code: 'invalid',
        message: expect.stringContaining('failed to decode grants/x1'),
      });
      expect(await deny('g1')).toBe(1);
      expect(await store.get('g1')).toMatchObject({ state: 'DENIED' });
      expect(told).toContain('grants/x1');
    });
  });
}
