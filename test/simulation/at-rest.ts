import type { AuditEvent } from '../../src/domain/audit.ts';
import type { Grant } from '../../src/domain/grant.ts';
import { type ServiceRef, serviceKey } from '../../src/domain/service.ts';
import type { Policy } from '../../src/ports.ts';
import { show } from './invariants.ts';
import { accessesIn, demandsOf, isOurs, memberOf } from './policy.ts';
import type { Posted } from './slack.ts';
import type { World } from './world.ts';

// What has to hold when the faults have stopped and two sweeps have run.

type Grants = ReadonlyMap<string, Grant>;
type Broken = string | undefined;

export interface Rest {
  readonly world: World;
  readonly grants: Grants;
  /** When the last sweep began: what became due since is not its business. */
  readonly sweptAt: number;
  /** What we last wrote to each service, as `member expression`. */
  readonly written: ReadonlyMap<string, ReadonlySet<string>>;
  /** Services that others edited since we last wrote to them, by key. */
  readonly edited: ReadonlySet<string>;
  /** Services of which a call failed since we last wrote to them. */
  readonly failed: ReadonlySet<string>;
  /** Grants that were not due, for their back-off, at either of the two sweeps. */
  readonly waiting: ReadonlySet<string>;
  /** Grants that a stranger wrote: nothing is called for by them. */
  readonly forged: ReadonlySet<string>;
  /**
   * `soon`: what is not due yet may wait. `later`: every back-off is over, and services with grants in force were
   * verified. `all over`: every service was looked at since the last edit from outside.
   */
  readonly moment: 'soon' | 'later' | 'all over';
}

/**
 * I2: every service's policy has, of ours, what its grants in force call for and nothing else, one binding for each
 * condition; and no grant is left on its way. What others put under our title may wait for the service's next
 * verification.
 */
export function i2({
  world,
  grants,
  sweptAt,
  written,
  edited,
  failed,
  forged,
  waiting,
  moment,
}: Rest): Broken {
  const now = world.scheduler.now();
  const verified = moment === 'all over';
  const unready = new Set<string>();
  // Whether a service is there, and behind IAP, is seen at the next listing that does not fail.
  const isUnlisted = (key: string) => moment === 'soon' && world.changed.has(key);
  for (const grant of grants.values()) {
    if (moment === 'soon' && (waiting.has(grant.id) || isUnlisted(serviceKey(grant.service)))) {
      unready.add(serviceKey(grant.service));
      continue;
    }
    const late = lateness(grant, sweptAt);
    if (late) return `grant ${grant.id.slice(0, 6)} is still ${grant.state}: ${late}`;
  }
  for (const { ref, iapEnabled } of world.guarded.values()) {
    const key = serviceKey(ref);
    // Without a grant that is due, an edit and what could not be cleaned up are seen at the next verification.
    const unseen = edited.has(key) || failed.has(key) || isUnlisted(key);
    if (moment === 'soon' && (unseen || unready.has(key))) continue;
    const policy = world.iap.current(ref);
    const wanted = iapEnabled ? wantedOn(ref, grants, sweptAt, forged) : new Map<string, number>();
    const lies = liesAbout(ref, grants, forged);
    const ends = new Map<string, number>();
    for (const access of accessesIn(policy)) {
      const foreignMade = !written.get(key)?.has(`${access.member} ${access.expression}`);
      if (foreignMade && !(verified && iapEnabled)) continue;
      const who = `${access.member} ${access.demands}`;
      const end = wanted.get(who);
      if (end !== access.endsAt && access.endsAt > now && !lies.has(`${who} ${access.endsAt}`)) {
        return `${ref.service} lets in ${show(access)}, and no grant in force calls for it`;
      }
      // Its condition has ended it; once no open grant waits for it to go, it is cleaned up when next looked at.
      const isLitter = access.endsAt <= sweptAt && !isOpenFor(access.member, ref, grants);
      if (isLitter && moment === 'soon') continue;
      if (access.endsAt <= sweptAt) return `${ref.service} still has a binding that is over: ${show(access)}`;
      if (ends.has(who)) return `${ref.service} has two bindings for ${who}`;
      ends.set(who, access.endsAt);
    }
    for (const [who, end] of wanted) {
      const is = ends.get(who);
      // Whose account is gone has no access, whatever the policy says of it.
      const isGone = world.iap.isUnknown(who.slice(0, who.indexOf(' ')));
      if (end > now && is !== end && !isGone && !lies.has(`${who} ${is}`))
        return `${ref.service} does not let in ${who}, as its grants call for`;
    }
    const expressions = (policy?.bindings ?? []).filter(isOurs).map((b) => b.condition?.expression);
    if (verified && new Set(expressions).size < expressions.length)
      return `${ref.service} has two bindings of one condition`;
  }
  return undefined;
}

