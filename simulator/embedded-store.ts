import type { GrantStore, StoreUse } from '../src/ports.ts';
import { type DamagedGrant, embeddedGrants } from './embedded-grants.ts';
import { embeddedHomes } from './embedded-homes.ts';
import { embeddedServices } from './embedded-services.ts';
import {
  applyWrites,
  dumpTables,
  emptyWrites,
  loadTables,
  type Transact,
  type Writes,
} from './embedded-tables.ts';
import { embeddedWishes } from './embedded-wishes.ts';

export interface EmbeddedStoreOptions {
  /** What {@link EmbeddedStore.dump} gave. */
  readonly load?: string;
  /**
   * A scheduling point on either side of each transaction, for simulations that interleave. One that throws is a
   * crash: `before`, nothing happened; `after`, it took effect and nobody was told.
   */
  readonly schedule?: (op: StoreUse['op'], moment: 'before' | 'after') => Promise<void>;
  /** Told after each operation what it would cost in Firestore. */
  readonly onUse?: (use: StoreUse) => void;
  /** Documents under `grants/` that cannot be read as grants. */
  readonly damaged?: readonly DamagedGrant[];
  /** Told of each of them that a listing comes upon. */
  readonly onDamaged?: (path: string, error: unknown) => void;
  /** Told after each transaction that wrote anything. */
  readonly onCommit?: () => void;
}

export interface EmbeddedStore extends GrantStore {
  /** Calls after a grant's document changed, as Firestore's document trigger would; returns how to stop. */
  onWrite(listener: (change: { readonly grantId: string }) => void): () => void;
  /** Everything in the store, as JSON. */
  dump(): string;
}

const EMPTY = '{"grants":{},"events":{},"services":{},"homes":{},"wishes":{},"control":{}}';

/** The grant store in memory: each operation is one serializable step, and what it returns cannot be changed. */
export function createEmbeddedStore(options: EmbeddedStoreOptions = {}): EmbeddedStore {
  const tables = loadTables(options.load ?? EMPTY);
  const listeners = new Set<(change: { readonly grantId: string }) => void>();

  const transact: Transact = async (op, body) => {
    await options.schedule?.(op, 'before');
    const use = { reads: 0, writes: 0 };
    const writes = emptyWrites();
    let changed: readonly string[] = [];
    const read = (documents: number) => {
      use.reads += documents;
    };
    let result: ReturnType<typeof body>;
    try {
      result = body({ tables, writes, read });
      changed = applyWrites(tables, writes);
      use.writes = countOf(writes);
    } finally {
      options.onUse?.({ op, ...use });
    }
    if (use.writes > 0) options.onCommit?.();
    for (const grantId of changed) for (const listener of listeners) listener({ grantId });
    await options.schedule?.(op, 'after');
    return result;
  };

  return {
    ...embeddedGrants(transact, options.damaged, options.onDamaged),
    ...embeddedServices(transact),
    ...embeddedHomes(transact),
    ...embeddedWishes(transact),
    onWrite(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    dump: () => dumpTables(tables),
  };
}

function countOf({ grants, events, services, homes, wishes, control }: Writes): number {
  const documents = grants.size + events.length + services.size + homes.size + wishes.size;
  return documents + (control === undefined ? 0 : 1);
}
