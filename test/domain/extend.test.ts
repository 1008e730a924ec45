import { describe, expect, it } from 'vitest';
import { deny, explain, type Judgement, revoking } from '../../src/domain/decide.ts';
import { dueAt } from '../../src/domain/due.ts';
import { approveExtension, denyExtension, requestExtension } from '../../src/domain/extend.ts';
import type { ActiveGrant, Grant } from '../../src/domain/grant.ts';
import { expireExtension, extended, extensionFailed, remind } from '../../src/domain/progress.ts';
import {
  activeGrant,
  ada,
  anEntitlement,
  announced,
  eve,
  grace,
  inState,
  judge,
  linus,
  MINUTE_MS,
  nobody,
  revokedGrant,
  SECOND_MS,
  stepOf,
} from '../support/grants.ts';

/** Active until 09:16, and reminded of it at 09:13. */
const running = announced(remind(activeGrant(), Date.UTC(2026, 10, 23, 9, 13)).grant);
const at = (minutes: number, seconds = 0) => Date.UTC(2026, 10, 23, 9, minutes, seconds);
const by = (person: Judgement['person'], now: number, over: Partial<Judgement> = {}) =>
  judge(person, { now, ...over });

const active = (grant: Grant): ActiveGrant => inState(grant, 'ACTIVE');
const asked = (now = at(13, 30)) => active(stepOf(requestExtension(running, by(ada, now))).grant);

describe('asking for an extension', () => {
  it('waits for approval, and leaves the end where it is', () => {
    const { grant, event } = stepOf(requestExtension(running, by(ada, at(13, 30))));
    expect(active(grant).extension).toEqual({
      minutes: 15,
      by: ada,
      requestedAt: at(13, 30),
      deadlineAt: at(16),
      approvals: [],
    });
    expect(active(grant).term).toEqual(running.term);
    expect(event).toMatchObject({ type: 'extension-requested', from: 'ACTIVE', to: 'ACTIVE', actor: ada });
  });

  it('is answered at once where no approval is needed, and not while approvals are frozen', () => {
    const entitlement = anEntitlement({ approvalsNeeded: 0 });
    const { grant, event } = stepOf(requestExtension(running, by(ada, at(14), { entitlement })));
    expect(active(grant).term.endsAt).toBe(at(29));
    expect(active(grant).lastExtension).toMatchObject({ outcome: 'approved', approvals: [] });
    expect(event.type).toBe('extension-approved');
    const frozen = requestExtension(running, by(ada, at(14), { entitlement, frozen: true }));
    expect(frozen).toMatchObject({ kind: 'refused', code: 'frozen' });
  });

  it.each([
    ['by somebody else', running, by(eve, at(14)), 'not-yours'],
    ['twice', asked(), by(ada, at(14)), 'already-decided'],
    ['so early that the end would not move', activeGrant(), by(ada, at(0, 20)), 'duration'],
    [
      'under an entitlement that is gone',
      running,
      by(ada, at(14), { entitlement: undefined }),
      'not-entitled',
    ],
    [
      'by somebody who may no longer ask',
      running,
      by(ada, at(14), { entitlement: anEntitlement({ requesters: { ...nobody, users: ['U0EVE'] } }) }),
      'not-entitled',
    ],
    [
      'where other access levels are asked for now',
      running,
      by(ada, at(14), { entitlement: anEntitlement({ accessLevels: ['accessPolicies/1/accessLevels/x'] }) }),
      'not-entitled',
    ],
  ])('is refused %s', (_, grant, judgement, code) => {
    expect(requestExtension(grant, judgement)).toMatchObject({ kind: 'refused', code });
  });

  it('comes too late when the access is over, or its time is up', () => {
    expect(requestExtension(revokedGrant(), by(ada, at(1)))).toMatchObject({ kind: 'late' });
    expect(requestExtension(running, by(ada, at(16)))).toMatchObject({ kind: 'late' });
  });
});

describe('approving an extension', () => {
  it('moves the end to a whole minute counted from the approval, and reminds again', () => {
    const grant = active(stepOf(approveExtension(asked(), by(grace, at(14, 10)))).grant);
    expect(grant.term.endsAt).toBe(at(30));
    expect(grant.appliedEndsAt).toBe(at(16));
    expect(grant).not.toHaveProperty('extension');
    expect(grant).not.toHaveProperty('remindedAt');
    expect(dueAt(announced(grant))).toBe(grant.changedAt);
    const applied = announced(extended(grant, at(14, 20)).grant);
    expect(dueAt(applied)).toBe(at(30) - Math.floor((at(30) - running.term.approvedAt) / 5));
  });

  it('never brings the end nearer', () => {
    const far = { ...asked(), term: { ...running.term, endsAt: at(59) } };
    const shorter = anEntitlement({ durationsMinutes: [1] });
    const grant = active(stepOf(approveExtension(far, by(grace, at(14), { entitlement: shorter }))).grant);
    expect(grant.term.endsAt).toBe(at(59));
    expect(grant.lastExtension).toMatchObject({ minutes: 1 });
  });

  it('takes as many approvers as the request did', () => {
    const entitlement = anEntitlement({ approvalsNeeded: 2 });
    const first = active(stepOf(approveExtension(asked(), by(grace, at(14), { entitlement }))).grant);
    expect(first.term.endsAt).toBe(at(16));
    expect(approveExtension(first, by(grace, at(14), { entitlement }))).toMatchObject({
      code: 'already-decided',
    });
    const second = active(stepOf(approveExtension(first, by(linus, at(15), { entitlement }))).grant);
    expect(second.term.endsAt).toBe(at(30));
    expect(second.lastExtension?.approvals.map((a) => a.userId)).toEqual([grace.userId, linus.userId]);
  });

  it.each([
    ['by the one who has the access', by(ada, at(14)), 'own-request'],
    ['by somebody who is no approver', by(eve, at(14)), 'not-approver'],
    ['while approvals are frozen', by(grace, at(14), { frozen: true }), 'frozen'],
    ['when the access has ended', by(grace, at(16)), 'already-decided'],
  ])('is refused %s', (_, judgement, code) => {
    expect(approveExtension(asked(), judgement)).toMatchObject({ kind: 'refused', code });
  });

  it('comes too late where none is waiting', () => {
    expect(approveExtension(running, by(grace, at(14)))).toMatchObject({ kind: 'late' });
    expect(denyExtension(running, by(grace, at(14)), '')).toMatchObject({ kind: 'late' });
    expect(approveExtension(revokedGrant(), by(grace, at(14)))).toMatchObject({ kind: 'late' });
  });
});

