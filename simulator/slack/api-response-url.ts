import type { ApiContext, Args } from './api-types.ts';
import { blocksArg, booleanArg, stringArg } from './api-types.ts';
import { describeViolation, validateMessage } from './block-kit.ts';

export type ResponseUrlReply = { status: number; error?: string; messages?: string[] };

/** What a POST to a response_url does; every post to a live one counts as a use, refused content too. */
export function postToResponseUrl(id: string, body: Args, { workspace }: ApiContext): ResponseUrlReply {
  const url = workspace.tokens.useResponseUrl(id);
  if (typeof url === 'string') return { status: 404, error: url };
  const original = url.messageTs === undefined ? undefined : workspace.message(url.channel, url.messageTs);
  if (booleanArg(body, 'delete_original')) {
    if (original === undefined) return { status: 404, error: 'message_not_found' };
    workspace.remove(original);
    return { status: 200 };
  }
  const text = stringArg(body, 'text');
  const blocks = blocksArg(body);
  if (blocks === 'bad') return { status: 400, error: 'invalid_blocks_format' };
  if (text === undefined && (blocks === undefined || blocks.length === 0)) {
    return { status: 400, error: 'no_text' };
  }
  const violations = validateMessage({ text, blocks });
  if (violations.length > 0) {
    return { status: 400, error: 'invalid_blocks', messages: violations.map(describeViolation) };
  }
  if (booleanArg(body, 'replace_original') && original !== undefined) {
    workspace.edit(original, { text: text ?? '', blocks: blocks ?? [] });
    return { status: 200 };
  }
  const thread = stringArg(body, 'thread_ts');
  workspace.post({
    channel: url.channel,
    user: workspace.bot.userId,
    text: text ?? '',
    blocks: blocks ?? [],
    ...(thread !== undefined && { thread_ts: thread }),
    ...(stringArg(body, 'response_type') !== 'in_channel' && { ephemeral_to: url.user }),
  });
  return { status: 200 };
}
