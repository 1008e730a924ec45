import { describe, expect, it } from 'vitest';
import type { OpenGrant } from '../../src/domain/grant.ts';
import { activated, drifted, ended } from '../../src/domain/progress.ts';
import type { GrantStore, Settlement, StoreUse } from '../../src/ports.ts';
import type { MakeStore } from './grant-store.contract.ts';
import { billing, entry, HOUR, MINUTE, putActivating, putActive, T0 } from './grants.ts';

const LEASE = 30_000;

const release = { changes: [], lease: 'release', verifyAt: null, result: 'done' } as const;

function activateAll(open: readonly OpenGrant[]): Settlement['changes'] {
  return open.flatMap((grant) => (grant.state === 'ACTIVATING' ? [activated(grant, T0)] : []));
}

export function testServices(makeStore: MakeStore): void {
  const take = (store: GrantStore, holder: string, now = T0) => store.takeLease(billing, holder, now, LEASE);

  describe('the lease of a service', () => {
    it('is taken where nobody holds it, and held against everybody, its holder too', async () => {
      const store = makeStore();
      expect(await take(store, 'run-1')).toEqual({
        taken: true,
        suspect: false,
        unsettledRuns: 0,
        strays: [],
      });
      expect(await take(store, 'run-2', T0 + 1)).toEqual({ taken: false, until: T0 + LEASE });
      expect(await take(store, 'run-1', T0 + LEASE - 1)).toEqual({ taken: false, until: T0 + LEASE });
      const other = { ...billing, service: 'other' };
      expect(await store.takeLease(other, 'run-2', T0, LEASE)).toEqual({
        taken: true,
        suspect: false,
        unsettledRuns: 0,
        strays: [],
      });
    });

    it('is free without suspicion once it was given back', async () => {
      const store = makeStore();
      await take(store, 'run-1');
      expect(await store.settle(billing, 'run-1', T0, () => release)).toBe('done');
      expect(await take(store, 'run-2')).toEqual({
        taken: true,
        suspect: false,
        unsettledRuns: 0,
        strays: [],
      });
    });

    it('is suspect where the holder before let it run out', async () => {
      const store = makeStore();
      await take(store, 'run-1');
      expect(await take(store, 'run-2', T0 + LEASE)).toEqual({
        taken: true,
        suspect: true,
        unsettledRuns: 0,
        strays: [],
      });
      await store.settle(billing, 'run-2', T0 + LEASE, () => release);
      expect(await take(store, 'run-3', T0 + LEASE)).toEqual({
        taken: true,
        suspect: false,
        unsettledRuns: 0,
        strays: [],
      });
    });

    it('is suspect where the holder before gave it back with a warning', async () => {
      const store = makeStore();
      await take(store, 'run-1');
      await store.settle(billing, 'run-1', T0 + 5, () => ({ ...release, lease: 'suspect' }));
      expect(await take(store, 'run-2', T0 + 5)).toEqual({
        taken: true,
        suspect: true,
        unsettledRuns: 0,
        strays: [],
      });
    });

    it('stays while its holder settles and keeps it', async () => {
      const store = makeStore();
      await take(store, 'run-1');
      await store.settle(billing, 'run-1', T0, () => ({ ...release, lease: 'keep' }));
      expect(await take(store, 'run-2')).toEqual({ taken: false, until: T0 + LEASE });
      expect(await store.settle(billing, 'run-1', T0 + LEASE - 1, () => release)).toBe('done');
    });

    it('leaves the catalog entry of its service alone', async () => {
      const store = makeStore();
      await store.putCatalog('acme-prod', 'us-central1', [entry('billing')]);
      await take(store, 'run-1');
      await store.settle(billing, 'run-1', T0, () => release);
      expect(await store.catalog()).toEqual([entry('billing')]);
    });
  });

  describe('settling a service', () => {
    it('sees every open grant as it is now, and writes grants, events and lease together', async () => {
      const uses: StoreUse[] = [];
      const store = makeStore((use) => uses.push(use));
      await putActivating(store, 'g1');
      await take(store, 'run-1');
      await putActivating(store, 'g2');
      const seen = await store.settle(billing, 'run-1', T0, (open) => ({
        changes: activateAll(open),
        lease: 'release',
        verifyAt: null,
        result: open.map(({ id }) => id).sort(),
      }));
      expect(seen).toEqual(['g1', 'g2']);
      expect(await store.get('g1')).toMatchObject({ state: 'ACTIVE', revision: 3, activatedAt: T0 });
      expect((await store.events('g2')).map(({ type }) => type)).toEqual([
        'requested',
        'approved',
        'activated',
      ]);
      expect(await take(store, 'run-2')).toMatchObject({
        taken: true,
        suspect: false,
        unsettledRuns: 0,
        strays: [],
      });
      expect(uses.find(({ op }) => op === 'settle')).toEqual({ op: 'settle', reads: 3, writes: 5 });
    });

    it('writes bookkeeping without an event, and several steps of one grant in a row', async () => {
      const store = makeStore();
      await putActive(store, 'g1');
      await putActivating(store, 'g2');
      await take(store, 'run-1');
      const trouble = { code: 'quota', reason: 'slow down', attempts: 1, lastAt: 0, retryAt: T0 + MINUTE };
      await store.settle(billing, 'run-1', T0, (open) => ({
        ...release,
        changes: open.flatMap((grant): Settlement['changes'] => {
          if (grant.state !== 'ACTIVE') return [{ kind: 'keep', grant: { ...grant, trouble } }];
          const first = drifted(grant, T0);
          return [first, ended(first.grant, T0)];
        }),
      }));
      expect(await store.get('g2')).toMatchObject({ state: 'ACTIVATING', revision: 2, trouble });
      expect(await store.events('g2')).toHaveLength(2);
      expect(await store.get('g1')).toMatchObject({ state: 'ENDED', revision: 5 });
      expect((await store.events('g1')).map(({ type }) => type).slice(-2)).toEqual(['drift', 'ended']);
      expect((await store.open(billing)).map(({ id }) => id)).toEqual(['g2']);
    });

    it('writes as many changes at once as one run of the converger puts in a transaction', async () => {
      const store = makeStore();
      const ids = Array.from({ length: 200 }, (_, i) => `g${i}`);
      for (let from = 0; from < ids.length; from += 20) {
        await Promise.all(ids.slice(from, from + 20).map((id) => putActivating(store, id)));
      }
      await take(store, 'run-1');
      await store.settle(billing, 'run-1', T0, (open) => ({ ...release, changes: activateAll(open) }));
      const open = await store.open(billing);
      expect(open.filter(({ state }) => state === 'ACTIVE')).toHaveLength(200);
      expect(await store.events('g199')).toHaveLength(3);
    });

    it.each([
      ['somebody else took it', 'run-2', T0],
      ['it is over', 'run-1', T0 + LEASE],
    ])('throws lease-lost and writes nothing where %s', async (_, holder, now) => {
      const store = makeStore();
      await putActivating(store, 'g1');
      await take(store, 'run-1');
      let asked = false;
      const settling = store.settle(billing, holder, now, (open) => {
        asked = true;
        return { ...release, changes: activateAll(open), verifyAt: T0 };
      });
      await expect(settling).rejects.toMatchObject({ code: 'lease-lost' });
      expect(asked).toBe(false);
      expect(await store.get('g1')).toMatchObject({ state: 'ACTIVATING', revision: 2 });
      expect(await store.toVerify(T0 + HOUR, { busy: 9, all: 9 }, () => T0 + HOUR)).toEqual([]);
      expect(await take(store, 'run-3')).toEqual({ taken: false, until: T0 + LEASE });
    });

    it('throws lease-lost where the lease was given back, or never taken', async () => {
      const store = makeStore();
      await expect(store.settle(billing, 'run-1', T0, () => release)).rejects.toMatchObject({
        code: 'lease-lost',
      });
      await take(store, 'run-1');
      await store.settle(billing, 'run-1', T0, () => release);
      await expect(store.settle(billing, 'run-1', T0, () => release)).rejects.toMatchObject({
        code: 'lease-lost',
      });
    });

    it('leaves nothing behind where the decision throws', async () => {
      const store = makeStore();
      await putActivating(store, 'g1');
      await take(store, 'run-1');
      const defect = new Error('a defect');
      const settling = store.settle(billing, 'run-1', T0, () => {
        throw defect;
      });
      await expect(settling).rejects.toBe(defect);
      expect(await take(store, 'run-2')).toMatchObject({ taken: false });
      expect(await store.settle(billing, 'run-1', T0, () => release)).toBe('done');
    });

    it('refuses to write a grant that it did not read', async () => {
      const store = makeStore();
      await putActivating(store, 'g1', { ...billing, service: 'other' });
      const [foreign] = await store.open({ ...billing, service: 'other' });
      if (!foreign) throw new Error('no grant');
      await take(store, 'run-1');
      const changes = [{ kind: 'keep', grant: foreign }] as const;
      await expect(store.settle(billing, 'run-1', T0, () => ({ ...release, changes }))).rejects.toMatchObject(
        {
          code: 'invalid',
        },
      );
    });
  });
}
