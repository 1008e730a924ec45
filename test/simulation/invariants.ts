import type { AuditEvent, AuditType } from '../../src/domain/audit.ts';
import type { Grant } from '../../src/domain/grant.ts';
import type { GrantState } from '../../src/domain/grant-state.ts';
import { type ServiceRef, serviceKey } from '../../src/domain/service.ts';
import type { Policy } from '../../src/ports.ts';
import { givenUntil, NEEDED } from './approvals.ts';
import { hardLimitPassed, limitPassed } from './limits.ts';
import { type Access, accessesIn, demandsOf, isOurs, memberOf } from './policy.ts';

// The seven invariants of the design, each as exactly as it can be checked from outside. Nothing here uses the
// source's own idea of a binding, an approval or an arrow.

/** The design's state machine, arrow by arrow. */
const ARROWS: Readonly<Record<GrantState, readonly GrantState[]>> = {
  APPROVAL_AWAITED: ['DENIED', 'WITHDRAWN', 'EXPIRED', 'SCHEDULED', 'ACTIVATING'],
  SCHEDULED: ['ACTIVATING', 'REVOKING'],
  ACTIVATING: ['ACTIVE', 'ACTIVATION_FAILED', 'REVOKING'],
  ACTIVE: ['ENDED', 'REVOKING', 'REVOKED'],
  REVOKING: ['REVOKED'],
  DENIED: [],
  WITHDRAWN: [],
  EXPIRED: [],
  ACTIVATION_FAILED: [],
  REVOKED: [],
  ENDED: [],
};
/** What happens to a grant once, if at all. */
const ONCE: readonly AuditType[] = [
  'requested',
  'denied',
  'withdrawn',
  'expired',
  'nudged',
  'revoke-requested',
  'activated',
  'started',
  'failed',
  'ended',
  'revoked',
  'alarm',
];

type Grants = ReadonlyMap<string, Grant>;
/** A sentence that says how the invariant was broken; nothing where it holds. */
type Broken = string | undefined;

/** What the run has shown of a grant besides the grant itself. */
export interface Lives {
  readonly grants: Grants;
  /** Every end that a grant ever had. */
  readonly ends: ReadonlyMap<string, ReadonlySet<number>>;
  /** When a grant stopped being scheduled, on its way or in force. */
  readonly stoppedAt: ReadonlyMap<string, number>;
}

/** Grants that could be why this access is in the service's policy, whatever has become of them. */
function reasonsFor(access: Access, service: ServiceRef, grants: Grants, now: number): Grant[] {
  const key = serviceKey(service);
  return [...grants.values()].filter(
    (g) =>
      'term' in g &&
      serviceKey(g.service) === key &&
      memberOf(g) === access.member &&
      demandsOf(g) === access.demands &&
      access.endsAt <= g.term.endsAt &&
      access.endsAt <= (givenUntil(g, now) ?? 0),
  );
}

/**
 * I1: every member of every binding of ours, in every policy that we write, has a grant on that service whose
 * approvals, by enough distinct approvers who gain nothing by it, satisfy its entitlement, with the same demands and
 * an end no earlier than the binding's; and nobody is let in anew whom Slack does not vouch for any more.
 */
export function i1(
  service: ServiceRef,
  before: Policy,
  next: Policy,
  grants: Grants,
  vouchedFor: (grant: Grant) => boolean,
  now: number,
): Broken {
  const had = accessesIn(before);
  for (const access of accessesIn(next)) {
    const isKept = had.some((a) => isSameAccess(a, access) && a.endsAt >= access.endsAt);
    // A grant in force is not judged anew while its binding stands as it was (decision 14).
    if (isKept) continue;
    const reasons = reasonsFor(access, service, grants, now);
    const what = `a binding was written on ${service.service} `;
    if (reasons.length === 0) return `${what}that no approved grant accounts for: ${show(access)}`;
    if (!reasons.some(vouchedFor)) return `${what}for somebody whom Slack refuses: ${show(access)}`;
  }
  return undefined;
}

function isSameAccess(a: Access, b: Access): boolean {
  return a.member === b.member && a.demands === b.demands;
}

/**
 * No policy that we write passes a limit of IAM, unless what others put there does so alone. What Google only advises
 * may be passed for somebody who was in before, and needs a binding of their own now.
 */
export function withinLimits(service: ServiceRef, before: Policy, next: Policy): Broken {
  const had = accessesIn(before);
  const isSomebodyNew = accessesIn(next).some((a) => !had.some((b) => isSameAccess(a, b)));
  const passed = isSomebodyNew ? limitPassed(before, next) : hardLimitPassed(before, next);
  return passed && `the policy of ${service.service} is written with ${passed}`;
}

/**
 * I3: in every policy that we write, the bindings that are not ours are those of the policy that is replaced, field
 * by field and in their order, and so is everything in the policy beside its bindings.
 */
export function i3(service: ServiceRef, before: Policy, next: Policy): Broken {
  const foreign = ({ bindings = [] }: Policy) => JSON.stringify(bindings.filter((b) => !isOurs(b)));
  const rest = ({ bindings: _b, etag: _e, version: _v, ...others }: Policy) => JSON.stringify(others);
  if (foreign(before) !== foreign(next)) {
    return `bindings of others on ${service.service} were ${foreign(before)} and are written as ${foreign(next)}`;
  }
  return rest(before) === rest(next) ? undefined : `the policy of ${service.service} lost ${rest(before)}`;
}

