import { isRefused, type Refused, refused } from '../domain/refused.ts';
import { hasCode, messageOf } from '../errors.ts';
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

type Changed = Frozen & { readonly changedAt: number };

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
  const outcome = await deps.store.updateControl((control): { put?: Partial<Control>; result: Changed } => {
    const isFrozen = control.freeze != null;
    const changedAt = control.freezeChangedAt ?? 0;
    if (isFrozen === (reason !== null) || changedAt > wishedAt)
      return { result: { kind: 'frozen', freeze: control.freeze ?? null, already: true, changedAt } };
    const put = { freeze, freezeChangedAt: now };
    return { put, result: { kind: 'frozen', freeze, already: false, changedAt: now } };
  });
  const isOwn = outcome.freeze ? outcome.freeze.byUserId === userId : reason === null;
  // Carried out before, and cut off before the channels were told: told twice is better than never.
  const isCutOff = outcome.already && isOwn && outcome.changedAt > wishedAt;
  if (outcome.already && !isCutOff) return outcome;
  deps.log('WARNING', freeze ? 'approvals-frozen' : 'approvals-unfrozen', { userId, reason });
  const channels = [...new Set(deps.rules.entitlements.map((e) => e.channel))];
  await Promise.all(channels.map((channel) => tellOrKeep(deps, order, channel)));
  return outcome;
}

/** Tells a channel that approvals are frozen, or go on again, as they were then; not if that has changed since. */
export async function tellOfFreeze(
  { store, messenger, log }: FlowDeps,
  { userId, wishedAt }: Pick<FreezeOrder, 'userId' | 'wishedAt'>,
  { reason, channel }: { readonly reason: string | null; readonly channel: string },
): Promise<{ readonly kind: 'told' }> {
  const { freezeChangedAt = 0 } = await store.control();
  if (freezeChangedAt > wishedAt) return { kind: 'told' };
  try {
    await messenger.post(channel, freezeNotice(userId, reason));
  } catch (error) {
    // Nobody reads there, or Latchkey may not write: trying again changes nothing.
    if (!hasCode(error, 'not-found', 'invalid')) throw error;
    log('ERROR', 'undeliverable', { channel, cause: messageOf(error) });
  }
  return { kind: 'told' };
}

/** A channel that cannot be told now is told by a later sweep; the freeze holds whether or not anybody reads of it. */
async function tellOrKeep(deps: FlowDeps, { userId, reason }: FreezeOrder, channel: string): Promise<void> {
  const now = deps.clock.now();
  try {
    await tellOfFreeze(deps, { userId, wishedAt: now }, { reason, channel });
  } catch (error) {
    deps.log('WARNING', 'freeze-not-told', { channel, cause: messageOf(error) });
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
