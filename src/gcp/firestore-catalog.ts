import { isDeepStrictEqual } from 'node:util';
import { type CatalogEntry, serviceKey, servicePath } from '../domain/service.ts';
import { LatchkeyError } from '../errors.ts';
import { encode } from './firestore-codec.ts';
import { buildQuery, type Session } from './firestore-connection.ts';
import { queries } from './queries.ts';
import { AT_ONCE, documentIn, type ServiceDocument } from './service-document.ts';

/** A commit takes up to 500 writes; well below, so that no batch comes near the limit of its size in bytes. */
const BATCH_SIZE = 400;

/** Replaces the catalog entries of one project and region, and leaves all else on their documents alone. */
export async function putCatalog(
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
  const stored = new Map((await session.query(query)).docs.map((doc) => [doc.id, documentIn(doc)] as const));
  const changed = [...wanted].filter(([key, entry]) => !isDeepStrictEqual(stored.get(key)?.catalog, entry));
  const unguarded = changed.filter(([key, entry]) => !stored.has(key) && !entry.iapEnabled);
  const services = session.db.collection('services');
  for (const doc of await session.getAll(unguarded.map(([key]) => services.doc(key)))) {
    if (doc.exists) stored.set(doc.id, documentIn(doc));
  }
  for (let from = 0; from < changed.length; from += BATCH_SIZE) {
    const batch = session.db.batch();
    const part = changed.slice(from, from + BATCH_SIZE);
    for (const [key, entry] of part) {
      const data = entryFields(session, stored.get(key), entry);
      batch.set(services.doc(key), data, { mergeFields: Object.keys(data) });
    }
    await batch.commit();
    session.wrote(part.length);
  }
  for (const key of stored.keys()) if (!wanted.has(key)) await removeEntry(session, key);
}

function entryFields({ library }: Session, stored: ServiceDocument | undefined, entry: CatalogEntry) {
  const catalog = encode({ catalog: entry }, library.Timestamp);
  const isBusy = typeof stored?.verifyAt === 'number';
  // What nobody knew so far is taken for guarded: that it is not is news for whoever has access.
  const known = stored?.catalog?.iapEnabled ?? (isBusy && !entry.iapEnabled);
  if (known === entry.iapEnabled) return catalog;
  const field = isBusy ? 'verifyAt' : 'quietVerifyAt';
  return {
    ...catalog,
    [field]: library.Timestamp.fromMillis(AT_ONCE),
    settled: library.FieldValue.delete(),
  };
}

/** A transaction, since a lease may be taken at this moment, and deleting the document would lose it. */
async function removeEntry(session: Session, key: string): Promise<void> {
  const ref = session.db.collection('services').doc(key);
  await session.transact(async (tx) => {
    const { catalog, lease, verifyAt, quietVerifyAt } = documentIn(await tx.get(ref));
    if (!catalog) return;
    if (lease || typeof (verifyAt ?? quietVerifyAt) === 'number')
      tx.update(ref, { catalog: session.library.FieldValue.delete() });
    else tx.delete(ref);
  });
}
