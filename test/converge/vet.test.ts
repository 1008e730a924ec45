import { describe, expect, test } from 'vitest';
import type { WantedGrant } from '../../src/converge/plan.ts';
import { type Verdict, vet } from '../../src/converge/vet.ts';
import type { SlackProfile } from '../../src/domain/person.ts';
import { type ErrorCode, LatchkeyError } from '../../src/errors.ts';
import type { Directory } from '../../src/ports.ts';
import { activatingGrant, activeGrant, ada, anEntitlement, eve, grace } from '../support/grants.ts';

const HOUR = 3_600_000;
const approvers = { anyone: false, emails: [], users: [grace.userId], usergroups: ['S0LEADS'] };
const entitlement = { ...anEntitlement(), approvers };

function directory(change: Partial<SlackProfile> = {}, failure?: ErrorCode): Directory {
  const profile: SlackProfile = {
    userId: ada.userId,
    teamId: 'T0ACME',
    email: ada.email,
    emailConfirmed: true,
    deleted: false,
    bot: false,
    guest: false,
    stranger: false,
    ...change,
  };
  const answer = <T>(value: T): Promise<T> =>
    failure ? Promise.reject(new LatchkeyError(failure, 'no answer')) : Promise.resolve(value);
  return {
    profile: () => answer(profile),
    usergroup: () => answer(new Set(['U0LEAD'])),
    userByEmail: () => answer(undefined),
  };
}

const grant = activatingGrant() as WantedGrant;
const at = grant.term.approvedAt;
const by = (...people: { userId: string; email: string }[]) => people.map((p) => ({ ...p, at }));

async function judged(
  change: Partial<WantedGrant>,
  slack: Directory = directory(),
  now = at + 1_000,
  rules: Partial<typeof entitlement> = {},
): Promise<Verdict['kind']> {
  const workspace = { teamId: 'T0ACME', emailDomains: ['acme.example'] };
  const entitlements = [{ ...entitlement, ...rules }];
  const verdict = await vet({ ...grant, ...change } as WantedGrant, { workspace, entitlements }, slack, now);
  return verdict.kind;
}

describe('a grant whose binding is about to be written', () => {
  test('is admitted as it was approved', async () => {
    expect(await judged({})).toBe('admitted');
  });

  test.each<[string, Partial<WantedGrant>]>([
    ['without approvals', { approvals: [] }],
    ['approved by its requester', { approvals: by(ada) }],
    ['approved by somebody who may not', { approvals: by(eve) }],
    ['with a longer time than its entitlement allows', { term: { ...grant.term, endsAt: at + 400 * HOUR } }],
    [
      'with a start that nobody asked for',
      { term: { ...grant.term, startsAt: at + 400 * HOUR, endsAt: at + 401 * HOUR } },
    ],
    [
      'with a clock that starts after its approval',
      { term: { ...grant.term, approvedAt: at + 300 * HOUR, endsAt: at + 301 * HOUR } },
    ],
    ['with a longer time than was approved', { term: { ...grant.term, endsAt: grant.term.endsAt + HOUR } }],
    [
      'with an address outside the workspace',
      { principal: { userId: ada.userId, email: 'ada@evil.example' } },
    ],
    [
      'approved in the future',
      {
        approvals: [{ ...grace, at: at + HOUR }],
        term: { approvedAt: at + HOUR, endsAt: at + HOUR + HOUR / 4 },
      },
    ],
    ['asked for in the future', { requestedAt: at + HOUR }],
    ['under an entitlement that is no more', { entitlementId: 'gone' }],
    [
      'with other access levels than its entitlement has',
      { accessLevels: ['accessPolicies/1/accessLevels/any'] },
    ],
  ])('%s is rejected', async (_, change) => {
    expect(await judged(change)).toBe('rejected');
  });

  test.each<[string, Partial<SlackProfile>]>([
    ['has another address now', { email: 'ada2@acme.example' }],
    ['is deactivated', { deleted: true }],
    ['is a guest by now', { guest: true }],
  ])('whose principal %s is rejected', async (_, profile) => {
    expect(await judged({}, directory(profile))).toBe('rejected');
  });

  test('approved by a member of an approver group is admitted, by nobody in it rejected', async () => {
    expect(await judged({ approvals: by({ userId: 'U0LEAD', email: 'lead@acme.example' }) })).toBe(
      'admitted',
    );
    expect(await judged({ approvals: by({ userId: 'U0LEFT', email: 'left@acme.example' }) })).toBe(
      'rejected',
    );
  });

  test('counts one person once', async () => {
    expect(
      await judged({ approvals: by(grace, grace) }, directory(), at + 1_000, { approvalsNeeded: 2 }),
    ).toBe('rejected');
  });

  test('whose end was moved needs the approvals of the extension too', async () => {
    const active = activeGrant();
    const moved = (approvals: ReturnType<typeof by>) => ({
      ...active,
      minutes: 45,
      term: { ...active.term, endsAt: active.term.endsAt + HOUR / 2, extended: { at, approvals } },
    });
    expect(await judged(moved(by(grace)))).toBe('admitted');
    expect(await judged(moved([]))).toBe('rejected');
    expect(await judged(moved(by(ada)))).toBe('rejected');
  });
});

describe('while Slack cannot be asked', () => {
  test('checks made within the hour hold, older ones wait', async () => {
    for (const code of ['unavailable', 'timeout', 'rate-limited'] as const) {
      expect(await judged({}, directory({}, code))).toBe('admitted');
      expect(await judged({}, directory({}, code), at + HOUR + 1)).toBe('unknown');
    }
  });

  test('an address outside the workspace is nobody’s', async () => {
    const principal = { userId: ada.userId, email: 'ada@evil.example' };
    expect(await judged({ principal }, directory({}, 'unavailable'))).toBe('rejected');
  });

  test('who could not be asked about for lack of time waits', async () => {
    expect(await judged({}, directory({}, 'no-time'))).toBe('unknown');
  });

  test('nobody approves their own request, and too few approvals stay too few', async () => {
    expect(await judged({ approvals: by(ada) }, directory({}, 'unavailable'))).toBe('rejected');
    expect(await judged({ approvals: [] }, directory({}, 'unavailable'))).toBe('rejected');
  });

  test('an answer that it refuses to give is no outage', async () => {
    for (const code of ['permission-denied', 'invalid'] as const) {
      expect(await judged({}, directory({}, code))).toBe('unknown');
    }
  });
});
