import type { Background, ServiceBackground } from '../domain/announcements.ts';
import { isSame } from '../domain/decide.ts';
import type { ActiveGrant, EndedGrant, Grant, RevokedGrant } from '../domain/grant.ts';
import type { Person } from '../domain/person.ts';
import { serviceKey } from '../domain/service.ts';
import type { Directory, GrantStore } from '../ports.ts';
import { escapeText, groupMention, mention } from '../slack/blocks.ts';
import type { Rules } from './vet.ts';

/** How far back the principal's history is looked through. */
const HISTORY = 100;
/** Others with access whose addresses are kept. */
const OTHERS = 20;
/** Members of a user group who are mentioned one by one, where somebody in it has approved already. */
const MEMBERS = 10;
const DOWN = Symbol('could not be looked up');

interface BackgroundDeps {
  readonly store: GrantStore;
  readonly directory: Directory;
  readonly rules: Rules;
}

/**
 * What an approver is told beside the request: what the person had before, who has it now, who may approve. What the
 * store knows is read anew while the request waits; Slack is asked again only when approvers are about to be called.
 */
export async function backgroundOf(
  deps: BackgroundDeps,
  grant: Grant,
  batch: readonly Grant[],
): Promise<Background | undefined> {
  const known = grant.announcements.background;
  // The first grant of a submission tells of all of it.
  if (grant.state === 'APPROVAL_AWAITED' && grant.batch[0] !== grant.id) return known;
  if (tellsOfItsEnd(grant)) {
    const { otherUntil: _, ...rest } = known ?? { approvers: [] };
    const otherUntil = await otherAccessUntil(deps, grant);
    return otherUntil === undefined ? known && rest : { ...rest, otherUntil };
  }
  const [approvers, services] = await Promise.all([
    isCalling(grant) ? approversOf(deps, grant) : undefined,
    Promise.all(
      batch
        .filter((g) => g.state === 'APPROVAL_AWAITED')
        .map(async (g) => [g.id, await serviceBackgroundOf(deps, g)] as const),
    ),
  ]);
  if (!approvers && services.length === 0) return known;
  const { approvers: before = [], incomplete = false } = known ?? {};
  return {
    ...(approvers ?? { approvers: before, ...(incomplete ? { incomplete } : {}) }),
    services: { ...known?.services, ...Object.fromEntries(services) },
  };
}

/** Whether a grant's access was there, and is about to end without more being asked for, or is over. */
function tellsOfItsEnd(grant: Grant): grant is ActiveGrant | RevokedGrant | EndedGrant {
  if (grant.state === 'ACTIVE') return grant.remindedAt !== undefined && grant.extension === undefined;
  return grant.state === 'ENDED' || (grant.state === 'REVOKED' && grant.activatedAt !== undefined);
}

/** Until when another grant gives its principal the same access, where it goes on for longer. */
async function otherAccessUntil(
  { store }: BackgroundDeps,
  grant: ActiveGrant | RevokedGrant | EndedGrant,
): Promise<number | undefined> {
  const { principal, service, term } = grant;
  const isOver = grant.state === 'REVOKED' ? grant.closedAt : term.endsAt;
  const open = await store.open(service);
  const ends = open.flatMap((g) =>
    g.state === 'ACTIVE' && g.id !== grant.id && g.principal.email === principal.email
      ? [g.appliedEndsAt]
      : [],
  );
  const last = Math.max(...ends, isOver);
  return last > isOver ? last : undefined;
}

/** Whether a message is about to be posted, or to be posted anew, that mentions those who may approve. */
function isCalling(grant: Grant): boolean {
  const { background, refs } = grant.announcements;
  if (grant.state === 'ACTIVE') {
    return grant.extension !== undefined && refs.extension?.occasion !== String(grant.extension.requestedAt);
  }
  if (grant.state === 'REVOKING') return grant.alarmedAt !== undefined && !refs.alarm;
  if (grant.state !== 'APPROVAL_AWAITED') return false;
  return !background || background.incomplete === true || (grant.nudgedAt !== undefined && !refs.nudge);
}

