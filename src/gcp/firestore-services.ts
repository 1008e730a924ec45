import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { DocumentReference, DocumentSnapshot, Firestore } from '@google-cloud/firestore';
import type { Grant } from '../domain/grant.ts';
import {
  type CatalogEntry,
  parseServiceKey,
  type ServiceRef,
  serviceKey,
  servicePath,
} from '../domain/service.ts';
import { LatchkeyError } from '../errors.ts';
import type { GrantStore, LeaseHeld, LeaseTaken, Settlement } from '../ports.ts';
import { decode, encode } from './firestore-codec.ts';
import { buildQuery, type Connection, type Session, type Tx } from './firestore-connection.ts';
import { openGrantIn, openQuery, writeEvent, writeGrant } from './firestore-grants.ts';
import { queries } from './queries.ts';

type Services = Pick<GrantStore, 'takeLease' | 'settle' | 'toVerify' | 'standing' | 'catalog' | 'putCatalog'>;

/** A lease on a service's policy. One that is over and still there was never given back in good order. */
interface Lease {
  readonly holder: string;
  readonly until: number;
  readonly suspect?: boolean;
}

interface ServiceDocument {
  readonly lease?: Lease;
  readonly verifyAt?: number | null;
  readonly catalog?: CatalogEntry;
  readonly standing?: readonly string[];
}

/** A commit takes up to 500 writes; well below, so that no batch comes near the limit of its size in bytes. */
const BATCH_SIZE = 400;

/** The part of the store that concerns services: leases and catalog. */
export function firestoreServices(connection: Connection): Services {
  return {
    takeLease: (service, holder, now, durationMs) =>
      connection.run('takeLease', servicePath(service), (session) =>
        takeLease(session, service, { holder, until: now + durationMs }, now),
      ),
    settle: (service, holder, now, decide) =>
      connection.run('settle', servicePath(service), (session) =>
        session.transact(async (tx) => {
          const ref = serviceDoc(session.db, service);
          const stored = documentIn(await tx.get(ref));
          const lease = ownLease(stored, service, holder, now);
          const open = (await tx.query(openQuery(session.db, service))).docs.flatMap((doc) =>
            openGrantIn(session, doc),
          );
          const settlement = decide(open);
          writeChanges(tx, session, settlement.changes, new Set(open.map(({ id }) => id)));
          const fields = serviceFields(session, stored, lease, settlement, now);
          if (Object.keys(fields).length > 0) tx.update(ref, fields);
          if (settlement.strays?.length) {
            const event = { type: 'drift', at: now, removed: settlement.strays };
            tx.create(ref.collection('events').doc(), encode(event, session.library.Timestamp));
          }
          return settlement.result;
        }),
      ),
    toVerify: (now, limit) =>
      connection.run('toVerify', new Date(now).toISOString(), async (session) => {
        const query = buildQuery(session.db, queries.toVerify, [session.timestamp(now)], limit);
        return (await session.query(query)).docs.map(({ id }) => parseServiceKey(id));
      }),
    standing: (service) =>
      connection.run('standing', servicePath(service), async (session) => {
        const { standing } = documentIn(await session.get(serviceDoc(session.db, service)));
        return standing ?? [];
      }),
    catalog: () =>
      connection.run('catalog', 'all services', async (session) => {
        const { docs } = await session.query(buildQuery(session.db, queries.catalog, []));
        return docs.flatMap((doc) => documentIn(doc).catalog ?? []);
      }),
    putCatalog: (project, region, entries) =>
      connection.run('putCatalog', `${project}/${region}`, (session) =>
        putCatalog(session, project, region, entries),
      ),
  };
}

async function takeLease(session: Session, service: ServiceRef, wanted: Lease, now: number) {
  const ref = serviceDoc(session.db, service);
  let tried: LeaseTaken | undefined;
  return await session.transact(async (tx): Promise<LeaseTaken | LeaseHeld> => {
    const { lease, catalog } = documentIn(await tx.get(ref));
    // The commit of an earlier attempt took effect and only its answer was lost: the lease is ours.
    if (tried && isDeepStrictEqual(lease, wanted)) return tried;
    if (lease && lease.until > now) return { taken: false, until: lease.until };
    tx.setFields(ref, encode({ lease: wanted }, session.library.Timestamp));
    tried = { taken: true, suspect: lease !== undefined, ...(catalog ? { entry: catalog } : {}) };
    return tried;
  });
}

