import { expect, test } from 'vitest';
import { LatchkeyError } from '../../src/errors.ts';
import { activatingGrant, MINUTE_MS, revokingGrant, SECOND_MS, T0 } from '../support/grants.ts';
import { bindingFor, createStand, members, of } from './stand.ts';

// Slack is asked who people are before they are let in. However long it takes, it holds up no revoke, and nobody's
// access for longer than its outage would.

const CROWD = Array.from({ length: 80 }, (_, i) => activatingGrant(of(i)));

test('slow Slack holds up no revoke: what goes is gone before anybody is asked about', async () => {
  const stand = createStand(T0 + 5 * SECOND_MS);
  const leaving = revokingGrant(of(900));
  await stand.put(leaving, ...CROWD);
  stand.edit(() => [bindingFor(leaving)]);
  let asked = false;
  stand.onSlack = () => {
    if (!asked) expect(members(stand.policy())).toEqual([]);
    asked = true;
    return 4_300;
  };
  await stand.converge();
  expect(asked).toBe(true);
  expect(await stand.grant(leaving.id)).toMatchObject({ state: 'REVOKED' });
});

test('slow Slack is not waited for until the lease is over: the next runs ask about the others, one after the other', async () => {
  const stand = createStand(T0 + 5 * SECOND_MS);
  await stand.put(...CROWD);
  stand.onSlack = () => 4_300;
  const letIn: number[] = [];
  for (let run = 1; run <= 4; run += 1) {
    expect(await stand.converge()).toMatchObject({ kind: 'converged' });
    letIn.push(members(stand.policy()).length);
    stand.time.skip(MINUTE_MS);
  }
  expect(letIn).toEqual([20, 40, 60, 80]);
});

test('a crowd does not let in whom Slack was not asked about', async () => {
  const stand = createStand(T0 + 5 * SECOND_MS);
  stand.onSlack = () => 1_000;
  const stranger = { userId: 'U0ZZZ', email: 'somebody.else@acme.example' };
  const forged = activatingGrant({ id: 'z', ask: { requester: stranger, principal: stranger } });
  await stand.put(...CROWD, forged);
  await stand.converge();
  expect(await stand.grant('z')).toMatchObject({ state: 'ACTIVATING', trouble: { code: 'slack' } });
  stand.time.skip(MINUTE_MS);
  await stand.converge();
  expect(await stand.grant('z')).toMatchObject({ state: 'ACTIVATION_FAILED', failure: { code: 'identity' } });
});

test('approvals that are older than an hour wait for Slack, and the others do not wait with them', async () => {
  const stand = createStand(T0 + 70 * MINUTE_MS);
  const long = { entitlement: { durationsMinutes: [15, 60, 240] } };
  const old = activatingGrant({ ...of(1), ...long, ask: { ...of(1).ask, minutes: 240 } });
  const fresh = activatingGrant({
    ...of(2),
    ask: { ...of(2).ask, now: T0 + 69 * MINUTE_MS },
  });
  await stand.put(old, fresh);
  let calls = 0;
  stand.onSlack = () => {
    calls += 1;
    throw new LatchkeyError('timeout', 'no answer');
  };
  await stand.converge();
  expect(await stand.grant(old.id)).toMatchObject({ state: 'ACTIVATING', trouble: { code: 'slack' } });
  expect(await stand.grant(fresh.id)).toMatchObject({ state: 'ACTIVE' });
  expect(calls).toBeLessThanOrEqual(2);
});

test('after Slack did not answer once, a run asks nobody any more', async () => {
  const stand = createStand(T0 + 5 * SECOND_MS);
  await stand.put(...CROWD);
  let calls = 0;
  stand.onSlack = () => {
    calls += 1;
    throw new LatchkeyError('unavailable', 'no Slack');
  };
  expect(await stand.converge()).toMatchObject({ kind: 'converged' });
  expect(calls).toBeLessThanOrEqual(10);
});

test('a run that loses its lease puts the attempt on record, and tells of it', async () => {
  const stand = createStand(T0 + 5 * SECOND_MS);
  const leaving = revokingGrant(of(1));
  await stand.put(leaving);
  stand.edit(() => [bindingFor(leaving)]);
  stand.onIap = (method) => stand.time.skip(method === 'get' ? 31 * SECOND_MS : 0);
  for (let run = 1; run <= 3; run += 1) {
    expect(await stand.converge()).toMatchObject({ kind: 'unsettled' });
    stand.time.skip(MINUTE_MS);
  }
  expect(await stand.grant(leaving.id)).toMatchObject({ state: 'REVOKING', trouble: { attempts: 3 } });
  expect(await stand.events(leaving.id)).toContain('alarm');
  expect(stand.logged.map(([event]) => event)).toContain('converge-unsettled');
});
