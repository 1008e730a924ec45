import { createHash } from 'node:crypto';
import { concerns } from '../domain/decide.ts';
import { covers, type Entitlement, entitlementFor, type Memberships } from '../domain/entitlement.ts';
import type { Grant } from '../domain/grant.ts';
import type { Person } from '../domain/person.ts';
import { isRefused, type Refused, refused } from '../domain/refused.ts';
import { type Ask, checkAsk, request } from '../domain/request.ts';
import { type CatalogEntry, lookUpService, servicePath } from '../domain/service.ts';
import { escapeText } from '../slack/blocks.ts';
import { type Already, accessBeside } from './already.ts';
import { type FlowDeps, groupsOf, whoIs } from './deps.ts';

export interface AskInput {
  /** What Slack repeats when it delivers the same submission again: the view id, or a command's trigger id. */
  readonly submission: string;
  readonly requesterId: string;
  /** The colleague it is for, if not the requester. */
  readonly principalId?: string;
  /** `service`, `region/service` or `project/region/service`. */
  readonly services: readonly string[];
  readonly minutes: number;
  readonly justification: string;
  readonly startAt?: number;
}

export interface Asked {
  readonly kind: 'asked';
  readonly grants: readonly Grant[];
  /** What the one who gets access had of these services before they were asked for. */
  readonly already: readonly Already[];
}

/** Asks for access: identity, rules and catalog side by side, then one transaction. */
export async function ask(deps: FlowDeps, input: AskInput): Promise<Asked | Refused> {
  const groups = deps.rules.entitlements.flatMap((e) => e.requesters.usergroups);
  const principalId = input.principalId ?? input.requesterId;
  const [requester, principal, { members, failure }, catalog, control, unfinished] = await Promise.all([
    whoIs(deps, input.requesterId),
    principalId === input.requesterId ? undefined : whoIs(deps, principalId),
    groupsOf(deps.directory, groups),
    deps.catalog.all(),
    deps.store.control(),
    deps.store.unfinished({ principalId }),
  ]);
  if (isRefused(requester)) return requester;
  if (isRefused(principal))
    return refused('identity', `Access cannot be given to <@${principalId}>: ${principal.reason}`);

  const now = deps.clock.now();
  const wish: Ask = {
    requester,
    principal: principal ?? requester,
    minutes: input.minutes,
    justification: input.justification.trim(),
    ...(input.startAt === undefined ? {} : { startAt: input.startAt }),
    now,
    frozen: control.freeze != null,
  };
  const found: { entry: CatalogEntry; entitlement: Entitlement }[] = [];
  for (const text of new Set(input.services)) {
    const entry = await findService(deps, catalog, text, requester, members);
    if (isRefused(entry)) return entry;
    const entitlement = entitlementFor(deps.rules.entitlements, entry.ref, requester, members);
    if (!entitlement) {
      // A no because a group could not be looked up is no answer.
      if (failure) throw failure;
      return notEntitled(deps, entry);
    }
    // Nor may a group that could not be looked up let a later, laxer entitlement apply.
    const earlier = deps.rules.entitlements.slice(0, deps.rules.entitlements.indexOf(entitlement));
    const isUnsure = earlier.some(
      (e) => covers(e, entry.ref) && e.requesters.usergroups.some((g) => !members.has(g)),
    );
    if (failure && isUnsure) throw failure;
    const wrong = checkAsk(entitlement, entry, wish);
    if (wrong) return wrong;
    if (!found.some((f) => servicePath(f.entry.ref) === servicePath(entry.ref)))
      found.push({ entry, entitlement });
  }
  const [first] = found;
  if (!first) return refused('unknown-service', 'Name a service.');
  const other = found.find((f) => f.entitlement.id !== first.entitlement.id);
  if (other) {
    return refused(
      'not-entitled',
      `${first.entry.ref.service} and ${other.entry.ref.service} have different rules and approvers. Please ask for them one by one.`,
    );
  }

  const named = found.map((f, i) => ({ ...f, id: grantId(input.submission, i) }));
  const [{ created, grants }, already] = await Promise.all([
    deps.store.create(request(wish, named)),
    accessBeside(
      deps,
      wish.principal,
      found.map((f) => f.entry.ref),
      unfinished,
    ),
  ]);
  if (created) deps.log('INFO', 'requested', { grants: grants.map((g) => g.id), requester: requester.email });
  // The same submission again, by the same person: the answer is the same too.
  if (!grants.every((g) => concerns(g, requester)))
    return refused('gone', 'This request was already used. Please ask again.');
  return { kind: 'asked', grants, already };
}

/** The catalog entry that a text names; Cloud Run itself is asked before saying that there is none. */
async function findService(
  deps: FlowDeps,
  known: readonly CatalogEntry[],
  text: string,
  requester: Person,
  memberships: Memberships,
): Promise<CatalogEntry | Refused> {
  let lookup = lookUpService(known, text);
  const isOff = lookup.kind === 'found' && !lookup.entry.iapEnabled;
  if (lookup.kind === 'unknown' || isOff) {
    lookup = lookUpService(await deps.catalog.all({ fresh: true }), text);
  }
  switch (lookup.kind) {
    case 'found':
      return lookup.entry;
    case 'ambiguous':
      return refused(
        'ambiguous-service',
        `"${escapeText(text)}" could be any of these. Say which one:\n${list(lookup.candidates)}`,
      );
    case 'unknown': {
      // Names only what this person may ask for: the catalog is no directory for outsiders.
      const may = lookup.candidates.filter((c) =>
        entitlementFor(deps.rules.entitlements, c.ref, requester, memberships),
      );
      const meant =
        may.length > 0
          ? ` Did you mean one of these?\n${list(may)}`
          : ' `/request-access list` shows what you can ask for.';
      return refused('unknown-service', `There is no service "${escapeText(text)}".${meant}`);
    }
  }
}

function notEntitled(deps: FlowDeps, entry: CatalogEntry): Refused {
  const path = servicePath(entry.ref);
  return deps.rules.entitlements.some((e) => covers(e, entry.ref))
    ? refused('not-entitled', `You are not among those who may ask for ${path}.`)
    : refused('not-entitled', `${path} cannot be asked for: no entitlement covers it.`);
}

function list(entries: readonly CatalogEntry[]): string {
  return entries.map((e) => `• \`${servicePath(e.ref)}\``).join('\n');
}

function grantId(submission: string, index: number): string {
  return createHash('sha256').update(`${submission}\n${index}`).digest('hex').slice(0, 24);
}
