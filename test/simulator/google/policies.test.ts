import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../../simulator/clock.ts';
import { createPolicyStore, type PolicyChange } from '../../../simulator/google/policies.ts';
import type { Binding, PolicyWrite } from '../../../simulator/google/policy.ts';
import { BILLING, MINUTE, ROLE, START, timed } from './fixture.ts';

const ADA: Binding = { role: ROLE, members: ['user:ada@acme.example'] };

function setUp(bindings: readonly Binding[] = []) {
  const clock = createVirtualClock({ startMs: START });
  const store = createPolicyStore(clock, [{ resource: BILLING, bindings }]);
  const write = (change: Partial<PolicyWrite>) => {
    const { etag, bindings } = store.current(BILLING);
    return store.write(BILLING, { version: 3, etag, bindings, ...change }, 'a test');
  };
  return { clock, store, write };
}

describe('writing a policy', () => {
  it('stores the bindings exactly as they were sent, order and duplicates too', () => {
    const { store, write } = setUp();
    const bindings = [
      timed('bob@acme.example', 15),
      ADA,
      { ...ADA, members: ['group:b@a.example', 'user:a@a.example'] },
      ADA,
    ];
    write({ bindings });
    expect(store.current(BILLING).bindings).toEqual(bindings);
  });

  it('gives every accepted write a new etag of base64 bytes, also where nothing changed', () => {
    const { store, write } = setUp([ADA]);
    const etags = [store.current(BILLING).etag];
    for (let round = 0; round < 5; round += 1) {
      write({});
      etags.push(store.current(BILLING).etag);
    }
    expect(new Set(etags).size).toBe(6);
    for (const etag of etags) expect(Buffer.from(etag, 'base64').toString('base64')).toBe(etag);
  });

  it('says version 3 with conditions and version 1 without, whatever was written', () => {
    const { store, write } = setUp();
    write({ bindings: [ADA] });
    expect(store.current(BILLING).version).toBe(1);
    write({ bindings: [timed('ada@acme.example', 15)] });
    expect(store.current(BILLING).version).toBe(3);
  });

  it('refuses a stale etag as a conflict', () => {
    const { store, write } = setUp([ADA]);
    const { etag } = store.current(BILLING);
    write({});
    const after = store.current(BILLING);
    expect(write({ etag, bindings: [] })).toMatchObject({ httpCode: 409, status: 'ABORTED' });
    expect(store.current(BILLING)).toBe(after);
  });

  it('takes an etag in URL-safe base64 for the same bytes', () => {
    const { store, write } = setUp([ADA]);
    const etag = Buffer.from(store.current(BILLING).etag, 'base64').toString('base64url');
    expect(write({ etag })).toHaveProperty('bindings');
  });

  it('takes a missing etag only where there is no condition to lose', () => {
    expect(setUp([ADA]).write({ etag: undefined })).toHaveProperty('bindings');
    expect(setUp([timed('ada@acme.example', 15)]).write({ etag: undefined })).toMatchObject({
      httpCode: 400,
      message: expect.stringContaining('etag is required'),
    });
    expect(setUp([timed('ada@acme.example', 15)]).write({ etag: '' })).toMatchObject({ httpCode: 400 });
  });

  it.each([undefined, 0, 1])('refuses version %s where a binding has a condition', (version) => {
    const { write } = setUp();
    expect(write({ version, bindings: [timed('ada@acme.example', 15)] })).toMatchObject({
      status: 'INVALID_ARGUMENT',
      message: expect.stringContaining('version must be 3'),
    });
  });

  it('refuses version 1 over a policy that has conditions', () => {
    const { write } = setUp([timed('ada@acme.example', 15)]);
    expect(write({ version: 1, bindings: [ADA] })).toMatchObject({
      status: 'INVALID_ARGUMENT',
      message: expect.stringContaining('version must be 3'),
    });
  });

  it('keeps nothing that a caller can change afterwards', () => {
    const { store, write } = setUp();
    const members = ['user:ada@acme.example'];
    write({ bindings: [{ role: ROLE, members }] });
    members.push('user:eve@evil.example');
    expect(store.current(BILLING).bindings).toEqual([ADA]);
    expect(Object.isFrozen(store.current(BILLING).bindings[0]?.members)).toBe(true);
  });
});

