import { ACCESSOR_ROLE } from '../domain/binding.ts';
import type { Binding } from '../ports.ts';

// Limits of an IAM policy: https://cloud.google.com/iam/quotas#limits

/** Principals in all bindings, every appearance counted. */
const MAX_PRINCIPALS = 1500;
/** Bindings with the same role and principal but different conditions. */
const MAX_CONDITIONS_PER_PRINCIPAL = 20;
/** Google's advice for conditional bindings in one policy. */
const MAX_CONDITIONAL_BINDINGS = 100;
/** "A few tens of KB"; the exact limit is not documented, so this stays well inside it. */
const MAX_POLICY_BYTES = 64 * 1024;

export interface Usage {
  readonly principals: number;
  readonly conditionalBindings: number;
  readonly bytes: number;
  /** Conditional bindings of our role, by principal. */
  readonly perPrincipal: ReadonlyMap<string, number>;
}

export function usageOf(bindings: readonly Binding[]): Usage {
  const perPrincipal = new Map<string, number>();
  let principals = 0;
  let conditionalBindings = 0;
  let bytes = 0;
  for (const binding of bindings) {
    const members = binding.members ?? [];
    principals += members.length;
    bytes += Buffer.byteLength(JSON.stringify(binding)) + 1;
    if (!binding.condition) continue;
    conditionalBindings += 1;
    if (binding.role !== ACCESSOR_ROLE) continue;
    for (const member of members) perPrincipal.set(member, (perPrincipal.get(member) ?? 0) + 1);
  }
  return { principals, conditionalBindings, bytes, perPrincipal };
}

/** What counts in a policy, with the conditional bindings of the one member who is added. */
export interface Load {
  readonly principals: number;
  readonly conditionalBindings: number;
  readonly bytes: number;
  readonly conditionsOfMember: number;
}

/**
 * The limit that a change passes, in words; `undefined` where it fits. Only what grows is judged: a policy that others
 * took past a limit has no more room, and that costs nobody their access who is in it.
 */
export function limitPassed(before: Load, after: Load): string | undefined {
  const passes = (what: keyof Load, most: number) => after[what] > most && after[what] > before[what];
  if (passes('conditionsOfMember', MAX_CONDITIONS_PER_PRINCIPAL)) {
    return `IAM allows at most ${MAX_CONDITIONS_PER_PRINCIPAL} conditional bindings for one person and role`;
  }
  if (passes('principals', MAX_PRINCIPALS)) {
    return `the service's IAP policy already names the ${MAX_PRINCIPALS} principals that it can hold`;
  }
  if (passes('conditionalBindings', MAX_CONDITIONAL_BINDINGS)) {
    return `the service's IAP policy already has the ${MAX_CONDITIONAL_BINDINGS} conditional bindings that it can hold`;
  }
  if (passes('bytes', MAX_POLICY_BYTES))
    return "the service's IAP policy has reached the size that IAM allows";
  return undefined;
}
