import { isSame } from '../domain/decide.ts';
import { ceilToMinute, MINUTE_MS } from '../domain/duration.ts';
import { admits, covers, type Entitlement, longestMinutes, type Memberships } from '../domain/entitlement.ts';
import type { Approval, Failure } from '../domain/grant.ts';
import { identify, isAddressIn, type Workspace } from '../domain/person.ts';
import { isRefused } from '../domain/refused.ts';
import { servicePath } from '../domain/service.ts';
import { hasCode, messageOf } from '../errors.ts';
import type { Directory } from '../ports.ts';
import type { WantedGrant } from './plan.ts';

/**
 * How old the checks made at the request and at the approvals may be while Slack cannot be asked again. A Slack
 * outage must not delay access during an incident, and must not make an old answer good for ever either.
 */
const CHECKS_LAST_MS = 60 * 60_000;

/** By how much the clocks of two instances may differ. */
const CLOCKS_DIFFER_MS = MINUTE_MS;

export type Verdict =
  | { readonly kind: 'admitted' }
  | { readonly kind: 'rejected'; readonly failure: Failure }
  | { readonly kind: 'unknown'; readonly failure: Failure };

export interface Rules {
  readonly workspace: Workspace;
  readonly entitlements: readonly Entitlement[];
}

/**
 * Judges a grant again before a binding is written for it: its entitlement still covers the service and allows so long
 * a time, its approvals (and those of the extension that moved its end) are by enough distinct approvers other than
 * those who gain by it, and Slack still vouches for the same address. So a forged or damaged document grants nothing.
 */
export async function vet(
  grant: WantedGrant,
  rules: Rules,
  directory: Directory,
  now: number,
): Promise<Verdict> {
  const papers = examine(grant, rules, now);
  if ('failure' in papers) return { kind: 'rejected', failure: papers.failure };
  const { entitlement } = papers;
  const approvals = approvalsOf(grant);
  try {
    const memberships = await groupsOf(approvals.flat(), entitlement, directory);
    const mayApprove = (a: Approval) => admits(entitlement.approvers, a, memberships);
    const eligible = approvals.map((some) => distinctOthers(some, grant).filter(mayApprove).length);
    if (Math.min(...eligible) < entitlement.approvalsNeeded) {
      return { kind: 'rejected', failure: notApproved(grant) };
    }
    return await vetIdentity(grant, rules.workspace, directory);
  } catch (error) {
    const last = Math.max(grant.requestedAt, ...approvals.flat().map((a) => a.at));
    // Where only our own time was up (`no-time`), the next run asks.
    const isOutage = hasCode(error, 'unavailable', 'timeout', 'rate-limited');
    if (isOutage && now - last < CHECKS_LAST_MS) return { kind: 'admitted' };
    return {
      kind: 'unknown',
      failure: { code: 'slack', reason: `Slack cannot be asked who people are: ${messageOf(error)}` },
    };
  }
}

/** What can be judged of a grant without asking anybody: its entitlement, or why it grants nothing. */
export function examine(
  grant: WantedGrant,
  rules: Rules,
  now: number,
): { readonly entitlement: Entitlement } | { readonly failure: Failure } {
  const where = servicePath(grant.service);
  const refused = (reason: string) => ({ failure: { code: 'not-entitled', reason } });
  const entitlement = rules.entitlements.find((e) => e.id === grant.entitlementId);
  if (!entitlement || !covers(entitlement, grant.service)) {
    return refused(`the entitlement "${grant.entitlementId}" no longer covers ${where}`);
  }
  if (!sameSet(entitlement.accessLevels, grant.accessLevels)) {
    return refused(`the access levels that ${where} asks for have changed since the approval`);
  }
  if (!isAddressIn(grant.principal.email, rules.workspace)) {
    const failure = `${grant.principal.email} is not in ${rules.workspace.emailDomains.join(' or ')}`;
    return { failure: { code: 'identity', reason: failure } };
  }
  const independent = approvalsOf(grant).map((some) => distinctOthers(some, grant).length);
  return termHolds(grant, entitlement, now) && Math.min(...independent) >= entitlement.approvalsNeeded
    ? { entitlement }
    : { failure: notApproved(grant) };
}

/** Those of the request and, where one moved the end, of the extension: each has to be enough. */
function approvalsOf({ approvals, term }: WantedGrant): (readonly Approval[])[] {
  return [approvals, ...(term.extended ? [term.extended.approvals] : [])];
}

/**
 * The end is what the last approval of the request or of its extension gave, at the longest; and what a binding is
 * about to be written for was asked for, approved and begun before.
 */
function termHolds(grant: WantedGrant, entitlement: Entitlement, now: number): boolean {
  const { term, approvals, requestedAt, requestedStartAt } = grant;
  const { approvedAt, startsAt, endsAt, extended } = term;
  const longest = Math.min(grant.minutes, longestMinutes(entitlement)) * MINUTE_MS;
  const last = extended ?? { at: approvedAt, approvals };
  const approvedThen =
    entitlement.approvalsNeeded === 0 || last.at === Math.max(...last.approvals.map((a) => a.at));
  const from = extended ? extended.at : Math.max(approvedAt, startsAt ?? 0);
  const startAsked = startsAt === undefined || startsAt === requestedStartAt;
  const isPast = Math.max(requestedAt, from) <= now + CLOCKS_DIFFER_MS;
  return approvedThen && startAsked && isPast && endsAt <= ceilToMinute(from + longest);
}

/** Approvals by different people, none of whom gains by it. */
function distinctOthers(approvals: readonly Approval[], grant: WantedGrant): Approval[] {
  const others = approvals.filter((a) => !isSame(a, grant.principal) && !isSame(a, grant.requester));
  return others.filter((a, i) => others.findIndex((b) => isSame(a, b)) === i);
}

async function vetIdentity(grant: WantedGrant, workspace: Workspace, directory: Directory): Promise<Verdict> {
  const profile = await directory.profile(grant.principal.userId);
  const person = profile && identify(profile, workspace);
  if (!person || isRefused(person)) {
    return rejected(
      'identity',
      `${grant.principal.email} may not be given access: ${person?.reason ?? 'Slack knows no such user.'}`,
    );
  }
  if (person.email !== grant.principal.email) {
    return rejected(
      'identity',
      `the Slack account that asked with ${grant.principal.email} has another address now`,
    );
  }
  return { kind: 'admitted' };
}

/** Members of the approver groups, asked for only where an approval rests on a group alone. */
async function groupsOf(
  approvals: readonly Approval[],
  { approvers }: Entitlement,
  directory: Directory,
): Promise<Memberships> {
  const none: Memberships = new Map();
  if (approvals.every((a) => admits(approvers, a, none))) return none;
  return new Map(
    await Promise.all(approvers.usergroups.map(async (id) => [id, await directory.usergroup(id)] as const)),
  );
}

function notApproved({ service }: WantedGrant): Failure {
  const where = servicePath(service);
  return {
    code: 'not-approved',
    reason: `the approvals recorded for ${where} are not those that its entitlement needs`,
  };
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((x) => b.includes(x));
}

function rejected(code: string, reason: string): Verdict {
  return { kind: 'rejected', failure: { code, reason } };
}
