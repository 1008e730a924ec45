import type { AuditEvent, AuditType, Step } from './audit.ts';
import { type Grant, isClosed } from './grant.ts';
import { arrows, type GrantState } from './grant-state.ts';
import type { Person } from './person.ts';

interface What {
  readonly type: AuditType;
  readonly now: number;
  readonly actor?: Person;
  readonly reason?: string;
}

/**
 * Takes one arrow: the next value of the grant and its audit event. Throws where the state machine has no such
 * arrow, which is a defect of ours and never a person's mistake.
 */
export function take<G extends Grant>(from: Grant, to: G, what: What): Step<G> {
  // Nothing more happens to a closed grant, but that a denial is given its reason.
  const stays = from.state === to.state && (!isClosed(from) || what.type === 'explained');
  const allowed = stays || arrows[from.state].includes(to.state);
  if (!allowed) throw new Error(`no arrow ${from.state} → ${to.state} (${what.type})`);
  const revision = from.revision + 1;
  const { trouble: _, ...rest } = to;
  const settled = from.state === to.state ? to : (rest as G);
  return {
    kind: 'step',
    grant: { ...settled, revision, changedAt: what.now },
    event: eventOf(revision, from.state, to.state, what),
  };
}

export function eventOf(revision: number, from: GrantState | null, to: GrantState, what: What): AuditEvent {
  return {
    revision,
    type: what.type,
    at: what.now,
    from,
    to,
    ...(what.actor ? { actor: { userId: what.actor.userId, email: what.actor.email } } : {}),
    ...(what.reason ? { reason: what.reason } : {}),
  };
}
