import { createFirestoreStore } from '../src/gcp/firestore-store.ts';
import type { GrantStore } from '../src/ports.ts';
import type { VirtualClock } from './clock.ts';
import { createEmbeddedStore } from './embedded-store.ts';
import { observeStore, type StoreOperation } from './observed-store.ts';

export const LOCAL_PROJECT = 'latchkey-local';

export interface LocalStore extends GrantStore {
  /** Everything in the store, as JSON; empty where it is kept in Firestore. */
  dump(): string;
}

/** The grant store, observed: in memory with triggers of its own, or in Firestore with triggers from what is written. */
export function createLocalStore(
  options: { readonly firestoreHost?: string; readonly state?: { readonly store?: string } },
  clock: VirtualClock,
) {
  const listeners = new Set<(operation: StoreOperation) => void>();
  const told = (operation: StoreOperation) => {
    for (const listener of listeners) listener(operation);
  };
  const onOperation = (listener: (operation: StoreOperation) => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  if (options.firestoreHost === undefined) {
    const embedded = createEmbeddedStore(options.state?.store ? { load: options.state.store } : {});
    const base = {
      dump: embedded.dump,
      onWrite: (trigger: (grantId: string) => void) => {
        embedded.onWrite(({ grantId }) => trigger(grantId));
      },
      close: async () => {},
    };
    return { store: observeStore(embedded, clock.now, told), base, onOperation };
  }
  const firestore = createFirestoreStore({ projectId: LOCAL_PROJECT });
  const base = {
    dump: () => '',
    onWrite: (trigger: (grantId: string) => void) => {
      onOperation(({ changes }) => {
        for (const id of new Set(changes.map(({ grant }) => grant.id))) trigger(id);
      });
    },
    close: firestore.close,
  };
  return { store: observeStore(firestore, clock.now, told), base, onOperation };
}
