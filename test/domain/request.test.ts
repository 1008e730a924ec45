import { describe, expect, it } from 'vitest';
import { checkAsk, checkJustification, request } from '../../src/domain/request.ts';
import { ada, anAsk, anEntitlement, anEntry, grace, HOUR_MS, MINUTE_MS, T0 } from '../support/grants.ts';

describe('checkAsk', () => {
  const DAY_MS = 24 * HOUR_MS;
  it.each<[string, object, object, string | undefined]>([
    ['what may be asked for', {}, {}, undefined],
    ['the longest duration', { minutes: 240 }, {}, undefined],
    ['any duration below it', { minutes: 7 }, {}, undefined],
    ['a minute too long', { minutes: 241 }, {}, 'duration'],
    ['a service without IAP', {}, { iapEnabled: false }, 'no-iap'],
    ['no justification', { justification: '' }, {}, 'justification'],
    ['a start in the future', { startAt: T0 + 1 }, {}, undefined],
    ['a start now', { startAt: T0 }, {}, 'start'],
    ['a start in the past', { startAt: T0 - 1 }, {}, 'start'],
    ['a start 29 days ahead', { startAt: T0 + 29 * DAY_MS }, {}, undefined],
    ['a start later than that', { startAt: T0 + 29 * DAY_MS + 1 }, {}, 'start'],
    [
      'everything wrong: the first thing is said',
      { minutes: 999, justification: '', startAt: 0 },
      { iapEnabled: false },
      'no-iap',
    ],
    ['all but IAP wrong', { minutes: 999, justification: '', startAt: 0 }, {}, 'duration'],
  ])('%s', (_, ask, entry, code) => {
    expect(checkAsk(anEntitlement(), anEntry(undefined, entry), anAsk(ask))?.code).toBe(code);
  });

  it('names the service and the longest duration', () => {
    expect(checkAsk(anEntitlement(), anEntry(), anAsk({ minutes: 241 }))?.reason).toBe(
      'acme-prod/us-central1/billing-dashboard can be had for at most 4 hours at a time.',
    );
  });
});

describe('checkJustification', () => {
  const pattern = /(INC|OPS)-\d+/u;
  it.each([
    ['required and there', { required: true }, 'because', undefined],
    ['required and missing', { required: true }, '', 'a justification is required'],
    ['required and blank', { required: true }, ' \n\t', 'a justification is required'],
    ['not required and missing', { required: false }, '', undefined],
    ['not required, missing, though there is a pattern', { required: false, pattern }, '', undefined],
    ['matched', { required: true, pattern }, 'see INC-42', undefined],
    ['unmatched', { required: true, pattern }, 'see inc', 'it must match (INC|OPS)-\\d+'],
    [
      'unmatched, with a hint',
      { required: true, pattern, hint: 'name the incident' },
      'see inc',
      'name the incident',
    ],
    ['missing, with a hint', { required: true, hint: 'name the incident' }, '', '(name the incident)'],
    ['not required and unmatched', { required: false, pattern }, 'see inc', 'it must match'],
    ['500 characters', { required: true }, 'x'.repeat(500), undefined],
    ['501 characters', { required: true }, 'x'.repeat(501), 'at most 500 characters'],
  ])('%s', (_, rule, justification, want) => {
    const entitlement = anEntitlement({ justification: { pattern: undefined, hint: undefined, ...rule } });
    const result = checkJustification(entitlement, justification);
    if (want === undefined) expect(result).toBeUndefined();
    else expect(result).toMatchObject({ code: 'justification', reason: expect.stringContaining(want) });
  });
});

