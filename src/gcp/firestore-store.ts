import type { GrantStore, StoreUse } from '../ports.ts';
import { connect } from './firestore-connection.ts';
import { firestoreControl } from './firestore-control.ts';
import { firestoreGrants } from './firestore-grants.ts';
import { firestoreHomes } from './firestore-homes.ts';
import { firestoreServices } from './firestore-services.ts';
import { firestoreWishes } from './firestore-wishes.ts';

export interface FirestoreStoreOptions {
  readonly projectId: string;
  /** Told after each operation what it cost. */
  readonly onUse?: (use: StoreUse) => void;
  /** Told of documents that cannot be read: grants, which listings leave out, and kept wishes, which are deleted. */
  readonly onDamaged?: (path: string, error: unknown) => void;
}

export interface FirestoreStore extends GrantStore {
  /** Closes the connections, for scripts and tests that want to end. */
  close(): Promise<void>;
}

/**
 * The grant store on Firestore's default database. The client is loaded when it is first used, and honours
 * `FIRESTORE_EMULATOR_HOST` by itself.
 */
export function createFirestoreStore(options: FirestoreStoreOptions): FirestoreStore {
  const { projectId, onUse = () => {}, onDamaged = () => {} } = options;
  const connection = connect(projectId, onUse, onDamaged);
  return {
    ...firestoreGrants(connection),
    ...firestoreServices(connection),
    ...firestoreControl(connection),
    ...firestoreHomes(connection),
    ...firestoreWishes(connection),
    close: connection.close,
  };
}
