import type { Message, OpenView } from './types.ts';
import { SLACKBOT, type Workspace } from './workspace.ts';

export type Seen = {
  messages: Message[];
  modal?: OpenView;
  home?: OpenView;
  errors: { [blockId: string]: string };
  notice?: string;
};

/** Watches what one person sees, from now until `stop`. */
export function watch(workspace: Workspace, userId: string): { stop(): Seen } {
  const fresh = new Set<Message>();
  const off = workspace.onChange((change) => {
    if (!('message' in change)) return;
    const { message, type } = change;
    const visible =
      message.ephemeral_to === undefined
        ? workspace.isMember(userId, message.channel)
        : message.ephemeral_to === userId;
    if (type === 'message_deleted') fresh.delete(message);
    else if (visible) fresh.add(message);
  });
  return {
    stop: () => {
      off();
      const modal = workspace.views.top(userId);
      const home = workspace.views.home(userId);
      const messages = [...fresh];
      const notice = modal?.banner ?? messages.find((message) => message.user === SLACKBOT)?.text;
      return structuredClone({
        messages,
        errors: modal?.errors ?? {},
        ...(modal !== undefined && { modal }),
        ...(home !== undefined && { home }),
        ...(notice !== undefined && { notice }),
      });
    },
  };
}
