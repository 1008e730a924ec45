import type { AuditEvent } from '../../src/domain/audit.ts';
import type { ActiveGrant, Grant } from '../../src/domain/grant.ts';
import { type ServiceRef, serviceKey } from '../../src/domain/service.ts';
import type { Policy } from '../../src/ports.ts';
import { countOf } from './invariants.ts';
import { type Access, accessesIn, demandsOf, memberOf } from './policy.ts';

// What is told each time that it happens, and no more often.

/** How often somebody else took access of ours out of a policy or changed it, and when last, by service and access. */
export type Removals = Map<string, { readonly times: number; readonly at: number }>;

function keyOf(service: ServiceRef, { member, demands }: Pick<Access, 'member' | 'demands'>): string {
  return `${serviceKey(service)} ${member} ${demands}`;
}

export function rememberEdit(
  removals: Removals,
  service: ServiceRef,
  { before, after }: { readonly before: Policy; readonly after: Policy },
  at: number,
): void {
  const left = new Set(accessesIn(after).map((a) => `${a.member} ${a.expression}`));
  for (const access of accessesIn(before)) {
    if (left.has(`${access.member} ${access.expression}`)) continue;
    const key = keyOf(service, access);
    removals.set(key, { times: (removals.get(key)?.times ?? 0) + 1, at });
  }
}

/**
 * I4, of what may happen to a grant more than once: no more drift is told than bindings were taken away, each
 * extension is applied or fails once, and there is one reminder for each end.
 */
export function i4Repeats(
  grant: Grant,
  events: readonly AuditEvent[],
  removals: Removals,
): string | undefined {
  const where = `grant ${grant.id.slice(0, 6)}`;
  const removed = removals.get(keyOf(grant.service, accessOf(grant)))?.times ?? 0;
  const drifts = countOf(events, 'drift');
  if (drifts > removed) {
    return `${where} has ${drifts} events of drift, and its binding was taken away ${removed} times`;
  }
  const extensions = countOf(events, 'extension-approved');
  if (countOf(events, 'extended', 'extension-failed') > extensions)
    return `${where} was extended more often than that was approved`;
  return countOf(events, 'reminded') > 1 + extensions ? `${where} has too many reminders` : undefined;
}

function accessOf(grant: Grant): Pick<Access, 'member' | 'demands'> {
  return { member: memberOf(grant), demands: demandsOf(grant) };
}

/** Notes the grants in force whose binding a write of ours puts back, and when it was taken away. */
export function rememberRepair(
  { repairs, removals }: { readonly repairs: Map<string, number>; readonly removals: Removals },
  service: ServiceRef,
  policies: { readonly before: Policy; readonly next: Policy },
  grants: ReadonlyMap<string, Grant>,
): void {
  const key = serviceKey(service);
  let accesses: { before: Access[]; next: Access[] } | undefined;
  for (const grant of grants.values()) {
    if (grant.state !== 'ACTIVE' || serviceKey(grant.service) !== key) continue;
    accesses ??= { before: accessesIn(policies.before), next: accessesIn(policies.next) };
    const removed = removals.get(keyOf(service, accessOf(grant)));
    if (removed && lets(accesses.next, grant) && !lets(accesses.before, grant)) {
      repairs.set(grant.id, removed.at);
    }
  }
}

function lets(accesses: readonly Access[], grant: ActiveGrant): boolean {
  return accesses.some(
    (a) => a.member === memberOf(grant) && a.demands === demandsOf(grant) && a.endsAt >= grant.appliedEndsAt,
  );
}

/** As long as a service with grants in force may wait to be looked at. */
const SAME_DRIFT_MS = 10 * 60_000;

/** Each time that our binding was found missing and put back, the grant's history says so. */
export function driftIsTold(
  grants: ReadonlyMap<string, Grant>,
  events: ReadonlyMap<string, readonly AuditEvent[]>,
  repairs: ReadonlyMap<string, number>,
): string | undefined {
  for (const [id, at] of repairs) {
    if (grants.get(id)?.state !== 'ACTIVE') continue;
    // Put back together with a later end, it is told of as extended; taken away again before that was settled, it is
    // still the same drift.
    const since = at - SAME_DRIFT_MS;
    const told = events.get(id)?.some((e) => ['drift', 'extended'].includes(e.type) && e.at >= since);
    if (!told) return `the binding of grant ${id.slice(0, 6)} was put back, and its history does not say so`;
  }
  return undefined;
}