function whoseAccess(grant: Grant): string {
  return `${memberOf(grant)} ${demandsOf(grant)}`;
}

function isSamePlace({ service }: Grant, ref: ServiceRef): boolean {
  return serviceKey(service) === serviceKey(ref);
}

function isOpenFor(member: string, ref: ServiceRef, grants: Grants): boolean {
  return [...grants.values()].some(
    (g) => (g.state === 'ACTIVE' || g.state === 'REVOKING') && isSamePlace(g, ref) && memberOf(g) === member,
  );
}

/** What forged documents in force call for: it may be in the policy where I1 let it pass, and need not. */
function liesAbout(ref: ServiceRef, grants: Grants, forged: ReadonlySet<string>): Set<string> {
  const lies = new Set<string>();
  for (const id of forged) {
    const grant = grants.get(id);
    if (grant?.state === 'ACTIVE' && isSamePlace(grant, ref)) {
      lies.add(`${whoseAccess(grant)} ${grant.term.endsAt}`);
    }
  }
  return lies;
}

function wantedOn(
  ref: ServiceRef,
  grants: Grants,
  sweptAt: number,
  forged: ReadonlySet<string>,
): Map<string, number> {
  const wanted = new Map<string, number>();
  for (const grant of grants.values()) {
    if (grant.state !== 'ACTIVE' || !isSamePlace(grant, ref)) continue;
    if (grant.term.endsAt <= sweptAt || forged.has(grant.id)) continue;
    const who = whoseAccess(grant);
    wanted.set(who, Math.max(wanted.get(who) ?? 0, grant.term.endsAt));
  }
  return wanted;
}

/** Why a grant should not be where it is any more. */
function lateness(grant: Grant, sweptAt: number): Broken {
  switch (grant.state) {
    case 'APPROVAL_AWAITED':
      return grant.deadlineAt <= sweptAt ? 'nobody answered in time' : undefined;
    case 'SCHEDULED':
      return (grant.term.startsAt ?? 0) <= sweptAt ? 'its start has come' : undefined;
    case 'ACTIVATING':
    case 'REVOKING':
      return grant.changedAt < sweptAt ? 'it should have been settled' : undefined;
    case 'ACTIVE':
      if (grant.term.endsAt <= sweptAt) return 'its time is up';
      return grant.appliedEndsAt === grant.term.endsAt ? undefined : 'its extension was not applied';
    default:
      return undefined;
  }
}

/** Where nothing went wrong and no trigger was lost, nothing waits for a sweep: whoever left a held lease was seen. */
export function i2WithoutSweep(grants: Grants): Broken {
  for (const grant of grants.values()) {
    if ((grant.state === 'ACTIVATING' || grant.state === 'REVOKING') && !grant.trouble) {
      return `grant ${grant.id.slice(0, 6)} is ${grant.state} after all its triggers were handled without a fault`;
    }
  }
  return undefined;
}

/** The policy as it stands when REVOKED is committed must not have what we last wrote for the grant. */
export function writtenPart(policy: Policy | undefined, written: ReadonlySet<string> | undefined): Policy {
  const bindings = (policy?.bindings ?? []).filter(
    (b) => isOurs(b) && b.members?.every((m) => written?.has(`${m} ${b.condition?.expression}`)),
  );
  return { bindings };
}

/** Messages converge: each message that a grant has stands in Slack and says what the grant says, to the letter. */
export function messagesShow(
  world: World,
  grants: Grants,
  events: ReadonlyMap<string, readonly AuditEvent[]>,
  messages: ReadonlyMap<string, Posted>,
): Broken {
  for (const grant of grants.values()) {
    const batch = grant.batch.flatMap((id) => grants.get(id) ?? []);
    const histories = batch.every((g) => g.revision === 1) ? new Map() : events;
    for (const { slot, message } of world.app.surfaces(grant, batch, histories)) {
      const ref = grant.announcements.refs[slot];
      const where = `the ${slot} message of grant ${grant.id.slice(0, 6)} (${grant.state})`;
      if (!ref) return `${where} was never posted`;
      const posted = messages.get(`${ref.channel} ${ref.ts}`)?.message;
      if (JSON.stringify(posted) !== JSON.stringify(message)) {
        return `${where} should say "${message.text}" and says "${posted?.text}"`;
      }
    }
  }
  return undefined;
}
