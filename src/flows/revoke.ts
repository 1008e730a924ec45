import { mayRevoke, revoke, takeAway } from '../domain/decide.ts';
import { type Grant, isRunning } from '../domain/grant.ts';
import { runningStates } from '../domain/grant-state.ts';
import type { Person } from '../domain/person.ts';
import { isRefused, type Refused, refused, unclear } from '../domain/refused.ts';
import { lookUpService, type ServiceRef, serviceKey, servicePath } from '../domain/service.ts';
import type { RevokeTarget } from '../domain/wish.ts';
import { forEachBounded } from '../pool.ts';
import { escapeText } from '../slack/blocks.ts';
import { changed, type Decided, judged } from './decide.ts';
import { type FlowDeps, type Groups, groupsOf, isAdmin, whoIs } from './deps.ts';

/** Grants that are revoked side by side, each in a transaction of its own. */
const AT_ONCE = 20;

/** What of a target is running, as far as this person may revoke it. */
export interface Revocable {
  readonly kind: 'revocable';
  readonly person: Person;
  readonly grants: readonly Grant[];
  /** How many more are running that somebody else would have to revoke. */
  readonly others: number;
}

/** An approver or an admin takes one grant away. */
export async function revokeGrant(
  deps: FlowDeps,
  input: { readonly grantId: string; readonly userId: string; readonly entitlementHint?: string },
  reason: string,
): Promise<Decided> {
  const { admins } = deps.rules.workspace;
  return await judged(deps, input, {
    groups: ({ approvers }) => [...approvers.usergroups, ...admins.usergroups],
    judge: (grant, by) =>
      revoke(grant, { ...by, admin: isAdmin(deps, by.person, { members: by.memberships }) }, reason),
  });
}

/** Whether somebody may revoke a grant, before they are asked why; the refusal where not. */
export async function mayRevokeGrant(
  deps: FlowDeps,
  grantId: string,
  userId: string,
): Promise<Grant | Refused> {
  const [person, grant, admins] = await Promise.all([
    whoIs(deps, userId, deps.known),
    deps.store.get(grantId),
    groupsOf(deps.known, deps.rules.workspace.admins.usergroups),
  ]);
  if (isRefused(person)) return person;
  if (!grant) return refused('gone', 'This request no longer exists.');
  const { refusal, failure } = await judgeAll(deps, person, [grant], admins, deps.known);
  // A no because a group could not be looked up is no answer.
  if (refusal && failure) throw failure;
  return refusal ?? grant;
}

/** What of a target is running, and may be revoked by this person. */
export async function revocable(
  deps: FlowDeps,
  target: RevokeTarget,
  userId: string,
): Promise<Revocable | Refused> {
  const [person, unfinished, admins] = await Promise.all([
    whoIs(deps, userId),
    deps.store.unfinished(target.kind === 'person' ? { principalId: target.principalId } : target),
    groupsOf(deps.directory, deps.rules.workspace.admins.usergroups),
  ]);
  if (isRefused(person)) return person;
  const running = unfinished.filter(
    (g) => isRunning(g) && (!target.service || serviceKey(target.service) === serviceKey(g.service)),
  );
  const { grants, refusal, failure } = await judgeAll(deps, person, running, admins, deps.directory);
  // Who cannot be told an approver from others would leave access running that they meant to end.
  if (refusal && failure) throw failure;
  if (refusal && grants.length === 0) return refusal;
  return { kind: 'revocable', person, grants, others: running.length - grants.length };
}

interface RevokeOrder {
  readonly userId: string;
  readonly reason: string;
  /** When they wished it (ms). */
  readonly wishedAt: number;
}

/** What was revoked of a target: the grants as they are now. */
export interface Revoked {
  readonly kind: 'revoked';
  readonly grants: readonly Grant[];
  readonly target: RevokeTarget;
}

