import { compact, isObject, type Json, type JsonObject, objectsOf, parseJson } from './json.ts';
import type { Message } from './types.ts';
import type { Workspace } from './workspace.ts';

/** The arguments of a Web API call: form fields are strings, JSON bodies carry any JSON. */
export type Args = JsonObject;

export type ApiContext = { workspace: Workspace; nowMs: number };

export type ApiMethod = (args: Args, context: ApiContext) => JsonObject;

/** A successful reply. */
export function ok(fields: Record<string, Json | undefined> = {}): JsonObject {
  return { ok: true, ...compact(fields) };
}

/** Slack's refusal: `error`, and where there is more to say, `response_metadata.messages`. */
export function refuse(error: string, messages?: string[]): JsonObject {
  return {
    ok: false,
    error,
    ...(messages !== undefined && { errors: messages, response_metadata: { messages } }),
  };
}

/** The refusal for a missing argument. */
export function missing(name: string): JsonObject {
  return refuse('invalid_arguments', [`[ERROR] missing required field: ${name}`]);
}

/** A string argument; empty counts as absent, as it does with Slack. */
export function stringArg(args: Args, name: string): string | undefined {
  const value = args[name];
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A boolean argument, also in the forms that it takes in a form body. */
export function booleanArg(args: Args, name: string): boolean {
  const value = args[name];
  return value === true || value === 'true' || value === '1' || value === 1;
}

/** A JSON argument, decoded where it came as text; undefined where it is absent, `bad` where it is no JSON. */
export function jsonArg(args: Args, name: string): Json | undefined | 'bad' {
  const value = args[name];
  if (value === undefined || value === '') return undefined;
  if (typeof value !== 'string') return value;
  return parseJson(value) ?? 'bad';
}

/** A page of a list by `limit` and `cursor`, with Slack's reply fields for it. */
export function paginate<T>(args: Args, items: readonly T[]): { page: T[]; more: boolean; cursor: string } {
  const limit = Math.min(Math.max(Number(stringArg(args, 'limit') ?? 100) || 100, 1), 999);
  const decoded = Buffer.from(stringArg(args, 'cursor') ?? '', 'base64url').toString();
  const start = Number(/^offset:(\d+)$/.exec(decoded)?.[1] ?? 0);
  const more = start + limit < items.length;
  const cursor = more ? Buffer.from(`offset:${start + limit}`).toString('base64url') : '';
  return { page: items.slice(start, start + limit), more, cursor };
}

/** A message as Slack's replies and payloads show it. */
export function messageJson(workspace: Workspace, message: Message): JsonObject {
  const { bot, team } = workspace;
  return compact({
    type: 'message',
    subtype: message.user === 'USLACKBOT' ? 'bot_message' : undefined,
    user: message.user,
    ts: message.ts,
    text: message.text,
    team: team.id,
    blocks: message.blocks.length > 0 ? message.blocks : undefined,
    thread_ts: message.thread_ts,
    metadata: message.metadata,
    edited: message.edited,
    bot_id: message.by_bot ? bot.botId : undefined,
    app_id: message.by_bot ? bot.appId : undefined,
    bot_profile: message.by_bot
      ? { id: bot.botId, app_id: bot.appId, name: bot.name, team_id: team.id, deleted: false, updated: 0 }
      : undefined,
  });
}

/** The blocks argument, decoded; a refusal where it is no array of objects. */
export function blocksArg(args: Args): JsonObject[] | undefined | 'bad' {
  const value = jsonArg(args, 'blocks');
  if (value === undefined || value === 'bad') return value;
  if (!Array.isArray(value) || !value.every(isObject)) return 'bad';
  return objectsOf(value);
}
