import { covers, entitlementFor } from '../domain/entitlement.ts';
import type { Person } from '../domain/person.ts';
import { type Refused, refused, unclear } from '../domain/refused.ts';
import { type CatalogEntry, lookUpService, servicePath } from '../domain/service.ts';
import { escapeText } from '../slack/blocks.ts';
import { type FlowDeps, type Groups, groupsOf } from './deps.ts';

/** The catalog entry that a text names; Cloud Run itself is asked before saying that there is none. */
export async function findService(
  deps: FlowDeps,
  known: readonly CatalogEntry[],
  text: string,
  requester: Person,
  { members, failure }: Groups,
): Promise<CatalogEntry | Refused> {
  const stored = lookUpService(known, text);
  const isEnough = stored.kind === 'ambiguous' || (stored.kind === 'found' && stored.entry.iapEnabled);
  const lookup = isEnough ? stored : lookUpService(await deps.catalog.all({ fresh: true }), text);
  // Names only what this person may ask for: the catalog is no directory for outsiders.
  const isOpen = ({ ref }: CatalogEntry) =>
    entitlementFor(deps.rules.entitlements, ref, requester, members) !== undefined;
  switch (lookup.kind) {
    case 'found':
      return lookup.entry;
    case 'ambiguous': {
      const may = lookup.candidates.filter(isOpen);
      const [only, ...others] = may;
      if (only && others.length === 0) return only;
      if (!only) {
        if (failure) throw failure;
        return refused('not-entitled', `You are not among those who may ask for "${escapeText(text)}".`);
      }
      const question = `"${escapeText(text)}" could be any of these. Say which one:`;
      return unclear('ambiguous-service', { typed: text, question, services: may.map(pathOf) });
    }
    case 'unknown': {
      const groups = deps.rules.entitlements
        .filter((e) => lookup.candidates.some((c) => covers(e, c.ref)))
        .flatMap((e) => e.requesters.usergroups);
      const { members } = await groupsOf(deps.known, groups);
      const may = lookup.candidates.filter(
        (c) => c.iapEnabled && entitlementFor(deps.rules.entitlements, c.ref, requester, members),
      );
      const none = `There is no service "${escapeText(text)}".`;
      if (may.length === 0)
        return refused('unknown-service', `${none} \`/request-access list\` shows what you can ask for.`);
      const question = `${none} Did you mean one of these?`;
      return unclear('unknown-service', { typed: text, question, services: may.map(pathOf) });
    }
  }
}

/** The refusal of a service that a person may not ask for, or that nobody may. */
export function notEntitled(deps: FlowDeps, entry: CatalogEntry): Refused {
  const path = servicePath(entry.ref);
  return deps.rules.entitlements.some((e) => covers(e, entry.ref))
    ? refused('not-entitled', `You are not among those who may ask for ${path}.`)
    : refused('not-entitled', `${path} cannot be asked for: no entitlement covers it.`);
}

function pathOf({ ref }: CatalogEntry): string {
  return servicePath(ref);
}
