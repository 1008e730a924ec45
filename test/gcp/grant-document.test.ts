import { Timestamp } from '@google-cloud/firestore';
import { describe, expect, it } from 'vitest';
import type { Grant } from '../../src/domain/grant.ts';
import { type GrantState, grantStates } from '../../src/domain/grant-state.ts';
import { LatchkeyError } from '../../src/errors.ts';
import { decodeGrant, encodeGrant } from '../../src/gcp/grant-document.ts';
import { activating, awaited, denied } from '../contracts/grants.ts';
import { ada, announced, extendedGrant, grace, grantIn, HOUR_MS, linus, T0 } from '../support/grants.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Fields that a grant may have or not, with a value for each: those of its structures are named by their path. */
const mayBeMissing: Fields = {
  shorterMinutes: 5,
  requestedStartAt: T0,
  warning: 'production',
  trouble: { code: 'timeout', reason: 'IAP does not answer', attempts: 2, lastAt: T0, retryAt: T0 },
  'trouble.drift': true,
  nudgedAt: T0,
  lastExtension: {
    minutes: 15,
    requestedAt: T0,
    deadlineAt: T0,
    approvals: [{ ...grace, at: T0 }],
    outcome: 'denied',
    closedAt: T0,
  },
  'lastExtension.by': ada,
  'lastExtension.closedBy': grace,
  'lastExtension.reason': 'not tonight',
  'announcements.background': { approvers: ['<@U0GRACE>'] },
  'announcements.background.incomplete': true,
  'announcements.background.services': {},
  'announcements.background.services.g1': { earlier: 1, others: [linus.email] },
  'announcements.background.services.g1.lastEndedAt': T0,
  'announcements.background.services.g1.hasUntil': T0,
  'announcements.background.services.g1.standing': true,
  'announcements.claim': { holder: 'run-1', until: T0 },
  'announcements.touches': 1,
  'announcements.settlesAt': T0,
  'announcements.retryAt': T0,
  'announcements.failedRevision': 1,
  'announcements.failures': 1,
  'announcements.refs.card': { channel: 'C0ACCESS', ts: '1764.000001', digest: 'x' },
  'announcements.refs.card.occasion': 'REVOKED',
  'announcements.refused': {},
  'announcements.refused.history': { revision: 1, attempts: 2 },
};

const termMayLack: Fields = {
  'term.startsAt': T0,
  'term.extended': { at: T0, approvals: [{ ...grace, at: T0 }] },
  'term.extended.before': { at: T0, approvals: [{ ...linus, at: T0 }] },
};
const revokedMayLack: Fields = {
  ...termMayLack,
  'revocation.by': ada,
  'revocation.reason': 'left the team',
  activatedAt: T0,
  alarmedAt: T0,
};

/** The same, of grants in one state. */
const mayBeMissingIn: { readonly [S in GrantState]: Fields } = {
  APPROVAL_AWAITED: {},
  DENIED: {},
  WITHDRAWN: {},
  EXPIRED: {},
  SCHEDULED: termMayLack,
  ACTIVATING: termMayLack,
  ACTIVE: {
    ...termMayLack,
    remindedAt: T0,
    extension: { minutes: 15, requestedAt: T0, deadlineAt: T0, approvals: [{ ...grace, at: T0 }] },
    'extension.by': ada,
    driftedAt: T0,
  },
  ACTIVATION_FAILED: termMayLack,
  REVOKING: {
    ...revokedMayLack,
    appliedEndsAt: T0,
    leftovers: [{ expression: 'true' }],
    'leftovers.0.title': 'latchkey until noon',
    'leftovers.0.description': 'Granted through Latchkey.',
  },
  REVOKED: revokedMayLack,
  ENDED: termMayLack,
};