/** Revokes all of a target that this person may revoke. */
export async function revokeAll(
  deps: FlowDeps,
  target: RevokeTarget,
  { userId, reason, wishedAt }: RevokeOrder,
): Promise<Revoked | Refused> {
  const found = await revocable(deps, target, userId);
  if (isRefused(found)) return found;
  // What was approved after they said so was not meant.
  const meant = found.grants.filter((g) => 'term' in g && g.term.approvedAt <= wishedAt);
  const revoked: Grant[] = [];
  await forEachBounded(meant, AT_ONCE, async ({ id }) => {
    const outcome = await changed(deps, id, false, (grant) =>
      takeAway(grant, { by: found.person, at: deps.clock.now(), reason }),
    );
    if (!isRefused(outcome) && outcome.kind === 'done') revoked.push(outcome.grant);
  });
  deps.log('INFO', 'revoked', { by: found.person.email, grants: revoked.map((g) => g.id), reason });
  return { kind: 'revoked', grants: revoked, target };
}

/** Running grants among which a service is sought that the catalog does not know, or no longer. */
const RUNNING_MAX = 500;

/** The one service that a text names, of those in the catalog and those with access still running. */
export async function serviceNamed(
  deps: FlowDeps,
  text: string,
  userId: string,
): Promise<ServiceRef | Refused> {
  // The catalog is no directory for outsiders.
  const [person, catalog] = await Promise.all([whoIs(deps, userId, deps.known), deps.catalog.all()]);
  if (isRefused(person)) return person;
  let lookup = lookUpService(catalog, text);
  if (lookup.kind === 'unknown') {
    const [fresh, running] = await Promise.all([
      deps.catalog.all({ fresh: true }).catch(() => []),
      deps.store.inStates(runningStates, RUNNING_MAX),
    ]);
    const gone = running.map(({ service: ref, serviceUri: uri, serviceDescription: description }) => {
      return { ref, uri, description, iapEnabled: true, labels: {} };
    });
    const all = [...fresh, ...gone].map((e) => [servicePath(e.ref), e] as const);
    lookup = lookUpService([...new Map(all).values()], text);
  }
  switch (lookup.kind) {
    case 'found':
      return lookup.entry.ref;
    case 'ambiguous':
      return unclear('ambiguous-service', {
        typed: text,
        question: `"${escapeText(text)}" could be any of these. Say which one:`,
        services: lookup.candidates.map((c) => servicePath(c.ref)),
      });
    case 'unknown':
      return refused('unknown-service', `There is no service "${escapeText(text)}".`);
  }
}

/** Those of some grants that a person may revoke. */
async function judgeAll(
  deps: FlowDeps,
  person: Person,
  grants: readonly Grant[],
  admins: Groups,
  directory: FlowDeps['directory'],
): Promise<{ grants: readonly Grant[]; refusal?: Refused; failure?: unknown }> {
  if (isAdmin(deps, person, admins)) return { grants };
  const entitlements = deps.rules.entitlements.filter((e) => grants.some((g) => g.entitlementId === e.id));
  const groups = await groupsOf(
    directory,
    entitlements.flatMap((e) => e.approvers.usergroups),
  );
  const judgedOnes = grants.map((grant) => {
    const entitlement = entitlements.find((e) => e.id === grant.entitlementId);
    const by = { person, entitlement, memberships: groups.members, now: deps.clock.now(), admin: false };
    return { grant, refusal: mayRevoke(grant, by) };
  });
  const refusal =
    judgedOnes.find((one) => one.refusal)?.refusal ??
    (grants.length === 0 && !mayEverRevoke(deps, person) ? notRevoker() : undefined);
  return {
    grants: judgedOnes.filter((one) => !one.refusal).map(({ grant }) => grant),
    ...(refusal ? { refusal } : {}),
    failure: groups.failure ?? admins.failure,
  };
}

/** Whether somebody may be an approver of anything, by name or in a group: nobody else learns who has what. */
function mayEverRevoke({ rules }: FlowDeps, { userId, email }: Person): boolean {
  return rules.entitlements.some(
    ({ approvers }) =>
      approvers.users.includes(userId) || approvers.emails.includes(email) || approvers.usergroups.length > 0,
  );
}

function notRevoker(): Refused {
  return refused('not-approver', 'Only approvers and Latchkey admins can revoke access.');
}
