import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { EMULATOR_TEST_TIMEOUT_MS, firestoreEmulator, randomProjectId } from '../support/firestore.ts';

vi.setConfig({ testTimeout: EMULATOR_TEST_TIMEOUT_MS });

const host = await firestoreEmulator();
const projectId = randomProjectId();
const documents = `http://${host}/v1/projects/${projectId}/databases/(default)/documents`;

/** In the emulator, `Bearer owner` is IAM's way in, past the rules; everybody else has to pass them. */
async function call(method: string, path: string, body?: object, headers: Record<string, string> = {}) {
  const response = await fetch(`${documents}/${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return response.status;
}

const owner = { authorization: 'Bearer owner' };
const document = { fields: { state: { stringValue: 'ACTIVE' } } };
const paths = ['grants/g1', 'grants/g1/events/000001', 'services/p~r~s', 'control/state'];

async function load(content: string): Promise<void> {
  const response = await fetch(`http://${host}/emulator/v1/projects/${projectId}:securityRules`, {
    method: 'PUT',
    body: JSON.stringify({ rules: { files: [{ name: 'firestore.rules', content }] } }),
  });
  if (!response.ok) throw new Error(`failed to load the rules: ${await response.text()}`);
}

describe.skipIf(host === undefined)('firestore.rules', () => {
  beforeAll(async () => {
    for (const path of paths) expect(await call('PATCH', path, document, owner)).toBe(200);
  });

  it('are what denies: without them the same requests pass', async () => {
    const open =
      "rules_version = '2'; service cloud.firestore { match /{all=**} { allow read, write: if true; } }";
    await load(open);
    for (const path of paths) expect(await call('GET', path)).toBe(200);
  });

  it.each(paths)('deny everybody but the functions reading and writing %s', async (path) => {
    await load(await readFile(new URL('../../firestore.rules', import.meta.url), 'utf8'));
    expect(await call('GET', path)).toBe(403);
    expect(await call('PATCH', path, document)).toBe(403);
    expect(await call('DELETE', path)).toBe(403);
    expect(await call('GET', path, undefined, owner)).toBe(200);
  });

  it('deny listing and creating', async () => {
    await load(await readFile(new URL('../../firestore.rules', import.meta.url), 'utf8'));
    expect(await call('GET', 'grants')).toBe(403);
    expect(await call('POST', 'grants?documentId=forged', document)).toBe(403);
    expect(await call('GET', 'grants/forged', undefined, owner)).toBe(404);
  });
});
