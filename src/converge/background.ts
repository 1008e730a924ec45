import { isSame } from '../domain/decide.ts';
import type { Background, Grant } from '../domain/grant.ts';
import { serviceKey } from '../domain/service.ts';
import type { Directory, GrantStore } from '../ports.ts';
import { mention } from '../slack/blocks.ts';
import type { Rules } from './vet.ts';

/** How far back the principal's history is looked through. */
const HISTORY = 100;

interface BackgroundDeps {
  readonly store: GrantStore;
  readonly directory: Directory;
  readonly rules: Rules;
}

/** What an approver is told beside the request: what the person had before, who has it now, who may approve. */
export async function backgroundOf(
  deps: BackgroundDeps,
  grant: Grant,
  knownApprovers?: readonly string[],
): Promise<Background> {
  const [history, open, approvers, standing] = await Promise.all([
    deps.store.ofPrincipal(grant.principal.userId, HISTORY),
    deps.store.open(grant.service),
    knownApprovers ?? approversOf(deps, grant),
    deps.store.standing(grant.service),
  ]);
  const key = serviceKey(grant.service);
  const earlier = history.filter(
    (g) => serviceKey(g.service) === key && g.requestedAt < grant.requestedAt && 'activatedAt' in g,
  );
  const ends = earlier.flatMap((g) => ('closedAt' in g ? [g.closedAt] : []));
  const others = open
    .filter((g) => g.state === 'ACTIVE' && g.principal.userId !== grant.principal.userId)
    .map((g) => g.principal.userId);
  return {
    approvers,
    earlier: earlier.length,
    ...(ends.length > 0 ? { lastEndedAt: Math.max(...ends) } : {}),
    others: [...new Set(others)],
    ...(standing.includes(grant.principal.email) ? { standing: true } : {}),
  };
}

/**
 * Mentions of those who may approve and are still there. Who cannot be looked up just now stays in: a mention too many
 * is better than nobody asked, and no lookup holds up the card.
 */
async function approversOf({ rules, directory }: BackgroundDeps, grant: Grant): Promise<string[]> {
  const rule = rules.entitlements.find((e) => e.id === grant.entitlementId)?.approvers;
  if (!rule) return [];
  const parties = [grant.requester, grant.principal];
  const byEmail = await Promise.all(
    rule.emails
      .filter((email) => parties.every((p) => p.email !== email))
      .map((email) => directory.userByEmail(email).catch(() => undefined)),
  );
  const users = [...new Set([...rule.users, ...byEmail.filter((u) => u !== undefined)])].filter((id) =>
    parties.every((p) => p.userId !== id),
  );
  const [present, groups] = await Promise.all([
    keepIf(users, async (id) => {
      const profile = await directory.profile(id);
      const person = { userId: id, email: profile?.email?.toLowerCase() ?? '' };
      return profile !== undefined && !profile.deleted && !parties.some((p) => isSame(p, person));
    }),
    keepIf(rule.usergroups, async (id) => {
      const members = await directory.usergroup(id);
      return [...members].some((member) => parties.every((p) => p.userId !== member));
    }),
  ]);
  return [...present.map(mention), ...groups.map((g) => `<!subteam^${g}>`)];
}

async function keepIf(ids: readonly string[], test: (id: string) => Promise<boolean>): Promise<string[]> {
  const answers = await Promise.all(ids.map((id) => test(id).catch(() => true)));
  return ids.filter((_, i) => answers[i]);
}
