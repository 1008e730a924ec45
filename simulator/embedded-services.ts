import { isDeepStrictEqual } from 'node:util';
import { type CatalogEntry, parseServiceKey, serviceKey, servicePath } from '../src/domain/service.ts';
import { LatchkeyError } from '../src/errors.ts';
import type { GrantStore, Settlement, ToVerify } from '../src/ports.ts';
import { openIn, writeStep } from './embedded-grants.ts';
import type { Lease, ServiceRow, Transact, Transaction, Writes } from './embedded-tables.ts';

type Services = Pick<
  GrantStore,
  | 'takeLease'
  | 'settle'
  | 'toVerify'
  | 'standing'
  | 'catalog'
  | 'putCatalog'
  | 'control'
  | 'putControl'
  | 'updateControl'
>;

/** As a service's time of verification: before all others, and against its grants. */
const AT_ONCE = 0;

/** The part of the embedded store that concerns services: leases, catalog, and the control document. */
export function embeddedServices(transact: Transact): Services {
  return {
    takeLease: (service, holder, now, durationMs) =>
      transact('takeLease', ({ tables, writes, read }) => {
        read(1);
        const row = tables.services.get(serviceKey(service)) ?? {};
        if (row.lease && row.lease.until > now) return { taken: false, until: row.lease.until };
        const { settled: _, ...rest } = row;
        const seen = row.catalog ? { iapEnabled: row.catalog.iapEnabled } : {};
        const lease = { holder, until: now + durationMs, ...seen };
        writes.services.set(serviceKey(service), { ...rest, lease });
        return {
          taken: true,
          suspect: row.lease !== undefined,
          unsettledRuns: row.unsettledRuns ?? 0,
          strays: row.strays ?? [],
          ...(row.catalog ? { entry: row.catalog } : {}),
        };
      }),
    settle: (service, holder, now, decide) =>
      transact('settle', (transaction) => {
        const { tables, writes, read } = transaction;
        read(1);
        const row = tables.services.get(serviceKey(service)) ?? {};
        if (row.lease?.holder !== holder || row.lease.until <= now) {
          const cause = row.lease?.holder === holder ? 'its lease is over' : 'its lease is not theirs';
          throw new LatchkeyError('lease-lost', `failed to settle for ${servicePath(service)}: ${cause}`);
        }
        const open = openIn(transaction, service);
        const settlement = decide(open);
        writeChanges(writes, settlement.changes, new Set(open.map(({ id }) => id)));
        const next = settledRow(row, row.lease, settlement, now);
        if (!isDeepStrictEqual(next, row)) writes.services.set(serviceKey(service), next);
        return settlement.result;
      }),
    toVerify: (now, most, putOff) =>
      transact('toVerify', (transaction) => {
        const busy = dueAt(transaction, 'verifyAt', now, most.busy);
        const quiet = dueAt(transaction, 'quietVerifyAt', now, most.all - busy.length);
        return [...busy, ...quiet].flatMap(({ key, row, field }): ToVerify[] => {
          const { settled, verifyAt } = row;
          const isQuiet = typeof verifyAt !== 'number';
          const service = parseServiceKey(key);
          const found = service && { service, quiet: isQuiet, ...(settled ? { settled } : {}) };
          transaction.writes.services.set(key, { ...row, [field]: found ? putOff(found) : null });
          return found ? [found] : [];
        });
      }),
    standing: (service) =>
      transact('standing', ({ tables, read }) => {
        read(1);
        return tables.services.get(serviceKey(service))?.standing ?? [];
      }),
    catalog: () =>
      transact('catalog', ({ tables, read }) => {
        const entries = [...tables.services.values()].flatMap(({ catalog }) => catalog ?? []);
        read(Math.max(1, entries.length));
        return entries.sort(byProject);
      }),
    putCatalog: (project, region, entries) =>
      transact('putCatalog', ({ tables, writes, read }) => {
        const foreign = entries.find(({ ref }) => ref.project !== project || ref.region !== region);
        if (foreign) {
          const what = `failed to put ${servicePath(foreign.ref)}: it is not in ${project}/${region}`;
          throw new LatchkeyError('invalid', what);
        }
        const stored = [...tables.services].filter(
          ([, { catalog }]) => catalog?.ref.project === project && catalog.ref.region === region,
        );
        read(Math.max(1, stored.length));
        const wanted = new Map(entries.map((entry) => [serviceKey(entry.ref), entry]));
        for (const [key, entry] of wanted) {
          const row = tables.services.get(key);
          if (isDeepStrictEqual(row?.catalog, entry)) continue;
          if (!row?.catalog && !entry.iapEnabled) read(1);
          writes.services.set(key, rowWith(row, entry));
        }
        for (const [key, { catalog: _, ...rest }] of stored.filter(([key]) => !wanted.has(key))) {
          read(1);
          const isKept = rest.lease || typeof (rest.verifyAt ?? rest.quietVerifyAt) === 'number';
          writes.services.set(key, isKept ? rest : null);
        }
      }),
    control: () =>
      transact('control', ({ tables, read }) => {
        read(1);
        return tables.control;
      }),
    putControl: async (change) => {
      if (Object.keys(change).length === 0) return;
      await transact('putControl', ({ tables, writes }) => {
        writes.control = { ...tables.control, ...change };
      });
    },
    updateControl: (change) =>
      transact('updateControl', ({ tables, writes, read }) => {
        read(1);
        const { put, result } = change(tables.control);
        if (put) writes.control = { ...tables.control, ...put };
        return result;
      }),
  };
}

