import { createVirtualTime, type VirtualTime } from '../../bench/virtual-time.ts';
import { createEmbeddedStore, type EmbeddedStore } from '../../simulator/embedded-store.ts';
import { bindingOf, demandsOf } from '../../src/converge/conditions.ts';
import {
  type ConvergeDeps,
  type ConvergeResult,
  convergeService,
} from '../../src/converge/converge-service.ts';
import { ACCESSOR_ROLE, memberOf } from '../../src/domain/binding.ts';
import type { Grant, OpenGrant } from '../../src/domain/grant.ts';
import type { CatalogEntry } from '../../src/domain/service.ts';
import { LatchkeyError } from '../../src/errors.ts';
import type { Binding, GrantStore, Policy } from '../../src/ports.ts';
import { anEntitlement, anEntry, announced } from '../support/grants.ts';

// One service, its converger and the world around it, with every answer in a test's hand and no time lost.

const IAP_MS = 200;

export interface Stand {
  readonly time: VirtualTime;
  readonly store: EmbeddedStore;
  readonly logged: (readonly [event: string, facts: Record<string, unknown>])[];
  /** Every policy that was accepted, oldest first. */
  readonly written: (readonly Binding[])[];
  /** Sees every call of IAP before it is answered; what it throws is the answer. */
  onIap: (method: 'get' | 'set', policy: Policy) => void;
  /** What Cloud Run lists; what it throws is the answer. As the catalog has it, unless a test says otherwise. */
  onCloudRun: () => readonly CatalogEntry[] | Promise<readonly CatalogEntry[]>;
  /** How long Slack takes for one answer; what it throws is the answer. */
  onSlack: () => number;
  policy(): readonly Binding[];
  edit(change: (bindings: readonly Binding[]) => readonly Binding[]): void;
  put(...grants: readonly Grant[]): Promise<void>;
  /** One run of the converger. */
  converge(): Promise<ConvergeResult>;
  grant(id: string): Promise<Grant>;
  events(id: string): Promise<readonly string[]>;
}

export const SERVICE = anEntry().ref;

export function createStand(startMs: number, store: EmbeddedStore = createEmbeddedStore()): Stand {
  const time = createVirtualTime(startMs);
  const answer = async <T>(ms: number, work: () => T): Promise<T> => {
    await time.wait(ms);
    return work();
  };
  let policy: Policy & { readonly etag: string } = { version: 3, etag: 'BwE0=', bindings: [] };
  let etags = 0;
  let holders = 0;
  const replace = (bindings: readonly Binding[]) => {
    etags += 1;
    policy = { version: 3, etag: `BwE${etags}=`, bindings };
    return policy;
  };
  const slow = new Proxy<GrantStore>(store, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return (...args: readonly unknown[]) => answer(20, () => Reflect.apply(member, target, args));
    },
  });
  const deps: ConvergeDeps = {
    store: slow,
    clock: { now: time.now },
    rules: {
      workspace: { teamId: 'T0ACME', emailDomains: ['acme.example'] },
      entitlements: [anEntitlement()],
    },
    newHolder() {
      holders += 1;
      return `holder ${holders}`;
    },
    pause: (longestMs) => time.wait(longestMs / 2),
    log: (_, event, facts) => void stand.logged.push([event, facts]),
    iap: {
      get: () =>
        answer(IAP_MS, () => {
          stand.onIap('get', policy);
          return policy;
        }),
      set: (_, next) =>
        answer(IAP_MS, () => {
          stand.onIap('set', next);
          if (next.etag !== policy.etag) throw new LatchkeyError('conflict', 'the etag has moved');
          stand.written.push(next.bindings ?? []);
          return replace(next.bindings ?? []);
        }),
    },
    services: {
      list: async () => {
        await time.wait(IAP_MS);
        return await stand.onCloudRun();
      },
    },
    directory: {
      async profile(userId) {
        await time.wait(stand.onSlack());
        const email = `${userId.slice(2).toLowerCase()}@acme.example`;
        const flags = { deleted: false, bot: false, guest: false, stranger: false };
        return {
          userId,
          teamId: 'T0ACME',
          email,
          emailConfirmed: true,
          ...flags,
        };
      },
      usergroup: async () => new Set(),
      userByEmail: async () => undefined,
    },
  };
  const stand: Stand = {
    time,
    store,
    logged: [],
    written: [],
    onIap: () => {},
    onCloudRun: () => store.catalog(),
    onSlack: () => 100,
    policy: () => policy.bindings ?? [],
    edit: (change) => void replace(change(policy.bindings ?? [])),
    async put(...grants) {
      for (const grant of grants) {
        const { revision, state, changedAt } = grant;
        const event = { revision, type: 'requested', at: changedAt, from: null, to: state } as const;
        await store.create([[{ kind: 'step', grant: announced(grant), event }]]);
      }
    },
    converge: () => time.run(() => convergeService(deps, SERVICE)),
    async grant(id) {
      const grant = await store.get(id);
      if (!grant) throw new Error(`no grant ${id}`);
      return grant;
    },
    events: async (id) => (await store.events(id)).map(({ type }) => type),
  };
  return stand;
}

/** Somebody of the workspace, by number, and a grant of theirs. */
export function of(number: number) {
  const person = { userId: `U0P${number}`, email: `p${number}@acme.example` };
  return { id: `g${number}`, ask: { requester: person, principal: person } };
}

/** The binding that a grant calls for. */
export function bindingFor(grant: OpenGrant): Binding {
  return bindingOf(demandsOf(grant), grant.term.endsAt, [memberOf(grant)]);
}

/** So many conditional bindings of others, each with somebody of its own in it. */
export function ofOthers(count: number): Binding[] {
  return Array.from({ length: count }, (_, i) => ({
    role: ACCESSOR_ROLE,
    members: [`user:${i}@x.example`],
    condition: { title: `theirs ${i}`, expression: `request.path == "/${i}"` },
  }));
}

/** Everybody whom a policy lets in. */
export function members(bindings: readonly Binding[]): string[] {
  return bindings.flatMap((b) => b.members ?? []);
}
