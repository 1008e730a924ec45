import { isDeepStrictEqual } from 'node:util';
import { type CatalogEntry, parseServiceKey, serviceKey, servicePath } from '../src/domain/service.ts';
import { LatchkeyError } from '../src/errors.ts';
import type { GrantStore, Settlement } from '../src/ports.ts';
import { openIn, writeStep } from './embedded-grants.ts';
import type { Lease, ServiceRow, Transact, Writes } from './embedded-tables.ts';

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

/** The part of the embedded store that concerns services: leases, catalog, and the control document. */
export function embeddedServices(transact: Transact): Services {
  return {
    takeLease: (service, holder, now, durationMs) =>
      transact('takeLease', ({ tables, writes, read }) => {
        read(1);
        const row = tables.services.get(serviceKey(service)) ?? {};
        if (row.lease && row.lease.until > now) return { taken: false, until: row.lease.until };
        writes.services.set(serviceKey(service), { ...row, lease: { holder, until: now + durationMs } });
        return {
          taken: true,
          suspect: row.lease !== undefined,
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
    toVerify: (now, limit) =>
      transact('toVerify', ({ tables, read }) => {
        const due = [...tables.services].flatMap(([key, { verifyAt }]) =>
          typeof verifyAt === 'number' && verifyAt <= now ? [{ key, verifyAt }] : [],
        );
        due.sort((a, b) => a.verifyAt - b.verifyAt || (a.key < b.key ? -1 : 1));
        const found = due.slice(0, limit).map(({ key }) => parseServiceKey(key));
        read(Math.max(1, found.length));
        return found;
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
          const look = (row?.catalog?.iapEnabled === true) === entry.iapEnabled ? {} : { verifyAt: 0 };
          writes.services.set(key, { ...row, ...look, catalog: entry });
        }
        for (const [key, { catalog: _, ...rest }] of stored.filter(([key]) => !wanted.has(key))) {
          read(1);
          writes.services.set(key, rest.lease || (rest.verifyAt ?? null) !== null ? rest : null);
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
  const { standing, strays } = settlement;
  const verified = {
    ...((row.verifyAt ?? null) === settlement.verifyAt ? {} : { verifyAt: settlement.verifyAt }),
    ...(standing === undefined || isDeepStrictEqual(row.standing ?? [], standing) ? {} : { standing }),
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
