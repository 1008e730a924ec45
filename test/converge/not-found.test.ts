import { expect, test } from 'vitest';
import { LatchkeyError } from '../../src/errors.ts';
import { activeGrant, anEntry, MINUTE_MS, revokingGrant, T0 } from '../support/grants.ts';
import { bindingFor, createStand, of, type Stand } from './stand.ts';

// That a policy is not found ends grants only where Cloud Run, too, no longer knows the service.

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
