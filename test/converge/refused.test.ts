import { expect, test } from 'vitest';
import { isOurs } from '../../src/converge/conditions.ts';
import { LatchkeyError } from '../../src/errors.ts';
import type { Policy } from '../../src/ports.ts';
import { activatingGrant, activeGrant, revokingGrant, SECOND_MS, T0 } from '../support/grants.ts';
import { bindingFor, createStand, members, of, ofOthers, type Stand } from './stand.ts';

// IAM refuses a whole policy for one principal that it does not know. Only that one may suffer from it.

function stand(...unknown: readonly string[]): Stand {
  const made = createStand(T0 + 5 * SECOND_MS);
  made.onIap = (method, { bindings = [] }: Policy) => {
    const stranger = members(bindings).find((m) => unknown.includes(m));
    if (method === 'set' && stranger)
      throw new LatchkeyError('invalid', `failed to setIamPolicy: HTTP 400 ${stranger} does not exist`);
  };
  return made;
}

test.each([2, 3, 80])(
  'of %i who are let in together, exactly the one that IAM does not take fails',
  async (count) => {
    const on = stand('user:p1@acme.example');
    const grants = Array.from({ length: count }, (_, i) => activatingGrant(of(i)));
    await on.put(...grants);
    expect(await on.converge()).toMatchObject({ kind: 'converged' });
    const failed = await on.grant('g1');
    expect(failed).toMatchObject({ state: 'ACTIVATION_FAILED', failure: { code: 'invalid' } });
    expect(JSON.stringify(failed)).toContain('IAM does not take user:p1@acme.example');
    for (const { id } of grants.filter((g) => g.id !== 'g1')) {
      expect(await on.grant(id)).toMatchObject({ state: 'ACTIVE' });
    }
  },
);

test('several at once are each found, and the others let in', async () => {
  const on = stand('user:p3@acme.example', 'user:p4@acme.example', 'user:p9@acme.example');
  const grants = Array.from({ length: 12 }, (_, i) => activatingGrant(of(i)));
  await on.put(...grants);
  await on.converge();
  const failed = await Promise.all(
    grants.map(async ({ id }) => ((await on.grant(id)).state === 'ACTIVE' ? [] : [id])),
  );
  expect(failed.flat()).toEqual(['g3', 'g4', 'g9']);
});

test('somebody who is alone, and refused, fails without a policy that lost anybody else', async () => {
  const on = stand('user:p1@acme.example');
  const inside = activeGrant(of(2));
  await on.put(inside, activatingGrant(of(1)));
  on.edit(() => [bindingFor(inside)]);
  await on.converge();
  expect(await on.grant('g1')).toMatchObject({ state: 'ACTIVATION_FAILED' });
  expect(await on.grant('g2')).toMatchObject({ state: 'ACTIVE' });
  expect(members(on.policy())).toEqual(['user:p2@acme.example']);
});

test('a revoke beside somebody whose account is gone takes place, and so does a new grant', async () => {
  const on = stand('user:p1@acme.example');
  const [gone, leaving, coming] = [activeGrant(of(1)), revokingGrant(of(2)), activatingGrant(of(3))];
  await on.put(gone, leaving, coming);
  const deleted = { ...bindingFor(gone), members: ['deleted:user:p1@acme.example?uid=1'] };
  on.edit(() => [deleted, bindingFor(leaving)]);
  await on.converge();
  expect(await on.grant(leaving.id)).toMatchObject({ state: 'REVOKED' });
  expect(await on.grant(coming.id)).toMatchObject({ state: 'ACTIVE' });
  expect(await on.grant(gone.id)).toMatchObject({
    state: 'REVOKED',
    revocation: { reason: expect.stringContaining('IAM does not take user:p1@acme.example') },
  });
  expect(members(on.policy().filter(isOurs))).toEqual(['user:p3@acme.example']);
});

test('whoever finds no room is not tried in the place of others, and nobody fails for them', async () => {
  const on = stand('user:p2@acme.example', 'user:p3@acme.example');
  const lasting = (minutes: number) => ({ ...of(minutes), ask: { ...of(minutes).ask, minutes } });
  await on.put(...[1, 2, 3].map((minutes) => activatingGrant(lasting(minutes))));
  on.edit(() => ofOthers(98));
  await on.converge();
  expect(await on.grant('g1')).toMatchObject({ state: 'ACTIVE' });
  expect(await on.grant('g2')).toMatchObject({ state: 'ACTIVATION_FAILED', failure: { code: 'invalid' } });
  // There is room for this one by now.
  expect(await on.grant('g3')).toMatchObject({ state: 'ACTIVATION_FAILED', failure: { code: 'invalid' } });
  expect(JSON.stringify(await on.grant('g3'))).toContain('IAM does not take user:p3@acme.example');
});

test('a policy that is refused without anybody new in it is nobody’s fault in particular', async () => {
  const on = createStand(T0 + 5 * SECOND_MS);
  const leaving = revokingGrant(of(1));
  await on.put(leaving);
  on.edit(() => [bindingFor(leaving)]);
  on.onIap = (method) => {
    if (method === 'set') throw new LatchkeyError('invalid', 'failed to setIamPolicy: HTTP 400');
  };
  expect(await on.converge()).toMatchObject({ kind: 'unsettled', failure: { code: 'invalid' } });
  expect(await on.grant(leaving.id)).toMatchObject({ state: 'REVOKING', trouble: { code: 'invalid' } });
});
