import { expect, test } from 'vitest';
import { createEmbeddedStore } from '../../simulator/embedded-store.ts';
import type { Grant } from '../../src/domain/grant.ts';
import { LatchkeyError } from '../../src/errors.ts';
import { activatingGrant, activeGrant, MINUTE_MS, revokingGrant, SECOND_MS, T0 } from '../support/grants.ts';
import { createStand, of, type Stand } from './stand.ts';

// However many grants a service has, no transaction writes more than Firestore takes.

const MOST_WRITES = 500;

/** A service with many grants, and how much the transactions that settle them wrote. */
async function crowd(make: (i: number) => Grant, at: number): Promise<{ stand: Stand; writes: number[] }> {
  const writes: number[] = [];
  const store = createEmbeddedStore({
    onUse: (use) => void (use.op === 'settle' && writes.push(use.writes)),
  });
  const stand = createStand(at, store);
  await stand.put(...Array.from({ length: 700 }, (_, i) => make(i)));
  return { stand, writes };
}

async function states(stand: Stand): Promise<Record<string, number>> {
  const count: Record<string, number> = {};
  for (let i = 0; i < 700; i += 1) {
    const { state } = await stand.grant(`g${i}`);
    count[state] = (count[state] ?? 0) + 1;
  }
  return count;
}

test.each([
  ['are let in', (i: number) => activatingGrant(of(i)), T0 + 5 * SECOND_MS, 'ACTIVE'],
  ['are revoked', (i: number) => revokingGrant(of(i)), T0 + MINUTE_MS, 'REVOKED'],
  ['are over', (i: number) => activeGrant(of(i)), T0 + 60 * MINUTE_MS, 'ENDED'],
] as const)('seven hundred that %s at once are settled in one run, in parts', async (_, make, at, state) => {
  const { stand, writes } = await crowd(make, at);
  stand.onSlack = () => 50;
  expect(await stand.converge()).toMatchObject({ kind: 'converged' });
  expect(await states(stand)).toEqual({ [state]: 700 });
  expect(Math.max(...writes)).toBeLessThanOrEqual(MOST_WRITES);
  expect((await stand.events('g5')).filter((type) => type !== 'requested')).toHaveLength(1);
});

test('a failure is put on record with all of them, once, in parts', async () => {
  const { stand, writes } = await crowd((i) => revokingGrant(of(i)), T0 + MINUTE_MS);
  stand.onIap = () => {
    throw new LatchkeyError('unavailable', 'no IAP');
  };
  for (let sweep = 1; sweep <= 3; sweep += 1) {
    await stand.converge();
    stand.time.skip(MINUTE_MS);
  }
  expect(Math.max(...writes)).toBeLessThanOrEqual(MOST_WRITES);
  for (let i = 0; i < 700; i += 1) {
    expect(await stand.grant(`g${i}`)).toMatchObject({ trouble: { attempts: 3 } });
    expect((await stand.events(`g${i}`)).filter((type) => type === 'alarm')).toHaveLength(1);
  }
});

test('the end of a service ends all of its grants, in parts', async () => {
  const { stand, writes } = await crowd((i) => activeGrant(of(i)), T0 + MINUTE_MS);
  stand.onIap = () => {
    throw new LatchkeyError('not-found', 'no such service');
  };
  await stand.converge();
  expect(await states(stand)).toEqual({ REVOKED: 700 });
  expect(Math.max(...writes)).toBeLessThanOrEqual(MOST_WRITES);
});

test('a grant whose outcome the store refuses holds up none of the others, and is told of', async () => {
  const { stand } = await crowd((i) => revokingGrant(of(i)), T0 + MINUTE_MS);
  const { settle } = stand.store;
  stand.store.settle = async (service, holder, now, decide) =>
    await settle(service, holder, now, (open) => {
      const settlement = decide(open);
      if (settlement.changes.some(({ grant }) => ['g7', 'g533'].includes(grant.id))) {
        throw new LatchkeyError('conflict', 'failed to settle for billing: ALREADY_EXISTS events/000003');
      }
      return settlement;
    });
  expect(await stand.converge()).toMatchObject({ kind: 'converged' });
  expect(await states(stand)).toEqual({ REVOKED: 698, REVOKING: 2 });
  const told = stand.logged.flatMap(([event, facts]) => (event === 'converge-impossible' ? facts.grant : []));
  expect(told.sort()).toEqual(['g533', 'g7']);
  // The lease was given back, and what is left is due.
  expect((await stand.store.due(T0 + MINUTE_MS, 10)).map(({ id }) => id).sort()).toEqual(['g533', 'g7']);
  expect(await stand.converge()).toMatchObject({ kind: 'converged' });
});
