import type {
  CollectionReference,
  DocumentData,
  DocumentReference,
  DocumentSnapshot,
  Firestore,
  Query,
  QuerySnapshot,
  Timestamp,
  Transaction,
  UpdateData,
} from '@google-cloud/firestore';
import { messageOf } from '../errors.ts';
import type { StoreUse } from '../ports.ts';
import { firestoreError, grpcCode } from './firestore-errors.ts';
import type { StoreQuery } from './queries.ts';

/** The client's default is 5, which a burst of clicks on one grant can use up: it aborts all but one at a time. */
const MAX_ATTEMPTS = 8;

type Library = typeof import('@google-cloud/firestore');

/** One transaction, or one attempt at it: reads come before writes. */
export interface Tx {
  /** Grows with each attempt of the client at the same transaction. */
  readonly attempt: number;
  get(ref: DocumentReference): Promise<DocumentSnapshot>;
  getAll(refs: readonly DocumentReference[]): Promise<DocumentSnapshot[]>;
  query(query: Query): Promise<QuerySnapshot>;
  create(ref: DocumentReference, data: DocumentData): void;
  set(ref: DocumentReference, data: DocumentData): void;
  /** Writes only these top-level fields, each of them wholly, whether the document exists or not. */
  setFields(ref: DocumentReference, data: DocumentData): void;
  update(ref: DocumentReference, data: UpdateData<DocumentData>): void;
  delete(ref: DocumentReference): void;
}

/** What an operation works with once the library has been loaded; it counts what is read and written. */
export interface Session {
  readonly db: Firestore;
  readonly library: Library;
  timestamp(milliseconds: number): Timestamp;
  get(ref: DocumentReference): Promise<DocumentSnapshot>;
  getAll(refs: readonly DocumentReference[]): Promise<DocumentSnapshot[]>;
  query(query: Query | CollectionReference): Promise<QuerySnapshot>;
  transact<T>(body: (tx: Tx) => Promise<T>): Promise<T>;
  wrote(documents: number): void;
  /** Tells of a document that cannot be read as what it should be. */
  damaged(path: string, error: unknown): void;
}

export interface Connection {
  /** Runs one operation; what Firestore throws becomes a LatchkeyError that names the operation and its subject. */
  run<T>(op: StoreUse['op'], subject: string, work: (session: Session) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** A connection that loads and builds the client when it is first used: loading costs as much as all else together. */
export function connect(
  projectId: string,
  onUse: (use: StoreUse) => void,
  damaged: Session['damaged'],
): Connection {
  let opening: Promise<{ db: Firestore; library: Library }> | undefined;
  const open = async () => {
    const library = await import('@google-cloud/firestore');
    const db = new library.Firestore({
      projectId,
      ignoreUndefinedProperties: false,
      // Said outright, or the client looks for credentials and a metadata server to ask, for the emulator too.
      clientOptions: { universeDomain: 'googleapis.com' },
    });
    return { db, library };
  };
  return {
    async run(op, subject, work) {
      const use = { reads: 0, writes: 0 };
      try {
        opening ??= open();
        return await work(session(await opening, use, damaged));
      } catch (error) {
        throw firestoreError(op, subject, error);
      } finally {
        onUse({ op, ...use });
      }
    },
    async close() {
      await (await opening)?.db.terminate();
    },
  };
}

function session(
  client: { db: Firestore; library: Library },
  use: { reads: number; writes: number },
  damaged: Session['damaged'],
): Session {
  const counted = (snapshot: QuerySnapshot) => {
    use.reads += Math.max(1, snapshot.size);
    return snapshot;
  };
  return {
    ...client,
    timestamp: (milliseconds) => client.library.Timestamp.fromMillis(milliseconds),
    async get(ref) {
      use.reads += 1;
      return await ref.get();
    },
    async getAll(refs) {
      use.reads += refs.length;
      return refs.length === 0 ? [] : await client.db.getAll(...refs);
    },
    query: async (query) => counted(await query.get()),
    damaged,
    wrote(documents) {
      use.writes += documents;
    },
    async transact(body) {
      let attempt = 0;
      let writes = 0;
      const once = async (transaction: Transaction) => {
        attempt += 1;
        writes = 0;
        return await body({
          attempt,
          async get(ref) {
            use.reads += 1;
            return await transaction.get(ref);
          },
          async getAll(refs) {
            use.reads += refs.length;
            return refs.length === 0 ? [] : await transaction.getAll(...refs);
          },
          query: async (query) => counted(await transaction.get(query)),
          ...writing(transaction, () => {
            writes += 1;
          }),
        });
      };
      const run = () => client.db.runTransaction(once, { maxAttempts: MAX_ATTEMPTS });
      const result = await run().catch((error: unknown) => {
        if (isForgotten(error)) return run();
        throw error;
      });
      use.writes += writes;
      return result;
    },
  };
}

function writing(
  transaction: Transaction,
  count: () => void,
): Pick<Tx, 'create' | 'set' | 'setFields' | 'update' | 'delete'> {
  const write = () => {
    count();
    return transaction;
  };
  return {
    create: (ref, data) => void write().create(ref, data),
    set: (ref, data) => void write().set(ref, data),
    setFields: (ref, data) => void write().set(ref, data, { mergeFields: Object.keys(data) }),
    update: (ref, data) => void write().update(ref, data),
    delete: (ref) => void write().delete(ref),
  };
}

/**
 * Where the answer to a commit is lost, the client sends the commit again; if it had taken effect, the server knows no
 * such transaction any more and says so with INVALID_ARGUMENT. Only running the body again tells what happened.
 */
function isForgotten(error: unknown): boolean {
  return (
    grpcCode(error) === 3 &&
    /transaction\b.*\b(invalid|closed|expired|no longer valid)/i.test(messageOf(error))
  );
}

/** One of the store's queries with its values, in the order of its `where`. */
export function buildQuery(
  db: Firestore,
  { collection, where, orderBy }: StoreQuery,
  values: readonly unknown[],
  limit?: number,
): Query {
  let query: Query = db.collection(collection);
  for (const [i, { field, op }] of where.entries()) query = query.where(field, op, values[i]);
  for (const { field, direction } of orderBy) query = query.orderBy(field, direction);
  return limit === undefined ? query : query.limit(limit);
}
