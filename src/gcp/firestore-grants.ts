import { randomUUID } from 'node:crypto';
import type { DocumentReference, DocumentSnapshot, Firestore } from '@google-cloud/firestore';
import type { AuditEvent, Step } from '../domain/audit.ts';
import { type Grant, isOpen, type OpenGrant } from '../domain/grant.ts';
import { openStates, unfinishedStates } from '../domain/grant-state.ts';
import { type ServiceRef, serviceKey, servicePath } from '../domain/service.ts';
import { LatchkeyError } from '../errors.ts';
import type { BatchChange, Change, Control, GrantStore } from '../ports.ts';
import { isDocumentId, malformedIn } from './checks.ts';
import { decode, encode } from './firestore-codec.ts';
import { buildQuery, type Connection, type Session, type Tx } from './firestore-connection.ts';
import { controlDoc, controlIn } from './firestore-control.ts';
import { due } from './firestore-due.ts';
import { grpcCode } from './firestore-errors.ts';
import { encodeGrant, grantIn, readable } from './grant-document.ts';
import { eventFields } from './grant-fields.ts';
import { queries, type StoreQuery } from './queries.ts';

type Grants = Pick<
  GrantStore,
  | 'create'
  | 'get'
  | 'update'
  | 'updateBatch'
  | 'events'
  | 'due'
  | 'open'
  | 'unfinished'
  | 'ofPrincipal'
  | 'ofRequester'
  | 'inStates'
>;

/** The part of the store that concerns grants and their audit events. */
export function firestoreGrants(connection: Connection): Grants {
  const list = (session: Session, query: StoreQuery, values: readonly unknown[], limit?: number) =>
    session
      .query(buildQuery(session.db, query, values, limit))
      .then(({ docs }) => docs.flatMap((doc) => readable(session, doc)));

  return {
    create: (steps, { unlessFrozen = false } = {}) =>
      connection.run('create', steps.map((own) => own[0]?.grant.id).join(', '), async (session) => {
        const commitId = randomUUID();
        try {
          return await session.transact((tx) => createAll(tx, session, steps, { commitId, unlessFrozen }));
        } catch (error) {
          // ALREADY_EXISTS: the same submission was committed between our read and our write.
          if (grpcCode(error) !== 6) throw error;
          return await session.transact((tx) => createAll(tx, session, steps, { commitId, unlessFrozen }));
        }
      }),
    get: async (id) =>
      isDocumentId(id)
        ? await connection.run('get', id, async (session) => {
            const snapshot = await session.get(grantRef(session.db, id));
            return snapshot.exists ? grantIn(snapshot) : undefined;
          })
        : undefined,
    update: async (id, change) =>
      isDocumentId(id)
        ? await connection.run('update', id, (session) => updateOne(session, id, change))
        : undefined,
    updateBatch: async (id, change) =>
      isDocumentId(id)
        ? await connection.run('updateBatch', id, (session) => updateBatch(session, id, change))
        : undefined,
    events: async (id, revisions) =>
      isDocumentId(id)
        ? await connection.run('events', id, async (session) => {
            const events = grantRef(session.db, id).collection('events');
            const docs = revisions
              ? await session.getAll(revisions.map((revision) => events.doc(eventId(revision))))
              : (await session.query(events)).docs;
            return docs.filter((doc) => doc.exists).flatMap((doc) => eventIn(session, doc));
          })
        : [],
    due: (now, limit) =>
      connection.run('due', new Date(now).toISOString(), (session) => due(session, now, limit)),
    open: (service) =>
      connection.run('open', servicePath(service), async (session) => {
        const { docs } = await session.query(openQuery(session.db, service));
        return docs.flatMap((doc) => readable(session, doc)).filter(isOpen);
      }),
    unfinished: (of) =>
      'service' in of
        ? connection.run('unfinished', servicePath(of.service), (session) =>
            list(session, queries.open, [serviceKey(of.service), [...unfinishedStates]]),
          )
        : connection.run('unfinished', of.principalId, (session) =>
            list(session, queries.unfinishedOfPrincipal, [of.principalId, [...unfinishedStates]]),
          ),
    ofPrincipal: (userId, limit) =>
      connection.run('ofPrincipal', userId, (session) => list(session, queries.ofPrincipal, [userId], limit)),
    ofRequester: (userId, limit) =>
      connection.run('ofRequester', userId, (session) => list(session, queries.ofRequester, [userId], limit)),
    inStates: async (states, limit) =>
      states.length === 0
        ? []
        : await connection.run('inStates', states.join(', '), (session) =>
            list(session, queries.inStates, [states], limit),
          ),
  };
}

// Every commit leaves its own id on the events it writes. Where the answer to a commit is lost, the client runs the
// transaction again, and finds by that id that what stands there is its own doing and nobody else's.

