import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isOurs } from '../../src/converge/conditions.ts';
import { plan, type WantedGrant } from '../../src/converge/plan.ts';
import type { Binding, Policy } from '../../src/ports.ts';
import { activeGrant } from '../support/grants.ts';

const ROLE = 'roles/iap.httpsResourceAccessor';
const MINUTE = 60_000;
const T0 = Date.parse('2026-03-02T09:00:00Z');
const planAt = (policy: Policy, grants: readonly WantedGrant[]) => plan(policy, grants, T0);

let made = 0;
function wanted(email: string, endMinute: number, more: Partial<WantedGrant> = {}): WantedGrant {
  made += 1;
  const endsAt = T0 + endMinute * MINUTE;
  return {
    ...activeGrant(),
    id: `g${made}`,
    principal: { userId: `U${email}`, email: `${email}@acme.example` },
    accessLevels: [],
    term: { approvedAt: T0 + made, endsAt },
    appliedEndsAt: endsAt,
    ...more,
  } as WantedGrant;
}

const foreign: Binding[] = [
  { role: ROLE, members: ['group:team@acme.example'] },
  {
    role: 'roles/run.invoker',
    members: ['user:ada@acme.example'],
    condition: { title: 'latchkey lookalike', expression: 'true' },
  },
  {
    role: ROLE,
    members: ['user:eve@acme.example'],
    condition: { title: 'somebody else', expression: 'request.time < timestamp("2030-01-01T00:00:00Z")' },
  },
];
const policy = (bindings: readonly Binding[]): Policy => ({ version: 3, etag: 'BwE=', bindings });
const ours = (p: Policy) => (p.bindings ?? []).filter(isOurs);

