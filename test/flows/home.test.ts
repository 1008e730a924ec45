import { describe, expect, it } from 'vitest';
import { createEmbeddedStore } from '../../simulator/embedded-store.ts';
import type { Grant } from '../../src/domain/grant.ts';
import type { Person } from '../../src/domain/person.ts';
import { isRefused } from '../../src/domain/refused.ts';
import { LatchkeyError } from '../../src/errors.ts';
import type { FlowDeps } from '../../src/flows/deps.ts';
import { homeOf } from '../../src/flows/home.ts';
import type { Directory } from '../../src/ports.ts';
import { homeView } from '../../src/slack/home.ts';
import {
  activeGrant,
  ada,
  anEntitlement,
  awaitedGrant,
  failedGrant,
  grace,
  HOUR_MS,
  linus,
  MINUTE_MS,
  nobody,
  requestSteps,
  T0,
} from '../support/grants.ts';

const root: Person = { userId: 'U0ROOT', email: 'root@acme.example' };
const entitlement = anEntitlement({
  approvers: { ...nobody, users: [linus.userId], usergroups: ['S0LEADS'] },
});

const directory: Directory = {
  profile: async (userId) => ({
    userId,
    teamId: 'T0ACME',
    email: `${userId.slice(2).toLowerCase()}@acme.example`,
    emailConfirmed: true,
    deleted: false,
    bot: false,
    guest: false,
    stranger: false,
  }),
  usergroup: async () => new Set([grace.userId]),
  userByEmail: async () => undefined,
};

const never = (): never => {
  throw new Error('a Home tab is read here, not shown');
};

/** The Home tab of somebody, with these grants in the store, as it is at a time. */
async function home(
  person: Person,
  grants: readonly Grant[],
  { now = T0 + MINUTE_MS, known = directory } = {},
) {
  const store = createEmbeddedStore();
  for (const grant of grants) {
    const [first] = requestSteps({ id: grant.id });
    if (first) await store.create([[{ ...first, grant }]]);
  }
  const deps: FlowDeps = {
    store,
    directory,
    known,
    messenger: { post: never, update: never, publishHome: never },
    catalog: { all: async () => [] },
    clock: { now: () => now },
    rules: {
      workspace: {
        teamId: 'T0ACME',
        emailDomains: ['acme.example'],
        admins: { ...nobody, users: [root.userId] },
      },
      projects: [],
      entitlements: [entitlement],
    },
    log: () => {},
  };
  const found = await homeOf(deps, person.userId);
  if (isRefused(found)) throw new Error(found.reason);
  return { found, view: JSON.stringify(homeView(found)) };
}

const many = <G extends Grant>(count: number, make: (id: string, number: number) => G): G[] =>
  Array.from({ length: count }, (_, i) => make(`grant${i}`, i));

describe('the Home tab', () => {
  it('shows approvers who are no admins what they may revoke, and not what is their own', async () => {
    const own = activeGrant({ id: 'own', ask: { requester: linus, principal: linus } });
    const other = activeGrant({ id: 'other' });
    const elsewhere = { ...activeGrant({ id: 'elsewhere' }), entitlementId: 'orders' };
    const { found } = await home(linus, [own, other, elsewhere]);
    expect(found.revocable.map((g) => g.id)).toEqual(['other']);
    expect(found.running.map((g) => g.id)).toEqual(['own']);
    expect((await home(ada, [other])).found.revocable).toEqual([]);
    expect((await home(root, [other])).found.revocable).toEqual([]);
  });

  it('keeps what runs, however much was asked for since', async () => {
    const long = activeGrant({ id: 'long', ask: { now: T0 - HOUR_MS, minutes: 240 } });
    const since = many(60, (id, i) => failedGrant({ id, ask: { now: T0 + i } }));
    expect((await home(ada, [long, ...since])).found.running.map((g) => g.id)).toEqual(['long']);
  });

  it('tells admins of what failed for a week', async () => {
    const grant = failedGrant();
    const day = 24 * HOUR_MS;
    expect((await home(root, [grant], { now: T0 + 6 * day })).view).toContain('What failed');
    expect((await home(root, [grant], { now: T0 + 8 * day })).view).not.toContain('What failed');
  });

  it('counts what is not shown, and says where it did not read all', async () => {
    const some = many(20, (id) => activeGrant({ id }));
    expect((await home(root, some)).view).toContain('… and 8 more in the channels');
    const all = many(250, (id) => activeGrant({ id }));
    expect((await home(root, all)).view).toContain('… and more than 188 more in the channels');
    const waiting = many(130, (id) => awaitedGrant({ id }));
    expect((await home(linus, waiting)).view).toContain('… and more than 92 more in the channels');
  });

  it('says that a group could not be looked up, instead of hiding what rests on it', async () => {
    const down: Directory = {
      ...directory,
      usergroup: () => Promise.reject(new LatchkeyError('unavailable', 'failed to list the user group')),
    };
    const { found, view } = await home(grace, [awaitedGrant()], { known: down });
    expect(found.toDecide).toEqual([]);
    expect(view).toContain('Reopen this tab in a minute');
    expect((await home(grace, [awaitedGrant()])).found).toMatchObject({ unsure: false, toDecide: [{}] });
  });
});
