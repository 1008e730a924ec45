import type { Grant } from './grant.ts';
import type { GrantState } from './grant-state.ts';
import type { Person } from './person.ts';

/** What can happen to a grant; each is one arrow and one audit event. */
export const auditTypes = [
  'requested',
  'approved',
  'denied',
  'explained',
  'withdrawn',
  'expired',
  'nudged',
  'started',
  'activated',
  'failed',
  'reminded',
  'extension-requested',
  'extension-approved',
  'extension-denied',
  'extension-expired',
  'extended',
  'extension-failed',
  'revoke-requested',
  'revoked',
  'ended',
  'drift',
  'alarm',
] as const;
export type AuditType = (typeof auditTypes)[number];

/** Who, what, when, from, to, why: written in the same transaction as the change it tells of. */
export interface AuditEvent {
  /** The grant's revision after the change. */
  readonly revision: number;
  readonly type: AuditType;
  readonly at: number;
  readonly from: GrantState | null;
  readonly to: GrantState;
  /** Absent where Latchkey itself acted. */
  readonly actor?: Person;
  readonly reason?: string;
}

/** A grant's next value together with the event that tells of it. */
export interface Step<G extends Grant = Grant> {
  readonly kind: 'step';
  readonly grant: G;
  readonly event: AuditEvent;
}

/** What becomes of a grant: an arrow, or bookkeeping that no event tells of. */
export type Outcome = Step | { readonly kind: 'keep'; readonly grant: Grant };
