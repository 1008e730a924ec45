import { describe, expect, it } from 'vitest';
import { createEmbeddedStore } from '../../simulator/embedded-store.ts';
import { testGrantStore } from '../contracts/grant-store.contract.ts';
import { approvedBy, asked, awaited, billing, denied, entry, T0 } from '../contracts/grants.ts';

testGrantStore(
  'the embedded store',
  (onUse) => createEmbeddedStore(onUse ? { onUse } : {}),
  async (damaged, onDamaged) => createEmbeddedStore({ damaged, onDamaged }),
);

describe('the embedded store', () => {
  it('survives being written down and read back', async () => {
    const store = createEmbeddedStore();
    await store.create([asked(awaited('g1'))]);
    await store.putCatalog('acme-prod', 'us-central1', [entry('billing')]);
    await store.takeLease(billing, 'run-1', T0, 30_000);
    await store.putControl({ freeze: null, catalogListedAt: T0 });
    const copy = createEmbeddedStore({ load: store.dump() });
    expect(await copy.get('g1')).toEqual(awaited('g1'));
    expect(await copy.events('g1')).toEqual(await store.events('g1'));
    expect(await copy.takeLease(billing, 'run-2', T0, 30_000)).toEqual({ taken: false, until: T0 + 30_000 });
    expect(await copy.control()).toEqual({ freeze: null, catalogListedAt: T0 });
    expect(copy.dump()).toBe(store.dump());
  });

  it('tells of each grant document that changed, and of nothing else', async () => {
    let commits = 0;
    const store = createEmbeddedStore({ onCommit: () => (commits += 1) });
    const heard: string[] = [];
    const stop = store.onWrite(({ grantId }) => heard.push(grantId));
    await store.create([asked(awaited('g1')), asked(awaited('g2'))]);
    await store.update('g1', (grant) => ({ commit: denied(grant), result: null }));
    await store.update('g1', (grant) => ({ keep: { ...grant }, result: null }));
    await store.update('g2', () => ({ result: null }));
    await store.takeLease(billing, 'run-1', T0, 30_000);
    expect(heard).toEqual(['g1', 'g2', 'g1']);
    expect(commits).toBe(4);
    stop();
    await store.update('g2', (grant) => ({ commit: denied(grant), result: null }));
    expect(heard).toHaveLength(3);
  });

  it('takes effect between its two scheduling points, so that a crash can come on either side', async () => {
    let crashAt: 'before' | 'after' | undefined;
    const store = createEmbeddedStore({
      schedule: async (op, moment) => {
        if (op === 'update' && moment === crashAt) throw new Error(`crashed ${moment}`);
      },
    });
    await store.create([asked(awaited('g1'))]);
    const approve = () => store.update('g1', (grant) => ({ commit: approvedBy(grant, 'U1'), result: null }));
    crashAt = 'before';
    await expect(approve()).rejects.toThrow('crashed before');
    expect((await store.get('g1'))?.approvals).toEqual([]);
    crashAt = 'after';
    await expect(approve()).rejects.toThrow('crashed after');
    expect((await store.get('g1'))?.approvals).toHaveLength(1);
    expect(await store.events('g1')).toHaveLength(2);
  });

  it('runs in the order in which the schedule lets operations through', async () => {
    const waiting: (() => void)[] = [];
    const store = createEmbeddedStore({
      schedule: (_, moment) =>
        moment === 'after' ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve)),
    });
    const first = store.create([asked(awaited('g1', { minutes: 1 }))]);
    const second = store.create([asked(awaited('g1', { minutes: 2 }))]);
    waiting[1]?.();
    expect((await second).created).toBe(true);
    waiting[0]?.();
    expect((await first).grants[0]?.minutes).toBe(2);
  });
});