describe('request', () => {
  it('makes a grant that awaits approval, with all that was asked for', () => {
    const entitlement = anEntitlement({
      accessLevels: ['accessPolicies/1/accessLevels/x'],
      warning: 'Careful.',
    });
    const entry = anEntry(undefined, { description: 'Invoices' });
    const [steps, ...more] = request(anAsk({ principal: grace }), [{ id: 'g1', entry, entitlement }]);
    expect(more).toEqual([]);
    expect(steps).toEqual([
      {
        kind: 'step',
        event: {
          revision: 1,
          type: 'requested',
          at: T0,
          from: null,
          to: 'APPROVAL_AWAITED',
          actor: ada,
          reason: 'INC-42 invoices look wrong',
        },
        grant: {
          state: 'APPROVAL_AWAITED',
          id: 'g1',
          revision: 1,
          changedAt: T0,
          batch: ['g1'],
          entitlementId: 'billing',
          service: entry.ref,
          serviceUri: 'https://billing-dashboard.run.example',
          serviceDescription: 'Invoices',
          requester: ada,
          principal: grace,
          askedMinutes: 15,
          minutes: 15,
          justification: 'INC-42 invoices look wrong',
          requestedAt: T0,
          deadlineAt: T0 + 8 * HOUR_MS,
          approvals: [],
          approvalsNeeded: 1,
          accessLevels: ['accessPolicies/1/accessLevels/x'],
          channel: 'C0ACCESS',
          warning: 'Careful.',
          announcements: { refs: {}, revision: 0 },
        },
      },
    ]);
  });

  it('makes one grant of each service, which know of each other', () => {
    const services = ['a', 'b', 'c'].map((id) => ({
      id,
      entry: anEntry(`p/r/${id}`),
      entitlement: anEntitlement(),
    }));
    const grants = request(anAsk(), services).map(([step]) => step?.grant);
    expect(grants.map((g) => g?.id)).toEqual(['a', 'b', 'c']);
    for (const grant of grants) expect(grant?.batch).toEqual(['a', 'b', 'c']);
  });

  it('approves at once where no approval is needed, and says so in an event of its own', () => {
    const entitlement = anEntitlement({ approvalsNeeded: 0 });
    const [steps] = request(anAsk(), [{ id: 'g1', entry: anEntry(), entitlement }]);
    expect(steps?.map(({ event }) => [event.revision, event.type, event.from, event.to])).toEqual([
      [1, 'requested', null, 'APPROVAL_AWAITED'],
      [2, 'approved', 'APPROVAL_AWAITED', 'ACTIVATING'],
    ]);
    expect(steps?.[1]?.event).not.toHaveProperty('actor');
    expect(steps?.[1]?.event.reason).toMatch(/^approved automatically/);
    expect(steps?.[1]?.grant).toMatchObject({
      state: 'ACTIVATING',
      revision: 2,
      approvals: [],
      term: { approvedAt: T0, endsAt: Math.ceil((T0 + 15 * MINUTE_MS) / MINUTE_MS) * MINUTE_MS },
    });
  });

  it('schedules at once where a later start needs no approval', () => {
    const entitlement = anEntitlement({ approvalsNeeded: 0 });
    const startAt = T0 + HOUR_MS;
    const [steps] = request(anAsk({ startAt }), [{ id: 'g1', entry: anEntry(), entitlement }]);
    const startsAt = Math.ceil(startAt / MINUTE_MS) * MINUTE_MS;
    expect(steps?.[1]?.grant).toMatchObject({
      state: 'SCHEDULED',
      term: { approvedAt: T0, startsAt, endsAt: startsAt + 15 * MINUTE_MS },
    });
  });

  it.each([
    [240, 60],
    [100, 60],
    [60, 15],
    [15, undefined],
  ])('of %i minutes knows the next shorter duration that is offered', (minutes, shorter) => {
    const services = [{ id: 'g1', entry: anEntry(), entitlement: anEntitlement() }];
    expect(request(anAsk({ minutes }), services)[0]?.[0]?.grant.shorterMinutes).toBe(shorter);
  });

  it('keeps a later start as a whole minute', () => {
    const ask = anAsk({ startAt: T0 + 1 });
    const [steps] = request(ask, [{ id: 'g1', entry: anEntry(), entitlement: anEntitlement() }]);
    expect(steps?.[0]?.grant.requestedStartAt).toBe(Date.UTC(2026, 10, 23, 9, 1));
  });
});