/**
 * I7: once a revoke was acknowledged, no work that began after it writes its access, and once REVOKED is committed
 * no work does, whenever it began; unless another grant of the same end accounts for it, one that is not over or was
 * not when the work began. (A withdrawn grant never had a term, so that any access of it breaks I1.)
 */
export function i7(
  service: ServiceRef,
  next: Policy,
  { grants, ends, stoppedAt }: Lives,
  begunAt: number,
): Broken {
  const accounts = (g: Grant) =>
    isLive(g) || (g.state !== 'REVOKED' && (stoppedAt.get(g.id) ?? 0) >= begunAt);
  const undone = accessesIn(next).find((access) => {
    const reasons = reasonsFor(access, service, grants, Number.POSITIVE_INFINITY).filter((g) =>
      ends.get(g.id)?.has(access.endsAt),
    );
    const revoked = reasons.some(({ state }) => state === 'REVOKING' || state === 'REVOKED');
    return revoked && !reasons.some(accounts);
  });
  return undone && `access on ${service.service} is in the policy after it was revoked: ${show(undone)}`;
}

export function isLive({ state }: Grant): boolean {
  return state === 'SCHEDULED' || state === 'ACTIVATING' || state === 'ACTIVE';
}

/**
 * I4: the events of a grant are numbered without a gap up to its revision, each begins where the one before ended,
 * each change of state is an arrow of the design, no state is come to twice, the last event ends in the grant's
 * state; and no write without an event changes what an arrow changes.
 */
export function i4(before: Grant | undefined, grant: Grant, events: readonly AuditEvent[]): Broken {
  const where = `grant ${grant.id.slice(0, 6)}`;
  if (events.length !== grant.revision) {
    return `${where} has revision ${grant.revision} and ${events.length} events`;
  }
  let at: GrantState | null = null;
  const seen = new Set<GrantState>();
  for (const [index, event] of events.entries()) {
    if (event.revision !== index + 1) return `${where}: event ${index + 1} says revision ${event.revision}`;
    if (event.from !== at) return `${where}: event ${event.revision} begins at ${event.from}, not at ${at}`;
    const moves = event.from !== event.to;
    if (moves && event.from !== null && !ARROWS[event.from].includes(event.to)) {
      return `${where}: there is no arrow from ${event.from} to ${event.to}`;
    }
    if (moves && seen.has(event.to)) return `${where} comes to ${event.to} twice`;
    seen.add(event.to);
    at = event.to;
  }
  if (at !== grant.state) return `${where} is ${grant.state}, and its last event says ${at}`;
  const twice = ONCE.find((type) => countOf(events, type) > 1);
  if (twice) return `${where} has the event ${twice} more than once`;
  if (before && before.revision === grant.revision) {
    const { announcements: _a, trouble: _t, ...rest } = grant;
    const field = Object.keys(rest).find((name) =>
      differs(Reflect.get(before, name), Reflect.get(grant, name)),
    );
    if (field) return `${where} was changed without an event: ${field}`;
  }
  return undefined;
}

export function countOf(events: readonly AuditEvent[], ...types: readonly AuditType[]): number {
  return events.filter((e) => types.includes(e.type)).length;
}

function differs(a: unknown, b: unknown): boolean {
  return typeof a === 'object' ? JSON.stringify(a) !== JSON.stringify(b) : a !== b;
}

export interface Asked {
  readonly services: readonly string[];
}
export interface Clicked {
  readonly grantId: string;
  readonly userId: string;
  readonly action: string;
}

/**
 * I5: all deliveries of a submission make one grant for each service in it; an approver counts once, no approval
 * comes after the last one needed, and every decision on record is somebody's who clicked that button on that
 * submission.
 */
export function i5(
  grant: Grant,
  events: readonly AuditEvent[],
  all: Grants,
  deeds: { asks: ReadonlyMap<string, Asked>; clicks: readonly Clicked[]; forged: ReadonlySet<string> },
): Broken {
  if (deeds.forged.has(grant.id)) return undefined;
  const where = `grant ${grant.id.slice(0, 6)}`;
  const asked = deeds.asks.get(grant.justification);
  const siblings = [...all.values()].filter((g) => g.justification === grant.justification);
  if (!asked || siblings.length > asked.services.length) {
    return `${siblings.length} grants were made of the submission ${grant.justification}`;
  }
  const approvals = events.filter((e) => e.type === 'approved');
  const people = approvals.map((e) => e.actor?.userId ?? 'nobody');
  const needed = Math.max(1, NEEDED[grant.entitlementId] ?? 0);
  if (new Set(people).size < people.length)
    return `${where} was approved twice by the same person: ${people}`;
  if (approvals.length > needed) return `${where} was approved ${approvals.length} times, ${needed} needed`;
  for (const event of events) {
    const action = DECISIONS[event.type];
    if (!action || !event.actor) continue;
    const { userId } = event.actor;
    const clicked = deeds.clicks.some(
      (c) => grant.batch.includes(c.grantId) && c.userId === userId && action.includes(c.action),
    );
    if (!clicked) return `${where} was ${event.type} by ${userId}, who never clicked that`;
  }
  return undefined;
}

const DECISIONS: Readonly<Partial<Record<AuditEvent['type'], readonly string[]>>> = {
  approved: ['approve'],
  denied: ['deny'],
  withdrawn: ['withdraw'],
  'revoke-requested': ['end', 'revoke'],
  'extension-requested': ['extend'],
  'extension-approved': ['approve-extension', 'extend'],
  'extension-denied': ['deny-extension'],
};

export function show({ member, endsAt }: Access): string {
  return `${member} until ${Number.isFinite(endsAt) ? new Date(endsAt).toISOString() : 'ever'}`;
}
