import type { Message } from '../ports.ts';

// Small builders for Block Kit, and the only place that turns people's text into mrkdwn.

/** Limits of Block Kit: https://docs.slack.dev/reference/block-kit/blocks */
const SECTION_TEXT_MAX = 3000;
const CONTEXT_TEXT_MAX = 2000;
const BUTTON_TEXT_MAX = 75;
export const URL_MAX = 3000;
const ID_MAX = 255;

export type Block = Readonly<Record<string, unknown>>;

/** Makes text of people's making harmless inside mrkdwn: no mentions, no links, no formatting tricks with `<>&`. */
export function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Quotes people's text as a block of its own, each line marked. */
export function quote(text: string): string {
  return clip(escapeText(text), SECTION_TEXT_MAX - 500)
    .split(/\r?\n/)
    .map((line) => `>${line}`)
    .join('\n');
}

/** Cuts text to a length in UTF-16 units, which is how Slack counts, without splitting a character or an entity. */
export function clip(text: string, max: number): string {
  if (text.length <= max) return text;
  const cut = text
    .slice(0, max - 1)
    .replace(/&[a-z]{0,4}$/, '')
    .replace(/[\uD800-\uDBFF]$/, '');
  return `${cut}…`;
}

/** {@link clip} for mrkdwn of our own making: never cuts a mention, a link or a time in two. */
export function clipMrkdwn(text: string, max: number): string {
  if (text.length <= max) return text;
  const cut = clip(text, max);
  const open = cut.lastIndexOf('<');
  return open > cut.lastIndexOf('>') ? `${cut.slice(0, open)}…` : cut;
}

/** The words alone of mrkdwn, for screen readers and notifications: no shortcodes, no asterisks, no backticks. */
export function spoken(text: string): string {
  return text
    .replace(/:[a-z][a-z0-9_+-]*:/g, '')
    .replace(/[*`]/g, '')
    .replace(/[^\S\n]+/g, ' ')
    .replace(/^ +| +$/gm, '')
    .trim();
}

export function mention(userId: string): string {
  return `<@${userId}>`;
}

export function groupMention(usergroupId: string): string {
  return `<!subteam^${usergroupId}>`;
}

/** A time that Slack shows in each reader's own zone; the fallback is UTC. */
export function when(timeMs: number, format: 'time' | 'date' = 'date'): string {
  const fallback = `${new Date(timeMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const pattern = format === 'time' ? '{time}' : '{date_short_pretty} at {time}';
  return `<!date^${Math.floor(timeMs / 1000)}^${pattern}|${fallback}>`;
}

export function plainText(text: string): Block {
  return { type: 'plain_text', text, emoji: true };
}

/** A paragraph; the block id is for those with a button, and unique in its message. */
export function section(text: string, accessory?: Block, blockId?: string): Block {
  return {
    type: 'section',
    ...(blockId ? { block_id: blockId.slice(0, ID_MAX) } : {}),
    text: { type: 'mrkdwn', text: clipMrkdwn(text, SECTION_TEXT_MAX) },
    ...(accessory ? { accessory } : {}),
  };
}

export function context(...texts: string[]): Block {
  return {
    type: 'context',
    elements: texts
      .slice(0, 10)
      .map((text) => ({ type: 'mrkdwn', text: clipMrkdwn(text, CONTEXT_TEXT_MAX) })),
  };
}

export interface Button {
  readonly label: string;
  readonly action: string;
  /** A grant id and nothing else. */
  readonly value: string;
  readonly style?: 'primary' | 'danger';
  readonly url?: string;
  readonly confirm?: Block;
  /** What a screen reader says instead of the label, where the label alone does not tell what it is about. */
  readonly says?: string;
}

export function button({ label, action, value, style, url, confirm, says }: Button): Block {
  return {
    type: 'button',
    action_id: action,
    text: { type: 'plain_text', text: clip(label, BUTTON_TEXT_MAX), emoji: true },
    ...(value ? { value } : {}),
    ...(style ? { style } : {}),
    ...(url ? { url } : {}),
    ...(says ? { accessibility_label: clip(says, BUTTON_TEXT_MAX) } : {}),
    ...(confirm ? { confirm } : {}),
  };
}

export function actions(blockId: string, buttons: readonly Button[]): Block {
  return { type: 'actions', block_id: blockId.slice(0, ID_MAX), elements: buttons.map(button) };
}

/** A message whose text, for notifications and screen readers, says the same as its blocks in short. */
export function message(text: string, blocks: readonly Block[]): Message {
  return { text: clipMrkdwn(spoken(text), SECTION_TEXT_MAX) || 'Latchkey', blocks };
}

/** A message of one sentence. */
export function plain(text: string): Message {
  return message(text, [section(text)]);
}
