import { createHash } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { type Failure, failure } from './failures.ts';
import { type Binding, hasConditions, type Policy, type PolicyWrite } from './policy.ts';
import { refusePolicy } from './policy-rules.ts';

/** One accepted write of a policy. */
export interface PolicyChange {
  resource: string;
  atMs: number;
  by: string;
  before: Policy;
  after: Policy;
}

export interface PolicyStore {
  /** What getIamPolicy answers to a caller who asks for this version; a failure for an impossible version. */
  read(resource: string, requestedVersion: number): Policy | Failure;
  /** Every resource whose policy was ever set. */
  resources(): readonly string[];
  /** The policy as it is stored. */
  current(resource: string): Policy;
  /** What setIamPolicy does: replaces the policy, or says why not. */
  write(resource: string, write: PolicyWrite, by: string): Policy | Failure;
  /** Changes the bindings as somebody else would, in the console say; throws where the result would be refused. */
  edit(resource: string, by: string, change: (bindings: readonly Binding[]) => readonly Binding[]): Policy;
  /** The policy that the door obeys, when a change takes so long to work. */
  effective(resource: string, delayMs: number): Policy;
  /** The last changes of a resource, newest first. */
  changes(resource: string): readonly PolicyChange[];
  /**
   * Deletes a person's account: policies show them as deleted from then on, and none that names them anew is accepted.
   */
  deleteAccount(email: string): void;
  /** Forgets a resource's policy, as when its service is deleted. */
  drop(resource: string): void;
  /** Called after every accepted write. Returns unsubscribe. */
  onChange(listener: (change: PolicyChange) => void): () => void;
}

/** What Google answers for a policy that was never set. */
const EMPTY: Policy = { version: 1, etag: 'ACAB', bindings: [] };
const CHANGES_KEPT = 200;

/** Creates an empty store; policies under `planted` have been there, and in effect, from the beginning. */
export function createPolicyStore(
  clock: Clock,
  planted: readonly { resource: string; bindings: readonly Binding[] }[] = [],
): PolicyStore {
  const current = new Map<string, Policy>();
  const history = new Map<string, PolicyChange[]>();
  const listeners = new Set<(change: PolicyChange) => void>();
  const unknown = new Set<string>();
  let lastEtag = 0;

  const nextPolicy = (bindings: readonly Binding[]): Policy => {
    lastEtag = Math.max(lastEtag + 1, clock.now() * 1000);
    const version = hasConditions({ bindings }) ? 3 : 1;
    return freeze({ version, etag: etagOf(lastEtag), bindings: structuredClone(bindings) });
  };
  const policyOf = (resource: string) => current.get(resource) ?? EMPTY;

  for (const { resource, bindings } of planted) {
    const refusal = refusePolicy({ version: 3, bindings }, EMPTY);
    if (refusal) throw new Error(`failed to plant a policy on ${resource}: ${refusal.message}`);
    current.set(resource, nextPolicy([...policyOf(resource).bindings, ...bindings]));
  }

  const store: PolicyStore = {
    read(resource, requestedVersion) {
      if (![0, 1, 3].includes(requestedVersion)) {
        return failure(
          'INVALID_ARGUMENT',
          `Invalid requested policy version ${requestedVersion}: use 0, 1 or 3.`,
        );
      }
      const policy = policyOf(resource);
      return requestedVersion < 3 && hasConditions(policy) ? withoutConditions(policy) : policy;
    },
    resources: () => [...current.keys()],
    current: policyOf,
    write(resource, write, by) {
      const before = policyOf(resource);
      const refusal = refusePolicy(write, before, unknown);
      if (refusal) return refusal;
      const after = nextPolicy(write.bindings);
      const change = { resource, atMs: clock.now(), by, before, after };
      current.set(resource, after);
      history.set(resource, [change, ...(history.get(resource) ?? [])].slice(0, CHANGES_KEPT));
      for (const listener of listeners) listener(change);
      return after;
    },
    edit(resource, by, change) {
      const { etag, bindings } = policyOf(resource);
      const outcome = store.write(resource, { version: 3, etag, bindings: change(bindings) }, by);
      if ('kind' in outcome) throw new Error(`failed to edit the policy of ${resource}: ${outcome.message}`);
      return outcome;
    },
    effective(resource, delayMs) {
      const changes = history.get(resource) ?? [];
      const working = changes.find((change) => change.atMs + delayMs <= clock.now());
      return working?.after ?? changes.at(-1)?.before ?? policyOf(resource);
    },
    changes: (resource) => history.get(resource) ?? [],
    deleteAccount(email) {
      unknown.add(email.toLowerCase());
      const gone = `deleted:user:${email}?uid=${100 + unknown.size}`;
      const renamed = (member: string) => (member === `user:${email}` ? gone : member);
      for (const resource of current.keys()) {
        if (!JSON.stringify(policyOf(resource)).includes(`"user:${email}"`)) continue;
        store.edit(resource, 'Google', (bindings) =>
          bindings.map((binding) => ({ ...binding, members: binding.members.map(renamed) })),
        );
      }
    },
    drop(resource) {
      current.delete(resource);
      history.delete(resource);
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  return store;
}

/** Real etags are eight bytes, a 7 and a time in microseconds; one is never used twice here. */
function etagOf(counter: number): string {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(counter));
  bytes[0] = 7;
  return bytes.toString('base64');
}

/** How Google shows conditional bindings to a caller who did not ask for version 3. */
function withoutConditions(policy: Policy): Policy {
  const bindings = policy.bindings.map(({ role, members, condition }) => {
    if (!condition) return { role, members };
    const hash = createHash('sha256').update(JSON.stringify(condition)).digest('hex').slice(0, 20);
    return { role: `${role}_withcond_${hash}`, members };
  });
  return { version: 1, etag: policy.etag, bindings };
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(freeze);
  return value;
}
