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
  testGrantStore('Firestore', (onUse) => makeStore(onUse));

  describe('documents in Firestore', () => {
    const read = async (projectId: string, path: string) => {
      const url = `http://${host}/v1/projects/${projectId}/databases/(default)/documents/${path}`;
      const response = await fetch(url, { headers: { authorization: 'Bearer owner' } });
      return (await response.json()) as { fields: Record<string, unknown> };
    };

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
      expect(service.fields.lease).toEqual({
        mapValue: {
          fields: { holder: { stringValue: 'run-1' }, until: { timestampValue: '2026-11-23T09:00:30Z' } },
        },
      });
      expect((await read(projectId, 'control/state')).fields).toEqual({ freeze: { nullValue: null } });
    });

    it('that are damaged are refused with what is wrong', async () => {
      const projectId = randomProjectId();
      const store = makeStore(undefined, projectId);
      const url = `http://${host}/v1/projects/${projectId}/databases/(default)/documents/grants?documentId=g1`;
      await fetch(url, {
        method: 'POST',
        headers: { authorization: 'Bearer owner', 'content-type': 'application/json' },
        body: JSON.stringify({ fields: { id: { stringValue: 'g1' }, state: { stringValue: 'GRANTED' } } }),
      });
      await expect(store.get('g1')).rejects.toMatchObject({
        code: 'invalid',
        message: 'failed to decode grants/g1: unknown state "GRANTED"',
      });
    });
  });

  describe('where the answer to a commit is lost', () => {
    it('says what took effect instead of finding its own doing done by somebody', async () => {
      const projectId = randomProjectId();
      const direct = makeStore(undefined, projectId);
      await direct.create([asked(awaited('g1'))]);
      const proxy = await startLossyProxy(host ?? '');
      process.env.FIRESTORE_EMULATOR_HOST = proxy.host;
      const store = makeStore(undefined, projectId);
      await store.get('g1');
      process.env.FIRESTORE_EMULATOR_HOST = host;

      let runs = 0;
      const result = store.update('g1', (grant) => {
        runs += 1;
        if (runs === 1) proxy.loseAnswers();
        return grant.approvals.length === 0
          ? { commit: approvedBy(grant, 'U1'), result: 'approved' }
          : { result: 'somebody approved already' };
      });
      await vi.waitFor(async () => expect(await direct.events('g1')).toHaveLength(2), { timeout: 20_000 });
      proxy.heal();
      expect(await result).toBe('approved');
      expect(runs).toBe(1);
      expect(await direct.events('g1')).toHaveLength(2);
      await proxy.stop();
    });
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
      await Promise.race([store.get('x').catch(() => {}), new Promise((resolve) => setTimeout(resolve, 50).unref())]);
      await store.close();
      console.log(JSON.stringify({ before, after: loaded() }));
      process.exit(0);
    `;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
      env: { ...process.env, FIRESTORE_EMULATOR_HOST: '127.0.0.1:1' },
    });
    expect(JSON.parse(stdout)).toEqual({ before: false, after: true });
  });
});
