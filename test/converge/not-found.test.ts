import { beforeEach, describe, expect, test } from 'vitest';
import { LatchkeyError } from '../../src/errors.ts';
import { activatingGrant, activeGrant, anEntry, MINUTE_MS, revokingGrant, T0 } from '../support/grants.ts';
import { bindingFor, createStand, members, of, type Stand } from './stand.ts';

// A policy that is not found, or a catalog that says that IAP is off, ends grants only where Cloud Run itself says so too.

async function stand(): Promise<Stand> {
  const made = createStand(T0 + MINUTE_MS);
  const [active, leaving] = [activeGrant(of(1)), revokingGrant(of(2))];
  await made.put(active, leaving);
  made.edit(() => [bindingFor(active), bindingFor(leaving)]);
  made.onIap = () => {
    throw new LatchkeyError('not-found', 'failed to getIamPolicy: HTTP 404 NOT_FOUND');
  };
  return made;
}

const list = (on: Stand, ...entries: ReturnType<typeof anEntry>[]) =>
  on.store.putCatalog('acme-prod', 'us-central1', entries);

test('while the catalog lists the service, nothing ends, and the sweeps keep looking', async () => {
  const on = await stand();
  await list(on, anEntry());
  for (let sweep = 1; sweep <= 5; sweep += 1) {
    expect(await on.converge()).toMatchObject({ kind: 'unsettled', failure: { code: 'not-found' } });
    on.time.skip(MINUTE_MS);
  }
  expect(await on.grant('g1')).toMatchObject({ state: 'ACTIVE', trouble: { code: 'not-found' } });
  expect(await on.grant('g2')).toMatchObject({ state: 'REVOKING', trouble: { attempts: 5 } });
  expect(await on.events('g2')).toContain('alarm');
  on.onIap = () => {};
  await on.converge();
  expect(await on.grant('g1')).not.toHaveProperty('trouble');
  expect(await on.grant('g2')).toMatchObject({ state: 'REVOKED' });
});

test('once the catalog does not list it any more, its grants end visibly', async () => {
  const on = await stand();
  await list(on, anEntry());
  await on.converge();
  await list(on);
  await on.converge();
  expect(await on.grant('g1')).toMatchObject({
    state: 'REVOKED',
    revocation: { reason: expect.stringContaining('no longer exists') },
  });
  expect(await on.grant('g2')).toMatchObject({ state: 'REVOKED' });
});

test('a catalog that does not list the service yet ends nothing while Cloud Run does, or does not answer', async () => {
  const on = await stand();
  on.onCloudRun = () => [anEntry()];
  expect(await on.converge()).toMatchObject({ kind: 'unsettled', failure: { code: 'not-found' } });
  on.onCloudRun = () => {
    throw new LatchkeyError('unavailable', 'failed to list services of acme-prod/us-central1');
  };
  expect(await on.converge()).toMatchObject({ kind: 'unsettled', failure: { code: 'not-found' } });
  expect(await on.grant('g1')).toMatchObject({ state: 'ACTIVE' });
});

describe('a catalog that says that IAP is off', () => {
  const off = anEntry(undefined, { iapEnabled: false });
  let on: Stand;
  beforeEach(async () => {
    on = await stand();
    on.onIap = () => {};
    await on.put(activatingGrant(of(3)));
    await list(on, off);
  });

  test('is not believed where Cloud Run says that it is on', async () => {
    on.onCloudRun = () => [anEntry()];
    await on.converge();
    expect(await on.grant('g1')).toMatchObject({ state: 'ACTIVE' });
    expect(await on.grant('g3')).toMatchObject({ state: 'ACTIVE' });
    expect(members(on.policy())).toEqual(['user:p1@acme.example', 'user:p3@acme.example']);
  });

  test('ends everything where Cloud Run says so too', async () => {
    await on.converge();
    expect(await on.grant('g1')).toMatchObject({ state: 'REVOKED' });
    expect(await on.grant('g3')).toMatchObject({ state: 'ACTIVATION_FAILED', failure: { code: 'no-iap' } });
    expect(members(on.policy())).toEqual([]);
  });

  test('gives nobody access and takes it from nobody while Cloud Run does not answer, and holds up no revoke', async () => {
    on.onCloudRun = () => {
      throw new LatchkeyError('unavailable', 'failed to list services of acme-prod/us-central1');
    };
    await on.converge();
    expect(await on.grant('g1')).toMatchObject({ state: 'ACTIVE' });
    expect(await on.grant('g2')).toMatchObject({ state: 'REVOKED' });
    expect(await on.grant('g3')).toMatchObject({ state: 'ACTIVATING', trouble: { code: 'unavailable' } });
    expect(members(on.policy())).toEqual(['user:p1@acme.example']);
    on.onCloudRun = () => [anEntry()];
    await on.converge();
    expect(await on.grant('g3')).toMatchObject({ state: 'ACTIVE' });
    expect(await on.grant('g1')).not.toHaveProperty('trouble');
  });
});
