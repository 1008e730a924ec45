import type { DocumentData, Timestamp } from '@google-cloud/firestore';
import { dueAt } from '../domain/due.ts';
import { type Grant, type GrantState, grantStates } from '../domain/grant.ts';
import { serviceKey } from '../domain/service.ts';
import { LatchkeyError } from '../errors.ts';

/** The part of Firestore's `Timestamp` class that is needed here; passed in, since the library loads late. */
export interface Timestamps {
  fromMillis(milliseconds: number): Timestamp;
}

/** Fields that hold a moment: milliseconds in the domain, a Timestamp in the document. */
function isTimeName(name: string): boolean {
  return name === 'at' || name === 'until' || name.endsWith('At');
}

/** A value of the domain as a document; throws `invalid` where a field is undefined, which Firestore cannot hold. */
export function encode(value: object, timestamps: Timestamps): DocumentData {
  return encodeMap(value, '', timestamps);
}

function encodeMap(value: object, path: string, timestamps: Timestamps): DocumentData {
  const entries = Object.entries(value).map(([name, field]) => {
    const here = path === '' ? name : `${path}.${name}`;
    return [name, encodeField(name, field, here, timestamps)] as const;
  });
  return Object.fromEntries(entries);
}

function encodeField(name: string, value: unknown, path: string, timestamps: Timestamps): unknown {
  if (value === undefined) throw new LatchkeyError('invalid', `failed to encode ${path}: it is undefined`);
  if (typeof value === 'number' && isTimeName(name)) return timestamps.fromMillis(value);
  if (Array.isArray(value)) {
    return value.map((item, i) => encodeField(name, item, `${path}[${i}]`, timestamps));
  }
  return typeof value === 'object' && value !== null ? encodeMap(value, path, timestamps) : value;
}

/** The inverse of {@link encode}. */
export function decode(data: DocumentData): Record<string, unknown> {
  return Object.fromEntries(Object.entries(data).map(([name, field]) => [name, decodeField(field)]));
}

function decodeField(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decodeField);
  if (typeof value !== 'object' || value === null) return value;
  return isTimestamp(value) ? value.toMillis() : decode(value);
}

function isTimestamp(value: object): value is Timestamp {
  return 'toMillis' in value && typeof value.toMillis === 'function';
}

/** A grant's document: its fields, and those that queries need, derived from it. */
export function encodeGrant(grant: Grant, timestamps: Timestamps): DocumentData {
  const due = dueAt(grant);
  // Half of a time-out can be half a millisecond, which would not survive; a sweep that much later is no matter.
  const derived = { dueAt: due === null ? null : Math.ceil(due), serviceKey: serviceKey(grant.service) };
  return encode({ ...grant, ...derived }, timestamps);
}

/** The grant in a document; throws `invalid` where the document cannot have been written by this code. */
export function decodeGrant(id: string, data: DocumentData): Grant {
  const { dueAt: _due, serviceKey: key, ...fields } = decode(data);
  // Queries go by the key, decisions by the service: they have to be the same.
  const isMoved = () => key !== undefined && key !== serviceKey((fields as unknown as Grant).service);
  const problem = problemOf(id, fields) ?? (isMoved() ? 'serviceKey is not that of its service' : undefined);
  if (problem) throw new LatchkeyError('invalid', `failed to decode grants/${id}: ${problem}`);
  return fields as unknown as Grant;
}

type Check = (value: unknown) => boolean;

const isString: Check = (value) => typeof value === 'string';
const isNumber: Check = (value) => typeof value === 'number' && Number.isFinite(value);
/** A moment that a date can show. */
const isTime: Check = (value) => isNumber(value) && Math.abs(Number(value)) <= 8.64e15;
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const has =
  (...checks: readonly (readonly [string, Check])[]): Check =>
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    checks.every(([name, check]) => check(Object.getOwnPropertyDescriptor(value, name)?.value));
const isPerson = has(['userId', isString], ['email', isString]);
const isApproval = has(['userId', isString], ['email', isString], ['at', isTime]);

const essential: Readonly<Record<string, Check>> = {
  revision: isNumber,
  changedAt: isTime,
  batch: listOf(isString),
  entitlementId: isString,
  service: has(['project', isString], ['region', isString], ['service', isString]),
  requester: isPerson,
  principal: isPerson,
  minutes: isNumber,
  requestedAt: isTime,
  deadlineAt: isTime,
  approvals: listOf(isApproval),
  approvalsNeeded: isNumber,
  accessLevels: listOf(isString),
  channel: isString,
  announcements: has(['revision', isNumber], ['refs', has()]),
};

const isTerm: Check = (value) =>
  has(['approvedAt', isTime], ['endsAt', isTime])(value) && isTermOf(value as object);

function isTermOf({ startsAt, extended }: { startsAt?: unknown; extended?: unknown }): boolean {
  const isMoved = has(['at', isTime], ['approvals', listOf(isApproval)]);
  return (startsAt === undefined || isTime(startsAt)) && (extended === undefined || isMoved(extended));
}

/** What a state has beside the rest, as far as anything is computed from it. */
const ofState: Readonly<Partial<Record<GrantState, Readonly<Record<string, Check>>>>> = {
  ACTIVE: { activatedAt: isTime, appliedEndsAt: isTime },
  REVOKING: { revocation: has(['at', isTime]) },
};

/** States that can be reached without an approval, and so have no term. */
const termless: readonly GrantState[] = ['APPROVAL_AWAITED', 'DENIED', 'WITHDRAWN', 'EXPIRED'];

function problemOf(id: string, fields: Record<string, unknown>): string | undefined {
  if (fields.id !== id) return `its id says ${JSON.stringify(fields.id)}`;
  const state = grantStates.find((known) => known === fields.state);
  if (!state) return `unknown state ${JSON.stringify(fields.state)}`;
  const needed = { ...essential, ...ofState[state] };
  const missing = Object.entries(needed).find(([name, check]) => !check(fields[name]));
  if (missing) return `field ${missing[0]} is missing or malformed`;
  if (!termless.includes(state) && !isTerm(fields.term)) return 'field term is missing or malformed';
  return undefined;
}
