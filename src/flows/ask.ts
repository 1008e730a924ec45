import { createHash } from 'node:crypto';
import { concerns } from '../domain/decide.ts';
import { ceilToMinute } from '../domain/duration.ts';
import { admits, covers, type Entitlement, entitlementFor, mayCover } from '../domain/entitlement.ts';
import type { Grant } from '../domain/grant.ts';
import type { Person } from '../domain/person.ts';
import { isRefused, type Refused, refused } from '../domain/refused.ts';
import { type Ask, checkAsk, frozenForNow, request, SERVICES_MAX } from '../domain/request.ts';
import { type CatalogEntry, servicePath } from '../domain/service.ts';
import type { AskWish } from '../domain/wish.ts';
import { mention } from '../slack/blocks.ts';
import { type Already, accessBeside } from './already.ts';
import { type FlowDeps, groupsOf, whoIs } from './deps.ts';
import { findService, notEntitled } from './find-service.ts';

/** A wish to ask, and whose it is. */
export type AskInput = Omit<AskWish, 'kind'> & { readonly requesterId: string };

export interface Asked {
  readonly kind: 'asked';
  readonly grants: readonly Grant[];
  /** Nothing is approved for now, so what was asked for waits at least until the freeze is lifted. */
  readonly frozen: boolean;
  /** What the one who gets access had of these services before they were asked for. */
  readonly already: readonly Already[];
}

/** Asks for access: identity, rules and catalog side by side, then one transaction. */
export async function ask(deps: FlowDeps, input: AskInput): Promise<Asked | Refused> {
  if (new Set(input.services).size > SERVICES_MAX) {
    return refused(
      'usage',
      `One request can be for at most ${SERVICES_MAX} services. Please ask for the others in another one.`,
    );
  }
  // Slack lets groups be asked for only 20 times a minute: only those that decide about these services.
  const groups = deps.rules.entitlements
    .filter((e) => input.services.some((text) => mayCover(e, text)))
    .flatMap((e) => e.requesters.usergroups);
  const principalId = input.principalId ?? input.requesterId;
  const [requester, principal, stored, { members, failure }, catalog, control, unfinished] =
    await Promise.all([
      whoIs(deps, input.requesterId),
      principalId === input.requesterId ? undefined : whoIs(deps, principalId),
      deps.store.get(grantId(input.submission, 0)),
      groupsOf(deps.directory, groups),
      deps.catalog.all(),
      deps.store.control(),
      deps.store.unfinished({ principalId }),
    ]);
  if (isRefused(requester)) return requester;
  if (isRefused(principal))
    return refused('identity', `Access cannot be given to <@${principalId}>: ${principal.reason}`);

  const frozen = control.freeze != null;
  // The same submission again is answered by what became of it, whatever has changed since.
  if (stored) return askedBefore(await batchOf(deps, stored), requester, input, frozen);
  const now = deps.clock.now();
  const wish: Ask = {
    requester,
    principal: principal ?? requester,
    minutes: input.minutes,
    justification: input.justification.trim(),
    ...(input.startAt === undefined ? {} : { startAt: input.startAt }),
    now,
    frozen,
  };
  const found: { entry: CatalogEntry; entitlement: Entitlement }[] = [];
  for (const text of new Set(input.services)) {
    const entry = await findService(deps, catalog, text, requester, { members, failure });
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
    // Nobody looks at what is granted at once: so it is given only to those who could ask for it themselves.
    if (entitlement.approvalsNeeded === 0 && !admits(entitlement.requesters, wish.principal, members)) {
      if (failure) throw failure;
      return refused(
        'not-entitled',
        `${mention(principalId)} is not among those who may ask for ${servicePath(entry.ref)}, which is granted without an approval.`,
      );
    }
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
    deps.store.create(request(wish, named), { unlessFrozen: first.entitlement.approvalsNeeded === 0 }),
    accessBeside(
      deps,
      wish.principal,
      found.map((f) => f.entry.ref),
      unfinished,
    ),
  ]);
  if (grants.length === 0) return frozenForNow();
  if (!created) return askedBefore(grants, requester, input, frozen);
  deps.log('INFO', 'requested', { grants: grants.map((g) => g.id), requester: requester.email });
  return { kind: 'asked', grants, frozen, already };
}

/** All grants of the submission that a grant belongs to, the one that carries the card first. */
export async function batchOf(deps: FlowDeps, grant: Grant): Promise<Grant[]> {
  if (grant.batch.length === 1) return [grant];
  const all = await Promise.all(grant.batch.map((id) => (id === grant.id ? grant : deps.store.get(id))));
  return all.filter((g) => g !== undefined);
}

/** The answer to a submission that is stored already: the same for the same person and words. */
function askedBefore(
  grants: readonly Grant[],
  requester: Person,
  input: AskInput,
  frozen: boolean,
): Asked | Refused {
  if (!grants.every((g) => concerns(g, requester)))
    return refused('gone', 'This request was already used. Please ask again.');
  if (isSameWish(grants, input)) return { kind: 'asked', grants, frozen, already: [] };
  return refused(
    'already-decided',
    'This form was sent already, with what stood in it then: see my direct message. Withdraw that request if it is wrong, and open a new form.',
  );
}

/** Whether what is stored was asked for in the same words. */
function isSameWish(grants: readonly Grant[], input: AskInput): boolean {
  const { requesterId, principalId = requesterId, minutes, startAt } = input;
  const texts = [...new Set(input.services)];
  const isOf = ({ service }: Grant, text: string) =>
    `/${servicePath(service)}`.endsWith(`/${text.toLowerCase()}`);
  return (
    texts.every((text) => grants.some((g) => isOf(g, text))) &&
    grants.every(
      (g) =>
        texts.some((text) => isOf(g, text)) &&
        g.principal.userId === principalId &&
        g.askedMinutes === minutes &&
        g.justification === input.justification.trim() &&
        g.requestedStartAt === (startAt === undefined ? undefined : ceilToMinute(startAt)),
    )
  );
}

/** The id of the grant that a submission makes for its service at this place, first to last. */
export function grantId(submission: string, index: number): string {
  return createHash('sha256').update(`${submission}\n${index}`).digest('hex').slice(0, 24);
}
