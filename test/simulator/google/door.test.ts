import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../../simulator/clock.ts';
import { createDoor } from '../../../simulator/google/door.ts';
import { createPolicyStore } from '../../../simulator/google/policies.ts';
import type { Binding } from '../../../simulator/google/policy.ts';
import { createServiceRegistry } from '../../../simulator/google/services.ts';
import { BILLING, BILLING_KEY, MINUTE, REGION, ROLE, SEED, START, timed } from './fixture.ts';

function setUp(bindings: readonly Binding[] = [], resource = BILLING) {
  const clock = createVirtualClock({ startMs: START });
  const services = createServiceRegistry(clock, SEED);
  const policies = createPolicyStore(clock, [{ resource, bindings }]);
  const door = createDoor({ clock, services, policies, groups: SEED.groups });
  const open = (email: string, more: { path?: string; host?: string; accessLevels?: string[] } = {}) =>
    door.open({ service: BILLING_KEY, email, ...more });
  return { clock, policies, door, open };
}

const member = (name: string): Binding => ({ role: ROLE, members: [name] });
const condition = (expression: string): Binding => ({
  ...member('user:ada@acme.example'),
  condition: { title: 'latchkey g1', expression },
});

describe('the door', () => {
  it('opens to a timed binding and closes to the second, with no propagation', () => {
    const { clock, door, open } = setUp([timed('ada@acme.example', 15)]);
    door.setPropagationDelayMs(7 * MINUTE);
    expect(open('ada@acme.example')).toMatchObject({
      allowed: true,
      via: { kind: 'binding', resource: BILLING, member: 'user:ada@acme.example', title: 'latchkey g1' },
    });
    clock.advance(15 * MINUTE - 1);
    expect(open('ada@acme.example').allowed).toBe(true);
    clock.advance(1);
    expect(open('ada@acme.example')).toEqual({
      allowed: false,
      reason: expect.stringContaining(
        'ada@acme.example is named on billing-dashboard, but its condition does not hold',
      ),
      details: [
        expect.objectContaining({
          resource: BILLING,
          title: 'latchkey g1',
          opens: false,
          matched: 'user:ada@acme.example',
        }),
      ],
    });
  });

  it('says of each binding why it does not open', () => {
    const { open } = setUp([
      member('user:bob@acme.example'),
      { role: 'roles/iap.admin', members: ['user:ada@acme.example'] },
      condition('request.nothing == 1'),
    ]);
    const result = open('ada@acme.example');
    expect(result).toMatchObject({
      allowed: false,
      details: [
        { why: 'it does not name ada@acme.example' },
        { why: 'roles/iap.admin does not let anybody through IAP' },
        { why: expect.stringContaining('its condition fails (field not found: nothing)') },
      ],
    });
  });

  it('says that nobody gave access where no binding names the person', () => {
    expect(setUp().open('ada@acme.example')).toEqual({
      allowed: false,
      reason: 'No binding gives ada@acme.example access to billing-dashboard.',
      details: [],
    });
  });

  const members: [string, string, boolean][] = [
    ['user:Ada@Acme.Example', 'ada@acme.example', true],
    ['user:ada@acme.example', 'ada@acme.example.evil.example', false],
    ['serviceAccount:bot@p.iam.gserviceaccount.com', 'bot@p.iam.gserviceaccount.com', true],
    ['domain:acme.example', 'ada@acme.example', true],
    ['domain:acme.example', 'ada@notacme.example', false],
    ['group:leads@acme.example', 'grace@acme.example', true],
    ['group:leads@acme.example', 'ada@acme.example', false],
    ['group:unknown@acme.example', 'ada@acme.example', false],
    ['allAuthenticatedUsers', 'anyone@else.example', true],
    ['allUsers', 'anyone@else.example', true],
    ['deleted:user:ada@acme.example?uid=1', 'ada@acme.example', false],
  ];
  it.each(members)('%s names %s: %s', (name, email, named) => {
    expect(setUp([member(name)]).open(email).allowed).toBe(named);
  });

  it.each([REGION, 'projects/123456789012/iap_web', 'projects/123456789012'])(
    'obeys the parent %s',
    (parent) => {
      const { open } = setUp([member('user:ada@acme.example')], parent);
      expect(open('ada@acme.example')).toMatchObject({ allowed: true, via: { resource: parent } });
    },
  );

  it.each([
    'projects/123456789012/iap_web/cloud_run-europe-west1',
    'projects/210987654321/iap_web',
    `${REGION}/services/reports`,
  ])('does not obey %s, which is no parent', (other) => {
    expect(setUp([member('user:ada@acme.example')], other).open('ada@acme.example').allowed).toBe(false);
  });

  it('judges access levels, path and host', () => {
    const level = 'accessPolicies/1/accessLevels/corp_device';
    const { open } = setUp([
      condition(
        `"${level}" in request.auth.access_levels && request.path.startsWith("/in") && request.host == "billing-dashboard-abc-uc.a.run.app"`,
      ),
    ]);
    const good = { accessLevels: [level], path: '/invoices' };
    expect(open('ada@acme.example', good).allowed).toBe(true);
    expect(open('ada@acme.example', { ...good, accessLevels: [] }).allowed).toBe(false);
    expect(open('ada@acme.example', { ...good, path: '/' }).allowed).toBe(false);
    expect(open('ada@acme.example', { ...good, host: 'other.example' }).allowed).toBe(false);
  });

  it('obeys a change only after the propagation delay, and says that it waits', () => {
    const { clock, policies, door, open } = setUp();
    door.setPropagationDelayMs(2 * MINUTE);
    policies.edit(BILLING, 'latchkey', () => [timed('ada@acme.example', 60)]);
    expect(open('ada@acme.example')).toMatchObject({
      allowed: false,
      reason: expect.stringContaining('has not reached IAP yet'),
    });
    clock.advance(2 * MINUTE);
    const working = open('ada@acme.example');
    expect(working.allowed && working.note).not.toContain('not reached');
    policies.edit(BILLING, 'latchkey', () => []);
    expect(open('ada@acme.example')).toMatchObject({
      allowed: true,
      note: expect.stringContaining('has not reached IAP yet'),
    });
    clock.advance(2 * MINUTE);
    expect(open('ada@acme.example').allowed).toBe(false);
  });

  it('guards nothing where IAP is off, and says so', () => {
    const { door } = setUp();
    const service = { ...BILLING_KEY, name: 'open-docs' };
    expect(door.open({ service, email: 'stranger@else.example' })).toEqual({
      allowed: true,
      via: { kind: 'unguarded' },
      note: expect.stringContaining('does not guard'),
    });
  });

  it('leads nowhere where there is no service', () => {
    const { door } = setUp([member('allUsers')], REGION);
    expect(door.open({ service: { ...BILLING_KEY, name: 'gone' }, email: 'a@b.example' })).toMatchObject({
      allowed: false,
      reason: expect.stringContaining('no service gone'),
    });
  });
});
