import type { Step } from '../../src/domain/audit.ts';
import type { ActivatingGrant, AwaitedGrant, Grant } from '../../src/domain/grant.ts';
import { activated } from '../../src/domain/progress.ts';
import type { CatalogEntry, ServiceRef } from '../../src/domain/service.ts';
import { eventOf, take } from '../../src/domain/transition.ts';
import type { GrantStore } from '../../src/ports.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
/** A whole minute. */
export const T0 = Date.UTC(2026, 10, 23, 9, 0);

export const billing: ServiceRef = { project: 'acme-prod', region: 'us-central1', service: 'billing' };
export const ada = { userId: 'U0ADA', email: 'ada@acme.example' };
export const grace = { userId: 'U0GRACE', email: 'grace@acme.example' };

/** A request as it stands when it was made, with every kind of field that a grant can hold. */
export function awaited(id: string, over: Partial<AwaitedGrant> = {}): AwaitedGrant {
  const requestedAt = over.requestedAt ?? T0;
  return {
    state: 'APPROVAL_AWAITED',
    id,
    revision: 1,
    changedAt: requestedAt,
    batch: [id],
    entitlementId: 'billing',
    service: billing,
    serviceUri: 'https://billing.example',
    serviceDescription: 'invoices',
    requester: ada,
    principal: ada,
    askedMinutes: 60,
    minutes: 60,
    justification: 'INC-42 invoices look wrong',
    requestedAt,
    deadlineAt: requestedAt + 8 * HOUR,
    approvals: [],
    approvalsNeeded: 1,
    accessLevels: ['accessPolicies/1/accessLevels/corp_device'],
    channel: 'C0BILLING',
    announcements: { refs: {}, revision: 1 },
    ...over,
  };
}

export function asked(grant: AwaitedGrant): Step[] {
  const what = { type: 'requested', now: grant.requestedAt, actor: grant.requester } as const;
  return [{ kind: 'step', grant, event: eventOf(grant.revision, null, grant.state, what) }];
}

/** One approval more, in the same state: what contention tests count. */
export function approvedBy(grant: Grant, userId: string): Step {
  const approval = { userId, email: `${userId.toLowerCase()}@acme.example`, at: T0 };
  const next = { ...grant, approvals: [...grant.approvals, approval] };
  return take(grant, next, { type: 'approved', now: T0, actor: approval });
}

export function activating(grant: Grant, now = T0): Step<ActivatingGrant> {
  if (grant.state !== 'APPROVAL_AWAITED') throw new Error(`not awaiting approval: ${grant.state}`);
  const term = { approvedAt: now, endsAt: now + HOUR };
  const approvals = [...grant.approvals, { ...grace, at: now }];
  return take(
    grant,
    { ...grant, state: 'ACTIVATING', approvals, term, announcements: { refs: {}, revision: 2 } },
    { type: 'approved', now, actor: grace },
  );
}

export function denied(grant: Grant, now = T0): Step {
  const next = { ...grant, state: 'DENIED', closedAt: now, closedBy: grace, reason: 'not today' } as const;
  return take(grant, next as Grant, { type: 'denied', now, actor: grace, reason: 'not today' });
}

/** Creates a grant and takes it to ACTIVATING, which is open. */
export async function putActivating(store: GrantStore, id: string, service = billing): Promise<void> {
  await store.create([asked(awaited(id, { service }))]);
  await store.update(id, (grant) => ({ commit: activating(grant), result: undefined }));
}

/** Creates a grant and takes it to ACTIVE. */
export async function putActive(store: GrantStore, id: string): Promise<void> {
  await putActivating(store, id);
  await store.update(id, (grant) => {
    if (grant.state !== 'ACTIVATING') throw new Error(grant.state);
    return { commit: activated(grant, T0), result: undefined };
  });
}

export function entry(service: string, over: Partial<CatalogEntry> = {}): CatalogEntry {
  const ref = { ...billing, service };
  return { ref, iapEnabled: true, uri: `https://${service}.example`, description: '', labels: {}, ...over };
}