describe('reading a policy', () => {
  it('answers a policy that was never set with version 1 and an etag', () => {
    const { store } = setUp();
    expect(store.read('projects/1/iap_web', 3)).toEqual({ version: 1, etag: 'ACAB', bindings: [] });
  });

  it('shows conditions only to a caller who asks for version 3', () => {
    const { store } = setUp([ADA, timed('bob@acme.example', 15)]);
    expect(store.read(BILLING, 3)).toEqual(store.current(BILLING));
    for (const version of [0, 1]) {
      expect(store.read(BILLING, version)).toEqual({
        version: 1,
        etag: store.current(BILLING).etag,
        bindings: [
          ADA,
          {
            role: expect.stringMatching(/^roles\/iap\.httpsResourceAccessor_withcond_[0-9a-f]{20}$/),
            members: ['user:bob@acme.example'],
          },
        ],
      });
    }
  });

  it('refuses a version that there is not', () => {
    expect(setUp().store.read(BILLING, 2)).toMatchObject({ httpCode: 400 });
  });
});

describe('what changed last', () => {
  it('is kept with who, when, before and after, newest first, and told to listeners', () => {
    const { clock, store, write } = setUp();
    const heard: PolicyChange[] = [];
    const unsubscribe = store.onChange((change) => heard.push(change));
    write({ bindings: [ADA] });
    clock.advance(MINUTE);
    store.edit(BILLING, 'somebody', () => []);
    unsubscribe();
    write({ bindings: [ADA] });
    const [, second, first] = store.changes(BILLING);
    expect(first).toMatchObject({
      by: 'a test',
      atMs: START,
      before: { bindings: [] },
      after: { bindings: [ADA] },
    });
    expect(second).toMatchObject({ by: 'somebody', atMs: START + MINUTE, after: { bindings: [] } });
    expect(heard).toEqual([first, second]);
  });

  it('works only after the propagation delay', () => {
    const { clock, store, write } = setUp([ADA]);
    write({ bindings: [] });
    clock.advance(MINUTE);
    write({ bindings: [ADA, ADA] });
    const members = () => store.effective(BILLING, 2 * MINUTE).bindings.length;
    expect(members()).toBe(1);
    clock.advance(MINUTE - 1);
    expect(members()).toBe(1);
    clock.advance(1);
    expect(members()).toBe(0);
    clock.advance(MINUTE);
    expect(members()).toBe(2);
    expect(store.effective(BILLING, 0)).toBe(store.current(BILLING));
  });

  it('is forgotten with the policy when it is dropped', () => {
    const { store, write } = setUp([ADA]);
    write({});
    store.drop(BILLING);
    expect(store.current(BILLING).bindings).toEqual([]);
    expect(store.changes(BILLING)).toEqual([]);
  });
});

describe('an account that is deleted', () => {
  it('is shown as deleted where it was, and spoils every policy that names it anew', () => {
    const { store, write } = setUp([ADA]);
    const { etag } = store.current(BILLING);
    store.deleteAccount('ada@acme.example');
    const [shown] = store.current(BILLING).bindings;
    expect(shown?.members[0]).toMatch(/^deleted:user:ada@acme\.example\?uid=\d+$/);
    expect(store.current(BILLING).etag).not.toBe(etag);
    expect(write({ bindings: store.current(BILLING).bindings })).toHaveProperty('bindings');
    const bob = { role: ROLE, members: ['user:bob@acme.example'] };
    expect(write({ bindings: [bob, ADA] })).toMatchObject({
      status: 'INVALID_ARGUMENT',
      message: 'User ada@acme.example does not exist.',
    });
  });
});

it('refuses to plant or edit what could not be written', () => {
  const impossible = [{ role: ROLE, members: [] }];
  expect(() => setUp(impossible)).toThrow(/failed to plant .* no members/);
  expect(() => setUp().store.edit(BILLING, 'somebody', () => impossible)).toThrow(
    /failed to edit .* no members/,
  );
});
