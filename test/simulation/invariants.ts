import type { AuditEvent } from '../../src/domain/audit.ts';
import type { Grant, GrantState } from '../../src/domain/grant.ts';
import { type ServiceRef, serviceKey } from '../../src/domain/service.ts';
import type { Message, Policy } from '../../src/ports.ts';
import { type Access, accessesIn, demandsOf, isOurs, memberOf } from './policy.ts';
import { emailOf } from './scene.ts';

// The seven invariants of the design, each as exactly as it can be checked from outside. Nothing here uses the
// source's own idea of a binding, an approval or an arrow.

/** Who may approve what, and how many have to: the scene's entitlements once more, by hand. */
const NEEDED: Readonly<Record<string, number>> = { solo: 1, pair: 2, auto: 0 };
const LEVELS: Readonly<Record<string, readonly string[]>> = { pair: ['accessPolicies/1/accessLevels/corp'] };
const APPROVERS = ['U0GRACE', 'U0LINUS', 'U0LEAD'];

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
const ONCE = [
  'denied',
  'withdrawn',
  'revoke-requested',
  'activated',
  'started',
  'failed',
  'ended',
  'revoked',
];

type Grants = ReadonlyMap<string, Grant>;
/** A sentence that says how the invariant was broken; nothing where it holds. */
type Broken = string | undefined;

function isApproved(grant: Grant): boolean {
  const needed = NEEDED[grant.entitlementId] ?? Number.POSITIVE_INFINITY;
  const levels = LEVELS[grant.entitlementId] ?? [];
  if (grant.accessLevels.join() !== levels.join()) return false;
  const gains = [grant.requester.userId, grant.principal.userId];
  const distinct = new Set(grant.approvals.map((a) => a.userId).filter((u) => APPROVERS.includes(u)));
  return [...distinct].filter((u) => !gains.includes(u)).length >= needed;
}

/** Grants that could be why this access is in the service's policy, whatever has become of them. */
function reasonsFor(access: Access, service: ServiceRef, grants: Grants): Grant[] {
  const key = serviceKey(service);
  return [...grants.values()].filter(
    (g) =>
      'term' in g &&
      serviceKey(g.service) === key &&
      memberOf(g) === access.member &&
      demandsOf(g) === access.demands &&
      access.endsAt <= g.term.endsAt &&
      isApproved(g),
  );
}

/**
 * I1: every member of every binding of ours, in every policy that we write, has a grant on that service whose
 * approvals, by enough distinct approvers who gain nothing by it, satisfy its entitlement, with the same demands and
 * an end no earlier than the binding's.
 */
export function i1(service: ServiceRef, next: Policy, grants: Grants): Broken {
  const lone = accessesIn(next).find((access) => reasonsFor(access, service, grants).length === 0);
  return (
    lone && `a binding was written on ${service.service} that no approved grant accounts for: ${show(lone)}`
  );
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
 * I7: once REVOKED or WITHDRAWN is committed for a grant, no policy that we write has its access again, and at that
 * moment the policy no longer has what we last wrote of it; unless another grant accounts for the same access.
 */
export function i7(service: ServiceRef, next: Policy, grants: Grants): Broken {
  const undone = accessesIn(next).find((access) => {
    const reasons = reasonsFor(access, service, grants);
    return reasons.length > 0 && reasons.every((g) => g.state === 'REVOKED' || g.state === 'WITHDRAWN');
  });
  return undone && `access on ${service.service} is in the policy after it was revoked: ${show(undone)}`;
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
  const twice = ONCE.find((type) => events.filter((e) => e.type === type).length > 1);
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

/** What a message says to be in force. */
interface Claim {
  readonly service: string;
  readonly member: string;
  readonly endsAt: number;
}

/**
 * I6: a message that says "Active until" of a person's access to a service is sent only after a policy was read that
 * had a binding of ours for that person with no earlier end.
 */
export function i6(
  channel: string,
  message: Message,
  readUntil: ReadonlyMap<string, number>,
  grants: Grants,
): Broken {
  // A message to whoever asked for somebody else need not name them, nor one in a thread.
  const membersFor = (reader: string) =>
    [...grants.values()].filter((g) => g.requester.userId === reader || g.channel === reader).map(memberOf);
  const untrue = claimsIn(channel, message).find(({ service, member, endsAt }) => {
    const members = [member, ...(member === `user:${emailOf(channel)}` ? membersFor(channel) : [])];
    return !members.some((member) => (readUntil.get(`${service} ${member}`) ?? 0) >= endsAt);
  });
  return untrue && `a message in ${channel} says what was never read back: ${message.text}`;
}

/**
 * The first section of a message says whose access to which services, in bold; then comes where each stands, with the
 * service's name before it where there are several.
 */
function claimsIn(channel: string, { blocks }: Message): Claim[] {
  const sections = blocks.flatMap((block) =>
    'text' in block ? [(block.text as { readonly text?: string }).text ?? ''] : [],
  );
  const [head = ''] = sections;
  const services = [...head.matchAll(/\*([a-z-]+)\*/g)].map((m) => m[1] ?? '');
  // A channel's card names people by their addresses, so as not to notify them; direct messages mention them.
  const [, asker, colleague] = /^(\w+) asks for [a-z*, -]+?(?: for (\w+),)? for \*/.exec(head) ?? [];
  const named = colleague ?? asker;
  const mentioned = /(?:You asked for [a-z*, -]+ for|Access of) <@(\w+)>/.exec(head)?.[1];
  const member = `user:${named ? `${named}@acme.example` : emailOf(mentioned ?? channel)}`;
  return sections.flatMap((section) => {
    const seconds = /Active until <!date\^(\d+)\^/.exec(section)?.[1];
    const service = /^\*([a-z-]+)\*: :/.exec(section)?.[1] ?? services[0];
    if (seconds === undefined || service === undefined) return [];
    return [{ service, member, endsAt: Number(seconds) * 1000 }];
  });
}

/** Remembers for {@link i6} until when each person's access was read back, by service and member. */
export function rememberRead(readUntil: Map<string, number>, service: ServiceRef, policy: Policy): void {
  for (const { member, endsAt } of accessesIn(policy)) {
    const key = `${service.service} ${member}`;
    readUntil.set(key, Math.max(readUntil.get(key) ?? 0, endsAt));
  }
}

export function show({ member, endsAt }: Access): string {
  return `${member} until ${Number.isFinite(endsAt) ? new Date(endsAt).toISOString() : 'ever'}`;
}
