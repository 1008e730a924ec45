import { parseServiceKey, type ServiceRef, serviceKey } from '../../src/domain/service.ts';
import type { Binding, IapPolicies, Policy } from '../../src/ports.ts';
import type * as App from './app.ts';
import type { Choices } from './choices.ts';
import { hardLimitPassed } from './limits.ts';
import { type Instance, oneOf, type Scheduler } from './scheduler.ts';
import type { FaultKind, Weather } from './weather.ts';

/** A policy as it is stored: with a field that no client knows, which has to survive. */
export interface StoredPolicy extends Policy {
  readonly etag: string;
  readonly bindings: readonly Binding[];
}

export interface IapWatcher {
  policyRead(service: ServiceRef, policy: StoredPolicy): void;
  /** By one of ours, before it takes effect. */
  policyWritten(service: ServiceRef, before: StoredPolicy, next: Policy, writer: Instance): void;
  /** By somebody else. */
  policyEdited(service: ServiceRef, before: Policy, after: Policy): void;
  /** A read or a write of ours came to nothing, as far as it was told. */
  callFailed(service: ServiceRef): void;
}

export interface Iap {
  port(instance: Instance): IapPolicies;
  current(service: ServiceRef): StoredPolicy | undefined;
  /** Somebody else's change, in the console or with Terraform. */
  edit(service: ServiceRef, what: string, change: (bindings: readonly Binding[]) => readonly Binding[]): void;
  /** With its service. */
  remove(service: ServiceRef): void;
  /** A Google account is deleted: policies name it as such, and take it no more. */
  forget(member: string): void;
  /** Whether IAM refuses policies that name this member anew. */
  isUnknown(member: string): boolean;
  readonly writes: () => number;
  readonly conflicts: () => number;
}

interface IapOptions {
  readonly app: typeof App;
  readonly scheduler: Scheduler;
  readonly choices: Choices;
  readonly weather: Weather;
  readonly watcher: IapWatcher;
  /** The worst moment for something else to happen: a write is about to go, by a policy that was read before. */
  readonly meddle: (service: ServiceRef, writer?: Instance) => void;
}

/** As the adapter has it. */
const CALL_TIMEOUT_MS = 5_000;
/** What 429 asks for, where it does. */
const QUOTA_WAITS_MS = [1_000, 5_000, 30_000, 90_000] as const;
const LATE_MS = [1_000, 11_000, 26_000, 45_000, 120_000, 17 * 60_000] as const;