function ownLease({ lease }: ServiceDocument, service: ServiceRef, holder: string, now: number): Lease {
  if (lease && lease.holder === holder && lease.until > now) return lease;
  const cause =
    lease?.holder === holder ? 'its lease is over' : `its lease is ${lease?.holder ?? 'nobody'}'s by now`;
  throw new LatchkeyError('lease-lost', `failed to settle for ${servicePath(service)}: ${cause}`);
}

function writeChanges(
  tx: Tx,
  session: Session,
  changes: Settlement['changes'],
  read: ReadonlySet<string>,
): void {
  const last = new Map<string, Grant>();
  for (const { grant } of changes) {
    if (!read.has(grant.id)) {
      throw new LatchkeyError('invalid', `failed to settle ${grant.id}: it is not among the grants read`);
    }
    last.set(grant.id, grant);
  }
  for (const grant of last.values()) writeGrant(tx, session, grant);
  for (const change of changes) if (change.kind === 'step') writeEvent(tx, session, change, randomUUID());
}

function serviceFields(
  { library }: Session,
  stored: ServiceDocument,
  lease: Lease,
  settlement: Settlement,
  now: number,
) {
  const { verifyAt } = settlement;
  const given =
    settlement.lease === 'suspect'
      ? encode({ lease: { ...lease, until: now, suspect: true } }, library.Timestamp)
      : settlement.lease === 'release'
        ? { lease: library.FieldValue.delete() }
        : {};
  const verified = (stored.verifyAt ?? null) === verifyAt ? {} : encode({ verifyAt }, library.Timestamp);
  const standing = settlement.standing;
  const told =
    standing === undefined || isDeepStrictEqual(stored.standing ?? [], standing) ? {} : { standing };
  return { ...given, ...verified, ...told };
}

async function putCatalog(
  session: Session,
  project: string,
  region: string,
  entries: readonly CatalogEntry[],
): Promise<void> {
  const wanted = new Map(entries.map((entry) => [serviceKey(entry.ref), entry]));
  const foreign = entries.find(({ ref }) => ref.project !== project || ref.region !== region);
  if (foreign) {
    const where = `${project}/${region}`;
    throw new LatchkeyError('invalid', `failed to put ${servicePath(foreign.ref)}: it is not in ${where}`);
  }
  const query = buildQuery(session.db, queries.catalogOfRegion, [project, region]);
  const stored = new Map(
    (await session.query(query)).docs.map((doc) => [doc.id, documentIn(doc).catalog] as const),
  );
  const changed = [...wanted].filter(([key, entry]) => !isDeepStrictEqual(stored.get(key), entry));
  for (let from = 0; from < changed.length; from += BATCH_SIZE) {
    const batch = session.db.batch();
    const part = changed.slice(from, from + BATCH_SIZE);
    for (const [key, entry] of part) {
      const look = (stored.get(key)?.iapEnabled === true) === entry.iapEnabled ? {} : { verifyAt: 0 };
      const data = encode({ catalog: entry, ...look }, session.library.Timestamp);
      batch.set(session.db.collection('services').doc(key), data, { mergeFields: Object.keys(data) });
    }
    await batch.commit();
    session.wrote(part.length);
  }
  for (const key of stored.keys()) if (!wanted.has(key)) await removeEntry(session, key);
}

/** A transaction, since a lease may be taken at this moment, and deleting the document would lose it. */
async function removeEntry(session: Session, key: string): Promise<void> {
  const ref = session.db.collection('services').doc(key);
  await session.transact(async (tx) => {
    const { catalog, lease, verifyAt } = documentIn(await tx.get(ref));
    if (!catalog) return;
    if (lease || (verifyAt ?? null) !== null)
      tx.update(ref, { catalog: session.library.FieldValue.delete() });
    else tx.delete(ref);
  });
}

function documentIn(snapshot: DocumentSnapshot): ServiceDocument {
  return decode(snapshot.data() ?? {}) as ServiceDocument;
}

function serviceDoc(db: Firestore, service: ServiceRef): DocumentReference {
  return db.collection('services').doc(serviceKey(service));
}
