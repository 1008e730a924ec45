import { checkCondition } from './cel.ts';
import { type Failure, failure } from './failures.ts';
import { LIMITS } from './limits.ts';
import {
  type Binding,
  type Condition,
  EVERYBODY,
  hasConditions,
  type Policy,
  type PolicyWrite,
} from './policy.ts';

const EMAIL = String.raw`[^\s:@,]+@[^\s:@,]+\.[^\s:@,]+`;
const DELETED = String.raw`deleted:(?:user|group|serviceAccount):${EMAIL}\?uid=\d+`;
/** https://cloud.google.com/iam/docs/principal-identifiers */
const MEMBER = new RegExp(
  `^(?:${EVERYBODY.join('|')}|(?:user|group|serviceAccount):${EMAIL}|domain:[a-z0-9.-]+\\.[a-z]+|${DELETED}` +
    String.raw`|principal(?:Set)?://\S+|project(?:Owner|Editor|Viewer):[a-z0-9-]+)$`,
  'i',
);
const ROLE =
  /^(?:(?:projects|organizations)\/[a-z0-9.:-]+\/)?roles\/[a-zA-Z0-9.]+$|^(?:projects|organizations)\/[a-z0-9.:-]+\/roles\/[a-zA-Z0-9_.]+$/;
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;

const NOBODY: ReadonlySet<string> = new Set();

/**
 * Judges a write against the policy that is there: what Google would refuse, as Google would refuse it. `unknown` are
 * addresses that have no account.
 */
export function refusePolicy(
  write: PolicyWrite,
  current: Policy,
  unknown: ReadonlySet<string> = NOBODY,
): Failure | undefined {
  return (
    refuseVersion(write, current) ??
    refuseEtag(write, current) ??
    firstRefusal(write.bindings, refuseBinding) ??
    firstRefusal(write.bindings, ({ members }) => refuseUnknown(members, unknown)) ??
    refuseSize(write.bindings)
  );
}

/** One principal that does not exist spoils the whole write. */
function refuseUnknown(members: readonly string[], unknown: ReadonlySet<string>): Failure | undefined {
  const addresses = members.filter((m) => m.startsWith('user:')).map((m) => m.slice('user:'.length));
  const stranger = addresses.find((address) => unknown.has(address.toLowerCase()));
  return stranger === undefined ? undefined : invalid(`User ${stranger} does not exist.`);
}

function refuseVersion({ version = 0, bindings }: PolicyWrite, current: Policy): Failure | undefined {
  if (![0, 1, 3].includes(version)) return invalid(`Invalid policy version ${version}: use 0, 1 or 3.`);
  if (version === 3) return undefined;
  if (hasConditions({ bindings })) {
    return invalid('The policy version must be 3 when a role binding has a condition.');
  }
  // A version-1 writer has not seen the conditions, so whatever it writes would lose them.
  if (hasConditions(current)) {
    return invalid('The policy version must be 3 to replace a policy that has conditions.');
  }
  return undefined;
}

function refuseEtag({ etag = '' }: PolicyWrite, current: Policy): Failure | undefined {
  if (etag === '') {
    // Google accepts this and can lose every condition; refused, so that a caller's omission shows here.
    return hasConditions(current)
      ? invalid('An etag is required to replace a policy that has conditions.')
      : undefined;
  }
  if (!BASE64.test(etag))
    return invalid(`Invalid value at 'policy.etag': Base64 decoding failed for "${etag}".`);
  if (Buffer.from(etag, 'base64').equals(Buffer.from(current.etag, 'base64'))) return undefined;
  return failure(
    'ABORTED',
    'There were concurrent policy changes. Please retry the whole read-modify-write with exponential backoff. ' +
      `The request's etag "${etag}" did not match the current policy's etag "${current.etag}".`,
  );
}

function refuseBinding({ role, members, condition }: Binding): Failure | undefined {
  if (!ROLE.test(role)) return invalid(`Role "${role}" is not a valid role name.`);
  if (members.length === 0) return invalid(`The binding for role ${role} has no members.`);
  const malformed = members.find((member) => !MEMBER.test(member));
  if (malformed !== undefined)
    return invalid(`Invalid principal "${malformed}" in the binding for role ${role}.`);
  if (!condition) return undefined;
  const everybody = members.find((member) => EVERYBODY.some((name) => name === member));
  if (everybody) return invalid(`Conditions cannot be set for ${everybody}.`);
  return refuseCondition(condition);
}

function refuseCondition({ title, description = '', expression }: Condition): Failure | undefined {
  if (title === '') return invalid('A condition must have a title.');
  if (title.length > LIMITS.titleLength) {
    return overLimit('The title of a condition', title.length, `${LIMITS.titleLength} characters`);
  }
  if (description.length > LIMITS.descriptionLength) {
    const allowed = `${LIMITS.descriptionLength} characters`;
    return overLimit(`The description of condition "${title}"`, description.length, allowed);
  }
  const check = checkCondition(expression);
  if (!check.ok) return invalid(`Condition "${title}" is not a valid expression: ${check.problem}.`);
  if (check.logicalOperators > LIMITS.logicalOperators) {
    const allowed = `${LIMITS.logicalOperators} logical operators`;
    return overLimit(`The expression of condition "${title}"`, check.logicalOperators, allowed);
  }
  return undefined;
}

function refuseSize(bindings: readonly Binding[]): Failure | undefined {
  const members = bindings.flatMap((binding) => binding.members);
  if (members.length > LIMITS.principals) {
    return overLimit(
      'The policy',
      members.length,
      `${LIMITS.principals} principals, counting every appearance`,
    );
  }
  const collective = members.filter((member) => /^(?:group|domain):/i.test(member)).length;
  if (collective > LIMITS.groupsAndDomains) {
    return overLimit('The policy', collective, `${LIMITS.groupsAndDomains} groups and domains`);
  }
  const conditional = bindings.filter((binding) => binding.condition).length;
  if (conditional > LIMITS.conditionalBindings) {
    return overLimit('The policy', conditional, `${LIMITS.conditionalBindings} conditional role bindings`);
  }
  const crowded = mostConditions(bindings);
  if (crowded.count > LIMITS.conditionsForOneRoleAndPrincipal) {
    const allowed = `${LIMITS.conditionsForOneRoleAndPrincipal} conditional role bindings for the same role and principal`;
    return overLimit(`${crowded.member} with ${crowded.role}`, crowded.count, allowed);
  }
  const bytes = Buffer.byteLength(JSON.stringify(bindings));
  return bytes > LIMITS.policyBytes
    ? overLimit('The policy', bytes, `${LIMITS.policyBytes} bytes`)
    : undefined;
}

function mostConditions(bindings: readonly Binding[]) {
  const expressions = new Map<string, Set<string>>();
  let most = { role: '', member: '', count: 0 };
  for (const { role, members, condition } of bindings) {
    if (!condition) continue;
    for (const member of members) {
      const key = `${role} ${member.toLowerCase()}`;
      const seen = expressions.get(key) ?? new Set();
      expressions.set(key, seen.add(condition.expression));
      if (seen.size > most.count) most = { role, member, count: seen.size };
    }
  }
  return most;
}

function firstRefusal<T>(items: readonly T[], refuse: (item: T) => Failure | undefined): Failure | undefined {
  for (const item of items) {
    const refusal = refuse(item);
    if (refusal) return refusal;
  }
  return undefined;
}

function invalid(message: string): Failure {
  return failure('INVALID_ARGUMENT', message);
}

function overLimit(what: string, count: number, allowed: string): Failure {
  return invalid(`${what} exceeds a limit: ${count}, and at most ${allowed} are allowed.`);
}
