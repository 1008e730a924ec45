import type { Step } from '../src/domain/audit.ts';
import { dueAt } from '../src/domain/due.ts';
import { type Grant, isClosed, isOpen, type OpenGrant } from '../src/domain/grant.ts';
import { type ServiceRef, serviceKey } from '../src/domain/service.ts';
import { LatchkeyError } from '../src/errors.ts';
import type { GrantStore, StoreUse } from '../src/ports.ts';
import type { Transact, Transaction, Writes } from './embedded-tables.ts';

type Grants = Pick<
  GrantStore,
  | 'create'
  | 'get'
  | 'update'
  | 'updateBatch'
  | 'events'
  | 'due'
  | 'open'
  | 'unfinished'
  | 'ofPrincipal'
  | 'ofRequester'
  | 'inStates'
>;

/** When a damaged document is looked at again. */
const DAMAGED_AGAIN_MS = 15 * 60_000;

/** A document under `grants/` that cannot be read as a grant: what is due comes upon it, and whoever names it. */
export interface DamagedGrant {
  readonly id: string;
  readonly dueAt: number;
}

/** The part of the embedded store that concerns grants and their audit events. */
export function embeddedGrants(
  transact: Transact,
  damaged: readonly DamagedGrant[] = [],
  onDamaged: (path: string, error: unknown) => void = () => {},
): Grants {
  const unreadable = new Map(damaged.map(({ id, dueAt }) => [id, dueAt]));
  const refuse = (id: string) => {
    if (!unreadable.has(id)) return;
    throw new LatchkeyError('invalid', `failed to decode grants/${id}: it is damaged`);
  };

  /** Grants in the order of a number of theirs, ids breaking ties in the same direction, as Firestore does. */
  const list = (
    op: StoreUse['op'],
    direction: 1 | -1,
    limit: number,
    key: (grant: Grant) => number | undefined,
  ) =>
    transact(op, ({ tables, read }) => {
      const keyed = [...tables.grants.values()].flatMap((grant) => {
        const value = key(grant);
        return value === undefined ? [] : [{ grant, value }];
      });
      keyed.sort((a, b) => direction * (a.value - b.value || (a.grant.id < b.grant.id ? -1 : 1)));
      const found = keyed.slice(0, limit).map(({ grant }) => grant);
      read(Math.max(1, found.length));
      return found;
    });

  return {
    create: (steps, { unlessFrozen = false } = {}) =>
      transact('create', ({ tables, writes, read }) => {
        const ids = steps.map(([first]) => first?.grant.id ?? '');
        if (ids.includes('')) throw new LatchkeyError('invalid', 'failed to create a grant: it has no steps');
        read(ids.length);
        ids.forEach(refuse);
        const stored = ids.flatMap((id) => tables.grants.get(id) ?? []);
        if (stored.length > 0) return { created: false, grants: stored };
        if (unlessFrozen) read(1);
        if (unlessFrozen && tables.control.freeze) return { created: false, grants: [] };
        for (const step of steps.flat()) writeStep(writes, step);
        return { created: true, grants: steps.flatMap((own) => own.at(-1)?.grant ?? []) };
      }),
    get: (id) =>
      transact('get', ({ tables, read }) => {
        read(1);
        refuse(id);
        return tables.grants.get(id);
      }),
    update: (id, change) =>
      transact('update', ({ tables, writes, read }) => {
        read(1);
        refuse(id);
        const grant = tables.grants.get(id);
        if (!grant) return undefined;
        const next = change(grant);
        if ('commit' in next) writeStep(writes, next.commit);
        else if ('keep' in next) writes.grants.set(next.keep.id, next.keep);
        return next.result;
      }),
    updateBatch: (id, change) =>
      transact('updateBatch', ({ tables, writes, read }) => {
        read(1);
        refuse(id);
        const grant = tables.grants.get(id);
        if (!grant) return undefined;
        read(grant.batch.length);
        for (const one of grant.batch.filter((one) => unreadable.has(one)))
          onDamaged(`grants/${one}`, new Error('it is damaged'));
        const batch = grant.batch.flatMap((one) => tables.grants.get(one) ?? []);
        const { changes, result } = change(batch, tables.control);
        for (const one of changes) {
          if (one.kind === 'step') writeStep(writes, one);
          else writes.grants.set(one.grant.id, one.grant);
        }
        return result;
      }),
    events: (id, revisions) =>
      transact('events', ({ tables, read }) => {
        const all = tables.events.get(id) ?? [];
        read(revisions?.length ?? Math.max(1, all.length));
        return revisions ? all.filter(({ revision }) => revisions.includes(revision)) : all;
      }),
    due: async (now, limit) => {
      const found = await list('due', 1, limit, (grant) => {
        const due = dueAt(grant);
        return due !== null && due <= now ? due : undefined;
      });
      for (const [id, due] of unreadable) {
        if (due > now) continue;
        onDamaged(`grants/${id}`, new LatchkeyError('invalid', `failed to decode grants/${id}`));
        unreadable.set(id, now + DAMAGED_AGAIN_MS);
      }
      return found;
    },
    open: (service) => transact('open', (transaction) => openIn(transaction, service)),
    unfinished: (of) =>
      transact('unfinished', ({ tables, read }) => {
        const unfinished = [...tables.grants.values()].filter((g) => !isClosed(g));
        const found = unfinished
          .filter((g) =>
            'service' in of
              ? serviceKey(g.service) === serviceKey(of.service)
              : g.principal.userId === of.principalId,
          )
          .sort(byId);
        read(Math.max(1, found.length));
        return found;
      }),
    ofPrincipal: (userId, limit) =>
      list('ofPrincipal', -1, limit, (g) => (g.principal.userId === userId ? g.requestedAt : undefined)),
    ofRequester: (userId, limit) =>
      list('ofRequester', -1, limit, (g) => (g.requester.userId === userId ? g.requestedAt : undefined)),
    inStates: async (states, limit) =>
      states.length === 0
        ? []
        : await list('inStates', -1, limit, (g) => (states.includes(g.state) ? g.requestedAt : undefined)),
  };
}

/** The open grants of a service, within a transaction. */
export function openIn({ tables, read }: Transaction, service: ServiceRef): OpenGrant[] {
  const key = serviceKey(service);
  const open = [...tables.grants.values()].filter(isOpen);
  const found = open.filter((grant) => serviceKey(grant.service) === key).sort(byId);
  read(Math.max(1, found.length));
  return found;
}

function byId(a: Grant, b: Grant): number {
  return a.id < b.id ? -1 : 1;
}

export function writeStep(writes: Writes, { grant, event }: Step): void {
  writes.grants.set(grant.id, grant);
  writes.events.push({ grantId: grant.id, event });
}
