import { describe, expect, it } from 'vitest';
import { approve, concerns, type Decision, deny, end, revoke, withdraw } from '../../src/domain/decide.ts';
import type { Entitlement } from '../../src/domain/entitlement.ts';
import type { Grant } from '../../src/domain/grant.ts';
import { grantStates } from '../../src/domain/grant-state.ts';
import {
  activeGrant,
  ada,
  anEntitlement,
  awaitedGrant,
  eve,
  grace,
  grantIn,
  inState,
  judge,
  linus,
  MINUTE_MS,
  nobody,
  SECOND_MS,
  stepOf,
  T0,
} from '../support/grants.ts';

const now = T0 + SECOND_MS;
const undecided = ['APPROVAL_AWAITED'];
const inForce = ['SCHEDULED', 'ACTIVATING', 'ACTIVE'];

/** What is left of a decision when all that differs is words. */
function outcome(decision: Decision): string {
  if (decision.kind === 'step') return `${decision.event.type} ${decision.grant.state}`;
  return decision.kind === 'late' ? `late ${decision.grant.state}` : decision.code;
}

describe('approve', () => {
  it('starts the clock with the last approval needed, and ends on a whole minute', () => {
    const { grant, event } = stepOf(approve(awaitedGrant(), judge(grace)));
    expect(event).toEqual({
      revision: 2,
      type: 'approved',
      at: now,
      from: 'APPROVAL_AWAITED',
      to: 'ACTIVATING',
      actor: grace,
    });
    expect(grant).toMatchObject({
      state: 'ACTIVATING',
      approvals: [{ ...grace, at: now }],
      // 09:00:18.250 and a quarter of an hour, rounded up.
      term: { approvedAt: now, endsAt: Date.UTC(2026, 10, 23, 9, 16) },
    });
  });

  it('ends to the minute where the approval was on one', () => {
    const at = Date.UTC(2026, 10, 23, 9, 30);
    const { grant } = stepOf(approve(awaitedGrant(), judge(grace, { now: at })));
    expect(inState(grant, 'ACTIVATING').term.endsAt).toBe(at + 15 * MINUTE_MS);
  });

  it('waits until as many different people approved as are needed, and counts from the last', () => {
    const entitlement = anEntitlement({ approvalsNeeded: 2 });
    const first = stepOf(approve(awaitedGrant({ entitlement }), judge(grace, { entitlement })));
    expect(first.grant).toMatchObject({ state: 'APPROVAL_AWAITED', approvals: [grace], approvalsNeeded: 2 });
    expect(first.event).toMatchObject({ type: 'approved', from: 'APPROVAL_AWAITED', to: 'APPROVAL_AWAITED' });
    expect(outcome(approve(first.grant, judge(grace, { entitlement })))).toBe('already-decided');
    const last = T0 + 90 * MINUTE_MS;
    const second = stepOf(approve(first.grant, judge(linus, { entitlement, now: last })));
    expect(second.grant).toMatchObject({ state: 'ACTIVATING', approvals: [grace, linus], revision: 3 });
    expect(inState(second.grant, 'ACTIVATING').term).toEqual({
      approvedAt: last,
      endsAt: Date.UTC(2026, 10, 23, 10, 46),
    });
  });

  it('counts one person once, whichever account they use', () => {
    const approvers = { ...nobody, emails: [grace.email], users: ['U0GRACE2', grace.userId] };
    const entitlement = anEntitlement({ approvalsNeeded: 2, approvers });
    const { grant } = stepOf(approve(awaitedGrant({ entitlement }), judge(grace, { entitlement })));
    for (const again of [
      { userId: 'U0GRACE2', email: grace.email },
      { userId: grace.userId, email: 'grace.h@acme.example' },
    ]) {
      expect(outcome(approve(grant, judge(again, { entitlement })))).toBe('already-decided');
    }
  });

  it('goes by the rules as they are now', () => {
    const grant = awaitedGrant({ ask: { minutes: 240 } });
    const entitlement = anEntitlement({
      approvalsNeeded: 2,
      durationsMinutes: [15, 60],
      accessLevels: ['accessPolicies/1/accessLevels/x'],
    });
    const { grant: next, event } = stepOf(approve(grant, judge(grace, { entitlement })));
    expect(next).toMatchObject({
      state: 'APPROVAL_AWAITED',
      approvalsNeeded: 2,
      minutes: 60,
      accessLevels: ['accessPolicies/1/accessLevels/x'],
    });
    expect(event.reason).toBe('shortened to 1 hour');
  });

  it('needs one approval where the rules since need none', () => {
    const entitlement = anEntitlement({ approvalsNeeded: 0 });
    const { grant } = stepOf(approve(awaitedGrant(), judge(grace, { entitlement })));
    expect(grant).toMatchObject({ state: 'ACTIVATING', approvalsNeeded: 1, approvals: [grace] });
  });

  it('may shorten what was asked for, and says so', () => {
    const { grant, event } = stepOf(approve(awaitedGrant(), judge(grace), 5));
    expect(grant.minutes).toBe(5);
    expect(inState(grant, 'ACTIVATING').term.endsAt).toBe(Date.UTC(2026, 10, 23, 9, 6));
    expect(event.reason).toBe('shortened to 5 minutes');
  });

  it('never lengthens it', () => {
    const { grant, event } = stepOf(approve(awaitedGrant(), judge(grace), 240));
    expect(grant.minutes).toBe(15);
    expect(event).not.toHaveProperty('reason');
  });

  it('schedules a later start, and gives the whole time from there', () => {
    const startAt = Date.UTC(2026, 10, 23, 10, 0);
    const { grant } = stepOf(approve(awaitedGrant({ ask: { startAt } }), judge(grace)));
    expect(inState(grant, 'SCHEDULED').term).toEqual({
      approvedAt: now,
      startsAt: startAt,
      endsAt: startAt + 15 * MINUTE_MS,
    });
  });

  it('starts at once where the start that was asked for has gone by', () => {
    const startAt = Date.UTC(2026, 10, 23, 10, 0);
    for (const at of [startAt, startAt + SECOND_MS]) {
      const { grant } = stepOf(approve(awaitedGrant({ ask: { startAt } }), judge(grace, { now: at })));
      const { term } = inState(grant, 'ACTIVATING');
      expect(term).toEqual({
        approvedAt: at,
        endsAt: Math.ceil((at + 15 * MINUTE_MS) / MINUTE_MS) * MINUTE_MS,
      });
    }
  });

  it('is refused from the deadline on, though no sweep has been by yet', () => {
    const grant = awaitedGrant();
    expect(outcome(approve(grant, judge(grace, { now: grant.deadlineAt - 1 })))).toBe('approved ACTIVATING');
    expect(outcome(approve(grant, judge(grace, { now: grant.deadlineAt })))).toBe('already-decided');
  });
});

