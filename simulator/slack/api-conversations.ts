import {
  type ApiMethod,
  booleanArg,
  messageJson,
  missing,
  ok,
  paginate,
  refuse,
  stringArg,
} from './api-types.ts';
import type { JsonObject } from './json.ts';
import type { Message } from './types.ts';
import type { Conversation, Workspace } from './workspace.ts';

function conversationJson(workspace: Workspace, where: Conversation): JsonObject {
  const shared = {
    id: where.id,
    is_archived: where.kind === 'channel' && where.channel.is_archived === true,
    context_team_id: workspace.team.id,
  };
  if (where.kind === 'im') {
    return { ...shared, created: where.dm.created, is_im: true, is_org_shared: false, user: where.dm.user };
  }
  const { channel } = where;
  return {
    ...shared,
    name: channel.name,
    name_normalized: channel.name,
    created: channel.created,
    is_channel: !channel.is_private,
    is_group: channel.is_private,
    is_im: false,
    is_mpim: false,
    is_private: channel.is_private,
    is_general: channel.name === 'general',
    is_member: channel.members.includes(workspace.bot.userId),
    num_members: channel.members.length,
    topic: { value: '', creator: '', last_set: 0 },
    purpose: { value: '', creator: '', last_set: 0 },
  };
}

const open: ApiMethod = (args, { workspace }) => {
  const channelId = stringArg(args, 'channel');
  const users = (stringArg(args, 'users') ?? '').split(',').filter((id) => id !== '');
  if (channelId !== undefined) {
    const where = workspace.conversation(channelId);
    if (where?.kind !== 'im') return refuse('channel_not_found');
    return ok({ no_op: true, already_open: true, channel: conversationJson(workspace, where) });
  }
  const [id] = users;
  if (id === undefined) return refuse('users_list_not_supplied');
  // Group direct messages are not simulated.
  if (users.length > 1) return refuse('method_not_supported_for_channel_type');
  const person = workspace.person(id);
  if (person === undefined) return refuse('user_not_found');
  if (person.deleted) return refuse('user_disabled');
  if (person.is_bot) return refuse('cannot_dm_bot');
  const dm = workspace.dmWith(id);
  const where = workspace.conversation(dm.id);
  const full = booleanArg(args, 'return_im') && where !== undefined;
  return ok({
    no_op: true,
    already_open: true,
    channel: full ? conversationJson(workspace, where) : { id: dm.id },
  });
};

/** The conversation that the bot may read, or Slack's refusal. */
function readable(workspace: Workspace, id: string | undefined): Conversation | { refused: JsonObject } {
  if (id === undefined) return { refused: missing('channel') };
  const where = workspace.conversation(id);
  if (where === undefined) return { refused: refuse('channel_not_found') };
  if (workspace.isMember(workspace.bot.userId, id)) return where;
  const hidden = where.kind === 'channel' && where.channel.is_private;
  return { refused: refuse(hidden ? 'channel_not_found' : 'not_in_channel') };
}

const info: ApiMethod = (args, { workspace }) => {
  const id = stringArg(args, 'channel');
  if (id === undefined) return missing('channel');
  const where = workspace.conversation(id);
  return where === undefined
    ? refuse('channel_not_found')
    : ok({ channel: conversationJson(workspace, where) });
};

function between(args: Parameters<ApiMethod>[0]) {
  const oldest = Number(stringArg(args, 'oldest') ?? 0);
  const latest = Number(stringArg(args, 'latest') ?? Number.POSITIVE_INFINITY);
  const inclusive = booleanArg(args, 'inclusive');
  return ({ ts }: Message) => {
    const at = Number(ts);
    return (at > oldest || (inclusive && at === oldest)) && (at < latest || (inclusive && at === latest));
  };
}

const history: ApiMethod = (args, { workspace }) => {
  const where = readable(workspace, stringArg(args, 'channel'));
  if ('refused' in where) return where.refused;
  const messages = workspace
    .messages(where.id)
    .filter((message) => message.ephemeral_to === undefined && message.thread_ts === undefined)
    .filter(between(args))
    .toReversed();
  const { page, more, cursor } = paginate(args, messages);
  return ok({
    messages: page.map((message) => messageJson(workspace, message)),
    has_more: more,
    pin_count: 0,
    response_metadata: more ? { next_cursor: cursor } : undefined,
  });
};

const replies: ApiMethod = (args, { workspace }) => {
  const where = readable(workspace, stringArg(args, 'channel'));
  if ('refused' in where) return where.refused;
  const ts = stringArg(args, 'ts');
  if (ts === undefined) return missing('ts');
  const found = workspace.message(where.id, ts);
  if (found === undefined || found.ephemeral_to !== undefined) return refuse('thread_not_found');
  const root = found.thread_ts ?? found.ts;
  const thread = workspace
    .messages(where.id)
    .filter((message) => message.ephemeral_to === undefined)
    .filter((message) => message.ts === root || message.thread_ts === root);
  const { page, more, cursor } = paginate(args, thread);
  return ok({
    messages: page.map((message) => {
      const json = messageJson(workspace, message);
      if (message.ts !== root) return json;
      const latest = thread.at(-1);
      const count = thread.length - 1;
      return count > 0 && latest !== undefined
        ? { ...json, thread_ts: root, reply_count: count, latest_reply: latest.ts }
        : json;
    }),
    has_more: more,
    response_metadata: more ? { next_cursor: cursor } : undefined,
  });
};

/** The methods of Slack's `conversations` family. */
export const CONVERSATION_METHODS: { readonly [method: string]: ApiMethod } = {
  'conversations.open': open,
  'conversations.info': info,
  'conversations.history': history,
  'conversations.replies': replies,
};
