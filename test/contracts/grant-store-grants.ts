import { describe, expect, it } from 'vitest';
import type { StoreUse } from '../../src/ports.ts';
import type { MakeStore } from './grant-store.contract.ts';
import { activating, ada, approvedBy, asked, awaited, denied, HOUR, T0 } from './grants.ts';

export function testGrants(makeStore: MakeStore): void {
  describe('creating', () => {
    it('stores every grant of a submission with its first event', async () => {
      const store = makeStore();
      const [one, two] = [awaited('g1', { batch: ['g1', 'g2'] }), awaited('g2', { batch: ['g1', 'g2'] })];
      const result = await store.create([asked(one), asked(two)]);
      expect(result).toEqual({ created: true, grants: [one, two] });
      expect(await store.get('g1')).toEqual(one);
      expect(await store.get('g2')).toEqual(two);
      expect(await store.events('g2')).toEqual(asked(two).map(({ event }) => event));
    });

    it('stores the last of several steps, and all of their events', async () => {
      const store = makeStore();
      const first = asked(awaited('g1', { approvalsNeeded: 0 }));
      const second = activating(awaited('g1', { approvalsNeeded: 0 }));
      expect(await store.create([[...first, second]])).toEqual({ created: true, grants: [second.grant] });
      expect(await store.get('g1')).toEqual(second.grant);
      expect((await store.events('g1')).map(({ revision, type }) => [revision, type])).toEqual([
        [1, 'requested'],
        [2, 'approved'],
      ]);
    });

    it('leaves a submission that is already there as it is, and returns what is stored', async () => {
      const store = makeStore();
      const grant = awaited('g1');
      await store.create([asked(grant)]);
      await store.update('g1', (g) => ({ commit: denied(g), result: null }));
      const again = await store.create([asked({ ...grant, justification: 'another story' })]);
      expect(again).toEqual({ created: false, grants: [denied(grant).grant] });
      expect(await store.events('g1')).toHaveLength(2);
    });

    it('creates nothing of a submission that is there in part', async () => {
      const store = makeStore();
      const grant = awaited('g1');
      await store.create([asked(grant)]);
      const result = await store.create([asked(awaited('g0')), asked(grant), asked(awaited('g2'))]);
      expect(result).toEqual({ created: false, grants: [grant] });
      expect(await store.get('g0')).toBeUndefined();
      expect(await store.events('g2')).toEqual([]);
    });

    it('refuses a field that is undefined, and stores nothing', async () => {
      const store = makeStore();
      const grant = { ...awaited('g1'), warning: undefined as unknown as string };
      await expect(store.create([asked(awaited('g0')), asked(grant)])).rejects.toMatchObject({
        code: 'invalid',
      });
      expect(await store.get('g0')).toBeUndefined();
    });
  });

  describe('reading', () => {
    it.each(['none', 'a/b', 'g1/events/000001', '.', '..', '', '__x__'])(
      'finds no grant under %j',
      async (id) => {
        const store = makeStore();
        await store.create([asked(awaited('g1'))]);
        expect(await store.get(id)).toBeUndefined();
        expect(await store.events(id)).toEqual([]);
        expect(await store.update(id, () => ({ result: 'changed' }))).toBeUndefined();
      },
    );

    it('hands out and takes in what nobody can change the store with', async () => {
      const store = makeStore();
      const given = { ...awaited('g1') };
      await store.create([asked(given)]);
      Reflect.set(given, 'minutes', 1);
      const read = await store.get('g1');
      Reflect.set(read ?? {}, 'minutes', 2);
      Reflect.set(read?.requester ?? {}, 'email', 'mallory@acme.example');
      expect(await store.get('g1')).toEqual(awaited('g1'));
    });
  });

  describe('updating', () => {
    it('commits the next value and its event together', async () => {
      const store = makeStore();
      await store.create([asked(awaited('g1'))]);
      const step = denied(awaited('g1'), T0 + HOUR);
      const result = await store.update('g1', (grant) => ({
        commit: denied(grant, T0 + HOUR),
        result: 'told',
      }));
      expect(result).toBe('told');
      expect(await store.get('g1')).toEqual(step.grant);
      expect(await store.events('g1')).toEqual([asked(awaited('g1'))[0]?.event, step.event]);
    });

    it('drops the fields that the next value no longer has', async () => {
      const store = makeStore();
      const claim = { holder: 'run-1', until: T0 + 30_000 };
      await store.create([asked(awaited('g1', { announcements: { refs: {}, revision: 0, claim } }))]);
      await store.update('g1', (g) => ({
        keep: { ...g, announcements: { refs: {}, revision: 1 } },
        result: 0,
      }));
      expect((await store.get('g1'))?.announcements).toEqual({ refs: {}, revision: 1 });
    });

    it('keeps bookkeeping without an event', async () => {
      const store = makeStore();
      await store.create([asked(awaited('g1'))]);
      const ref = { channel: 'C0BILLING', ts: '1764.0001', digest: 'd1' };
      const announcements = { refs: { card: ref }, revision: 1, settlesAt: T0 + 5000 };
      await store.update('g1', (grant) => ({ keep: { ...grant, announcements }, result: null }));
      expect(await store.get('g1')).toEqual(awaited('g1', { announcements }));
      expect(await store.events('g1')).toHaveLength(1);
    });

    it('writes nothing where the change wants nothing', async () => {
      const uses: StoreUse[] = [];
      const store = makeStore((use) => uses.push(use));
      await store.create([asked(awaited('g1'))]);
      expect(await store.update('g1', ({ state }) => ({ result: state }))).toBe('APPROVAL_AWAITED');
      expect(await store.get('g1')).toEqual(awaited('g1'));
      expect(uses).toContainEqual({ op: 'update', reads: 1, writes: 0 });
    });

    it('leaves nothing behind where the change throws, and throws the same', async () => {
      const store = makeStore();
      await store.create([asked(awaited('g1'))]);
      const defect = new Error('no arrow');
      const change = () => {
        throw defect;
      };
      await expect(store.update('g1', change)).rejects.toBe(defect);
      expect(await store.get('g1')).toEqual(awaited('g1'));
      expect(await store.events('g1')).toHaveLength(1);
    });

    it('never tells of one revision twice', async () => {
      const store = makeStore();
      await store.create([asked(awaited('g1'))]);
      const again = asked(awaited('g1', { minutes: 1 }))[0];
      if (!again) throw new Error('no step');
      await expect(store.update('g1', () => ({ commit: again, result: 0 }))).rejects.toMatchObject({
        code: 'conflict',
      });
      expect((await store.get('g1'))?.minutes).toBe(60);
    });

    it('has exactly one event for each revision, in their order, past the tenth', async () => {
      const store = makeStore();
      await store.create([asked(awaited('g1'))]);
      for (let i = 2; i <= 12; i++) {
        await store.update('g1', (grant) => ({ commit: approvedBy(grant, `U${i}`), result: null }));
      }
      const revisions = (await store.events('g1')).map(({ revision }) => revision);
      expect(revisions).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
      expect((await store.get('g1'))?.approvals.map(({ userId }) => userId)).toContain('U12');
      const some = await store.events('g1', [1, 2, 11, 12, 13]);
      expect(some.map(({ revision }) => revision)).toEqual([1, 2, 11, 12]);
    });
  });

  it('counts the documents that it reads and writes', async () => {
    const uses: StoreUse[] = [];
    const store = makeStore((use) => uses.push(use));
    await store.create([asked(awaited('g1')), asked(awaited('g2'))]);
    await store.update('g1', (grant) => ({ commit: denied(grant), result: null }));
    await store.get('g1');
    await store.events('g1');
    await store.ofRequester(ada.userId, 10);
    await store.open(awaited('g1').service);
    expect(uses).toEqual([
      { op: 'create', reads: 2, writes: 4 },
      { op: 'update', reads: 1, writes: 2 },
      { op: 'get', reads: 1, writes: 0 },
      { op: 'events', reads: 2, writes: 0 },
      { op: 'ofRequester', reads: 2, writes: 0 },
      { op: 'open', reads: 1, writes: 0 },
    ]);
  });
}
