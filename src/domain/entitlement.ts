import type { Person } from './person.ts';
import { type ServiceRef, servicePath } from './service.ts';

/** Who may ask or approve: by address, by Slack user id, by Slack user group. */
export interface PeopleRule {
  readonly anyone: boolean;
  readonly emails: readonly string[];
  readonly users: readonly string[];
  readonly usergroups: readonly string[];
}

export interface JustificationRule {
  readonly required: boolean;
  readonly pattern: RegExp | undefined;
  readonly hint: string | undefined;
}

/** Who may ask for what, for how long, and who approves (Privileged Access Manager's word). */
export interface Entitlement {
  readonly id: string;
  /** `project/region/service`, with `*` inside a segment. */
  readonly services: readonly string[];
  readonly requesters: PeopleRule;
  readonly approvers: PeopleRule;
  /** Distinct approvers needed; 0 grants at once. */
  readonly approvalsNeeded: number;
  readonly approvalTimeoutMinutes: number;
  /** Offered in the modal, ascending; the last is the longest allowed. */
  readonly durationsMinutes: readonly number[];
  readonly justification: JustificationRule;
  readonly channel: string;
  readonly accessLevels: readonly string[];
  /** Said to approvers on the card, for sensitive services. */
  readonly warning: string | undefined;
}

export const JUSTIFICATION_MAX_LENGTH = 500;

/** Slack user groups by id, with the user ids of their members. */
export type Memberships = ReadonlyMap<string, ReadonlySet<string>>;

/** Whether an entitlement's service patterns cover a service. */
export function covers(entitlement: Entitlement, ref: ServiceRef): boolean {
  const path = servicePath(ref);
  return entitlement.services.some((pattern) => patternMatches(pattern, path));
}

/** Whether an entitlement may cover what `service`, `region/service` or `project/region/service` names. */
export function mayCover(entitlement: Entitlement, text: string): boolean {
  const wanted = text.toLowerCase().split('/');
  return entitlement.services.some((pattern) => {
    const globs = pattern.split('/').slice(-wanted.length);
    return globs.length === wanted.length && wanted.every((part, i) => globMatches(globs[i] ?? '', part));
  });
}

function patternMatches(pattern: string, path: string): boolean {
  const wanted = pattern.split('/');
  const actual = path.split('/');
  return wanted.length === actual.length && wanted.every((glob, i) => globMatches(glob, actual[i] ?? ''));
}

/** `*` stands for any run of characters; matched by hand so that no pattern can take more than linear steps. */
export function globMatches(glob: string, text: string): boolean {
  const parts = glob.split('*');
  const [head = '', ...rest] = parts;
  if (rest.length === 0) return glob === text;
  const tail = rest.pop() ?? '';
  if (!text.startsWith(head) || !text.endsWith(tail) || text.length < head.length + tail.length) return false;
  let at = head.length;
  const end = text.length - tail.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}

/** Whether a rule names a person, given the members of the user groups it mentions; unknown groups admit nobody. */
export function admits(rule: PeopleRule, person: Person, memberships: Memberships): boolean {
  return (
    rule.anyone ||
    rule.users.includes(person.userId) ||
    rule.emails.includes(person.email) ||
    rule.usergroups.some((group) => memberships.get(group)?.has(person.userId) === true)
  );
}

/** The first entitlement in the file that covers the service and admits the requester. */
export function entitlementFor(
  entitlements: readonly Entitlement[],
  ref: ServiceRef,
  requester: Person,
  memberships: Memberships,
): Entitlement | undefined {
  return entitlements.find((e) => covers(e, ref) && admits(e.requesters, requester, memberships));
}

/** The longest duration an entitlement allows, in minutes. */
export function longestMinutes(entitlement: Entitlement): number {
  return entitlement.durationsMinutes.at(-1) ?? 0;
}