describe('plan', () => {
  test('writes the condition to the letter', () => {
    const [binding] = ours(planAt(policy([]), [wanted('ada', 16)]).policy);
    expect(binding).toMatchObject({
      role: ROLE,
      members: ['user:ada@acme.example'],
      condition: {
        title: 'latchkey until 2026-03-02T09:16Z',
        expression: 'request.time < timestamp("2026-03-02T09:16:00Z")',
      },
    });
  });

  test('joins end, start and access levels', () => {
    const grant = wanted('ada', 60, {
      accessLevels: ['accessPolicies/1/accessLevels/corp', 'accessPolicies/1/accessLevels/a'],
      term: { approvedAt: T0, startsAt: T0 + MINUTE, endsAt: T0 + 60 * MINUTE },
    });
    expect(ours(planAt(policy([]), [grant]).policy)[0]?.condition?.expression).toBe(
      'request.time < timestamp("2026-03-02T10:00:00Z") && request.time >= timestamp("2026-03-02T09:01:00Z") && "accessPolicies/1/accessLevels/a" in request.auth.access_levels && "accessPolicies/1/accessLevels/corp" in request.auth.access_levels',
    );
  });

  test('members whose access ends in the same minute share one binding', () => {
    const { policy: next } = planAt(policy(foreign), [wanted('b', 30), wanted('a', 30), wanted('c', 31)]);
    expect(ours(next).map((b) => b.members)).toEqual([
      ['user:a@acme.example', 'user:b@acme.example'],
      ['user:c@acme.example'],
    ]);
  });

  test('one person has one binding, ending when the last of their grants does', () => {
    const { policy: next } = planAt(policy([]), [wanted('ada', 90), wanted('ada', 30), wanted('ada', 60)]);
    expect(ours(next)).toHaveLength(1);
    expect(ours(next)[0]?.condition?.expression).toContain('10:30:00Z');
  });

  test('what is there already is left where it stands, and the policy is the very one that was read', () => {
    const first = planAt(policy(foreign), [wanted('ada', 30), wanted('bob', 45)]).policy;
    const shuffled = policy([...(first.bindings ?? [])].reverse());
    const again = planAt(shuffled, [wanted('ada', 30), wanted('bob', 45)]);
    expect(again.changed).toBe(false);
    expect(again.policy).toBe(shuffled);
  });

  test('bindings of ours that are over, doubled or wanted no more are dropped; nothing else is touched', () => {
    const mine = ours(planAt(policy([]), [wanted('ada', 30), wanted('bob', 45)]).policy);
    const [one, two] = foreign;
    if (!one || !two) throw new Error('no bindings');
    const { policy: next } = planAt(policy([one, ...mine, two, ...mine]), [wanted('bob', 45)]);
    expect(next.bindings).toEqual([one, mine[1], two]);
  });

  test('who is in stays in when the twenty conditions of one person are used up; the latest does not fit, and says why', () => {
    const taken: Binding[] = Array.from({ length: 19 }, (_, i) => ({
      role: ROLE,
      members: ['user:ada@acme.example'],
      condition: { title: `theirs ${i}`, expression: `request.path == "/${i}"` },
    }));
    const level = { accessLevels: ['accessPolicies/1/accessLevels/corp'] };
    const active = wanted('ada', 30);
    const late = wanted('ada', 30, level);
    const { policy: next, unfit } = planAt(policy(taken), [late, active, wanted('bob', 30)]);
    expect(unfit.map((u) => u.grant.id)).toEqual([late.id]);
    expect(unfit[0]?.failure.reason).toContain('at most 20');
    expect(ours(next)[0]?.members).toEqual(['user:ada@acme.example', 'user:bob@acme.example']);
  });

  test('foreign principals count against the 1,500, and exactly the grants over it fail', () => {
    const crowd = { role: ROLE, members: Array.from({ length: 1498 }, (_, i) => `user:${i}@x.example`) };
    const grants = [wanted('a', 10), wanted('b', 10), wanted('c', 10), wanted('d', 20)];
    const { unfit, policy: next } = planAt(policy([crowd]), grants);
    expect(unfit.map((u) => u.grant.principal.email)).toEqual(['c@acme.example', 'd@acme.example']);
    expect(next.bindings?.[0]).toBe(crowd);
  });

  test('what is over makes room before the limit is judged', () => {
    const over = ours(
      planAt(
        policy([]),
        Array.from({ length: 100 }, (_, i) => wanted(`u${i}`, i + 1)),
      ).policy,
    );
    expect(over).toHaveLength(100);
    const { unfit, policy: next } = planAt(policy(over), [wanted('z', 500)]);
    expect(unfit).toEqual([]);
    expect(ours(next)).toHaveLength(1);
  });

  test('an extension takes no room from those who are in: it fails, and the end it had stays', () => {
    const theirs = Array.from({ length: 99 }, (_, i) => ({
      role: ROLE,
      members: [`user:${i}@x.example`],
      condition: { title: `theirs ${i}`, expression: `request.path == "/${i}"` },
    }));
    const ada = wanted('ada', 30);
    const bob = wanted('bob', 30);
    const shared = ours(planAt(policy(theirs), [ada, bob]).policy);
    const moved = { ...ada, term: { ...ada.term, endsAt: T0 + 90 * MINUTE } } as WantedGrant;
    const { policy: next, unfit } = planAt(policy([...theirs, ...shared]), [moved, bob]);
    expect(unfit.map((u) => [u.grant.id, u.held])).toEqual([[ada.id, true]]);
    expect(ours(next)).toEqual(shared);
  });

  describe('past a limit that others have passed', () => {
    const theirs = (count: number): Binding[] =>
      Array.from({ length: count }, (_, i) => ({
        role: ROLE,
        members: [`user:${i}@x.example`],
        condition: { title: `theirs ${i}`, expression: `request.path == "/${i}"` },
      }));
    const ada = wanted('ada', 30);
    const inIt = ours(planAt(policy([]), [ada]).policy);

    test('who is in the policy stays in it', () => {
      const { unfit, changed } = planAt(policy([...theirs(100), ...inIt]), [ada]);
      expect(unfit).toEqual([]);
      expect(changed).toBe(false);
    });

    test('and so does who is in it and was not settled yet', () => {
      const onItsWay = { ...ada, state: 'ACTIVATING' } as WantedGrant;
      expect(planAt(policy([...theirs(100), ...inIt]), [onItsWay]).unfit).toEqual([]);
    });

    test('whoever needs a binding of their own does not fit, and whoever shares one does', () => {
      const [late, sharing] = [wanted('late', 31), wanted('bob', 30)];
      const { unfit, policy: next } = planAt(policy([...theirs(100), ...inIt]), [ada, late, sharing]);
      expect(unfit.map((u) => u.grant.id)).toEqual([late.id]);
      expect(ours(next).map((b) => b.members)).toEqual([['user:ada@acme.example', 'user:bob@acme.example']]);
    });

    test('an end is moved where that takes no more room', () => {
      const moved = { ...ada, term: { ...ada.term, endsAt: T0 + 90 * MINUTE } } as WantedGrant;
      const { unfit, policy: next } = planAt(policy([...theirs(100), ...inIt]), [moved]);
      expect(unfit).toEqual([]);
      expect(ours(next)).toHaveLength(1);
    });

    test('the ends of those who share a binding are moved together where that takes no more room', () => {
      const shared = ours(planAt(policy([]), [ada, wanted('bob', 30)]).policy);
      const both = [ada, wanted('bob', 30)].map(
        (g) => ({ ...g, term: { ...g.term, endsAt: T0 + 90 * MINUTE } }) as WantedGrant,
      );
      const { unfit, policy: next } = planAt(policy([...theirs(99), ...shared]), both);
      expect(unfit).toEqual([]);
      expect(ours(next).map((b) => b.members)).toEqual([['user:ada@acme.example', 'user:bob@acme.example']]);
      const [adaAlone] = both;
      const stays = planAt(policy([...theirs(99), ...shared]), [adaAlone as WantedGrant, wanted('bob', 30)]);
      expect(stays.unfit.map((u) => [u.grant.principal.userId, u.held])).toEqual([
        [ada.principal.userId, true],
      ]);
    });

    test('who shared a binding on account of a grant that is over gets one of their own, with an earlier end', () => {
      const [ended, left] = [wanted('bob', 30), wanted('bob', 10)];
      const shared = ours(planAt(policy([]), [ada, ended, left]).policy);
      expect(shared).toHaveLength(1);
      const { unfit, policy: next } = planAt(policy([...theirs(100), ...shared]), [ada, left]);
      expect(unfit).toEqual([]);
      expect(ours(next).map((b) => b.members)).toEqual([
        ['user:ada@acme.example'],
        ['user:bob@acme.example'],
      ]);
    });

    test('a binding that vanished is not put back', () => {
      expect(planAt(policy(theirs(100)), [ada]).unfit.map((u) => u.grant.id)).toEqual([ada.id]);
    });
  });

  test('the size of a policy counts, what others put in it too, and exactly those over it fail', () => {
    const big = {
      role: ROLE,
      members: Array.from({ length: 600 }, (_, i) => `group:${'x'.repeat(54)}${i}@x.example`),
    };
    const size = (p: Policy) => Buffer.byteLength(JSON.stringify(p.bindings));
    const grants = Array.from({ length: 400 }, (_, i) => wanted(`somebody-with-a-long-name-${i}`, 30));
    const { unfit, policy: next } = planAt(policy([big]), grants);
    expect(unfit.length).toBeGreaterThan(0);
    expect(unfit.length).toBeLessThan(grants.length);
    expect(unfit[0]?.failure.reason).toContain('size that IAM allows');
    expect(unfit.map((u) => u.grant.id)).toEqual(grants.slice(-unfit.length).map((g) => g.id));
    expect(size(next)).toBeLessThanOrEqual(64 * 1024);
    expect(size(next)).toBeGreaterThan(63 * 1024);
  });

  test('for any grants and any policy: foreign bindings keep their place and content, and planning again changes nothing', () => {
    const grants = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.integer({ min: 1, max: 6 })), {
      maxLength: 12,
    });
    const noise = fc.array(fc.constantFrom(...foreign), { maxLength: 4 });
    fc.assert(
      fc.property(grants, grants, noise, noise, (before, after, head, tail) => {
        const old = ours(
          planAt(
            policy([]),
            before.map(([who, end]) => wanted(who, end)),
          ).policy,
        );
        const read = policy([...head, ...old, ...tail]);
        const want = after.map(([who, end]) => wanted(who, end));
        const next = planAt(read, want);
        expect((next.policy.bindings ?? []).filter((b) => !isOurs(b))).toEqual([...head, ...tail]);
        expect(planAt(next.policy, want).changed).toBe(false);
        const members = new Set(ours(next.policy).flatMap((b) => b.members ?? []));
        expect(members).toEqual(new Set(want.map((g) => `user:${g.principal.email}`)));
        expect(ours(next.policy).flatMap((b) => b.members ?? [])).toHaveLength(members.size);
      }),
    );
  });
});
