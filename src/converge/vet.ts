import { isSame } from '../domain/decide.ts';
import { admits, covers, type Entitlement } from '../domain/entitlement.ts';
import type { Failure, Grant } from '../domain/grant.ts';
import { identify, type Workspace } from '../domain/person.ts';
import { isRefused } from '../domain/refused.ts';
import { servicePath } from '../domain/service.ts';
import { messageOf } from '../errors.ts';
import type { Directory } from '../ports.ts';

/**
 * How old the checks made at the request and at the approvals may be while Slack cannot be asked again. A Slack
 * outage must not delay access during an incident, and must not make an old answer good for ever either.
 */
const CHECKS_LAST_MS = 60 * 60_000;

export type Verdict =
  | { readonly kind: 'admitted' }
  | { readonly kind: 'rejected'; readonly failure: Failure }
  | { readonly kind: 'unknown'; readonly failure: Failure };

export interface Rules {
  readonly workspace: Workspace;
  readonly entitlements: readonly Entitlement[];
}

/**
 * Judges a grant again before a binding is written for it: its entitlement still covers the service, its approvals
 * are by enough distinct approvers other than those who gain by it, and Slack still vouches for the same address. So
 * a forged or damaged document grants nothing.
 */
export async function vet(grant: Grant, rules: Rules, directory: Directory, now: number): Promise<Verdict> {
  const where = servicePath(grant.service);
  const entitlement = rules.entitlements.find((e) => e.id === grant.entitlementId);
  if (!entitlement || !covers(entitlement, grant.service)) {
    return rejected('not-entitled', `the entitlement "${grant.entitlementId}" no longer covers ${where}`);
  }
  if (!sameSet(entitlement.accessLevels, grant.accessLevels)) {
    return rejected(
      'not-entitled',
      `the access levels that ${where} asks for have changed since the approval`,
    );
  }
  try {
    const memberships = await groupsOf(grant, entitlement, directory);
    const approvers = grant.approvals.filter((a) => admits(entitlement.approvers, a, memberships));
    const distinct = approvers.filter((a, i) => approvers.findIndex((b) => isSame(a, b)) === i);
    const independent = distinct.filter((a) => !isSame(a, grant.principal) && !isSame(a, grant.requester));
    if (independent.length < entitlement.approvalsNeeded) {
      return rejected(
        'not-approved',
        `the approvals recorded for ${where} are not those that its entitlement needs`,
      );
    }
    return await vetIdentity(grant, rules.workspace, directory);
  } catch (error) {
    const last = Math.max(grant.requestedAt, ...grant.approvals.map((a) => a.at));
    if (now - last < CHECKS_LAST_MS && grant.approvals.length >= entitlement.approvalsNeeded)
      return { kind: 'admitted' };
    return {
      kind: 'unknown',
      failure: { code: 'slack', reason: `Slack cannot be asked who people are: ${messageOf(error)}` },
    };
  }
}

async function vetIdentity(grant: Grant, workspace: Workspace, directory: Directory): Promise<Verdict> {
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
async function groupsOf(grant: Grant, entitlement: Entitlement, directory: Directory) {
  const rule = entitlement.approvers;
  const none = new Map<string, ReadonlySet<string>>();
  if (grant.approvals.every((a) => admits(rule, a, none))) return none;
  return new Map(
    await Promise.all(rule.usergroups.map(async (id) => [id, await directory.usergroup(id)] as const)),
  );
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((x) => b.includes(x));
}

function rejected(code: string, reason: string): Verdict {
  return { kind: 'rejected', failure: { code, reason } };
}
