import { Timestamp } from '@google-cloud/firestore';
import { describe, expect, it } from 'vitest';
import type { Grant } from '../../src/domain/grant.ts';
import { decodeGrant, encodeGrant } from '../../src/gcp/grant-document.ts';
import { activating, awaited, denied, T0 } from '../contracts/grants.ts';

describe("a grant's document", () => {
  const activatingGrant = activating(awaited('g1')).grant;

  it.each<[string, Grant, Timestamp | null]>([
    ['an unanswered request', awaited('g1'), Timestamp.fromMillis(T0 + 4 * 3_600_000)],
    ['an approved request', activatingGrant, Timestamp.fromMillis(T0)],
    [
      'a closed grant that is announced',
      { ...denied(awaited('g1')).grant, announcements: { refs: {}, revision: 2 } },
      null,
    ],
  ])('stores %s with when it is due and where, and leaves that out again', (_, grant, due) => {
    const data = encodeGrant(grant, Timestamp);
    expect(data).toMatchObject({
      dueAt: due,
      serviceKey: 'acme-prod~us-central1~billing',
      state: grant.state,
    });
    expect(decodeGrant('g1', data)).toEqual(grant);
  });

  it.each<[string, object]>([
    ['its id says "g2"', { id: 'g2' }],
    ['unknown state "GRANTED"', { state: 'GRANTED' }],
    ['unknown state undefined', { state: undefined }],
    ['field requester is missing or malformed', { requester: { userId: 'U1' } }],
    ['field approvals is missing or malformed', { approvals: undefined }],
    ['field announcements is missing or malformed', { announcements: { revision: 1 } }],
    ['field term is missing or malformed', { term: undefined }],
    ['field term is missing or malformed', { term: { approvedAt: 1, endsAt: 9e15 } }],
    ['field approvals is missing or malformed', { approvals: [null] }],
    ['field approvals is missing or malformed', { approvals: [{ userId: 'U1', email: 'a@b.c' }] }],
    ['field accessLevels is missing or malformed', { accessLevels: [7] }],
    ['field activatedAt is missing or malformed', { state: 'ACTIVE' }],
    ['field appliedEndsAt is missing or malformed', { state: 'ACTIVE', activatedAt: 1 }],
    ['field revocation is missing or malformed', { state: 'REVOKING' }],
  ])('refuses a document where %s', (problem, damage) => {
    const data = { ...encodeGrant(activatingGrant, Timestamp), ...damage };
    expect(() => decodeGrant('g1', data)).toThrow(`failed to decode grants/g1: ${problem}`);
  });
});
