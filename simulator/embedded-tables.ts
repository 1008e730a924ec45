import { isDeepStrictEqual } from 'node:util';
import type { AuditEvent } from '../src/domain/audit.ts';
import type { Grant } from '../src/domain/grant.ts';
import type { CatalogEntry } from '../src/domain/service.ts';
import type { KeptWish } from '../src/domain/wish.ts';
import { LatchkeyError } from '../src/errors.ts';
import type { Control, OpenedHome, StoreUse, ToVerify } from '../src/ports.ts';

export interface Lease {
  readonly holder: string;
  readonly until: number;
  readonly suspect?: boolean;
  /** What the catalog said when it was taken. */
  readonly iapEnabled?: boolean;
}

export interface ServiceRow {
  readonly lease?: Lease;
  /** When to verify a service with open grants; a row has this one or the next. */
  readonly verifyAt?: number | null;
  readonly quietVerifyAt?: number | null;
  /** Gone while somebody holds the lease, and where they did not end well. */
  readonly settled?: ToVerify['settled'];
  readonly unsettledRuns?: number;
  readonly catalog?: CatalogEntry;
  readonly standing?: readonly string[];
  /** Told of, and not known to be gone yet. */
  readonly strays?: readonly string[];
  /** What was found in the policy and undone. */
  readonly events?: readonly {
    readonly type: 'drift';
    readonly at: number;
    readonly removed: readonly string[];
  }[];
}

/** Everything the store holds; what is in it is frozen. */
export interface Tables {
  readonly grants: Map<string, Grant>;
  readonly events: Map<string, readonly AuditEvent[]>;
  readonly services: Map<string, ServiceRow>;
  readonly homes: Map<string, OpenedHome>;
  readonly wishes: Map<string, KeptWish>;
  control: Control;
}

/** The writes of one transaction, put off until all of it has been decided. */
export interface Writes {
  readonly grants: Map<string, Grant>;
  readonly events: { readonly grantId: string; readonly event: AuditEvent }[];
  /** `null` removes the row. */
  readonly services: Map<string, ServiceRow | null>;
  readonly homes: Map<string, OpenedHome>;
  /** `null` removes the wish. */
  readonly wishes: Map<string, KeptWish | null>;
  control?: Control;
}

/** One transaction's view: the tables as they are, the writes to come, and what was read. */
export interface Transaction {
  readonly tables: Tables;
  readonly writes: Writes;
  read(documents: number): void;
}

/** Runs one operation of the store as one synchronous, all-or-nothing step between two scheduling points. */
export type Transact = <T>(op: StoreUse['op'], body: (transaction: Transaction) => T) => Promise<T>;

/** Reads what {@link dumpTables} wrote. */
export function loadTables(json: string): Tables {
  const { grants, events, services, homes = {}, wishes = {}, control } = JSON.parse(json);
  return {
    grants: new Map(Object.entries<Grant>(frozenCopy(grants))),
    events: new Map(Object.entries<AuditEvent[]>(frozenCopy(events))),
    services: new Map(Object.entries<ServiceRow>(frozenCopy(services))),
    homes: new Map(Object.entries<OpenedHome>(frozenCopy(homes))),
    wishes: new Map(Object.entries<KeptWish>(frozenCopy(wishes))),
    control: frozenCopy(control),
  };
}

export function dumpTables({ grants, events, services, homes, wishes, control }: Tables): string {
  const tables = { grants, events, services, homes, wishes };
  const plain = Object.entries(tables).map(([name, table]) => [name, Object.fromEntries<unknown>(table)]);
  return JSON.stringify({ ...Object.fromEntries(plain), control });
}

export function emptyWrites(): Writes {
  return { grants: new Map(), events: [], services: new Map(), homes: new Map(), wishes: new Map() };
}

/**
 * Applies a transaction's writes: all, or none where an event of that revision is there already. Returns the ids of
 * the grants that are not what they were; a write that changes nothing triggers nothing in Firestore either.
 */
export function applyWrites(tables: Tables, writes: Writes): readonly string[] {
  const events = new Map<string, readonly AuditEvent[]>();
  for (const { grantId, event } of writes.events) {
    const earlier = events.get(grantId) ?? tables.events.get(grantId) ?? [];
    if (earlier.some(({ revision }) => revision === event.revision)) {
      throw new LatchkeyError('conflict', `failed to write event ${event.revision} of ${grantId}: it exists`);
    }
    events.set(
      grantId,
      [...earlier, frozenCopy(event)].sort((a, b) => a.revision - b.revision),
    );
  }
  const grants = [...writes.grants].map(([id, grant]) => [id, frozenCopy(grant)] as const);
  const services = [...writes.services].map(([key, row]) => [key, frozenCopy(row)] as const);
  const homes = [...writes.homes].map(([id, home]) => [id, frozenCopy(home)] as const);
  const wishes = [...writes.wishes].map(([id, wish]) => [id, frozenCopy(wish)] as const);
  const control = frozenCopy(writes.control ?? tables.control);

  const changed = grants.filter(([id, grant]) => !isDeepStrictEqual(tables.grants.get(id), grant));
  for (const [id, grant] of grants) tables.grants.set(id, grant);
  for (const [id, own] of events) tables.events.set(id, own);
  for (const [key, row] of services) {
    if (row) tables.services.set(key, row);
    else tables.services.delete(key);
  }
  for (const [id, home] of homes) tables.homes.set(id, home);
  for (const [id, wish] of wishes) {
    if (wish) tables.wishes.set(id, wish);
    else tables.wishes.delete(id);
  }
  tables.control = control;
  return changed.map(([id]) => id);
}

/** A deep copy that nobody can change; throws `invalid` on what Firestore could not hold either. */
function frozenCopy<T>(value: T): T {
  return copyAt(value, 'value') as T;
}

function copyAt(value: unknown, path: string): unknown {
  if (value === undefined || typeof value === 'function' || typeof value === 'symbol') {
    throw new LatchkeyError('invalid', `failed to store ${path}: it is ${typeof value}`);
  }
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return Object.freeze(value.map((item, i) => copyAt(item, `${path}[${i}]`)));
  const fields = Object.entries(value).map(([name, field]) => [name, copyAt(field, `${path}.${name}`)]);
  return Object.freeze(Object.fromEntries(fields));
}
