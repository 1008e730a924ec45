import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { createFirestoreStore, type FirestoreStore } from '../../src/gcp/firestore-store.ts';
import type { StoreUse } from '../../src/ports.ts';
import { testGrantStore } from '../contracts/grant-store.contract.ts';
import { approvedBy, asked, awaited, billing, T0 } from '../contracts/grants.ts';
import { EMULATOR_TEST_TIMEOUT_MS, firestoreEmulator, randomProjectId } from '../support/firestore.ts';
import { startLossyProxy } from './lossy-proxy.ts';

vi.setConfig({ testTimeout: EMULATOR_TEST_TIMEOUT_MS });

const host = await firestoreEmulator();
const stores: FirestoreStore[] = [];

function makeStore(onUse?: (use: StoreUse) => void, projectId = randomProjectId()): FirestoreStore {
  const store = createFirestoreStore({ projectId, ...(onUse ? { onUse } : {}) });
  stores.push(store);
  return store;
}

afterAll(async () => {
  await Promise.all(stores.map((store) => store.close()));
});

describe.skipIf(host === undefined)('against the emulator', () => {
  testGrantStore(
    'Firestore',
    (onUse) => makeStore(onUse),
    async (damaged, onDamaged) => {
      const projectId = randomProjectId();
      for (const { id, dueAt } of damaged) await damage(projectId, id, dueAt);
      const store = createFirestoreStore({ projectId, onDamaged });
      stores.push(store);
      return store;
    },
  );

  /** A document that no release of this code can have written. */
  const damage = async (projectId: string, id: string, dueAt: number, collection = 'grants') => {
    const documents = `http://${host}/v1/projects/${projectId}/databases/(default)/documents`;
    const url = `${documents}/${collection}?documentId=${id}`;
    await fetch(url, {
      method: 'POST',
      headers: { authorization: 'Bearer owner', 'content-type': 'application/json' },
      body: JSON.stringify({
        fields: {
          id: { stringValue: id },
          state: { stringValue: 'GRANTED' },
          dueAt: { timestampValue: new Date(dueAt).toISOString() },
        },
      }),
    });
  };

  const read = async (projectId: string, path: string) => {
    const url = `http://${host}/v1/projects/${projectId}/databases/(default)/documents/${path}`;
    const response = await fetch(url, { headers: { authorization: 'Bearer owner' } });
    return (await response.json()) as { fields?: Record<string, unknown> };
  };

  describe('documents in Firestore', () => {
    it('are where the contract says, with times as timestamps and what queries need beside them', async () => {
      const projectId = randomProjectId();
      const store = makeStore(undefined, projectId);
      await store.create([asked(awaited('g1'))]);
      await store.takeLease(billing, 'run-1', T0, 30_000);
      await store.putControl({ freeze: null });

      const grant = await read(projectId, 'grants/g1');
      expect(grant.fields).toMatchObject({
        state: { stringValue: 'APPROVAL_AWAITED' },
        requestedAt: { timestampValue: '2026-11-23T09:00:00Z' },
        dueAt: { timestampValue: '2026-11-23T13:00:00Z' },
        serviceKey: { stringValue: 'acme-prod~us-central1~billing' },
      });
      const event = await read(projectId, 'grants/g1/events/000001');
      expect(event.fields).toMatchObject({ type: { stringValue: 'requested' }, from: { nullValue: null } });
      const service = await read(projectId, 'services/acme-prod~us-central1~billing');
      expect(service.fields?.lease).toEqual({
        mapValue: {
          fields: { holder: { stringValue: 'run-1' }, until: { timestampValue: '2026-11-23T09:00:30Z' } },
        },
      });
      expect((await read(projectId, 'control/state')).fields).toEqual({ freeze: { nullValue: null } });
    });

    it('that are damaged are refused by name, and left out of listings, which say so', async () => {
      const projectId = randomProjectId();
      const damaged: string[] = [];
      const store = createFirestoreStore({ projectId, onDamaged: (path) => damaged.push(path) });
      stores.push(store);
      await store.create([asked(awaited('g2'))]);
      await damage(projectId, 'g1', T0 - 1);
      expect((await store.due(T0 + 86_400_000, 10)).map((g) => g.id)).toEqual(['g2']);
      expect(damaged).toEqual(['grants/g1']);
      await damage(projectId, '000009', T0, 'grants/g2/events');
      expect((await store.events('g2')).map(({ type }) => type)).toEqual(['requested']);
      expect(damaged).toContain('grants/g2/events/000009');
      await expect(store.get('g1')).rejects.toMatchObject({
        code: 'invalid',
        message: 'failed to decode grants/g1: unknown state "GRANTED"',
      });
    });
  });

  describe('where the answer to a commit is lost', () => {
    const commits: readonly [string, string, (store: FirestoreStore) => Promise<unknown>, unknown][] = [
      [
        'an update',
        'grants/g1/events/000002',
        (store) =>
          store.update('g1', (grant) =>
            grant.approvals.length === 0
              ? { commit: approvedBy(grant, 'ULOST'), result: 'approved' }
              : { result: 'somebody approved already' },
          ),
        'approved',
      ],
      [
        'a creation',
        'grants/g2',
        async (store) => (await store.create([asked(awaited('g2', { justification: 'ULOST' }))])).created,
        true,
      ],
      [
        'a lease',
        'services/acme-prod~us-central1~billing',
        (store) => store.takeLease(billing, 'ULOST', T0, 30_000),
        { taken: true, suspect: false, unsettledRuns: 0, strays: [] },
      ],
    ];

    it.each(commits)(
      '%s says what took effect and does not find it done by somebody',
      async (_, path, act, want) => {
        const projectId = randomProjectId();
        const direct = makeStore(undefined, projectId);
        await direct.create([asked(awaited('g1'))]);
        const proxy = await startLossyProxy(host ?? '');
        process.env.FIRESTORE_EMULATOR_HOST = proxy.host;
        const store = makeStore(undefined, projectId);
        await store.get('g1');
        process.env.FIRESTORE_EMULATOR_HOST = host;

        proxy.loseAnswersTo('ULOST');
        const result = act(store);
        await vi.waitFor(async () => expect((await read(projectId, path)).fields).toBeDefined(), {
          timeout: 20_000,
        });
        proxy.heal();
        expect(await result).toEqual(want);
        expect((await direct.events('g1')).length).toBeLessThanOrEqual(2);
        await proxy.stop();
      },
    );
  });
});

describe('the Firestore client', () => {
  it('is not loaded before the store is used', async () => {
    const script = `
      import { createRequire } from 'node:module';
      import { createFirestoreStore } from './src/gcp/firestore-store.ts';
      const loaded = () => Object.keys(createRequire(import.meta.url).cache).some((p) => p.includes('@google-cloud/firestore'));
      const store = createFirestoreStore({ projectId: 'p' });
      const before = loaded();
      // Refused without a call to anywhere, but by the client's own session.
      const foreign = { ref: { project: 'q', region: 'r', service: 's' }, iapEnabled: true, uri: '', description: '', labels: {} };
      await store.putCatalog('p', 'r', [foreign]).catch(() => {});
      await store.close();
      console.log(JSON.stringify({ before, after: loaded() }));
    `;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
      env: { ...process.env, FIRESTORE_EMULATOR_HOST: '127.0.0.1:1' },
    });
    expect(JSON.parse(stdout)).toEqual({ before: false, after: true });
  });
});
