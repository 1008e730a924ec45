import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Grant } from '../domain/grant.ts';
import { parseServiceKey, type ServiceRef, servicePath } from '../domain/service.ts';
import { LatchkeyError } from '../errors.ts';
import type { GrantStore, LeaseHeld, LeaseTaken, Settlement, ToVerify } from '../ports.ts';
import { putCatalog } from './firestore-catalog.ts';
import { encode } from './firestore-codec.ts';
import { buildQuery, type Connection, type Session, type Tx } from './firestore-connection.ts';
import { openGrantIn, openQuery, writeEvent, writeGrant } from './firestore-grants.ts';
import { queries, type StoreQuery } from './queries.ts';
import { AT_ONCE, documentIn, type Lease, type ServiceDocument, serviceDoc } from './service-document.ts';

type Services = Pick<GrantStore, 'takeLease' | 'settle' | 'toVerify' | 'standing' | 'catalog' | 'putCatalog'>;

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
    toVerify: (now, most, putOff) =>
      connection.run('toVerify', new Date(now).toISOString(), (session) =>
        session.transact((tx) => toVerify(tx, session, now, most, putOff)),
      ),
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
    const { lease, catalog, unsettledRuns = 0, strays = [] } = documentIn(await tx.get(ref));
    // The commit of an earlier attempt took effect and only its answer was lost: the lease is ours.
    if (tried && lease?.holder === wanted.holder && lease.until === wanted.until) return tried;
    if (lease && lease.until > now) return { taken: false, until: lease.until };
    const { FieldValue, Timestamp } = session.library;
    const mine = { ...wanted, ...(catalog ? { iapEnabled: catalog.iapEnabled } : {}) };
    tx.setFields(ref, { ...encode({ lease: mine }, Timestamp), settled: FieldValue.delete() });
    const entry = catalog ? { entry: catalog } : {};
    tried = { taken: true, suspect: lease !== undefined, unsettledRuns, strays, ...entry };
    return tried;
  });
}

async function toVerify(
  tx: Tx,
  session: Session,
  now: number,
  most: { readonly busy: number; readonly all: number },
  putOff: (found: ToVerify) => number,
): Promise<readonly ToVerify[]> {
  const { db, library } = session;
  const find = async (query: StoreQuery, limit: number) =>
    limit <= 0 ? [] : (await tx.query(buildQuery(db, query, [session.timestamp(now)], limit))).docs;
  const busy = await find(queries.toVerify, most.busy);
  const quiet = await find(queries.toVerifyQuiet, most.all - busy.length);
  // A service that came back to the catalog while it had grants in force may wait in both places.
  const found = new Map([...busy, ...quiet].map((doc) => [doc.id, doc]));
  return [...found.values()].flatMap((doc) => {
    const { settled, verifyAt } = documentIn(doc);
    const isQuiet = typeof verifyAt !== 'number';
    const service = parseServiceKey(doc.id);
    const one = service && { service, quiet: isQuiet, ...(settled ? { settled } : {}) };
    if (!one) session.damaged(doc.ref.path, new Error('its id names no service'));
    tx.update(doc.ref, encode(verifyFields(one ? putOff(one) : null, isQuiet), library.Timestamp));
    return one ?? [];
  });
}

function verifyFields(
  at: number | null,
  quiet: boolean,
): Pick<ServiceDocument, 'verifyAt' | 'quietVerifyAt'> {
  return quiet ? { verifyAt: null, quietVerifyAt: at } : { verifyAt: at, quietVerifyAt: null };
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
  const { Timestamp } = library;
  const { verifyAt, quiet = false, etag, standing, unsettledRuns = 0 } = settlement;
  const given =
    settlement.lease === 'suspect'
      ? encode({ lease: { ...lease, until: now, suspect: true } }, Timestamp)
      : settlement.lease === 'release'
        ? { lease: library.FieldValue.delete() }
        : {};
  // The catalog says something else of IAP than when this run took the lease, and went by what it said.
  const atOnce = lease.iapEnabled !== stored.catalog?.iapEnabled;
  const wanted = verifyFields(atOnce && (verifyAt !== null || stored.catalog) ? AT_ONCE : verifyAt, quiet);
  const isSo =
    (stored.verifyAt ?? null) === wanted.verifyAt && (stored.quietVerifyAt ?? null) === wanted.quietVerifyAt;
  const verified = isSo ? {} : encode(wanted, Timestamp);
  const isShown = etag !== undefined && settlement.lease === 'release' && !atOnce;
  const shown = isShown ? encode({ settled: { etag, at: now } }, Timestamp) : {};
  const told =
    standing === undefined || isDeepStrictEqual(stored.standing ?? [], standing) ? {} : { standing };
  const strays = isShown ? [] : [...new Set([...(stored.strays ?? []), ...(settlement.strays ?? [])])];
  const gone = strays.length === (stored.strays ?? []).length ? {} : { strays };
  const ended = (stored.unsettledRuns ?? 0) === unsettledRuns ? {} : { unsettledRuns };
  return { ...given, ...verified, ...shown, ...told, ...gone, ...ended };
}
