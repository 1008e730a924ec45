import type { DocumentData, DocumentSnapshot } from '@google-cloud/firestore';
import { dueAt } from '../domain/due.ts';
import type { Grant } from '../domain/grant.ts';
import { grantStates } from '../domain/grant-state.ts';
import { serviceKey } from '../domain/service.ts';
import { LatchkeyError } from '../errors.ts';
import { malformedIn } from './checks.ts';
import { decode, encode, type Timestamps } from './firestore-codec.ts';
import type { Session } from './firestore-connection.ts';
import { fieldsOf } from './grant-fields.ts';

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

function problemOf(id: string, fields: Record<string, unknown>): string | undefined {
  if (fields.id !== id) return `its id says ${JSON.stringify(fields.id)}`;
  const state = grantStates.find((known) => known === fields.state);
  if (!state) return `unknown state ${JSON.stringify(fields.state)}`;
  const malformed = malformedIn(fields, fieldsOf(state));
  return malformed && `field ${malformed} is missing or malformed`;
}