/** IAP's policies in memory: strict about etags, with answers that get lost and writes that come late. */
export function createIap({ app, scheduler, choices, weather, watcher, meddle }: IapOptions): Iap {
  const meddling = [0, 0, 0.1, 0.4][choices.of('odds').below(4)] ?? 0;
  const policies = new Map<string, StoredPolicy>();
  const unknown = new Set<string>();
  let etags = 0;
  let writes = 0;
  let conflicts = 0;
  const nextEtag = () => {
    etags += 1;
    return `BwX${etags}=`;
  };
  const fail = (code: ConstructorParameters<typeof app.LatchkeyError>[0], what: string) =>
    new app.LatchkeyError(code, `failed to ${what}: ${code}`);

  const stored = (service: ServiceRef, what: string): StoredPolicy => {
    const policy = policies.get(serviceKey(service));
    if (!policy) throw fail('not-found', what);
    return policy;
  };
  const apply = (service: ServiceRef, next: Policy, writer: Instance): StoredPolicy => {
    const before = stored(service, 'setIamPolicy');
    // As Google has it: a write without an etag replaces whatever is there.
    if (next.etag !== undefined && next.etag !== before.etag) {
      conflicts += 1;
      scheduler.trace(`409: etag ${next.etag} is not ${before.etag}`);
      throw fail('conflict', 'setIamPolicy');
    }
    const stranger = unknown.size > 0 ? newMembers(before, next).find((m) => unknown.has(m)) : undefined;
    if (stranger) throw fail('invalid', `setIamPolicy: ${stranger} does not exist`);
    watcher.policyWritten(service, before, next, writer);
    writes += 1;
    const after = { ...next, bindings: next.bindings ?? [], etag: nextEtag() };
    policies.set(serviceKey(service), after);
    scheduler.trace(`policy of ${service.service} is now ${show(after)}`);
    return after;
  };

  return {
    current: (service) => policies.get(serviceKey(service)),
    writes: () => writes,
    conflicts: () => conflicts,
    remove(service) {
      const before = policies.get(serviceKey(service));
      policies.delete(serviceKey(service));
      if (before) watcher.policyEdited(service, before, {});
    },
    isUnknown: (member) => unknown.has(member),
    forget(member) {
      unknown.add(member);
      scheduler.trace(`OUTSIDE ${member} is deleted`);
      for (const [key, policy] of policies) {
        const renamed = (b: Binding): Binding =>
          b.members?.includes(member)
            ? { ...b, members: b.members.map((m) => (m === member ? `deleted:${m}?uid=1` : m)) }
            : b;
        const after = { ...policy, bindings: policy.bindings.map(renamed) };
        policies.set(key, after);
        const service = parseServiceKey(key);
        if (service) watcher.policyEdited(service, policy, after);
      }
    },
    edit(service, what, change) {
      const before = policies.get(serviceKey(service)) ?? {
        etag: '',
        bindings: [],
        auditConfigs: [service.service],
      };
      const after = { ...before, bindings: change(before.bindings), etag: nextEtag() };
      const passed = hardLimitPassed(before, after);
      if (passed) return scheduler.trace(`OUTSIDE ${what}: refused, with ${passed}`);
      policies.set(serviceKey(service), after);
      watcher.policyEdited(service, before, after);
      scheduler.trace(`OUTSIDE ${what}: policy of ${service.service} is now ${show(after)}`);
    },
    port: (instance) => ({
      async get(service) {
        await scheduler.point(instance, `getIamPolicy ${service.service}`);
        const fault = weather.fault('quota', 'quota-wait', 'unavailable', 'denied', 'timeout', 'not-found');
        if (fault) throw await failed(instance, service, fault, 'getIamPolicy');
        const policy = stored(service, 'getIamPolicy');
        watcher.policyRead(service, policy);
        await scheduler.point(instance, `getIamPolicy ${service.service} answers ${policy.etag}`);
        return policy;
      },
      async set(service, policy, deadline) {
        const left = Math.min(CALL_TIMEOUT_MS, deadline - scheduler.now());
        if (left <= 0) throw fail('timeout', 'setIamPolicy');
        if (meddling > 0 && weather.isBad() && choices.of('meddling').chance(meddling)) {
          scheduler.later('somebody meddles', 0, () => meddle(service, instance));
        }
        // A pause may still come between this look at the clock and the bytes on the wire.
        await scheduler.point(instance, `setIamPolicy ${service.service} with ${policy.etag}`);
        const fault = weather.fault(
          'conflict',
          'quota',
          'quota-wait',
          'denied',
          'invalid',
          'not-found',
          'unavailable',
          'unavailable-done',
          'timeout',
          'timeout-done',
          // What is seldom and matters most is drawn more often.
          'timeout-late',
          'timeout-late',
        );
        if (fault === 'unavailable-done' || fault === 'timeout-done')
          quietly(() => apply(service, policy, instance));
        if (fault === 'timeout-late') {
          const late = LATE_MS[choices.of('faults').below(LATE_MS.length)] ?? 1_000;
          scheduler.later(`LATE write of #${instance.id}`, late, () =>
            quietly(() => apply(service, policy, instance)),
          );
          scheduler.later('somebody meddles', 0, () => meddle(service));
        }
        if (fault) throw await failed(instance, service, fault, 'setIamPolicy', left);
        let after: StoredPolicy;
        try {
          after = apply(service, policy, instance);
        } catch (error) {
          await scheduler.point(instance, 'setIamPolicy fails');
          throw error;
        }
        await scheduler.point(instance, `setIamPolicy answers ${after.etag}`);
        return after;
      },
    }),
  };

  async function failed(
    instance: Instance,
    service: ServiceRef,
    fault: FaultKind,
    what: string,
    timeoutMs = CALL_TIMEOUT_MS,
  ): Promise<Error> {
    await scheduler.point(instance, `${what} FAULT ${fault}`, fault.startsWith('timeout') ? timeoutMs : 0);
    watcher.callFailed(service);
    switch (fault) {
      case 'conflict':
      case 'quota':
      case 'invalid':
      case 'not-found':
        return fail(fault, what);
      case 'quota-wait': {
        const retryAfterMs = oneOf(choices.of('faults'), QUOTA_WAITS_MS);
        return new app.LatchkeyError('quota', `failed to ${what}: quota`, { retryAfterMs });
      }
      case 'denied':
        return fail('permission-denied', what);
      default:
        return fail(fault.startsWith('timeout') ? 'timeout' : 'unavailable', what);
    }
  }
}

function newMembers(before: Policy, next: Policy): string[] {
  const known = new Set((before.bindings ?? []).flatMap(({ members }) => members ?? []));
  return (next.bindings ?? []).flatMap(({ members }) => members ?? []).filter((m) => !known.has(m));
}

/** The world's side of a call whose answer nobody hears. */
function quietly(work: () => unknown): void {
  try {
    work();
  } catch {
    // A conflict, or the service is gone: nobody is told.
  }
}

function show({ etag, bindings }: StoredPolicy): string {
  const parts = bindings.map(
    (b) => `${b.members?.join('+')}${b.condition ? `[${b.condition.expression}]` : ''}`,
  );
  return `${etag} ${parts.join(' | ') || '(empty)'}`;
}