async function createAll(
  tx: Tx,
  session: Session,
  steps: readonly (readonly Step[])[],
  { commitId, unlessFrozen }: { readonly commitId: string; readonly unlessFrozen: boolean },
) {
  const grants = steps.flatMap((own) => own.at(-1)?.grant ?? []);
  const refs = steps.map((own) => grantRef(session.db, idOf(own)));
  const asked = await tx.getAll(unlessFrozen ? [...refs, controlDoc(session.db)] : refs);
  const stored = asked.slice(0, refs.length).filter(({ exists }) => exists);
  const [first] = steps[0] ?? [];
  if (first && stored.length > 0) {
    const ours = tx.attempt > 1 && (await isOurs(tx, session, first, commitId));
    return ours ? { created: true, grants } : { created: false, grants: stored.map(grantIn) };
  }
  if (unlessFrozen && controlIn(asked.at(-1)).freeze) return { created: false, grants: [] };
  for (const grant of grants) {
    tx.create(grantRef(session.db, grant.id), encodeGrant(grant, session.library.Timestamp));
  }
  for (const step of steps.flat()) writeEvent(tx, session, step, commitId);
  return { created: true, grants };
}

async function isOurs(tx: Tx, { db }: Session, step: Step, commitId: string): Promise<boolean> {
  return (await tx.get(eventRef(db, step))).get('commitId') === commitId;
}

function idOf(steps: readonly Step[]): string {
  const id = steps[0]?.grant.id;
  if (id === undefined || !isDocumentId(id)) {
    throw new LatchkeyError('invalid', `failed to create ${id}: not an id for a grant`);
  }
  return id;
}

async function updateOne<T>(session: Session, id: string, change: (grant: Grant) => Change<T>) {
  const commitId = randomUUID();
  let tried: { readonly step: Step; readonly result: T } | undefined;
  return await session.transact(async (tx) => {
    const snapshot = await tx.get(grantRef(session.db, id));
    if (!snapshot.exists) return undefined;
    const grant = grantIn(snapshot);
    if (tried && grant.revision >= tried.step.event.revision) {
      if (await isOurs(tx, session, tried.step, commitId)) return tried.result;
    }
    const next = change(grant);
    if ('commit' in next) {
      tried = { step: next.commit, result: next.result };
      writeGrant(tx, session, next.commit.grant);
      writeEvent(tx, session, next.commit, commitId);
    } else if ('keep' in next) {
      writeGrant(tx, session, next.keep);
    }
    return next.result;
  });
}

async function updateBatch<T>(
  session: Session,
  id: string,
  change: (batch: readonly Grant[], control: Control) => BatchChange<T>,
): Promise<T | undefined> {
  const commitId = randomUUID();
  let tried: { readonly step: Step; readonly result: T } | undefined;
  return await session.transact(async (tx) => {
    const [snapshot, control] = await tx.getAll([grantRef(session.db, id), controlDoc(session.db)]);
    if (!snapshot?.exists) return undefined;
    const batch = await batchIn(tx, session, grantIn(snapshot));
    // All of a commit's events carry its id: one of them tells of all.
    const told = tried?.step;
    if (told && tried && batch.some((g) => g.id === told.grant.id && g.revision >= told.event.revision)) {
      if (await isOurs(tx, session, told, commitId)) return tried.result;
    }
    const { changes, result } = change(batch, controlIn(control));
    const step = changes.find((c) => c.kind === 'step');
    tried = step && { step, result };
    for (const { grant } of changes) writeGrant(tx, session, grant);
    for (const one of changes) if (one.kind === 'step') writeEvent(tx, session, one, commitId);
    return result;
  });
}

async function batchIn(tx: Tx, session: Session, grant: Grant): Promise<readonly Grant[]> {
  const others = grant.batch.filter((id) => id !== grant.id);
  const read = await tx.getAll(others.map((id) => grantRef(session.db, id)));
  const siblings = read.filter((s) => s.exists).flatMap((s) => readable(session, s));
  const known = new Map([grant, ...siblings].map((g) => [g.id, g]));
  return grant.batch.flatMap((id) => known.get(id) ?? []);
}

/** The open grants of a service, for a listing or inside a transaction. */
export function openQuery(db: Firestore, service: ServiceRef) {
  return buildQuery(db, queries.open, [serviceKey(service), [...openStates]]);
}

export function openGrantIn(session: Session, snapshot: DocumentSnapshot): OpenGrant[] {
  return readable(session, snapshot).filter(isOpen);
}

export function writeGrant(tx: Tx, { db, library }: Session, grant: Grant): void {
  tx.set(grantRef(db, grant.id), encodeGrant(grant, library.Timestamp));
}

/** `create`, so that a revision can never be told of twice. */
export function writeEvent(tx: Tx, { db, library }: Session, step: Step, commitId: string): void {
  tx.create(eventRef(db, step), encode({ ...step.event, commitId }, library.Timestamp));
}

function eventRef(db: Firestore, { grant, event }: Step): DocumentReference {
  return grantRef(db, grant.id).collection('events').doc(eventId(event.revision));
}

function eventId(revision: number): string {
  return String(revision).padStart(6, '0');
}

/** The event in a document; one that is damaged is told of and left out, so that it silences no message. */
function eventIn(session: Session, snapshot: DocumentSnapshot): AuditEvent[] {
  const { commitId: _, ...event } = decode(snapshot.data() ?? {});
  const malformed = malformedIn(event, eventFields);
  if (malformed === undefined) return [event as unknown as AuditEvent];
  session.damaged(snapshot.ref.path, new Error(`field ${malformed} is missing or malformed`));
  return [];
}

function grantRef(db: Firestore, id: string): DocumentReference {
  return db.collection('grants').doc(id);
}