function dueAt(
  { tables, read }: Transaction,
  field: 'verifyAt' | 'quietVerifyAt',
  now: number,
  limit: number,
) {
  if (limit <= 0) return [];
  const due = [...tables.services].flatMap(([key, row]) => {
    const at = row[field];
    return typeof at === 'number' && at <= now ? [{ key, row, field, at }] : [];
  });
  due.sort((a, b) => a.at - b.at || (a.key < b.key ? -1 : 1));
  const found = due.slice(0, limit);
  read(Math.max(1, found.length));
  return found;
}

function rowWith(row: ServiceRow | undefined, catalog: CatalogEntry): ServiceRow {
  const isBusy = typeof row?.verifyAt === 'number';
  // What nobody knew so far is taken for guarded: that it is not is news for whoever has access.
  const known = row?.catalog?.iapEnabled ?? (isBusy && !catalog.iapEnabled);
  if (known === catalog.iapEnabled) return { ...row, catalog };
  const { settled: _, ...rest } = row ?? {};
  const field = isBusy ? 'verifyAt' : 'quietVerifyAt';
  return { ...rest, [field]: AT_ONCE, catalog };
}

function byProject(a: CatalogEntry, b: CatalogEntry): number {
  if (a.ref.project !== b.ref.project) return a.ref.project < b.ref.project ? -1 : 1;
  return serviceKey(a.ref) < serviceKey(b.ref) ? -1 : 1;
}

function writeChanges(writes: Writes, changes: Settlement['changes'], read: ReadonlySet<string>): void {
  for (const change of changes) {
    if (!read.has(change.grant.id)) {
      const what = `failed to settle ${change.grant.id}: it is not among the grants read`;
      throw new LatchkeyError('invalid', what);
    }
    if (change.kind === 'step') writeStep(writes, change);
    else writes.grants.set(change.grant.id, change.grant);
  }
}

function settledRow(row: ServiceRow, lease: Lease, settlement: Settlement, now: number): ServiceRow {
  const { lease: _, ...rest } = row;
  const { standing, strays, etag, verifyAt, quiet = false, unsettledRuns = 0 } = settlement;
  // The catalog says something else of IAP than when this run took the lease, and went by what it said.
  const atOnce = lease.iapEnabled !== row.catalog?.iapEnabled;
  const at = atOnce && (verifyAt !== null || row.catalog) ? AT_ONCE : verifyAt;
  const wanted = quiet ? { verifyAt: null, quietVerifyAt: at } : { verifyAt: at, quietVerifyAt: null };
  const isSo =
    (row.verifyAt ?? null) === wanted.verifyAt && (row.quietVerifyAt ?? null) === wanted.quietVerifyAt;
  const isShown = etag !== undefined && settlement.lease === 'release' && !atOnce;
  const toldOf = isShown ? [] : [...new Set([...(row.strays ?? []), ...(strays ?? [])])];
  const verified = {
    ...(isSo ? {} : wanted),
    ...((row.unsettledRuns ?? 0) === unsettledRuns ? {} : { unsettledRuns }),
    ...(isShown ? { settled: { etag, at: now } } : {}),
    ...(standing === undefined || isDeepStrictEqual(row.standing ?? [], standing) ? {} : { standing }),
    ...(toldOf.length === (row.strays ?? []).length ? {} : { strays: toldOf }),
    ...(strays?.length
      ? { events: [...(row.events ?? []), { type: 'drift', at: now, removed: strays } as const] }
      : {}),
  };
  switch (settlement.lease) {
    case 'release':
      return { ...rest, ...verified };
    case 'suspect':
      return { ...rest, ...verified, lease: { ...lease, until: now, suspect: true } };
    case 'keep':
      return { ...row, ...verified };
  }
}
