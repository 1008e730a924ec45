import { isRefused, type Refused, refused } from '../domain/refused.ts';
import { messageOf } from '../errors.ts';
import type { Control } from '../ports.ts';
import { freezeNotice } from '../slack/notices.ts';
import { type FlowDeps, groupsOf, isAdmin, whoIs } from './deps.ts';

/** After how long a channel that could not be told of a freeze is told again. */
const TELL_AGAIN_MS = 30_000;

export interface Frozen {
  readonly kind: 'frozen';
  /** Set while nothing new is approved. */
  readonly freeze: Control['freeze'];
  /** It was so before: nothing was changed. */
  readonly already: boolean;
}

interface FreezeOrder {
  readonly userId: string;
  /** `null` lifts a freeze. */
  readonly reason: string | null;
  /** When they wished it (ms): what was done since was meant to be done. */
  readonly wishedAt: number;
}

/** Whether somebody may freeze approvals, and how things stand; the refusal where they may not. */
export async function freezeState(deps: FlowDeps, userId: string): Promise<Frozen | Refused> {
  const [refusal, control] = await Promise.all([mayFreeze(deps, userId), deps.store.control()]);
  return refusal ?? { kind: 'frozen', freeze: control.freeze ?? null, already: true };
}

/** An admin stops new approvals, with a reason, or lets them go on; the channels where approvals are asked for are told. */
export async function setFreeze(deps: FlowDeps, order: FreezeOrder): Promise<Frozen | Refused> {
  const { userId, reason, wishedAt } = order;
  const refusal = await mayFreeze(deps, userId);
  if (refusal) return refusal;
  const now = deps.clock.now();
  const freeze = reason === null ? null : { byUserId: userId, at: now, reason };
  const outcome = await deps.store.updateControl((control): { put?: Partial<Control>; result: Frozen } => {
    const isFrozen = control.freeze != null;
    const isOutdated = (control.freezeChangedAt ?? 0) > wishedAt;
    if (isFrozen === (reason !== null) || isOutdated)
      return { result: { kind: 'frozen', freeze: control.freeze ?? null, already: true } };
    return { put: { freeze, freezeChangedAt: now }, result: { kind: 'frozen', freeze, already: false } };
  });
  if (outcome.already) return outcome;
  deps.log('WARNING', freeze ? 'approvals-frozen' : 'approvals-unfrozen', { userId, reason });
  const channels = [...new Set(deps.rules.entitlements.map((e) => e.channel))];
  await Promise.all(channels.map((channel) => tellOrKeep(deps, order, channel)));
  return outcome;
}

/** Tells a channel that approvals are frozen, or go on again. */
export async function tellOfFreeze(
  { messenger }: FlowDeps,
  userId: string,
  { reason, channel }: { readonly reason: string | null; readonly channel: string },
): Promise<{ readonly kind: 'told' }> {
  await messenger.post(channel, freezeNotice(userId, reason));
  return { kind: 'told' };
}

/** A channel that cannot be told now is told by a later sweep; the freeze holds whether or not anybody reads of it. */
async function tellOrKeep(deps: FlowDeps, { userId, reason }: FreezeOrder, channel: string): Promise<void> {
  try {
    await tellOfFreeze(deps, userId, { reason, channel });
  } catch (error) {
    deps.log('WARNING', 'freeze-not-told', { channel, cause: messageOf(error) });
    const now = deps.clock.now();
    const wish = { kind: 'tell-of-freeze', reason, channel } as const;
    const id = `freeze-${now}-${channel}`;
    await deps.store.keepWish({ id, userId, wish, wishedAt: now, dueAt: now + TELL_AGAIN_MS, attempts: 0 });
  }
}

async function mayFreeze(deps: FlowDeps, userId: string): Promise<Refused | undefined> {
  const [person, groups] = await Promise.all([
    whoIs(deps, userId),
    groupsOf(deps.directory, deps.rules.workspace.admins.usergroups),
  ]);
  if (isRefused(person)) return person;
  if (isAdmin(deps, person, groups)) return undefined;
  if (groups.failure) throw groups.failure;
  return refused('not-approver', 'Only Latchkey admins can freeze approvals and lift a freeze.');
}
