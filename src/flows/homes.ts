import { isSame } from '../domain/decide.ts';
import { admits } from '../domain/entitlement.ts';
import type { Grant } from '../domain/grant.ts';
import type { Person } from '../domain/person.ts';
import { isRefused } from '../domain/refused.ts';
import { messageOf } from '../errors.ts';
import { forEachBounded } from '../pool.ts';
import type { OpenedHome } from '../ports.ts';
import { homeView, refusedHomeView } from '../slack/home.ts';
import { type FlowDeps, groupsOf } from './deps.ts';
import { homeOf } from './home.ts';

/** Who has not looked for this long sees the present state when they look again. */
const LOOKING_MS = 30 * 60_000;
/** Home tabs that one change brings up to date. */
const LOOKING_AT_ONCE = 20;
const PUBLISHED_AT_ONCE = 5;

export interface Homes {
  /** Somebody looks at their Home tab. */
  open(userId: string): Promise<void>;
  /** Shows the present state to somebody who just changed it there. */
  show(userId: string): Promise<void>;
  /** Brings the Home tabs up to date that somebody looked at lately and that a change concerns. Never throws. */
  refresh(grants: readonly Grant[]): Promise<void>;
  /** The same for everybody who looked lately: approvals were frozen, or let go on. Never throws. */
  refreshAll(): Promise<void>;
}

export function createHomes(deps: FlowDeps): Homes {
  const { messenger } = deps;
  const show = async (userId: string): Promise<Person | undefined> => {
    const home = await homeOf(deps, userId);
    if (isRefused(home)) {
      await messenger.publishHome(userId, refusedHomeView(home.reason));
      return undefined;
    }
    await messenger.publishHome(userId, homeView(home));
    return home.person;
  };

  return {
    async open(userId) {
      const person = await show(userId);
      if (person) await deps.store.noteHome({ ...person, openedAt: deps.clock.now() });
    },
    async show(userId) {
      await show(userId);
    },
    async refresh(grants) {
      if (grants.length > 0) await refreshThose((looking) => concernedBy(deps, grants, looking));
    },
    async refreshAll() {
      await refreshThose(async (looking) => [...looking]);
    },
  };

  async function refreshThose(
    among: (looking: readonly OpenedHome[]) => Promise<Pick<OpenedHome, 'userId'>[]>,
  ): Promise<void> {
    try {
      const since = deps.clock.now() - LOOKING_MS;
      const some = await among(await deps.store.homesSince(since, LOOKING_AT_ONCE));
      await forEachBounded(some, PUBLISHED_AT_ONCE, ({ userId }) => show(userId));
    } catch (error) {
      deps.log('WARNING', 'homes-not-refreshed', { cause: messageOf(error) });
    }
  }
}

/** Those among some people whose Home tab tells of one of these grants. */
async function concernedBy(
  deps: FlowDeps,
  grants: readonly Grant[],
  people: readonly Person[],
): Promise<Person[]> {
  if (people.length === 0) return [];
  const ids = new Set(grants.map((g) => g.entitlementId));
  const rules = [
    ...deps.rules.entitlements.filter((e) => ids.has(e.id)).map((e) => e.approvers),
    deps.rules.workspace.admins,
  ];
  const { members } = await groupsOf(
    deps.known,
    rules.flatMap((r) => r.usergroups),
  );
  return people.filter(
    (person) =>
      grants.some((g) => isSame(g.requester, person) || isSame(g.principal, person)) ||
      rules.some((rule) => admits(rule, person, members)),
  );
}
