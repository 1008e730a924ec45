import { beforeEach, describe, expect, test } from 'vitest';
import { createEmbeddedStore } from '../../simulator/embedded-store.ts';
import { LatchkeyError } from '../../src/errors.ts';
import type { Binding } from '../../src/ports.ts';
import { activatingGrant, activeGrant, extendedGrant, MINUTE_MS, T0 } from '../support/grants.ts';
import { bindingFor, createStand, members, of, ofOthers, SERVICE, type Stand } from './stand.ts';

// What others do to our bindings is undone, and said once: on the grant whose binding went, and of the service where
// somebody has access that no grant accounts for.

const ada = activeGrant(of(1));
let stand: Stand;

const until = (end: string, binding: Binding): Binding => ({
  ...binding,
  condition: { title: 'latchkey too', expression: `request.time < timestamp("${end}")` },
});

beforeEach(async () => {
  stand = createStand(T0 + MINUTE_MS);
  await stand.put(ada);
});

const drifts = async () => (await stand.events('g1')).filter((type) => type === 'drift').length;
const removed = () =>
  stand.logged.flatMap(([event, facts]) => (event === 'drift-removed' ? [facts.members] : []));

describe('a binding of ours that vanished', () => {
  test('is put back and said once, though somebody else asks for access at that moment', async () => {
    let asked = false;
    stand.onIap = (method) => {
      if (method !== 'get' || stand.written.length === 0 || asked) return;
      asked = true;
      // After the grants were read, and before they are settled.
      stand.time.begin(async () => {
        await stand.time.wait(30);
        await stand.put(activatingGrant(of(2)));
      });
    };
    await stand.converge();
    expect(members(stand.policy()).sort()).toEqual(['user:p1@acme.example', 'user:p2@acme.example']);
    expect(await drifts()).toBe(1);
    expect(await stand.grant('g1')).not.toHaveProperty('trouble');
  });

  test('is said although the run failed after it was put back', async () => {
    stand.onIap = (method) => {
      if (method === 'get' && stand.written.length > 0) throw new LatchkeyError('unavailable', 'no IAP');
    };
    await stand.converge();
    expect(members(stand.policy())).toEqual(['user:p1@acme.example']);
    expect(await drifts()).toBe(1);
    stand.onIap = () => {};
    await stand.converge();
    expect(await drifts()).toBe(1);
  });

  test('is said once where the run died before it was put back, and is due at once', async () => {
    stand.onIap = (method) => {
      if (method === 'set') throw new Error('the instance died');
    };
    await expect(stand.converge()).rejects.toThrow('the instance died');
    stand.onIap = () => {};
    const next = createStand(T0 + 3 * MINUTE_MS, createEmbeddedStore({ load: stand.store.dump() }));
    expect((await next.store.due(T0 + 3 * MINUTE_MS, 1)).map(({ id }) => id)).toEqual(['g1']);
    await next.converge();
    expect(members(next.policy())).toEqual(['user:p1@acme.example']);
    expect((await next.events('g1')).filter((type) => type === 'drift')).toHaveLength(1);
  });

  test('and vanishes again is said again', async () => {
    await stand.converge();
    stand.edit(() => []);
    stand.time.skip(MINUTE_MS);
    await stand.converge();
    expect(await drifts()).toBe(2);
  });
});

