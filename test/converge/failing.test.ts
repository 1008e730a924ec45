import { describe, expect, test } from 'vitest';
import { type ErrorCode, LatchkeyError } from '../../src/errors.ts';
import {
  activatingGrant,
  activeGrant,
  extendedGrant,
  MINUTE_MS,
  revokingGrant,
  SECOND_MS,
  T0,
} from '../support/grants.ts';
import { bindingFor, createStand, members, of, type Stand } from './stand.ts';

// What IAP goes on refusing, or not answering, becomes visible after three sweeps, whatever the grant waits for.

const active = activeGrant(of(1));
const END = active.term.endsAt;

function refusing(at: number, code: ErrorCode, methods: readonly string[] = ['get', 'set']): Stand {
  const stand = createStand(at);
  stand.onIap = (method) => {
    if (methods.includes(method)) throw new LatchkeyError(code, `failed to ${method} the policy: ${code}`);
  };
  return stand;
}

/** One run of the converger a minute, as sweeps come. */
async function sweeps(stand: Stand, count: number): Promise<void> {
  for (let i = 0; i < count; i += 1) {
    await stand.converge();
    stand.time.skip(MINUTE_MS);
  }
}

describe('a grant on its way', () => {
  test.each(['permission-denied', 'invalid'] as const)(
    'fails after three sweeps that met "%s"',
    async (code) => {
      const stand = refusing(T0 + MINUTE_MS, code);
      await stand.put(activatingGrant(of(1)));
      await sweeps(stand, 2);
      expect(await stand.grant('g1')).toMatchObject({ state: 'ACTIVATING', trouble: { code, attempts: 2 } });
      await sweeps(stand, 1);
      expect(await stand.grant('g1')).toMatchObject({ state: 'ACTIVATION_FAILED', failure: { code } });
    },
  );

  test('works where the role that was missing came meanwhile', async () => {
    const stand = refusing(T0 + MINUTE_MS, 'permission-denied');
    await stand.put(activatingGrant(of(1)));
    await sweeps(stand, 2);
    stand.onIap = () => {};
    await sweeps(stand, 1);
    expect(await stand.grant('g1')).toMatchObject({ state: 'ACTIVE' });
  });

  test('waits through an outage', async () => {
    const stand = refusing(T0 + MINUTE_MS, 'unavailable');
    await stand.put(activatingGrant(of(1)));
    await sweeps(stand, 10);
    expect(await stand.grant('g1')).toMatchObject({ state: 'ACTIVATING' });
  });
});

