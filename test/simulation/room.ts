import type { AuditEvent } from '../../src/domain/audit.ts';
import type { Grant } from '../../src/domain/grant.ts';
import { type ServiceRef, serviceKey } from '../../src/domain/service.ts';
import type { Policy } from '../../src/ports.ts';
import { isFull, isSmall } from './limits.ts';
import { accessesIn, demandsOf, memberOf } from './policy.ts';

/** Grants for which there was no room in their service's policy when it was read last. */
export type Crowded = Set<string>;

export function rememberRoom(
  crowded: Crowded,
  service: ServiceRef,
  policy: Policy,
  grants: Iterable<Grant>,
): void {
  const key = serviceKey(service);
  const small = isSmall(policy);
  if (small && crowded.size === 0) return;
  for (const grant of grants) {
    if (serviceKey(grant.service) !== key || !('term' in grant)) continue;
    const isIn = accessesIn(policy).some(
      (a) => a.member === memberOf(grant) && a.demands === demandsOf(grant) && a.endsAt === grant.term.endsAt,
    );
    if (!small && !isIn && isFull(policy, memberOf(grant))) crowded.add(grant.id);
    else crowded.delete(grant.id);
  }
}

/** Notes the grants in force whose binding stood in the policy until a write of ours took it out. */
export function rememberDropped(
  dropped: Set<string>,
  service: ServiceRef,
  { before, next }: { readonly before: Policy; readonly next: Policy },
  grants: Iterable<Grant>,
  now: number,
): void {
  if (isSmall(before)) return;
  const key = serviceKey(service);
  for (const grant of grants) {
    if (grant.state !== 'ACTIVE' || serviceKey(grant.service) !== key) continue;
    // What is over lets nobody in, and keeps nobody's place.
    if (isFor(before, grant, now) && !isFor(next, grant, now)) dropped.add(grant.id);
  }
}

function isFor(policy: Policy, grant: Grant, now: number): boolean {
  return accessesIn(policy).some(
    (a) => a.endsAt > now && a.member === memberOf(grant) && a.demands === demandsOf(grant),
  );
}

/**
 * Exactly those that do not fit fail: whoever is told that there is no room was not in the policy as it was read
 * last, and it had none; and who is in stays in.
 */
export function roomWasLacking(
  grant: Grant,
  events: readonly AuditEvent[],
  { crowded, dropped }: { readonly crowded: Crowded; readonly dropped: ReadonlySet<string> },
): string | undefined {
  const last = events.at(-1);
  if (!last?.reason?.startsWith('no room on ')) return undefined;
  const where = `grant ${grant.id.slice(0, 6)}`;
  if (dropped.has(grant.id)) return `${where} was in the policy and lost its room: ${last.reason}`;
  return crowded.has(grant.id)
    ? undefined
    : `${where} is told that there is ${last.reason}, and there was room`;
}