/** The value with the field at the path set, or taken out where that is undefined. */
function changed(value: unknown, path: string, field: unknown): unknown {
  const [name = '', ...rest] = path.split('.');
  const inner = (value as Fields)[name];
  const next = rest.length > 0 ? changed(inner, rest.join('.'), field) : field;
  if (Array.isArray(value)) return value.toSpliced(Number(name), 1, ...(next === undefined ? [] : [next]));
  const { [name]: _, ...others } = value as Fields;
  return next === undefined ? others : { ...others, [name]: next };
}

function mayLack(state: GrantState): Fields {
  return { ...mayBeMissing, ...mayBeMissingIn[state] };
}

/** A grant with every field that it can have in its state, and with none of its lists empty. */
function full(state: GrantState): Grant {
  const grant = { ...grantIn[state](), approvals: [{ ...grace, at: T0 }], accessLevels: ['corp_device'] };
  const fields = Object.entries(mayLack(state));
  return fields.reduce<unknown>((made, [path, value]) => changed(made, path, value), grant) as Grant;
}

/** The paths of all fields, however deep. */
function pathsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [
    name,
    ...pathsIn(inner).map((p) => `${name}.${p}`),
  ]);
}

/** What reading the grant's document came to, with the field at the path set or taken out. */
function readingWith(grant: Grant, path: string, field?: unknown): string {
  const data = encodeGrant(grant, Timestamp);
  try {
    decodeGrant(grant.id, changed(data, path, field) as Fields);
    return 'read';
  } catch (error) {
    return error instanceof LatchkeyError && error.code === 'invalid' ? error.message : String(error);
  }
}

function refusal(path: string): string {
  return `failed to decode grants/g1: field ${path.split('.')[0]} is missing or malformed`;
}

const isItem = (path: string) => /\.\d+$/.test(path);

/** All but the two that are told of in words of their own. */
function checked(grant: Grant): string[] {
  return pathsIn(grant).filter((path) => path !== 'id' && path !== 'state');
}

