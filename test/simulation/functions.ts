import type { AskInput } from '../../src/flows/ask.ts';
import type { Decided } from '../../src/flows/decide.ts';
import type { Instance } from './scheduler.ts';
import type { Invocations } from './triggers.ts';
import type { World } from './world.ts';

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

/** One request to the function `slack`, and what it does with it. */
function deliver(
  invocations: Invocations,
  what: string,
  work: (instance: Instance) => Promise<unknown>,
): void {
  invocations.start(`slack: ${what}`, work);
}

/** One submission of the form, or the command. */
export function deliverAsk(world: World, invocations: Invocations, input: AskInput): void {
  deliver(invocations, `ask ${input.submission} by ${input.requesterId} for ${input.services}`, (instance) =>
    world.app.ask(world.flowDeps(instance), input),
  );
}

/** One click, and the message under it shown at once. */
export function deliverClick(world: World, invocations: Invocations, click: Click): void {
  const { app } = world;
  const { grantId, userId, message } = click;
  deliver(
    invocations,
    `${click.action} ${click.id} of ${grantId.slice(0, 6)} by ${userId}`,
    async (instance) => {
      const decided = await decide(app, world.flowDeps(instance), click);
      if (decided.kind !== 'done' || !message) return;
      const { grant, batch } = decided;
      const shown = app
        .surfaces(grant, batch)
        .find(({ slot }) => grant.announcements.refs[slot]?.ts === message.ts);
      if (shown) await world.slack.clicked(instance)(message, shown.message);
    },
  );

  function decide(
    {
      approveGrant,
      approveExtensionOf,
      denyExtensionOf,
      denyGrant,
      endGrant,
      extendGrant,
      revokeGrant,
      withdrawGrant,
    }: World['app'],
    deps: ReturnType<World['flowDeps']>,
    { action }: Click,
  ): Promise<Decided> {
    const input = { grantId, userId };
    switch (action) {
      case 'approve':
        return approveGrant(deps, input);
      case 'deny':
        return denyGrant(deps, input, '');
      case 'withdraw':
        return withdrawGrant(deps, grantId, userId);
      case 'end':
        return endGrant(deps, grantId, userId);
      case 'extend':
        return extendGrant(deps, input);
      case 'approve-extension':
        return approveExtensionOf(deps, input);
      case 'deny-extension':
        return denyExtensionOf(deps, input);
      case 'revoke':
        return revokeGrant(deps, input, 'not needed any more');
    }
  }
}
