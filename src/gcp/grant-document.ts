import type { DocumentData, DocumentSnapshot } from '@google-cloud/firestore';
import { dueAt } from '../domain/due.ts';
import { type Grant, type GrantState, grantStates } from '../domain/grant.ts';
import { serviceKey } from '../domain/service.ts';
import { LatchkeyError } from '../errors.ts';
import { decode, encode, type Timestamps } from './firestore-codec.ts';
import type { Session } from './firestore-connection.ts';

/** A damaged document is told of and left out: it grants nothing, and stands in nobody's way. */
export function readable(session: Session, snapshot: DocumentSnapshot): Grant[] {
  try {
    return [grantIn(snapshot)];
  } catch (error) {
    session.damaged(snapshot.ref.path, error);
    return [];
  }
}

/** The grant in a document; throws `invalid` where it is damaged. */
export function grantIn(snapshot: DocumentSnapshot): Grant {
  return decodeGrant(snapshot.id, snapshot.data() ?? {});
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
