import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../../simulator/clock.ts';
import { createPolicyStore } from '../../../simulator/google/policies.ts';
import type { Binding, PolicyWrite } from '../../../simulator/google/policy.ts';
import { BILLING, ROLE, START } from './fixture.ts';

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

function conditioned(expression: string, more: Partial<NonNullable<Binding['condition']>> = {}): Binding {
  return { ...ADA, condition: { title: 'latchkey', expression, ...more } };
}

const people = (count: number, kind = 'user') =>
  Array.from({ length: count }, (_, index) => `${kind}:p${index}@acme.example`);

describe('what may be in a policy', () => {
  const long = (operators: number) =>
    Array(operators + 1)
      .fill('request.host == "a"')
      .join(' && ');
  const always = 'request.host == "a"';
  const refused: [string, Binding[] | number, RegExp][] = [
    ['an unknown version', 2, /version 2/],
    ['no members', [{ role: ROLE, members: [] }], /no members/],
    [
      'a member without a kind',
      [{ role: ROLE, members: ['ada@acme.example'] }],
      /principal "ada@acme.example"/,
    ],
    ['a member that is no address', [{ role: ROLE, members: ['user:ada'] }], /principal "user:ada"/],
    ['two addresses in one member', [{ role: ROLE, members: ['user:a@b.example,c@d.example'] }], /principal/],
    ['an empty role', [{ role: '', members: ADA.members }], /Role ""/],
    ['a role that is no role', [{ role: 'iap.httpsResourceAccessor', members: ADA.members }], /Role/],
    [
      'a role as it is shown to old clients',
      [{ role: `${ROLE}_withcond_0123456789`, members: ADA.members }],
      /Role/,
    ],
    ['a condition on allUsers', [{ ...conditioned(always), members: ['allUsers'] }], /allUsers/],
    [
      'a condition on allAuthenticatedUsers',
      [{ ...conditioned(always), members: ['user:a@b.example', 'allAuthenticatedUsers'] }],
      /allAuthenticatedUsers/,
    ],
    ['an empty expression', [conditioned('')], /not a valid expression/],
    ['an expression that does not parse', [conditioned('request.time <')], /not a valid expression/],
    ['an empty title', [conditioned(always, { title: '' })], /must have a title/],
    [
      'a title of 101 characters',
      [conditioned(always, { title: 'x'.repeat(101) })],
      /at most 100 characters/,
    ],
    [
      'a description of 257',
      [conditioned(always, { description: 'x'.repeat(257) })],
      /at most 256 characters/,
    ],
    ['13 logical operators', [conditioned(long(13))], /at most 12 logical operators/],
    ['1,501 principals', [{ role: ROLE, members: people(1_501) }], /at most 1500 principals/],
    [
      '251 groups and domains',
      [
        { role: ROLE, members: people(250, 'group') },
        { role: ROLE, members: ['domain:acme.example'] },
      ],
      /at most 250 groups and domains/,
    ],
    [
      '101 conditional bindings',
      people(101).map((who) => ({ ...conditioned(always), members: [who] })),
      /at most 100 cond/,
    ],
    [
      '21 conditions for one person and role',
      Array.from({ length: 21 }, (_, n) => conditioned(`request.path == "/${n}"`)),
      /at most 20 conditional role bindings for the same role and principal/,
    ],
    [
      'more than 64 KiB',
      [
        {
          role: ROLE,
          members: Array.from({ length: 1_000 }, (_, n) => `user:${'p'.repeat(60)}${n}@acme.example`),
        },
      ],
      /at most 65536 bytes/,
    ],
  ];
  it.each(refused)('refuses %s, and leaves the policy as it was', (_, what, message) => {
    const { store, write } = setUp([ADA]);
    const before = store.current(BILLING);
    const outcome = write(typeof what === 'number' ? { version: what } : { bindings: what });
    expect(outcome).toMatchObject({
      httpCode: 400,
      status: 'INVALID_ARGUMENT',
      message: expect.stringMatching(message),
    });
    expect(store.current(BILLING)).toBe(before);
  });

  const accepted: [string, Binding[]][] = [
    [
      'every kind of principal',
      [
        {
          role: ROLE,
          members: [
            'allUsers',
            'allAuthenticatedUsers',
            'user:a@b.example',
            'serviceAccount:s@p.iam.gserviceaccount.com',
            'group:g@b.example',
            'domain:b.example',
            'deleted:user:a@b.example?uid=123',
            'projectOwner:acme-prod',
            'principal://iam.googleapis.com/locations/global/workforcePools/p/subject/s',
          ],
        },
      ],
    ],
    [
      'custom roles',
      ['projects/acme-prod/roles/iap_reader', 'organizations/1/roles/x'].map((role) => ({ ...ADA, role })),
    ],
    [
      'texts at their limits',
      [conditioned(long(12), { title: 'x'.repeat(100), description: 'x'.repeat(256) })],
    ],
    ['1,500 principals', [{ role: ROLE, members: people(1_500) }]],
    ['250 groups', [{ role: ROLE, members: people(250, 'group') }]],
    ['100 conditional bindings', people(100).map((who) => ({ ...conditioned(always), members: [who] }))],
    [
      '20 conditions for one person',
      Array.from({ length: 20 }, (_, n) => conditioned(`request.path == "/${n}"`)),
    ],
  ];
  it.each(accepted)('accepts %s', (_, bindings) => {
    expect(setUp().write({ bindings })).toHaveProperty('bindings', bindings);
  });
});
