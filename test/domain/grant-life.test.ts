import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { AuditEvent, Step } from '../../src/domain/audit.ts';
import {
  approve,
  concerns,
  type Decision,
  deny,
  end,
  isSame,
  revoke,
  withdraw,
} from '../../src/domain/decide.ts';
import type { Entitlement } from '../../src/domain/entitlement.ts';
import { type Grant, isClosed } from '../../src/domain/grant.ts';
import { arrows } from '../../src/domain/grant-state.ts';
import type { Person } from '../../src/domain/person.ts';
import * as progress from '../../src/domain/progress.ts';
import {
  ada,
  anEntitlement,
  eve,
  grace,
  linus,
  MINUTE_MS,
  nobody,
  requestSteps,
  T0,
} from '../support/grants.ts';

// Anything may be tried at any time by anybody; whatever comes of it, these hold.

const people: readonly Person[] = [
  ada,
  grace,
  linus,
  eve,
  // Second accounts: the address or the user id of somebody above.
  { userId: 'U0ADA2', email: ada.email },
  { userId: grace.userId, email: 'grace.h@acme.example' },
];
const everybody = { ...nobody, emails: people.map((p) => p.email), users: people.map((p) => p.userId) };

type Try = {
  readonly what: (typeof tries)[number];
  readonly who: Person;
  readonly after: number;
  readonly minutes: number;
};
const tries = [
  'approve',
  'approve',
  'approve',
  'deny',
  'withdraw',
  'end',
  'revoke',
  'expire',
  'nudge',
  'start',
  'activated',
  'failed',
  'remind',
  'drifted',
  'ended',
  'lost',
  'revoked',
  'alarm',
] as const;

const aTry: fc.Arbitrary<Try> = fc.record({
  what: fc.constantFrom(...tries),
  who: fc.constantFrom(...people),
  after: fc.integer({ min: 0, max: 40 * MINUTE_MS }),
  minutes: fc.integer({ min: 1, max: 300 }),
});

function attempt(
  grant: Grant,
  { what, who, minutes }: Try,
  now: number,
  entitlement: Entitlement,
): Decision | undefined {
  const by = { person: who, entitlement, memberships: new Map(), now };
  switch (what) {
    case 'approve':
      return approve(grant, by, minutes % 2 === 0 ? minutes : undefined);
    case 'deny':
      return deny(grant, by, 'no');
    case 'withdraw':
      return withdraw(grant, who, now);
    case 'end':
      return end(grant, who, now);
    case 'revoke':
      return revoke(grant, { ...by, admin: false }, 'no');
    case 'expire':
      return grant.state === 'APPROVAL_AWAITED' && now >= grant.deadlineAt
        ? progress.expire(grant, now)
        : undefined;
    case 'nudge':
      return grant.state === 'APPROVAL_AWAITED' ? progress.nudge(grant, now) : undefined;
    case 'start':
      return grant.state === 'SCHEDULED' ? progress.start(grant, now) : undefined;
    case 'activated':
      return grant.state === 'ACTIVATING' ? progress.activated(grant, now) : undefined;
    case 'failed':
      return grant.state === 'ACTIVATING'
        ? progress.failed(grant, { code: 'x', reason: 'y' }, now)
        : undefined;
    case 'remind':
      return grant.state === 'ACTIVE' ? progress.remind(grant, now) : undefined;
    case 'drifted':
      return grant.state === 'ACTIVE' ? progress.drifted(grant, now) : undefined;
    case 'ended':
      return grant.state === 'ACTIVE' ? progress.ended(grant, now) : undefined;
    case 'lost':
      return grant.state === 'ACTIVE' ? progress.lost(grant, 'gone', now) : undefined;
    case 'revoked':
      return grant.state === 'REVOKING' ? progress.revoked(grant, now) : undefined;
    case 'alarm':
      return grant.state === 'REVOKING' ? progress.alarm(grant, now, 'look') : undefined;
  }
}

/** All steps of a grant's life, in order. */
function live(first: readonly Step[], attempts: readonly Try[], entitlement: Entitlement): Step[] {
  const steps = [...first];
  let now = T0;
  for (const one of attempts) {
    now += one.after;
    const grant = steps.at(-1)?.grant;
    const decision = grant && attempt(grant, one, now, entitlement);
    if (decision?.kind === 'step') steps.push(decision);
    // Too late is said with the grant as it is.
    if (decision?.kind === 'late') expect(decision.grant).toBe(grant);
  }
  return steps;
}

