import { covers, type Entitlement, entitlementFor } from '../domain/entitlement.ts';
import type { Grant } from '../domain/grant.ts';
import { isClosed } from '../domain/grant.ts';
import type { Person } from '../domain/person.ts';
import { isRefused, type Refused } from '../domain/refused.ts';
import { type CatalogEntry, servicePath } from '../domain/service.ts';
import { type FlowDeps, groupsOf, whoIs } from './deps.ts';

export interface Requestable {
  readonly entry: CatalogEntry;
  readonly entitlement: Entitlement;
}

export interface Listing {
  readonly kind: 'listing';
  readonly person: Person;
  /** What this person may ask for, by name. */
  readonly requestable: readonly Requestable[];
  /** Their grants that are not over. */
  readonly open: readonly Grant[];
  /** What they asked for before, latest first. */
  readonly recent: readonly Grant[];
  /** Slack did not say who is in some group: more may be requestable than is known. */
  readonly unsure: boolean;
}

const RECENT = 50;

/** What somebody may ask for, has now, and asked for before. */
export async function listing(deps: FlowDeps, userId: string): Promise<Listing | Refused> {
  const groups = deps.rules.entitlements.flatMap((e) => e.requesters.usergroups);
  const [person, { members, failure }, catalog, asked, held] = await Promise.all([
    whoIs(deps, userId, deps.known),
    groupsOf(deps.known, groups),
    deps.catalog.all(),
    deps.store.ofRequester(userId, RECENT),
    deps.store.ofPrincipal(userId, RECENT),
  ]);
  if (isRefused(person)) return person;
  const known = catalog.length > 0 ? catalog : await deps.catalog.all({ fresh: true });
  const requestable = known.flatMap((entry): Requestable[] => {
    if (!entry.iapEnabled || !deps.rules.entitlements.some((e) => covers(e, entry.ref))) return [];
    const entitlement = entitlementFor(deps.rules.entitlements, entry.ref, person, members);
    return entitlement ? [{ entry, entitlement }] : [];
  });
  requestable.sort((a, b) => (servicePath(a.entry.ref) < servicePath(b.entry.ref) ? -1 : 1));
  const mine = [...new Map([...asked, ...held].map((g) => [g.id, g])).values()];
  mine.sort((a, b) => b.requestedAt - a.requestedAt);
  return {
    kind: 'listing',
    person,
    requestable,
    open: mine.filter((g) => !isClosed(g)),
    recent: mine.filter(isClosed),
    unsure: failure !== undefined,
  };
}
