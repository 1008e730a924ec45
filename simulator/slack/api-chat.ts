import {
  type ApiContext,
  type ApiMethod,
  type Args,
  blocksArg,
  jsonArg,
  messageJson,
  missing,
  ok,
  refuse,
  stringArg,
} from './api-types.ts';
import { describeViolation, validateMessage } from './block-kit.ts';
import { SURFACE_LIMITS } from './block-kit-limits.ts';
import { isObject, type JsonObject } from './json.ts';
import type { Message } from './types.ts';
import type { Conversation, Workspace } from './workspace.ts';

type Content = {
  text: string | undefined;
  blocks: JsonObject[] | undefined;
  metadata: JsonObject | undefined;
};

/** What is to be said, checked; or Slack's refusal. */
function contentOf(args: Args): Content | { refused: JsonObject } {
  const text = stringArg(args, 'text');
  const blocks = blocksArg(args);
  if (blocks === 'bad') return { refused: refuse('invalid_blocks_format') };
  if (text === undefined && (blocks === undefined || blocks.length === 0)) {
    return { refused: refuse('no_text') };
  }
  if (text !== undefined && text.length > SURFACE_LIMITS.message.text) {
    return { refused: refuse('msg_too_long') };
  }
  const violations = validateMessage({ blocks });
  if (violations.length > 0) {
    return { refused: refuse('invalid_blocks', violations.map(describeViolation)) };
  }
  const metadata = jsonArg(args, 'metadata');
  if (metadata !== undefined && !isObject(metadata)) return { refused: refuse('invalid_metadata_format') };
  return { text, blocks, metadata };
}

/** To a bot that is not in it, a private channel does not exist. */
function isHidden(workspace: Workspace, where: Conversation): boolean {
  const isPrivate = where.kind === 'channel' && where.channel.is_private;
  return isPrivate && !workspace.isMember(workspace.bot.userId, where.id);
}

/**
 * The direct messages with a person. Those with somebody who left are still there and take what is posted:
 * https://github.com/slackapi/python-slack-sdk/issues/1156
 */
function directWith(workspace: Workspace, id: string): string | undefined {
  const person = /^[UW]/.test(id) ? workspace.person(id) : undefined;
  if (person === undefined || person.is_bot) return undefined;
  return person.deleted ? workspace.openedDm(id)?.id : workspace.dmWith(id).id;
}

/** Where the bot may write, or Slack's refusal; a user id stands for the direct message with that person. */
function destination(workspace: Workspace, id: string | undefined): Conversation | { refused: JsonObject } {
  if (id === undefined) return { refused: missing('channel') };
  const where = workspace.conversation(directWith(workspace, id) ?? id);
  if (where === undefined) return { refused: refuse('channel_not_found') };
  if (where.kind === 'channel' && where.channel.is_archived) return { refused: refuse('is_archived') };
  if (workspace.isMember(workspace.bot.userId, where.id)) return where;
  return { refused: refuse(isHidden(workspace, where) ? 'channel_not_found' : 'not_in_channel') };
}

/** A parent for a threaded message; Slack threads hang on top-level messages that everybody sees. */
function threadOf(
  workspace: Workspace,
  channel: string,
  args: Args,
): string | undefined | { refused: JsonObject } {
  const ts = stringArg(args, 'thread_ts');
  if (ts === undefined) return undefined;
  if (!/^\d+\.\d{6}$/.test(ts)) return { refused: refuse('invalid_thread_ts') };
  const parent = workspace.message(channel, ts);
  if (parent === undefined || parent.ephemeral_to !== undefined)
    return { refused: refuse('thread_not_found') };
  return parent.thread_ts ?? parent.ts;
}