describe('an extension that comes to nothing', () => {
  it('leaves the access and its end alone when it is denied, and can be given a reason once', () => {
    const denied = stepOf(denyExtension(asked(), by(grace, at(14)), '')).grant;
    expect(active(denied)).toMatchObject({
      term: running.term,
      lastExtension: { outcome: 'denied', closedBy: grace },
    });
    expect(active(denied)).not.toHaveProperty('extension');
    expect(explain(denied, linus, 'no', at(15), 'extension')).toMatchObject({ code: 'not-approver' });
    const told = stepOf(explain(denied, grace, 'enough for today', at(15), 'extension')).grant;
    expect(told.lastExtension?.reason).toBe('enough for today');
    expect(explain(told, grace, 'again', at(15), 'extension')).toMatchObject({ kind: 'late' });
    expect(deny(told, by(grace, at(15)), '')).toMatchObject({ kind: 'late' });
  });

  it('expires at the latest with the access', () => {
    const grant = announced(asked());
    expect(dueAt(grant)).toBe(at(16));
    expect(expireExtension(grant, at(16)).grant).toMatchObject({
      lastExtension: { outcome: 'expired', closedAt: at(16) },
    });
  });

  it('is taken back where IAP does not take it', () => {
    const grant = active(stepOf(approveExtension(asked(), by(grace, at(14)))).grant);
    expect(extensionFailed(grant, 'the policy is full', at(14) + SECOND_MS).grant).toMatchObject({
      term: running.term,
      lastExtension: { outcome: 'failed', reason: 'the policy is full' },
    });
  });

  it('goes with a revoke', () => {
    const over = revoking(asked(), { at: at(14) });
    expect(over).not.toHaveProperty('extension');
    expect(over.term.endsAt - over.term.approvedAt).toBeGreaterThan(15 * MINUTE_MS - 1);
  });
});

describe('a click that is carried out later than it was made', () => {
  const laxer = anEntitlement({ approvalsNeeded: 0 });

  it('asks for an extension once, whatever has become of it meanwhile', () => {
    const clickedAt = at(13, 20);
    const again = (grant: Grant, now: number) =>
      requestExtension(grant, by(ada, now, { clickedAt, entitlement: laxer }));
    expect(again(asked(at(13, 30)), at(14, 30)).kind).toBe('late');
    const denied = stepOf(denyExtension(asked(at(13, 30)), by(grace, at(13, 50)), '')).grant;
    expect(again(denied, at(14, 30)).kind).toBe('late');
    const given = stepOf(again(running, at(13, 21))).grant;
    expect(again(given, at(14, 30)).kind).toBe('late');
    expect(again(running, at(14, 30)).kind).toBe('step');
  });

  it('decides no extension that was asked for since', () => {
    const later = asked(at(14));
    for (const decide of [approveExtension, (g: Grant, j: Judgement) => denyExtension(g, j, '')]) {
      expect(decide(later, by(grace, at(14, 30), { clickedAt: at(13, 59) })).kind).toBe('late');
      expect(decide(later, by(grace, at(14, 30), { clickedAt: at(14, 1) })).kind).toBe('step');
    }
  });
});

it('what fails to be extended stands as it was approved, by the extension before it or by the request alone', () => {
  const once = active(stepOf(approveExtension(asked(), by(grace, at(13, 50)))).grant);
  const failed = active(extensionFailed(once, 'no room', at(14)).grant);
  expect(failed.term).toEqual(running.term);
  const applied = active(extended(once, at(14)).grant);
  const again = active(stepOf(requestExtension(applied, by(ada, at(27)))).grant);
  const twice = active(stepOf(approveExtension(again, by(linus, at(27, 30)))).grant);
  expect(active(extensionFailed(twice, 'no room', at(28)).grant).term).toEqual(applied.term);
});

it('what is granted at once is extended at once only for those who could ask for it themselves', () => {
  const entitlement = anEntitlement({ approvalsNeeded: 0, requesters: { ...nobody, users: [ada.userId] } });
  const forLinus = { ...running, principal: linus };
  const outcome = requestExtension(forLinus, by(ada, at(14), { entitlement }));
  expect(outcome).toMatchObject({ kind: 'refused', code: 'not-entitled' });
  expect(requestExtension(running, by(ada, at(14), { entitlement })).kind).toBe('step');
});