const aLife = fc
  .record({
    approvalsNeeded: fc.integer({ min: 0, max: 3 }),
    approvalTimeoutMinutes: fc.integer({ min: 5, max: 480 }),
    minutes: fc.integer({ min: 1, max: 240 }),
    startAt: fc.option(fc.integer({ min: T0 + 1, max: T0 + 300 * MINUTE_MS }), { nil: undefined }),
    principal: fc.constantFrom(ada, linus),
    now: fc.integer({ min: T0, max: T0 + MINUTE_MS }),
    attempts: fc.array(aTry, { maxLength: 25 }),
  })
  .map(({ approvalsNeeded, approvalTimeoutMinutes, attempts, startAt, ...ask }) => {
    const entitlement = anEntitlement({ approvalsNeeded, approvalTimeoutMinutes, approvers: everybody });
    const making = { entitlement, ask: { ...ask, ...(startAt === undefined ? {} : { startAt }) } };
    return live(requestSteps(making), attempts, entitlement);
  });

function check(name: string, holds: (steps: readonly Step[]) => void): void {
  it(name, () => {
    fc.assert(fc.property(aLife, holds), { numRuns: 400 });
  });
}

check('the revision grows by exactly one with every step, and names its event', (steps) => {
  expect(steps.map((s) => s.grant.revision)).toEqual(steps.map((_, i) => i + 1));
  expect(steps.map((s) => s.event.revision)).toEqual(steps.map((_, i) => i + 1));
});

check('the events are one chain along the arrows', (steps) => {
  let before: AuditEvent['to'] | null = null;
  for (const { event, grant } of steps) {
    expect(event.from).toBe(before);
    expect(event.to).toBe(grant.state);
    if (event.from !== null && event.from !== event.to) expect(arrows[event.from]).toContain(event.to);
    before = event.to;
  }
});

check('nothing happens after the end, and no change of state is taken twice', (steps) => {
  for (const { grant } of steps.slice(0, -1)) expect(isClosed(grant)).toBe(false);
  const changes = steps.filter(({ event }) => event.from !== event.to).map(({ event }) => event.to);
  expect(new Set(changes).size).toBe(changes.length);
});

check('approvals are of different people, and never of the requester or the one who gets access', (steps) => {
  const grant = steps.at(-1)?.grant;
  const approvals = grant?.approvals ?? [];
  for (const [i, approval] of approvals.entries()) {
    expect(grant && concerns(grant, approval)).toBe(false);
    expect(approvals.slice(0, i).some((earlier) => isSame(earlier, approval))).toBe(false);
  }
});

check('there is access only with the approvals that were needed', (steps) => {
  for (const { grant } of steps) {
    if ('term' in grant) expect(grant.approvals.length).toBe(grant.approvalsNeeded);
    else expect(grant.approvals.length).toBeLessThan(Math.max(1, grant.approvalsNeeded));
  }
});

check('the end is a whole minute, no sooner than was granted and less than a minute later', (steps) => {
  for (const { grant, event } of steps) {
    if (!('term' in grant)) continue;
    const { approvedAt, startsAt, endsAt } = grant.term;
    const approvals = steps.filter((s) => s.event.type === 'approved').map((s) => s.event.at);
    expect(approvedAt).toBe(approvals.at(-1));
    expect(endsAt % MINUTE_MS).toBe(0);
    const granted = (startsAt ?? approvedAt) + grant.minutes * MINUTE_MS;
    expect(endsAt).toBeGreaterThanOrEqual(granted);
    expect(endsAt).toBeLessThan(granted + MINUTE_MS);
    if (startsAt !== undefined) expect(startsAt).toBeGreaterThan(approvedAt);
    expect(event.at).toBe(grant.changedAt);
  }
});

it('is tried widely enough: lives reach every state', () => {
  const reached = new Set(
    fc.sample(aLife, { numRuns: 3000, seed: 7 }).map((steps) => steps.at(-1)?.grant.state),
  );
  expect([...reached].sort()).toEqual(Object.keys(arrows).sort());
});