async function serviceBackgroundOf({ store }: BackgroundDeps, grant: Grant): Promise<ServiceBackground> {
  const { principal, service } = grant;
  const [history, open, standing] = await Promise.all([
    store.ofPrincipal(principal.userId, HISTORY),
    store.open(service),
    store.standing(service),
  ]);
  const key = serviceKey(service);
  const ends = history.flatMap((g) =>
    serviceKey(g.service) === key && g.id !== grant.id && 'activatedAt' in g && 'closedAt' in g
      ? [g.closedAt]
      : [],
  );
  const running = open.filter((g) => g.state === 'ACTIVE');
  const own = running.filter((g) => isSame(g.principal, principal)).map((g) => g.appliedEndsAt);
  const others = running.filter((g) => !isSame(g.principal, principal)).map((g) => g.principal.email);
  return {
    earlier: ends.length,
    ...(ends.length > 0 ? { lastEndedAt: Math.max(...ends) } : {}),
    ...(own.length > 0 ? { hasUntil: Math.max(...own) } : {}),
    others: [...new Set(others)].sort().slice(0, OTHERS),
    ...(standing.includes(principal.email) ? { standing: true } : {}),
  };
}

/** Those who have decided what is asked now; whoever approved before is called like the others. */
function approvalsSoFar(grant: Grant): readonly Person[] {
  if (grant.state === 'APPROVAL_AWAITED') return grant.approvals;
  return grant.state === 'ACTIVE' && grant.extension ? grant.extension.approvals : [];
}

type Approvers = Pick<Background, 'approvers' | 'incomplete'>;

/**
 * Mentions of those who may approve, did not yet, and are still there. Who cannot be looked up just now stays in, as
 * text where there is nothing to mention: a name too many is better than nobody asked, and no lookup holds up the card.
 */
async function approversOf({ rules, directory }: BackgroundDeps, grant: Grant): Promise<Approvers> {
  const rule = rules.entitlements.find((e) => e.id === grant.entitlementId)?.approvers;
  if (!rule) return { approvers: [] };
  let incomplete = false;
  const unlessDown = async <T>(lookup: Promise<T>): Promise<T | typeof DOWN> => {
    try {
      return await lookup;
    } catch {
      incomplete = true;
      return DOWN;
    }
  };
  const approved = approvalsSoFar(grant);
  const done: readonly Person[] = [grant.requester, grant.principal, ...approved];
  const emails = rule.emails.filter((email) => done.every((p) => p.email !== email));
  const byEmail = await Promise.all(emails.map((email) => unlessDown(directory.userByEmail(email))));
  const unknown = emails.filter((_, i) => byEmail[i] === DOWN).map(escapeText);
  const found = byEmail.filter((id) => typeof id === 'string');
  const users = [...new Set([...rule.users, ...found])].filter((id) => done.every((p) => p.userId !== id));
  const [present, groups] = await Promise.all([
    Promise.all(users.map(async (id) => ((await isThere(id)) ? [mention(id)] : []))),
    Promise.all(rule.usergroups.map(membersLeft)),
  ]);
  const approvers = [...new Set([...present.flat(), ...groups.flat(), ...unknown])];
  return { approvers, ...(incomplete ? { incomplete } : {}) };

  async function isThere(id: string): Promise<boolean> {
    const profile = await unlessDown(directory.profile(id));
    if (profile === DOWN) return true;
    const person = { userId: id, email: profile?.email?.toLowerCase() ?? '' };
    return profile !== undefined && !profile.deleted && !done.some((p) => isSame(p, person));
  }

  /** The group, or those in it who are left where that is not all of them. */
  async function membersLeft(id: string): Promise<string[]> {
    const members = await unlessDown(directory.usergroup(id));
    const group = groupMention(id);
    if (members === DOWN) return [group];
    const left = [...members].filter((member) => done.every((p) => p.userId !== member));
    if (left.length === 0) return [];
    const hasApproved = approved.some((p) => members.has(p.userId));
    return hasApproved && left.length <= MEMBERS ? left.map(mention) : [group];
  }
}
