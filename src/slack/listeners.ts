import type { SlashCommand } from '@slack/bolt';
import { isRefused } from '../domain/refused.ts';
import { listing } from '../flows/list.ts';
import { plain } from './blocks.ts';
import type { Delivery } from './delivery.ts';
import { helpMessage, listMessage } from './help.ts';
import { type Answer, answering, type Click, type ListenerDeps } from './listeners/answer.ts';
import { askingListeners } from './listeners/asking.ts';
import { decidingListeners } from './listeners/deciding.ts';
import { revokingListeners } from './listeners/revoking.ts';
import { parseCommand } from './parse-command.ts';

/** What happens when people type, click and submit: read the wish, let a flow decide, say what came of it. */
export function createListeners(deps: ListenerDeps) {
  const asking = askingListeners(deps);
  const deciding = decidingListeners(deps);
  const revoking = revokingListeners(deps);
  const actions: Readonly<Record<string, (click: Click) => Promise<Answer>>> = {
    ...asking.actions,
    ...deciding.actions,
    ...revoking.actions,
  };

  return {
    ...asking,
    ...deciding,
    ...revoking,
    actions,

    async command(delivery: Delivery, { text = '', trigger_id: triggerId }: SlashCommand): Promise<Answer> {
      const { userId } = delivery;
      return await answering(deps, async () => {
        const wish = parseCommand(text);
        if (isRefused(wish)) return plain(wish.reason);
        switch (wish.kind) {
          case 'modal':
            await asking.openForm(triggerId);
            return undefined;
          case 'help':
          case 'list': {
            const found = await listing(deps.flows, userId);
            if (isRefused(found)) return plain(found.reason);
            return wish.kind === 'help' ? helpMessage(found) : listMessage(found);
          }
          case 'again':
            return await asking.againByCommand(delivery, triggerId);
          case 'ask':
            return await asking.askByCommand(delivery, wish, triggerId);
          case 'revoke':
          case 'revoke-all':
            return await revoking.revokeByCommand(wish, userId, triggerId);
          case 'freeze':
            return await revoking.freezeByCommand(wish.reason, userId, triggerId);
          case 'unfreeze':
            return await revoking.freezeByCommand(null, userId, triggerId);
        }
      });
    },

    async openHome(userId: string): Promise<void> {
      await deps.homes.open(userId);
    },
  };
}