describe.each([
  ['approve', (grant: Grant, by: ReturnType<typeof judge>) => approve(grant, by), 'approved ACTIVATING'],
  ['deny', (grant: Grant, by: ReturnType<typeof judge>) => deny(grant, by, 'no'), 'denied DENIED'],
] as const)('who may %s', (_, decide, done) => {
  const grant = awaitedGrant();
  const forGrace = awaitedGrant({ ask: { principal: grace } });
  const elsewhere = anEntitlement({ services: ['acme-prod/us-central1/wiki'] });
  const groups = new Map([['S0LEADS', new Set([eve.userId])]]);
  const byGroup = anEntitlement({ approvers: { ...nobody, usergroups: ['S0LEADS'] } });
  const everyone = anEntitlement({
    approvers: { ...nobody, emails: [ada.email, grace.email], users: [ada.userId] },
  });
  const also = { userId: 'U0ADA2', email: ada.email };
  const renamed = { userId: ada.userId, email: 'ada.l@acme.example' };

  it.each<[string, Grant, ReturnType<typeof judge>, string]>([
    ['an approver by address', grant, judge(grace), done],
    ['an approver by user id', grant, judge(linus), done],
    ['an approver by group', grant, judge(eve, { entitlement: byGroup, memberships: groups }), done],
    [
      'not a member of the group',
      grant,
      judge(grace, { entitlement: byGroup, memberships: groups }),
      'not-approver',
    ],
    ['not when the group is unknown', grant, judge(eve, { entitlement: byGroup }), 'not-approver'],
    ['not somebody else', grant, judge(eve), 'not-approver'],
    ['not the requester', grant, judge(ada), 'own-request'],
    [
      'not the requester, though the file says so',
      grant,
      judge(ada, { entitlement: everyone }),
      'own-request',
    ],
    ['not the requester from another account', grant, judge(also, { entitlement: everyone }), 'own-request'],
    [
      'not the requester with another address',
      grant,
      judge(renamed, { entitlement: everyone }),
      'own-request',
    ],
    ['not whom it was asked for', forGrace, judge(grace), 'own-request'],
    [
      'not the requester of a colleague’s access',
      forGrace,
      judge(ada, { entitlement: everyone }),
      'own-request',
    ],
    ['nobody when the entitlement is gone', grant, judge(grace, { entitlement: undefined }), 'not-entitled'],
    [
      'nobody when it no longer covers the service',
      grant,
      judge(grace, { entitlement: elsewhere }),
      'not-entitled',
    ],
    [
      'nobody by another entitlement',
      grant,
      judge(grace, { entitlement: anEntitlement({ id: 'x' }) }),
      'not-approver',
    ],
  ])('%s', (__, of, by, want) => {
    expect(outcome(decide(of, by))).toBe(want);
  });
});

