import type { AuditEvent, Step } from '../src/domain/audit.ts';
import type { Grant } from '../src/domain/grant.ts';
import { type ServiceRef, servicePath } from '../src/domain/service.ts';
import { messageOf } from '../src/errors.ts';
import type { GrantStore } from '../src/ports.ts';

/** One operation of the grant store, as it ended. */
export interface StoreOperation {
  readonly op: keyof GrantStore;
  readonly startedMs: number;
  readonly durationMs: number;
  /** The grants that it named or changed. */
  readonly grants: readonly string[];
  readonly service?: string;
  /** The grants that were committed, with the event of the arrow they took, if they took one. */
  readonly changes: readonly { readonly grant: Grant; readonly event?: AuditEvent }[];
  readonly failure?: string;
}

type Operation = (...args: readonly unknown[]) => Promise<unknown>;
type Decided = Partial<{
  commit: Step;
  keep: Grant;
  changes: StoreOperation['changes'];
}>;

/** The same store; every operation is told about when it has ended, with what it committed. */
export function observeStore(
  store: GrantStore,
  now: () => number,
  told: (operation: StoreOperation) => void,
): GrantStore {
  const observe =
    (op: keyof GrantStore, run: Operation): Operation =>
    async (...args) => {
      const startedMs = now();
      const started = performance.now();
      let changes: StoreOperation['changes'] = [];
      // A transaction's function may run more than once: what its last run decided is what was committed.
      const watched = args.map((arg) =>
        typeof arg === 'function'
          ? (...read: readonly unknown[]) => {
              const decided: Decided = arg(...read);
              changes = changesOf(decided);
              return decided;
            }
          : arg,
      );
      const tell = (failure?: string) => {
        const committed = failure === undefined ? changes : [];
        const written = committed.map((change) => change.grant.id);
        const service = args.find(isService);
        told({
          op,
          startedMs,
          durationMs: performance.now() - started,
          grants: [...new Set([...(NAMING.has(op) ? [String(args[0])] : []), ...written])],
          ...(service && { service: servicePath(service) }),
          changes: committed,
          ...(failure !== undefined && { failure }),
        });
      };
      try {
        const result = await run(...watched);
        if (op === 'create' && (result as { created: boolean }).created)
          changes = (args[0] as Step[][]).flat();
        tell();
        return result;
      } catch (error) {
        tell(messageOf(error));
        throw error;
      }
    };
  // Each entry is the store's own operation under its own name.
  return Object.fromEntries(
    Object.entries(store)
      .filter(([, run]) => typeof run === 'function')
      .map(([op, run]) => [op, observe(op as keyof GrantStore, run as Operation)]),
  ) as unknown as GrantStore;
}

const NAMING: ReadonlySet<string> = new Set(['get', 'update', 'updateBatch', 'events']);

function changesOf({ commit, keep, changes = [] }: Decided): StoreOperation['changes'] {
  if (commit) return [commit];
  return keep ? [{ grant: keep }] : changes;
}

function isService(value: unknown): value is ServiceRef {
  return typeof value === 'object' && value !== null && 'service' in value && 'region' in value;
}
