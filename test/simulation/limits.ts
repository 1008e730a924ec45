import type { Policy } from '../../src/ports.ts';
import { ACCESSOR } from './policy.ts';

// IAM's limits for one policy, from its documentation and without the source's help:
// https://cloud.google.com/iam/quotas#limits

/** IAM refuses what passes these. */
export const MOST_CONDITIONS_OF_MEMBER = 20;
export const MOST_PRINCIPALS = 1_500;
/** Google's advice; IAM takes more. */
export const MOST_CONDITIONAL_BINDINGS = 100;
/** Not documented to the byte. */
export const MOST_BYTES = 64 * 1024;

interface Use {
  principals: number;
  conditionalBindings: number;
  readonly conditionsOf: Map<string, number>;
}

function useOf({ bindings = [] }: Policy): Use {
  const use: Use = { principals: 0, conditionalBindings: 0, conditionsOf: new Map() };
  for (const { role, members = [], condition } of bindings) {
    use.principals += members.length;
    if (!condition) continue;
    use.conditionalBindings += 1;
    if (role !== ACCESSOR) continue;
    for (const member of members) use.conditionsOf.set(member, (use.conditionsOf.get(member) ?? 0) + 1);
  }
  return use;
}

function bytesOf({ bindings = [] }: Policy): number {
  return Buffer.byteLength(JSON.stringify(bindings));
}

/** Too small to be near any limit: most policies are, and are not counted. */
export function isSmall({ bindings = [] }: Policy): boolean {
  if (bindings.length > 15) return false;
  let principals = 0;
  let length = 0;
  for (const { members = [], condition } of bindings) {
    principals += members.length;
    length += condition?.expression.length ?? 0;
  }
  return principals < 100 && length < 10_000;
}

/** The limit that a policy passes, and that the policy before it did not pass as far. */
export function limitPassed(before: Policy, next: Policy): string | undefined {
  if (isSmall(next)) return undefined;
  return hardLimitPassed(before, next) ?? softLimitPassed(before, next);
}

/** The same for limits that IAM itself holds. */
export function hardLimitPassed(before: Policy, next: Policy): string | undefined {
  if (isSmall(next)) return undefined;
  const was = useOf(before);
  const is = useOf(next);
  if (is.principals > Math.max(MOST_PRINCIPALS, was.principals)) return `${is.principals} principals`;
  for (const [member, count] of is.conditionsOf) {
    if (count > Math.max(MOST_CONDITIONS_OF_MEMBER, was.conditionsOf.get(member) ?? 0)) {
      return `${count} conditional bindings for ${member}`;
    }
  }
  return undefined;
}

function softLimitPassed(before: Policy, next: Policy): string | undefined {
  const conditional = useOf(next).conditionalBindings;
  if (conditional > Math.max(MOST_CONDITIONAL_BINDINGS, useOf(before).conditionalBindings)) {
    return `${conditional} conditional bindings`;
  }
  const bytes = bytesOf(next);
  return bytes > Math.max(MOST_BYTES, bytesOf(before)) ? `${bytes} bytes` : undefined;
}

/** A binding of ours weighs about this much; what is closer to the limit may count as over it. */
const BINDING_BYTES = 450;

/** Whether one more binding for a member, or the member in a binding that is there, would be over a limit. */
export function isFull(policy: Policy, member: string): boolean {
  const use = useOf(policy);
  return (
    use.principals >= MOST_PRINCIPALS ||
    use.conditionalBindings >= MOST_CONDITIONAL_BINDINGS ||
    (use.conditionsOf.get(member) ?? 0) >= MOST_CONDITIONS_OF_MEMBER ||
    bytesOf(policy) + BINDING_BYTES > MOST_BYTES
  );
}
