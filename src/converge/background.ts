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
export async function backgroundOf(deps: BackgroundDeps, grant: Grant): Promise<Background> {
  const [history, open, approvers] = await Promise.all([
    deps.store.ofPrincipal(grant.principal.userId, HISTORY),
    deps.store.open(grant.service),
    approversOf(deps, grant),
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
  };
}

/** Mentions of those who may approve; an address that Slack does not know is left out. */
async function approversOf({ rules, directory }: BackgroundDeps, grant: Grant): Promise<string[]> {
  const rule = rules.entitlements.find((e) => e.id === grant.entitlementId)?.approvers;
  if (!rule) return [];
  const byEmail = await Promise.all(rule.emails.map((email) => directory.userByEmail(email)));
  const users = new Set([...rule.users, ...byEmail.filter((u) => u !== undefined)]);
  users.delete(grant.requester.userId);
  users.delete(grant.principal.userId);
  return [...[...users].map(mention), ...rule.usergroups.map((g) => `<!subteam^${g}>`)];
}
