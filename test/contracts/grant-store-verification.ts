import { describe, expect, it } from 'vitest';
import type { GrantStore, Settlement, StoreUse, ToVerify } from '../../src/ports.ts';
import type { MakeStore } from './grant-store.contract.ts';
import { billing, entry, HOUR, MINUTE, T0 } from './grants.ts';

const LEASE = 30_000;
const ALL = { busy: 9, all: 9 };
const REGION = ['acme-prod', 'us-central1'] as const;

const names = (found: readonly ToVerify[]) => found.map(({ service }) => service.service);

/** Settles a service of that name once, and gives the lease back unless it says otherwise. */
async function settle(store: GrantStore, service: string, settlement: Partial<Settlement>): Promise<void> {
  const ref = { ...billing, service };
  await store.takeLease(ref, 'run-1', T0, LEASE);
  await store.settle(ref, 'run-1', T0, () => ({
    changes: [],
    lease: 'release',
    verifyAt: T0,
    ...settlement,
    result: null,
  }));
}

export function testVerification(makeStore: MakeStore): void {
  describe('services to verify', () => {
    const look = (store: GrantStore, now: number, most = ALL) => store.toVerify(now, most, () => now);

    it('are found when their time has come, longest overdue first, until they are never to be', async () => {
      const store = makeStore();
      await settle(store, 'b', { verifyAt: T0 + 2 * MINUTE });
      await settle(store, 'a', { verifyAt: T0 + MINUTE });
      await settle(store, 'c', { verifyAt: T0 + HOUR });
      expect(names(await look(store, T0 + MINUTE - 1))).toEqual([]);
      expect(names(await look(store, T0 + 2 * MINUTE))).toEqual(['a', 'b']);
      await settle(store, 'a', { verifyAt: null });
      expect(names(await look(store, T0 + HOUR))).toEqual(['b', 'c']);
    });

    it('are put off as they are found, so that nobody else finds them too', async () => {
      const uses: StoreUse[] = [];
      const store = makeStore((use) => uses.push(use));
      for (const name of ['a', 'b', 'c']) await settle(store, name, {});
      const putOff = ({ service }: ToVerify) => T0 + (service.service === 'a' ? 1 : HOUR);
      expect(names(await store.toVerify(T0, { busy: 2, all: 2 }, putOff))).toEqual(['a', 'b']);
      expect(names(await store.toVerify(T0, ALL, putOff))).toEqual(['c']);
      expect(names(await store.toVerify(T0 + 1, ALL, putOff))).toEqual(['a']);
      const cost = uses.filter(({ op }) => op === 'toVerify').map(({ reads, writes }) => [reads, writes]);
      expect(cost).toEqual([
        [2, 2],
        [2, 1],
        [2, 1],
      ]);
    });

    it('are those with grants in force first, however long the quiet ones wait', async () => {
      const store = makeStore();
      for (const name of ['q1', 'q2', 'q3']) await settle(store, name, { verifyAt: T0 - HOUR, quiet: true });
      for (const name of ['b1', 'b2', 'b3']) await settle(store, name, {});
      const found = await look(store, T0, { busy: 2, all: 4 });
      expect(found.map(({ service, quiet }) => [service.service, quiet])).toEqual([
        ['b1', false],
        ['b2', false],
        ['q1', true],
        ['q2', true],
      ]);
    });

    it('change places when they become quiet or busy', async () => {
      const store = makeStore();
      await settle(store, 'a', { quiet: true });
      await settle(store, 'a', { quiet: false });
      expect(await look(store, T0)).toMatchObject([{ quiet: false }]);
      await settle(store, 'a', { quiet: true });
      expect(await look(store, T0)).toMatchObject([{ quiet: true }]);
    });

    it('know the etag that they were settled with, until a lease is taken', async () => {
      const store = makeStore();
      await settle(store, 'a', { etag: 'BwE1=' });
      expect(await look(store, T0)).toEqual([
        { service: { ...billing, service: 'a' }, quiet: false, settled: { etag: 'BwE1=', at: T0 } },
      ]);
      await store.takeLease({ ...billing, service: 'a' }, 'run-2', T0, LEASE);
      expect((await look(store, T0))[0]).not.toHaveProperty('settled');
    });

    it.each(['keep', 'suspect'] as const)('know no etag after an end like %s', async (lease) => {
      const store = makeStore();
      await settle(store, 'a', { etag: 'BwE1=', lease });
      expect((await look(store, T0))[0]).not.toHaveProperty('settled');
    });

    it('are told to the next run with whom was told of since they were settled', async () => {
      const store = makeStore();
      const next = async () => {
        const taken = await store.takeLease(billing, 'next', T0, LEASE);
        const shown = { changes: [], lease: 'release', verifyAt: T0, etag: 'BwE1=', result: null } as const;
        await store.settle(billing, 'next', T0, () => shown);
        return taken;
      };
      await settle(store, 'billing', { strays: ['user:eve@acme.example'] });
      await settle(store, 'billing', { strays: ['user:max@acme.example'] });
      expect(await next()).toMatchObject({ strays: ['user:eve@acme.example', 'user:max@acme.example'] });
      expect(await next()).toMatchObject({ strays: [] });
    });

    it('are told to the next run with how many runs in a row did not settle them', async () => {
      const store = makeStore();
      await settle(store, 'billing', { unsettledRuns: 3 });
      expect(await store.takeLease(billing, 'run-2', T0, LEASE)).toMatchObject({ unsettledRuns: 3 });
      await store.settle(billing, 'run-2', T0, () => ({
        changes: [],
        lease: 'release',
        verifyAt: T0,
        result: 0,
      }));
      expect(await store.takeLease(billing, 'run-3', T0, LEASE)).toMatchObject({ unsettledRuns: 0 });
    });

    it('cost no write to be told the same again', async () => {
      const uses: StoreUse[] = [];
      const store = makeStore((use) => uses.push(use));
      await settle(store, 'a', { lease: 'keep' });
      await settle(store, 'a', { lease: 'keep' });
      expect(uses.filter(({ op }) => op === 'settle').map(({ writes }) => writes)).toEqual([1, 0]);
    });
  });

  describe('what Cloud Run says of IAP', () => {
    const off = entry('billing', { iapEnabled: false });

    it('has a new service verified as a quiet one, and one without IAP not at all', async () => {
      const store = makeStore();
      await store.putCatalog(...REGION, [entry('new'), { ...off, ref: { ...billing, service: 'open' } }]);
      expect(await store.toVerify(T0, ALL, () => T0)).toEqual([
        { service: { ...billing, service: 'new' }, quiet: true },
      ]);
    });

    it('has a service verified at once and against its grants when it changes', async () => {
      const store = makeStore();
      await store.putCatalog(...REGION, [entry('billing')]);
      await store.toVerify(T0, ALL, () => T0 + HOUR);
      await settle(store, 'billing', { verifyAt: T0 + HOUR, etag: 'BwE1=' });
      await store.putCatalog(...REGION, [off]);
      expect(await store.toVerify(T0, ALL, () => T0)).toEqual([{ service: billing, quiet: false }]);
    });

    it('has a service verified at once that it hears of with open grants and without IAP', async () => {
      const store = makeStore();
      await settle(store, 'billing', { verifyAt: T0 + HOUR, etag: 'BwE1=' });
      await store.putCatalog(...REGION, [off]);
      expect(await store.toVerify(T0, ALL, () => T0)).toEqual([{ service: billing, quiet: false }]);
    });

    it('is not taken for seen by a run that asked for the lease before it changed', async () => {
      const store = makeStore();
      await store.putCatalog(...REGION, [entry('billing')]);
      await store.toVerify(T0, ALL, () => T0 + HOUR);
      const lease = await store.takeLease(billing, 'run-1', T0, LEASE);
      expect(lease).toMatchObject({ entry: { iapEnabled: true } });
      await store.putCatalog(...REGION, [off]);
      // Another sweep has taken its turn meanwhile, and found the lease held.
      await store.toVerify(T0, ALL, () => T0 + HOUR);
      const done = {
        changes: [],
        lease: 'release',
        verifyAt: T0 + HOUR,
        etag: 'BwE1=',
        result: null,
      } as const;
      await store.settle(billing, 'run-1', T0, () => done);
      expect(await store.toVerify(T0, ALL, () => T0)).toEqual([{ service: billing, quiet: false }]);
    });
  });
}
