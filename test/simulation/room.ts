import type { AuditEvent } from '../../src/domain/audit.ts';
import type { Grant } from '../../src/domain/grant.ts';
import { type ServiceRef, serviceKey } from '../../src/domain/service.ts';
import type { Policy } from '../../src/ports.ts';
import { awaits } from './awaiting-fix.ts';
import { isFull } from './limits.ts';
import { memberOf } from './policy.ts';

/** Members for whom a policy that we read had no room, by service; kept as long as a run lasts. */
export type Crowded = Map<string, Set<string>>;

export function rememberRoom(
  crowded: Crowded,
  service: ServiceRef,
  policy: Policy,
  grants: ReadonlyMap<string, Grant>,
): void {
  const key = serviceKey(service);
  for (const grant of grants.values()) {
    if (serviceKey(grant.service) !== key || !('term' in grant)) continue;
    const member = memberOf(grant);
    if (!isFull(policy, member)) continue;
    const full = crowded.get(key) ?? new Set();
    crowded.set(key, full.add(member));
  }
}

/**
 * Exactly those that do not fit fail: who is told that there is no room was read of in a policy that had none, and
 * who is in stays in.
 */
export function roomWasLacking(
  grant: Grant,
  events: readonly AuditEvent[],
  crowded: Crowded,
): string | undefined {
  const last = events.at(-1);
  if (!last?.reason?.startsWith('no room on ')) return undefined;
  const where = `grant ${grant.id.slice(0, 6)}`;
  if (last.to === 'REVOKED' && !awaits('M8'))
    return `${where} was in force and lost its room: ${last.reason}`;
  const full = crowded.get(serviceKey(grant.service))?.has(memberOf(grant)) ?? false;
  return full ? undefined : `${where} is told that there is ${last.reason}, and there always was`;
}
