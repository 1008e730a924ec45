import { describe, expect, it } from 'vitest';
import type { AuditEvent } from '../../src/domain/audit.ts';
import type { Grant } from '../../src/domain/grant.ts';
import { type GrantState, grantStates } from '../../src/domain/grant-state.ts';
import * as progress from '../../src/domain/progress.ts';
import { take } from '../../src/domain/transition.ts';
import {
  activatingGrant,
  activeGrant,
  ada,
  awaitedGrant,
  grantIn,
  revokingGrant,
  scheduledGrant,
  T0,
} from '../support/grants.ts';

const now = T0 + 60_000;

// Written out once more, so that an arrow cannot come or go in src unnoticed.
const allowed = new Set([
  'APPROVAL_AWAITED→APPROVAL_AWAITED',
  'APPROVAL_AWAITED→DENIED',
  'APPROVAL_AWAITED→WITHDRAWN',
  'APPROVAL_AWAITED→EXPIRED',
  'APPROVAL_AWAITED→SCHEDULED',
  'APPROVAL_AWAITED→ACTIVATING',
  'SCHEDULED→SCHEDULED',
  'SCHEDULED→ACTIVATING',
  'SCHEDULED→REVOKING',
  'ACTIVATING→ACTIVATING',
  'ACTIVATING→ACTIVE',
  'ACTIVATING→ACTIVATION_FAILED',
  'ACTIVATING→REVOKING',
  'ACTIVE→ACTIVE',
  'ACTIVE→ENDED',
  'ACTIVE→REVOKING',
  'ACTIVE→REVOKED',
  'REVOKING→REVOKING',
  'REVOKING→REVOKED',
]);

const pairs = grantStates.flatMap((from) => grantStates.map((to): [GrantState, GrantState] => [from, to]));

describe('the arrows', () => {
  it('are drawn between the eleven states', () => {
    expect(pairs).toHaveLength(121);
    expect(pairs.filter(([from, to]) => allowed.has(`${from}→${to}`))).toHaveLength(allowed.size);
  });

  it.each(pairs)('%s → %s is taken just where it is drawn', (from, to) => {
    const before: Grant = { ...grantIn[from](), revision: 7 };
    const attempt = () => take<Grant>(before, grantIn[to](), { type: 'denied', now });
    if (!allowed.has(`${from}→${to}`)) {
      expect(attempt).toThrow(`no arrow ${from} → ${to}`);
      return;
    }
    const { grant, event } = attempt();
    expect(grant).toMatchObject({ state: to, revision: 8, changedAt: now });
    expect(event).toEqual({ revision: 8, type: 'denied', at: now, from, to });
  });

  it('tell who and why, and no more of a person than id and address', () => {
    const actor = { ...ada, at: 5 };
    const { event } = take(awaitedGrant(), awaitedGrant(), { type: 'nudged', now, actor, reason: 'asked' });
    expect(event).toMatchObject({ actor: ada, reason: 'asked' });
  });

  it('keep trouble within a state and leave it behind with the state', () => {
    const trouble = { code: 'quota', reason: 'later', attempts: 2, lastAt: 0, retryAt: now + 5 };
    const grant = { ...activatingGrant(), trouble };
    expect(take(grant, grant, { type: 'nudged', now }).grant.trouble).toEqual(trouble);
    expect(progress.activated(grant, now).grant).not.toHaveProperty('trouble');
    expect(progress.failed(grant, { code: 'quota', reason: 'no' }, now).grant).not.toHaveProperty('trouble');
  });

  it('do not change the grant that they leave', () => {
    const grant = activatingGrant();
    const copy = structuredClone(grant);
    progress.activated(grant, now);
    expect(grant).toEqual(copy);
  });
});

describe('the arrows that no person takes', () => {
  const active = {
    ...activeGrant(),
    remindedAt: 3,
    driftedAt: 4,
    extension: { minutes: 5, requestedAt: 6, deadlineAt: 7, approvals: [] },
  };
  const later = { ...active, term: { ...active.term, endsAt: active.term.endsAt + 60_000 } };
  const table: {
    name: string;
    step: { grant: Grant; event: AuditEvent };
    type: string;
    grant: object;
    gone?: string[];
  }[] = [
    {
      name: 'nobody in time',
      step: progress.expire(awaitedGrant(), now),
      type: 'expired',
      grant: { state: 'EXPIRED', closedAt: now },
    },
    {
      name: 'a nudge',
      step: progress.nudge(awaitedGrant(), now),
      type: 'nudged',
      grant: { state: 'APPROVAL_AWAITED', nudgedAt: now },
    },
    {
      name: 'the start',
      step: progress.start(scheduledGrant(), now),
      type: 'started',
      grant: { state: 'ACTIVATING', term: scheduledGrant().term },
    },
    {
      name: 'the binding read back',
      step: progress.activated(activatingGrant(), now),
      type: 'activated',
      grant: { state: 'ACTIVE', activatedAt: now, appliedEndsAt: activatingGrant().term.endsAt },
    },
    {
      name: 'a failure',
      step: progress.failed(activatingGrant(), { code: 'quota', reason: 'full' }, now),
      type: 'failed',
      grant: { state: 'ACTIVATION_FAILED', closedAt: now, failure: { code: 'quota', reason: 'full' } },
    },
    {
      name: 'a reminder',
      step: progress.remind(active, now),
      type: 'reminded',
      grant: { state: 'ACTIVE', remindedAt: now },
    },
    {
      name: 'drift',
      step: progress.drifted(active, now),
      type: 'drift',
      grant: { state: 'ACTIVE', driftedAt: now },
    },
    {
      name: 'an extension read back',
      step: progress.extended(later, now),
      type: 'extended',
      grant: { state: 'ACTIVE', appliedEndsAt: later.term.endsAt },
    },
    {
      name: 'an extension nobody approved',
      step: progress.expireExtension(active, now),
      type: 'extension-expired',
      grant: { state: 'ACTIVE' },
      gone: ['extension'],
    },
    {
      name: 'time up',
      step: progress.ended(active, now),
      type: 'ended',
      grant: { state: 'ENDED', closedAt: now, activatedAt: active.activatedAt },
      gone: ['appliedEndsAt', 'remindedAt', 'driftedAt', 'extension'],
    },
    {
      name: 'a lost service',
      step: progress.lost(active, 'the service is gone', now),
      type: 'revoked',
      grant: { state: 'REVOKED', closedAt: now, revocation: { at: now, reason: 'the service is gone' } },
      gone: ['appliedEndsAt', 'remindedAt', 'driftedAt', 'extension'],
    },
    {
      name: 'an alarm',
      step: progress.alarm(revokingGrant(), now, 'look'),
      type: 'alarm',
      grant: { state: 'REVOKING', alarmedAt: now },
    },
    {
      name: 'the binding gone',
      step: progress.revoked(revokingGrant(), now),
      type: 'revoked',
      grant: { state: 'REVOKED', closedAt: now, revocation: revokingGrant().revocation },
    },
  ];
  it.each(table)('$name', ({ step, type, grant, gone = [] }) => {
    expect(step.event).toMatchObject({ type, at: now, to: step.grant.state });
    expect(step.event).not.toHaveProperty('actor');
    expect(step.grant).toMatchObject(grant);
    for (const key of gone) expect(step.grant).not.toHaveProperty(key);
  });
});