describe('in a policy that others have filled', () => {
  test('whoever’s binding was prolonged keeps their place, though somebody else is asked about first', async () => {
    await stand.put(activatingGrant(of(2)));
    stand.edit(() => [...ofOthers(100), until('2031-01-01T00:00:00Z', bindingFor(ada))]);
    await stand.converge();
    // Never without their place, not between two writes either; who shares the binding comes into it.
    const [p1, p2] = ['user:p1@acme.example', 'user:p2@acme.example'];
    expect(stand.written.map((bindings) => members(bindings.slice(100)))).toEqual([[p1], [p1, p2]]);
    expect(stand.policy()[100]?.condition).toEqual(bindingFor(ada).condition);
    expect(await stand.events('g1')).toEqual(['requested', 'drift']);
  });

  test('a binding that is put back is said, though there is no room for the end that it was to have', async () => {
    const bob = extendedGrant(of(2));
    const carol = activeGrant(of(3));
    stand = createStand(bob.appliedEndsAt - 3 * MINUTE_MS);
    await stand.put(bob, carol);
    stand.edit(() => ofOthers(99));
    await stand.converge();
    expect(members(stand.policy()).slice(99)).toEqual(['user:p2@acme.example', 'user:p3@acme.example']);
    expect(await stand.events('g2')).toEqual(['requested', 'drift', 'extension-failed']);
    expect(await stand.events('g3')).toEqual(['requested', 'drift']);
  });
});

describe('access under our title that no grant accounts for', () => {
  test('is told of where somebody prolonged the binding of a grant', async () => {
    stand.edit(() => [until('2031-01-01T00:00:00Z', bindingFor(ada))]);
    await stand.converge();
    expect(stand.policy()).toEqual([bindingFor(ada)]);
    expect(removed()).toEqual([['user:p1@acme.example']]);
    expect(await drifts()).toBe(1);
  });

  test('is told of where somebody with a grant got a second binding', async () => {
    stand.edit(() => [bindingFor(ada), until('2031-01-01T00:00:00Z', bindingFor(ada))]);
    await stand.converge();
    expect(stand.policy()).toEqual([bindingFor(ada)]);
    expect(removed()).toEqual([['user:p1@acme.example']]);
    expect(await drifts()).toBe(0);
    const rows: { services: Record<string, { events?: unknown[] }> } = JSON.parse(stand.store.dump());
    expect(Object.values(rows.services)[0]?.events).toEqual([
      { type: 'drift', at: expect.any(Number), removed: ['user:p1@acme.example'] },
    ]);
  });

  test('is told of although the run failed after it was removed', async () => {
    stand.edit(() => [bindingFor(ada), until('2031-01-01T00:00:00Z', bindingFor(ada))]);
    stand.onIap = (method) => {
      if (method === 'get' && stand.written.length > 0) throw new LatchkeyError('unavailable', 'no IAP');
    };
    await stand.converge();
    expect(removed()).toHaveLength(1);
  });

  test('is told of once, however often it cannot be removed, and again once it came back', async () => {
    const stray = until('2031-01-01T00:00:00Z', bindingFor(ada));
    stand.edit(() => [bindingFor(ada), stray]);
    stand.onIap = (method) => {
      if (method === 'set') throw new LatchkeyError('permission-denied', 'failed to setIamPolicy: HTTP 403');
    };
    for (let sweep = 1; sweep <= 5; sweep += 1) {
      await stand.converge();
      stand.time.skip(MINUTE_MS);
    }
    expect(removed()).toHaveLength(1);
    stand.onIap = () => {};
    await stand.converge();
    expect(stand.policy()).toEqual([bindingFor(ada)]);
    expect(removed()).toHaveLength(1);
    stand.edit(() => [bindingFor(ada), stray]);
    await stand.converge();
    expect(removed()).toHaveLength(2);
  });

  test('is removed without a word where it is over', async () => {
    stand.edit(() => [bindingFor(ada), until('2020-01-01T00:00:00Z', bindingFor(ada))]);
    await stand.converge();
    expect(stand.policy()).toEqual([bindingFor(ada)]);
    expect(removed()).toEqual([]);
  });
});

test('a run that is at it for longer than one look has the service looked at again soon', async () => {
  stand.onIap = (method) => {
    if (method === 'set') throw new Error('the instance died');
  };
  await expect(stand.converge()).rejects.toThrow('the instance died');
  const due = await stand.store.toVerify(stand.time.now() + MINUTE_MS, { busy: 1, all: 1 }, () => 0);
  expect(due.map(({ service }) => service)).toEqual([SERVICE]);
});