describe('a grant in force', () => {
  test.each(['permission-denied', 'invalid', 'unavailable'] as const)(
    'whose time is up is over after three sweeps that met "%s", and its binding goes when it can',
    async (code) => {
      const stand = refusing(END + SECOND_MS, code);
      await stand.put(active);
      stand.edit(() => [bindingFor(active)]);
      await sweeps(stand, 2);
      expect(await stand.grant('g1')).toMatchObject({ state: 'ACTIVE' });
      await sweeps(stand, 1);
      expect(await stand.grant('g1')).toMatchObject({ state: 'ENDED' });
      const later = stand.time.now() + 10 * MINUTE_MS;
      expect(await stand.store.toVerify(later, { busy: 1, all: 1 }, () => 0)).toHaveLength(1);
      stand.onIap = () => {};
      await stand.converge();
      expect(members(stand.policy())).toEqual([]);
      expect(stand.logged.map(([event]) => event)).not.toContain('drift-removed');
    },
  );

  test('whose extension is refused keeps the end it had, and says so', async () => {
    const stand = refusing(END - 4 * MINUTE_MS, 'permission-denied', ['set']);
    await stand.put(extendedGrant(of(1)));
    stand.edit(() => [bindingFor(active)]);
    await sweeps(stand, 3);
    expect(await stand.grant('g1')).toMatchObject({
      state: 'ACTIVE',
      term: { endsAt: END },
      lastExtension: { outcome: 'failed', reason: expect.stringContaining('permission-denied') },
    });
    expect(await stand.grant('g1')).not.toHaveProperty('trouble');
  });

  test('whose failed extension turns out to have been written gets its end back, and nobody is blamed for it', async () => {
    const stand = createStand(END - 4 * MINUTE_MS);
    const extended = extendedGrant(of(1));
    await stand.put(extended);
    stand.edit(() => [bindingFor(active)]);
    stand.onIap = (method) => {
      // It takes effect, and IAP refuses to show it.
      if (method === 'set') stand.edit(() => [bindingFor(extended)]);
      throw new LatchkeyError('permission-denied', `failed to ${method} the policy: HTTP 403`);
    };
    await sweeps(stand, 3);
    stand.edit(() => [bindingFor(extended)]);
    stand.onIap = () => {};
    await stand.converge();
    expect(stand.policy()).toEqual([bindingFor(active)]);
    expect(await stand.events('g1')).toEqual(['requested', 'extension-failed']);
  });

  test.each([100, undefined])(
    'whose extension is rejected keeps its access, though others change meanwhile (Slack answers: %s)',
    async (answersMs) => {
      const stand = createStand(END - 3 * MINUTE_MS);
      // Extended by somebody who may not.
      const { term, ...rest } = extendedGrant(of(1));
      const approvals = [{ userId: 'U0EVE', email: 'eve@acme.example', at: term.extended?.at ?? 0 }];
      await stand.put({ ...rest, term: { ...term, extended: { at: term.extended?.at ?? 0, approvals } } });
      stand.edit(() => [bindingFor(active)]);
      stand.onSlack = () => {
        if (answersMs === undefined) throw new LatchkeyError('unavailable', 'no Slack');
        return answersMs;
      };
      let reads = 0;
      stand.onIap = (method) => {
        reads += method === 'get' ? 1 : 0;
        // After the grants were read, and before they are settled.
        if (reads === 1) stand.time.begin(async () => await stand.put(activatingGrant(of(2))));
      };
      await stand.converge();
      expect(await stand.events('g1')).toEqual(['requested', 'extension-failed']);
      expect(stand.written.every((bindings) => members(bindings).includes('user:p1@acme.example'))).toBe(
        true,
      );
      expect(members(stand.policy())).toContain('user:p1@acme.example');
    },
  );

  test('whose binding was removed and cannot be put back is lost, and says why', async () => {
    const stand = refusing(T0 + MINUTE_MS, 'permission-denied', ['set']);
    await stand.put(active);
    await sweeps(stand, 3);
    expect(await stand.grant('g1')).toMatchObject({
      state: 'REVOKED',
      revocation: { reason: expect.stringContaining('permission-denied') },
    });
    expect(await stand.events('g1')).toEqual(['requested', 'drift', 'revoked']);
  });

  test('that waits for nothing is left alone by whatever IAP refuses', async () => {
    const stand = refusing(T0 + MINUTE_MS, 'permission-denied');
    await stand.put(active);
    await sweeps(stand, 5);
    expect(await stand.grant('g1')).toMatchObject({ state: 'ACTIVE', revision: active.revision });
    expect(await stand.grant('g1')).not.toHaveProperty('trouble');
  });
});

describe('a revoke', () => {
  test('calls a person after three sweeps, and not for three triggers within a minute', async () => {
    const stand = refusing(T0 + MINUTE_MS, 'permission-denied');
    await stand.put(revokingGrant(of(1)));
    for (let trigger = 0; trigger < 5; trigger += 1) {
      await stand.converge();
      stand.time.skip(8 * SECOND_MS);
    }
    expect(await stand.grant('g1')).toMatchObject({ trouble: { attempts: 1 } });
    stand.time.skip(20 * SECOND_MS);
    await sweeps(stand, 1);
    expect(await stand.events('g1')).not.toContain('alarm');
    await sweeps(stand, 4);
    expect((await stand.events('g1')).filter((type) => type === 'alarm')).toHaveLength(1);
  });

  test('goes on after that, until it is done', async () => {
    const stand = refusing(T0 + MINUTE_MS, 'permission-denied');
    const grant = revokingGrant(of(1));
    await stand.put(grant);
    stand.edit(() => [bindingFor(grant)]);
    await sweeps(stand, 40);
    stand.onIap = () => {};
    await sweeps(stand, 1);
    expect(await stand.grant('g1')).toMatchObject({ state: 'REVOKED' });
    expect(members(stand.policy())).toEqual([]);
  });
});
