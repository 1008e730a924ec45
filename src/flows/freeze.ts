import { isRefused, type Refused, refused } from '../domain/refused.ts';
import type { Control } from '../ports.ts';
import { type FlowDeps, groupsOf, isAdmin, whoIs } from './deps.ts';

export interface Frozen {
  readonly kind: 'frozen';
  /** Set while nothing new is approved. */
  readonly freeze: Control['freeze'];
  /** It was so before: nothing was changed. */
  readonly already: boolean;
}

/** Whether somebody may freeze approvals, and how things stand; the refusal where they may not. */
export async function freezeState(deps: FlowDeps, userId: string): Promise<Frozen | Refused> {
  const [person, groups, control] = await Promise.all([
    whoIs(deps, userId),
    groupsOf(deps.directory, deps.rules.workspace.admins.usergroups),
    deps.store.control(),
  ]);
  if (isRefused(person)) return person;
  if (!isAdmin(deps, person, groups)) {
    if (groups.failure) throw groups.failure;
    return refused('not-approver', 'Only Latchkey admins can freeze approvals and lift a freeze.');
  }
  return { kind: 'frozen', freeze: control.freeze ?? null, already: true };
}

/** An admin stops new approvals, with a reason, or lets them go on where `reason` is `null`. */
export async function setFreeze(
  deps: FlowDeps,
  userId: string,
  reason: string | null,
): Promise<Frozen | Refused> {
  const state = await freezeState(deps, userId);
  if (isRefused(state)) return state;
  const isFrozen = state.freeze != null;
  if (isFrozen === (reason !== null)) return state;
  const freeze = reason === null ? null : { byUserId: userId, at: deps.clock.now(), reason };
  await deps.store.putControl({ freeze });
  deps.log('WARNING', freeze ? 'approvals-frozen' : 'approvals-unfrozen', { userId, reason });
  return { kind: 'frozen', freeze, already: false };
}