describe("a grant's document", () => {
  const activatingGrant = activating(awaited('g1')).grant;

  it.each<[string, Grant, number | null]>([
    ['an unanswered request', awaited('g1'), awaited('g1').requestedAt + 4 * HOUR_MS],
    ['an approved request', activatingGrant, activatingGrant.changedAt],
    ['a closed grant that is announced', announced(denied(awaited('g1')).grant), null],
  ])('stores %s with when it is due and where, and leaves that out again', (_, grant, due) => {
    const data = encodeGrant(grant, Timestamp);
    expect(data).toMatchObject({
      dueAt: due === null ? null : Timestamp.fromMillis(due),
      serviceKey: 'acme-prod~us-central1~billing',
      state: grant.state,
    });
    expect(decodeGrant('g1', data)).toEqual(grant);
  });

  it.each(grantStates)('gives back what was written of a grant in %s, with all that it can have', (state) => {
    for (const grant of [grantIn[state](), full(state)]) {
      expect(decodeGrant('g1', encodeGrant(grant, Timestamp))).toEqual(grant);
    }
  });

  it('gives back a grant whose end was moved', () => {
    expect(decodeGrant('g1', encodeGrant(extendedGrant(), Timestamp))).toEqual(extendedGrant());
  });

  it.each(grantStates)(
    'is refused by name of the field that a grant in %s must have and has not',
    (state) => {
      const isOptional = new Set(Object.keys(mayLack(state)));
      const required = checked(full(state)).filter((path) => !isOptional.has(path) && !isItem(path));
      const found = required.map((path) => [path, readingWith(full(state), path)]);
      expect(found).toEqual(required.map((path) => [path, refusal(path)]));
    },
  );

  it.each(grantStates)('is read where a grant in %s lacks what it may lack', (state) => {
    const found = Object.keys(mayLack(state)).map((path) => [path, readingWith(full(state), path)]);
    expect(found.filter(([, reading]) => reading !== 'read')).toEqual([]);
  });

  it.each(grantStates)(
    'is refused by name of the field of a grant in %s that is of another type',
    (state) => {
      const found = checked(full(state)).flatMap((path) =>
        [null, Number.NaN, [[]]].map((wrong) => [path, readingWith(full(state), path, wrong)] as const),
      );
      expect(found.filter(([path, reading]) => reading !== refusal(path))).toEqual([]);
    },
  );

  it.each<[string, object]>([
    ['its id says "g2"', { id: 'g2' }],
    ['unknown state "GRANTED"', { state: 'GRANTED' }],
    ['unknown state undefined', { state: undefined }],
    ['serviceKey is not that of its service', { serviceKey: 'acme-prod~us-central1~wiki' }],
    // What would be another resource, a command or another document.
    [
      'field service is missing or malformed',
      { service: { project: 'p', region: 'r', service: 'a\\..\\b' } },
    ],
    [
      'field service is missing or malformed',
      { service: { project: 'p', region: 'r', service: 'a; curl b' } },
    ],
    ['field batch is missing or malformed', { batch: ['g1', 'g2/events/000001'] }],
    ['field batch is missing or malformed', { batch: ['g1', ''] }],
    // What messages are made of.
    ['field justification is missing or malformed', { justification: 7 }],
    ['field serviceUri is missing or malformed', { serviceUri: true }],
    ['field askedMinutes is missing or malformed', { askedMinutes: '60' }],
    ['field closedBy is missing or malformed', { state: 'WITHDRAWN', closedAt: T0, closedBy: 'U0ADA' }],
    [
      'field failure is missing or malformed',
      { state: 'ACTIVATION_FAILED', closedAt: T0, failure: 'timeout' },
    ],
    ['field trouble is missing or malformed', { trouble: { code: 'timeout' } }],
    ['field lastExtension is missing or malformed', { lastExtension: { outcome: 'denied' } }],
    ['field announcements is missing or malformed', { announcements: { revision: 1 } }],
    ['field announcements is missing or malformed', { announcements: { revision: 1, refs: { card: 'C1' } } }],
    ['field announcements is missing or malformed', { announcements: { revision: 1, refs: [] } }],
    // What other states have, and is looked for in any.
    ['field extension is missing or malformed', { extension: { minutes: 15, by: {} } }],
    ['field revocation is missing or malformed', { revocation: null }],
    // What access is given by.
    ['field requester is missing or malformed', { requester: { userId: 'U1' } }],
    ['field approvals is missing or malformed', { approvals: [null] }],
    ['field approvals is missing or malformed', { approvals: [{ userId: 'U1', email: 'a@b.c' }] }],
    ['field accessLevels is missing or malformed', { accessLevels: [7] }],
    ['field term is missing or malformed', { term: undefined }],
    ['field term is missing or malformed', { term: { approvedAt: 1, endsAt: 9e15 } }],
    ['field term is missing or malformed', { term: { approvedAt: 1, endsAt: 2, extended: { at: 1 } } }],
    ['field activatedAt is missing or malformed', { state: 'ACTIVE' }],
    ['field appliedEndsAt is missing or malformed', { state: 'ACTIVE', activatedAt: 1 }],
    ['field revocation is missing or malformed', { state: 'REVOKING' }],
    // What could not be written back.
    ['field deadlineAt is missing or malformed', { deadlineAt: 253_402_300_800_000 }],
    ['field nudgedAt is missing or malformed', { nudgedAt: -62_135_596_800_001 }],
  ])('is refused where %s', (problem, damage) => {
    const data = { ...encodeGrant(activatingGrant, Timestamp), ...damage };
    expect(() => decodeGrant('g1', data)).toThrow(`failed to decode grants/g1: ${problem}`);
  });

  it('is read with what the state before has left in it', () => {
    const left = { ...activatingGrant, extension: mayBeMissingIn.ACTIVE.extension, remindedAt: T0 };
    expect(decodeGrant('g1', encodeGrant(left, Timestamp))).toEqual(left);
  });

  it('is read with fields that a newer release has added', () => {
    const data = { ...encodeGrant(activatingGrant, Timestamp), mood: 'good' };
    expect(decodeGrant('g1', data)).toEqual({ ...activatingGrant, mood: 'good' });
  });
});
