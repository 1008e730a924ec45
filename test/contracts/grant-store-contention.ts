import { describe, expect, it } from 'vitest';
import { revoking } from '../../src/domain/decide.ts';
import { activated, revoked } from '../../src/domain/progress.ts';
import { take } from '../../src/domain/transition.ts';
import type { Settlement } from '../../src/ports.ts';
import type { MakeStore } from './grant-store.contract.ts';
import { ada, approvedBy, asked, awaited, billing, denied, putActivating, T0 } from './grants.ts';

const range = (length: number) => Array.from({ length }, (_, i) => i);

export function testContention(makeStore: MakeStore): void {
  // Side by side, since most of the time goes into waiting before another attempt.
  describe.concurrent('under contention', () => {
    it('creates a submission once, however often it arrives at the same time', async () => {
      const store = makeStore();
      const results = await Promise.all(range(10).map(() => store.create([asked(awaited('g1'))])));
      expect(results.filter(({ created }) => created)).toHaveLength(1);
      for (const { grants } of results) expect(grants).toEqual([awaited('g1')]);
      expect(await store.events('g1')).toHaveLength(1);
    });

    it('loses none of several updates of one grant', async () => {
      const store = makeStore();
      await store.create([asked(awaited('g1'))]);
      const users = range(8).map((i) => `U${i}`);
      await Promise.all(
        users.map((user) =>
          store.update('g1', (grant) => ({ commit: approvedBy(grant, user), result: null })),
        ),
      );
      const grant = await store.get('g1');
      expect(grant?.approvals.map(({ userId }) => userId).sort()).toEqual(users);
      expect(grant?.revision).toBe(9);
      expect((await store.events('g1')).map(({ revision }) => revision)).toEqual(range(9).map((i) => i + 1));
    });

    it('lets one of several decisions win, and shows it to the others', async () => {
      const store = makeStore();
      await store.create([asked(awaited('g1'))]);
      const decide = () =>
        store.update('g1', (grant) =>
          grant.state === 'APPROVAL_AWAITED'
            ? { commit: denied(grant), result: 'decided' }
            : { result: `late: ${grant.state}` },
        );
      const answers = await Promise.all(range(4).map(decide));
      expect(answers.sort()).toEqual(['decided', 'late: DENIED', 'late: DENIED', 'late: DENIED']);
      expect(await store.events('g1')).toHaveLength(2);
    });

    it('gives a lease to one of several takers', async () => {
      const store = makeStore();
      const taken = await Promise.all(range(5).map((i) => store.takeLease(billing, `run-${i}`, T0, 30_000)));
      expect(taken.filter((lease) => lease.taken)).toEqual([
        { taken: true, suspect: false, unsettledRuns: 0, strays: [] },
      ]);
    });

    it('settles what it read, while a revoke of the same grant is seen before or comes after', async () => {
      const store = makeStore();
      await putActivating(store, 'g1');
      await store.takeLease(billing, 'run-1', T0, 30_000);
      const settle = () =>
        store.settle(billing, 'run-1', T0, (open) => ({
          changes: open.flatMap((grant): Settlement['changes'] => {
            if (grant.state === 'ACTIVATING') return [activated(grant, T0)];
            return grant.state === 'REVOKING' ? [revoked(grant, T0)] : [];
          }),
          lease: 'keep',
          verifyAt: null,
          result: open.map(({ state }) => state),
        }));
      const end = () =>
        store.update('g1', (grant) => {
          if (grant.state !== 'ACTIVATING' && grant.state !== 'ACTIVE') return { result: grant.state };
          const next = revoking(grant, { by: ada, at: T0 });
          return {
            commit: take(grant, next, { type: 'revoke-requested', now: T0, actor: ada }),
            result: 'ended',
          };
        });
      const [, first, second] = await Promise.all([settle(), end(), end(), settle()]);
      expect([first, second].filter((answer) => answer === 'ended')).toHaveLength(1);
      await settle();

      const grant = await store.get('g1');
      const events = await store.events('g1');
      expect(grant?.state).toBe('REVOKED');
      expect(events.map(({ revision }) => revision)).toEqual(range(grant?.revision ?? 0).map((i) => i + 1));
      const arrows = events.map(({ from, to }) => `${from}→${to}`);
      expect(arrows.filter((arrow) => arrow.endsWith('→REVOKING'))).toHaveLength(1);
      for (const [i, { from }] of events.entries()) expect(from).toBe(i === 0 ? null : events[i - 1]?.to);
    });

    it('gives no lease back over a grant that its decision had not seen', async () => {
      const store = makeStore();
      await putActivating(store, 'g0');
      await store.takeLease(billing, 'run-1', T0, 30_000);
      const settling = store.settle(billing, 'run-1', T0, (open) => ({
        changes: [],
        lease: open.length === 1 ? 'release' : 'keep',
        verifyAt: null,
        result: open.length,
      }));
      const [seen] = await Promise.all([settling, putActivating(store, 'g1')]);
      const next = await store.takeLease(billing, 'run-2', T0, 30_000);
      expect(next.taken).toBe(seen === 1);
      expect(await store.open(billing)).toHaveLength(2);
    });
  });
}
