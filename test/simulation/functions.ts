import type { Wish } from '../../src/domain/wish.ts';
import type { AskInput } from '../../src/flows/ask.ts';
import type { Came } from '../../src/flows/carry-out.ts';
import type { Instance } from './scheduler.ts';
import type { Invocations } from './triggers.ts';
import type { World } from './world.ts';

/** As the function has it: a sweep leaves a kept wish alone at first. */
const LEFT_ALONE_MS = 30_000;

export const clickActions = [
  'approve',
  'deny',
  'withdraw',
  'end',
  'extend',
  'approve-extension',
  'deny-extension',
  'revoke',
] as const;
export type ClickAction = (typeof clickActions)[number];

export interface Click {
  readonly id: string;
  readonly grantId: string;
  readonly userId: string;
  readonly action: ClickAction;
  /** The message that carries the button. */
  readonly message: { readonly channel: string; readonly ts: string } | undefined;
}

/** One request to the function `slack`: a wish, and what is done once it was carried out. */
function deliver<W extends Wish>(
  world: World,
  invocations: Invocations,
  { id, what, userId, wish }: { id: string; what: string; userId: string; wish: W },
  then: (came: Came<W['kind']>, instance: Instance) => Promise<void> = async () => {},
): void {
  const isSlow = world.isSlowNow();
  invocations.start(`slack: ${what}${isSlow ? ', slowly' : ''}`, async (instance) => {
    const deps = world.flowDeps(instance);
    const wishedAt = world.scheduler.now();
    if (isSlow) {
      const dueAt = wishedAt + LEFT_ALONE_MS;
      await deps.store.keepWish({ id, userId, wish, wishedAt, dueAt, attempts: 0 });
    }
    const came = await world.app.carryOut(deps, { userId, wishedAt }, wish);
    if (isSlow) await deps.store.dropWish(id);
    await then(came, instance);
  });
}

/** One submission of the form, or the command. */
export function deliverAsk(world: World, invocations: Invocations, input: AskInput): void {
  const { requesterId: userId, ...ask } = input;
  const what = `ask ${input.submission} by ${userId} for ${input.services}`;
  deliver(world, invocations, { id: `ask ${input.submission}`, what, userId, wish: { kind: 'ask', ...ask } });
}

/** One click, and the message under it shown at once. */
export function deliverClick(world: World, invocations: Invocations, click: Click): void {
  const { id, action, grantId, userId, message } = click;
  const what = `${action} ${id} of ${grantId.slice(0, 6)} by ${userId}`;
  const wish =
    action === 'revoke'
      ? ({ kind: action, grantId, reason: 'not needed any more' } as const)
      : ({ kind: action, grantId } as const);
  deliver(world, invocations, { id, what, userId, wish }, async (decided, instance) => {
    if (decided.kind !== 'done' || !message) return;
    const { grant, batch } = decided;
    const shown = world.app
      .surfaces(grant, batch)
      .find(({ slot }) => grant.announcements.refs[slot]?.ts === message.ts);
    if (shown) await world.slack.clicked(instance)(message, shown.message);
  });
}
