import { createEmbeddedStore, type EmbeddedStore } from '../simulator/embedded-store.ts';
import { convergeGrant } from '../src/converge/converge-grant.ts';
import { type SweepDeps, sweep } from '../src/converge/sweep.ts';
import type { Grant } from '../src/domain/grant.ts';
import type { Project } from '../src/domain/project.ts';
import { type ServiceRef, serviceKey } from '../src/domain/service.ts';
import { LatchkeyError } from '../src/errors.ts';
import type { FlowDeps, FlowRules } from '../src/flows/deps.ts';
import type { Binding, GrantStore, Policy } from '../src/ports.ts';
import { anEntitlement, nobody } from '../test/support/grants.ts';
import { createVirtualTime, type VirtualTime } from './virtual-time.ts';

/** What calls take in life, about: they decide what meets what. */
const STORE_MS = 30;
const READ_POLICY_MS = 120;
const WRITE_POLICY_MS = 250;
const SLACK_MS = 120;

/** The product on an embedded store, with everything counted that is paid for. */
export interface Place {
  readonly time: VirtualTime;
  readonly store: EmbeddedStore;
  readonly flows: FlowDeps;
  readonly counts: { reads: number; documentWrites: number; policyReads: number; policyWrites: number };
  /** What was logged. */
  readonly logged: { readonly severity: string; readonly event: string; readonly facts: object }[];
  /** What was posted to Slack, without what was only updated. */
  readonly posted: string[];
  /** What happens before IAP answers a reading and how Cloud Run answers; nothing and an empty list at first. */
  readonly weather: {
    readPolicy: (service: ServiceRef) => Promise<void>;
    list: SweepDeps['services']['list'];
  };
  /** Stores a grant as it is, as if it had come to be so. */
  put(grant: Grant): Promise<void>;
  bindings(service: ServiceRef): readonly Binding[];
  setBindings(service: ServiceRef, bindings: readonly Binding[]): void;
  sweep(): ReturnType<typeof sweep>;
  /** From now on each change of a grant sets off the converger, as Firestore's trigger would. */
  triggered(delayMs: () => number): void;
}

export function createPlace(startMs: number, projects: readonly Project[] = []): Place {
  const time = createVirtualTime(startMs);
  const counts = { reads: 0, documentWrites: 0, policyReads: 0, policyWrites: 0 };
  const store = createEmbeddedStore({
    onUse({ reads, writes }) {
      counts.reads += reads;
      counts.documentWrites += writes;
    },
  });
  const policies = new Map<string, Policy & { readonly etag: string }>();
  const logged: Place['logged'] = [];
  const posted: string[] = [];
  const weather: Place['weather'] = { readPolicy: async () => {}, list: async () => [] };
  let etags = 0;
  let posts = 0;
  let holders = 0;
  const put = (service: ServiceRef, policy: Policy) => {
    etags += 1;
    const stored = { ...policy, etag: `BwE${etags}=` };
    policies.set(serviceKey(service), stored);
    return stored;
  };
  const current = (service: ServiceRef) =>
    policies.get(serviceKey(service)) ?? put(service, { bindings: [] });

  const slow = new Proxy<GrantStore>(store, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return async (...args: readonly unknown[]): Promise<unknown> => {
        await time.wait(STORE_MS);
        return await Reflect.apply(member, target, args);
      };
    },
  });
  const rules: FlowRules = {
    workspace: { teamId: 'T0ACME', emailDomains: ['acme.example'], admins: nobody },
    projects: [],
    entitlements: [anEntitlement({ services: ['*/*/*'] })],
  };
  const directory: SweepDeps['directory'] = {
    async profile(userId) {
      await time.wait(SLACK_MS);
      return {
        userId,
        teamId: 'T0ACME',
        email: `${userId.slice(2).toLowerCase()}@acme.example`,
        emailConfirmed: true,
        deleted: false,
        bot: false,
        guest: false,
        stranger: false,
      };
    },
    usergroup: async () => new Set(),
    userByEmail: async () => undefined,
  };
  const deps: SweepDeps = {
    store: slow,
    directory,
    rules,
    projects,
    clock: { now: time.now },
    log: (severity, event, facts) => void logged.push({ severity, event, facts }),
    newHolder() {
      holders += 1;
      return `holder ${holders}`;
    },
    pause: (longestMs) => time.wait(longestMs / 2),
    services: { list: (project, region) => weather.list(project, region) },
    iap: {
      async get(service) {
        await time.wait(READ_POLICY_MS);
        counts.policyReads += 1;
        await weather.readPolicy(service);
        return current(service);
      },
      async set(service, policy) {
        await time.wait(WRITE_POLICY_MS);
        counts.policyWrites += 1;
        if (policy.etag !== current(service).etag) throw new LatchkeyError('conflict', 'the etag has moved');
        return put(service, policy);
      },
    },
    messenger: {
      async post(channel, { text }) {
        await time.wait(SLACK_MS);
        posts += 1;
        posted.push(text);
        return { channel, ts: `1772442000.${String(posts).padStart(6, '0')}` };
      },
      update: () => time.wait(SLACK_MS),
      publishHome: () => time.wait(SLACK_MS),
    },
  };

  return {
    time,
    store,
    counts,
    logged,
    posted,
    weather,
    flows: { ...deps, known: directory, catalog: { all: async () => [] }, rules },
    async put(grant) {
      const { revision, state, changedAt } = grant;
      const event = { revision, type: 'requested', at: changedAt, from: null, to: state } as const;
      await store.create([[{ kind: 'step', grant, event }]]);
    },
    bindings: (service) => current(service).bindings ?? [],
    setBindings: (service, bindings) => void put(service, { bindings }),
    sweep: () => time.run(() => sweep(deps)),
    triggered(delayMs) {
      store.onWrite(({ grantId }) =>
        time.begin(async () => {
          await time.wait(delayMs());
          await convergeGrant(deps, grantId);
        }),
      );
    },
  };
}