function send(
  args: Args,
  { workspace }: ApiContext,
  ephemeralTo?: string,
): Message | { refused: JsonObject } {
  const where = destination(workspace, stringArg(args, 'channel'));
  if ('refused' in where) return where;
  if (ephemeralTo !== undefined && !workspace.isMember(ephemeralTo, where.id)) {
    return { refused: refuse('user_not_in_channel') };
  }
  const content = contentOf(args);
  if ('refused' in content) return content;
  const thread = threadOf(workspace, where.id, args);
  if (typeof thread === 'object') return thread;
  return workspace.post({
    channel: where.id,
    user: workspace.bot.userId,
    text: content.text ?? '',
    blocks: content.blocks ?? [],
    ...(thread !== undefined && { thread_ts: thread }),
    ...(content.metadata !== undefined && { metadata: content.metadata }),
    ...(ephemeralTo !== undefined && { ephemeral_to: ephemeralTo }),
  });
}

const postMessage: ApiMethod = (args, context) => {
  const sent = send(args, context);
  if ('refused' in sent) return sent.refused;
  return ok({ channel: sent.channel, ts: sent.ts, message: messageJson(context.workspace, sent) });
};

const postEphemeral: ApiMethod = (args, context) => {
  const user = stringArg(args, 'user');
  if (user === undefined) return missing('user');
  const sent = send(args, context, user);
  return 'refused' in sent ? sent.refused : ok({ message_ts: sent.ts });
};

/** The bot's own message named by `channel` and `ts`; ephemeral ones cannot be reached this way. */
function ownMessage(
  args: Args,
  { workspace }: ApiContext,
  denied: string,
): Message | { refused: JsonObject } {
  const channel = stringArg(args, 'channel');
  const ts = stringArg(args, 'ts');
  if (channel === undefined) return { refused: missing('channel') };
  if (ts === undefined) return { refused: missing('ts') };
  const where = workspace.conversation(channel);
  if (where === undefined || isHidden(workspace, where)) return { refused: refuse('channel_not_found') };
  const message = workspace.message(channel, ts);
  if (message === undefined || message.ephemeral_to !== undefined) {
    return { refused: refuse('message_not_found') };
  }
  return message.by_bot ? message : { refused: refuse(denied) };
}

const update: ApiMethod = (args, context) => {
  const message = ownMessage(args, context, 'cant_update_message');
  if ('refused' in message) return message.refused;
  const where = context.workspace.conversation(message.channel);
  if (where?.kind === 'channel' && where.channel.is_archived) return refuse('is_inactive');
  const content = contentOf(args);
  if ('refused' in content) return content.refused;
  // Blocks that are not given stay, as Slack documents; text belongs to the new version.
  context.workspace.edit(message, {
    text: content.text ?? '',
    ...(content.blocks !== undefined && { blocks: content.blocks }),
    ...(content.metadata !== undefined && { metadata: content.metadata }),
  });
  return ok({
    channel: message.channel,
    ts: message.ts,
    text: message.text,
    message: messageJson(context.workspace, message),
  });
};

const remove: ApiMethod = (args, context) => {
  const message = ownMessage(args, context, 'cant_delete_message');
  if ('refused' in message) return message.refused;
  context.workspace.remove(message);
  return ok({ channel: message.channel, ts: message.ts });
};

const getPermalink: ApiMethod = (args, { workspace }) => {
  const channel = stringArg(args, 'channel');
  const ts = stringArg(args, 'message_ts');
  if (channel === undefined) return missing('channel');
  if (ts === undefined) return missing('message_ts');
  if (workspace.conversation(channel) === undefined) return refuse('channel_not_found');
  const message = workspace.message(channel, ts);
  if (message === undefined || message.ephemeral_to !== undefined) return refuse('message_not_found');
  const base = `https://${workspace.team.domain}.slack.com/archives/${channel}/p${ts.replace('.', '')}`;
  const thread = message.thread_ts === undefined ? '' : `?thread_ts=${message.thread_ts}&cid=${channel}`;
  return ok({ channel, permalink: base + thread });
};

/** The methods of Slack's `chat` family. */
export const CHAT_METHODS: { readonly [method: string]: ApiMethod } = {
  'chat.postMessage': postMessage,
  'chat.postEphemeral': postEphemeral,
  'chat.update': update,
  'chat.delete': remove,
  'chat.getPermalink': getPermalink,
};
