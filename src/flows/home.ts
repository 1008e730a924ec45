import { isApprover, isSame, mayDecide } from '../domain/decide.ts';
import { admits } from '../domain/entitlement.ts';
import { type Grant, isClosed } from '../domain/grant.ts';
import type { Person } from '../domain/person.ts';
import { isRefused, type Refused } from '../domain/refused.ts';
import { serviceKey } from '../domain/service.ts';
import type { Control } from '../ports.ts';
import { type FlowDeps, groupsOf, isAdmin, whoIs } from './deps.ts';

/** How much of each kind is read for one Home tab; what is shown of it is less. */
const OWN = 30;
const WAITING = 100;
const RUNNING = 200;
const FAILED = 10;
/** How long admins are told of a failure that nothing can be done about any more. */
const FAILED_TOLD_MS = 7 * 24 * 60 * 60_000;

/** A request, or a wish for an extension, that waits for somebody. */
export interface ToDecide {
  readonly kind: 'request' | 'extension';
  readonly grant: Grant;
  readonly batch: readonly Grant[];
}

export interface Home {
  readonly kind: 'home';
  readonly person: Person;
  /** Approved and not over, the next to end first. */
  readonly running: readonly Grant[];
  readonly waiting: readonly Grant[];
  readonly recent: readonly Grant[];
  readonly toDecide: readonly ToDecide[];
  /** What else runs under entitlements that this person approves, and so may revoke. */
  readonly revocable: readonly Grant[];
  readonly freeze: Control['freeze'];
  /** What only admins see. */
  readonly admin?: { readonly running: readonly Grant[]; readonly failed: readonly Grant[] };
  /** A user group could not be looked up: what rests on it is missing. */
  readonly unsure: boolean;
  /** There was more to read than is read for one Home tab. */
  readonly cut: { readonly waiting: boolean; readonly running: boolean; readonly failed: boolean };
}

/** What somebody's Home tab tells. */
export async function homeOf(deps: FlowDeps, userId: string): Promise<Home | Refused> {
  const { entitlements, workspace } = deps.rules;
  const groupIds = entitlements.flatMap((e) => e.approvers.usergroups);
  const [person, groups, open, asked, held, control] = await Promise.all([
    whoIs(deps, userId, deps.known),
    groupsOf(deps.known, [...groupIds, ...workspace.admins.usergroups]),
    deps.store.unfinished({ principalId: userId }),
    deps.store.ofRequester(userId, OWN),
    deps.store.ofPrincipal(userId, OWN),
    deps.store.control(),
  ]);
  if (isRefused(person)) return person;
  const admin = isAdmin(deps, person, groups);
  const approver = entitlements.some((e) => admits(e.approvers, person, groups.members));
  const [waiting, running, failed] = await Promise.all([
    approver ? deps.store.inStates(['APPROVAL_AWAITED'], WAITING) : [],
    approver || admin ? deps.store.inStates(['SCHEDULED', 'ACTIVATING', 'ACTIVE', 'REVOKING'], RUNNING) : [],
    admin ? deps.store.inStates(['ACTIVATION_FAILED'], FAILED) : [],
  ]);
  const mine = [...new Map([...open, ...held, ...asked].map((g) => [g.id, g])).values()];
  const now = deps.clock.now();
  const judgedBy = (grant: Grant) => {
    const entitlement = entitlements.find((e) => e.id === grant.entitlementId);
    return { person, entitlement, memberships: groups.members, now };
  };
  const decidable = (grant: Grant) => mayDecide(grant, judgedBy(grant)) === undefined;
  const byServices = running.toSorted((a, b) => (byService(a) < byService(b) ? -1 : 1));
  const recently = failed.filter((g) => now - g.changedAt < FAILED_TOLD_MS);
  const requests = waiting
    .filter((g) => g.batch[0] === g.id && decidable(g) && !g.approvals.some((a) => isSame(a, person)))
    .map((grant): ToDecide => {
      const batch = grant.batch.flatMap((id) => waiting.find((g) => g.id === id) ?? []);
      return { kind: 'request', grant, batch };
    });
  const extensions = running
    .filter(
      (g) =>
        g.state === 'ACTIVE' &&
        g.extension &&
        decidable(g) &&
        !g.extension.approvals.some((a) => isSame(a, person)),
    )
    .map((grant): ToDecide => ({ kind: 'extension', grant, batch: [grant] }));
  return {
    kind: 'home',
    person,
    running: mine
      .filter((g) => !isClosed(g) && g.state !== 'APPROVAL_AWAITED')
      .sort((a, b) => endOf(a) - endOf(b)),
    waiting: mine.filter((g) => g.state === 'APPROVAL_AWAITED' && g.batch[0] === g.id),
    recent: mine.filter(isClosed).sort((a, b) => b.requestedAt - a.requestedAt),
    toDecide: [...requests, ...extensions],
    revocable: admin
      ? []
      : byServices.filter((g) => isApprover(g, judgedBy(g)) && !isSame(g.principal, person)),
    freeze: control.freeze ?? null,
    unsure: groups.failure !== undefined,
    cut: {
      waiting: waiting.length === WAITING,
      running: running.length === RUNNING,
      failed: recently.length === FAILED,
    },
    ...(admin
      ? {
          admin: {
            running: byServices,
            failed: [...running.filter((g) => 'alarmedAt' in g && g.alarmedAt !== undefined), ...recently],
          },
        }
      : {}),
  };
}

function endOf(grant: Grant): number {
  return 'term' in grant ? grant.term.endsAt : Number.POSITIVE_INFINITY;
}

function byService(grant: Grant): string {
  return `${serviceKey(grant.service)} ${grant.principal.email} ${grant.id}`;
}
