import type { Message, OpenView, Person, Team, Usergroup } from './types.ts';
import type { Workspace } from './workspace.ts';

export type ViewerConversation = { id: string; name: string; messages: Message[] };

/** What one person sees of the workspace. */
export type ViewerSnapshot = {
  me: Person;
  team: Team;
  people: Person[];
  usergroups: Usergroup[];
  channels: (ViewerConversation & { members: string[]; is_private: boolean; is_archived: boolean })[];
  /** The direct messages with the app's bot. */
  dm: ViewerConversation | undefined;
  /** The modal in front, if any, and how many lie under it. */
  modal: OpenView | undefined;
  modalDepth: number;
  home: OpenView | undefined;
};

/** A copy of what this person sees: their channels, direct messages, ephemeral messages, modal and App Home. */
export function viewAs(workspace: Workspace, userId: string): ViewerSnapshot {
  const me = workspace.person(userId);
  if (me === undefined) throw new Error(`no person ${userId} in this workspace`);
  const seen = (id: string) =>
    workspace
      .messages(id)
      .filter((message) => message.ephemeral_to === undefined || message.ephemeral_to === userId);
  const dm = me.is_bot ? undefined : workspace.dmWith(userId);
  const stack = workspace.views.stack(userId);
  return structuredClone({
    me,
    team: workspace.team,
    people: [...workspace.people()],
    usergroups: [...workspace.usergroups()],
    channels: workspace
      .channels()
      .filter((channel) => channel.members.includes(userId))
      .map(({ id, name, members, is_private, is_archived = false }) => ({
        id,
        name,
        members,
        is_private,
        is_archived,
        messages: seen(id),
      })),
    dm: dm && { id: dm.id, name: workspace.bot.name, messages: seen(dm.id) },
    modal: stack.at(-1),
    modalDepth: stack.length,
    home: workspace.views.home(userId),
  });
}
