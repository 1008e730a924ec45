// What keyboards and Slack do to typed text, undone.

/** What changes how other text is read, or nothing at all; joiners stay, which emoji and Persian are written with. */
const INVISIBLE = /[\u200b\u2060-\u2064\u2066-\u2069\u202a-\u202e\ufeff\u00ad]/g;

/** Somebody mentioned with Slack's own completion: `<@U123|max>`. */
const MENTION = /^<@([UW][A-Z0-9]+)(?:\|([^>]*))?>$/;

/**
 * The words of a command as they were meant: straight quotes, no invisible characters, links as they were typed.
 * Mentions and entities stay as Slack sends them, so that a mention spelt out by hand is none.
 */
export function wordsOf(text: string): string[] {
  return text
    .replace(/<@([UW][A-Z0-9]+)\|([^>]*)>/g, (_, id, name) => `<@${id}|${name.replace(/\s+/g, '')}>`)
    .replace(/<#[CG][A-Z0-9]+\|([^>]*)>/g, '#$1')
    .replace(/<!subteam\^[A-Z0-9]+\|@?([^>]*)>/g, '@$1')
    .replace(/<!(\w+)(?:\|[^>]*)?>/g, '@$1')
    .replace(/<(?![@#!])[^|>]+\|([^>]+)>/g, '$1')
    .replace(/<((?:https?:\/\/|mailto:|tel:)[^>|]+)>/g, '$1')
    .replace(/[\u2018\u2019\u201a\u201b\u2032]/g, "'")
    .replace(/[\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb]/g, '"')
    .replace(INVISIBLE, '')
    .split(/[\s\u00a0]+/u)
    .filter(Boolean);
}

/** The Slack user that a word mentions. */
export function mentioned(word: string | undefined): string | undefined {
  return MENTION.exec(word ?? '')?.[1];
}

/** Words as text again, mentions by name: they are no mentions any more, and ping nobody. */
export function proseOf(words: readonly string[]): string {
  const text = words
    .map((word) => {
      const [, id, name] = MENTION.exec(word) ?? [];
      return id ? `@${name || id}` : entities(word);
    })
    .join(' ')
    .trim();
  return unquoted(text);
}

/** A name as typed, without the quotes, code ticks, commas and channel signs that came along. */
export function nameOf(word: string): string {
  return entities(word)
    .replace(/[\u200c-\u200f]/g, '')
    .replace(/^[`'"#,]+|[`'",]+$/g, '')
    .toLowerCase();
}

function unquoted(text: string): string {
  const [first] = text;
  const inside = text.slice(1, -1);
  const quoted = text.length > 1 && (first === '"' || first === "'" || first === '`') && text.endsWith(first);
  return quoted && !inside.includes(first) ? inside.trim() : text;
}

function entities(word: string): string {
  return word.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');
}