describe('deny', () => {
  it('says who and why', () => {
    const { grant, event } = stepOf(deny(awaitedGrant(), judge(grace), 'use the staging copy'));
    expect(grant).toMatchObject({
      state: 'DENIED',
      closedAt: now,
      closedBy: grace,
      reason: 'use the staging copy',
    });
    expect(event).toMatchObject({ type: 'denied', actor: grace, reason: 'use the staging copy' });
  });
});

describe('withdraw', () => {
  it.each([
    ['the requester', ada, 'withdrawn WITHDRAWN'],
    ['the colleague it was asked for', linus, 'withdrawn WITHDRAWN'],
    ['nobody else', grace, 'not-yours'],
  ])('is for %s', (_, person, want) => {
    expect(outcome(withdraw(awaitedGrant({ ask: { principal: linus } }), person, now))).toBe(want);
  });
});

describe('end', () => {
  it.each([
    ['the requester', ada, 'revoke-requested REVOKING'],
    ['the colleague who has the access', eve, 'revoke-requested REVOKING'],
    ['nobody else', grace, 'not-yours'],
  ])('is for %s', (_, person, want) => {
    expect(outcome(end(activeGrant({ ask: { principal: eve } }), person, now))).toBe(want);
  });

  it('keeps when access began and until when it is, and forgets what only matters in force', () => {
    const active = { ...activeGrant(), remindedAt: 1, driftedAt: 2 };
    const { grant } = stepOf(end(active, ada, now));
    expect(grant).toMatchObject({ activatedAt: active.activatedAt, revocation: { by: ada, at: now } });
    expect(grant).toMatchObject({ appliedEndsAt: active.appliedEndsAt });
    for (const key of ['remindedAt', 'driftedAt']) expect(grant).not.toHaveProperty(key);
    expect(stepOf(end(grantIn.ACTIVATING(), ada, now)).grant).not.toHaveProperty('activatedAt');
  });
});

describe('revoke', () => {
  const gone: Partial<{ entitlement: Entitlement | undefined }> = { entitlement: undefined };
  it.each([
    ['an approver', judge(grace), false, 'revoke-requested REVOKING'],
    ['an admin', judge(eve), true, 'revoke-requested REVOKING'],
    ['an admin when the entitlement is gone', judge(eve, gone), true, 'revoke-requested REVOKING'],
    ['nobody else', judge(eve), false, 'not-approver'],
    ['no approver of an entitlement that is gone', judge(grace, gone), false, 'not-approver'],
  ])('is for %s', (_, by, admin, want) => {
    expect(outcome(revoke(activeGrant(), { ...by, admin }, 'left the team'))).toBe(want);
  });

  it('says who and why', () => {
    const { grant, event } = stepOf(
      revoke(activeGrant(), { ...judge(grace), admin: false }, 'left the team'),
    );
    const revocation = { by: grace, at: now, reason: 'left the team' };
    expect(grant).toMatchObject({ state: 'REVOKING', revocation });
    expect(event).toMatchObject({ type: 'revoke-requested', actor: grace, reason: 'left the team' });
    const silent = stepOf(revoke(activeGrant(), { ...judge(grace), admin: false }, ''));
    expect(inState(silent.grant, 'REVOKING').revocation).toEqual({ by: grace, at: now });
  });
});

describe('a wish that comes too late is answered with what happened', () => {
  it.each(grantStates)('%s', (state) => {
    const grant = grantIn[state]();
    const awaited = undecided.includes(state);
    const open = inForce.includes(state);
    const late = `late ${state}`;
    expect(outcome(approve(grant, judge(grace)))).toBe(awaited ? 'approved ACTIVATING' : late);
    expect(outcome(approve(grant, judge(eve)))).toBe(awaited ? 'not-approver' : late);
    expect(outcome(deny(grant, judge(grace), 'no'))).toBe(awaited ? 'denied DENIED' : late);
    expect(outcome(withdraw(grant, ada, now))).toBe(awaited ? 'withdrawn WITHDRAWN' : late);
    expect(outcome(end(grant, ada, now))).toBe(open ? 'revoke-requested REVOKING' : late);
    expect(outcome(revoke(grant, { ...judge(grace), admin: false }, 'no'))).toBe(
      open ? 'revoke-requested REVOKING' : late,
    );
  });
});

describe('concerns', () => {
  const grant = awaitedGrant({ ask: { principal: eve } });
  it.each([
    [ada, true],
    [eve, true],
    [{ userId: 'U0X', email: ada.email }, true],
    [{ userId: eve.userId, email: 'x@acme.example' }, true],
    [grace, false],
  ])('%o: %s', (person, want) => {
    expect(concerns(grant, person)).toBe(want);
  });
});
