import { parseDuration } from '../domain/duration.ts';
import { type Refused, refused } from '../domain/refused.ts';

export type Command =
  | { readonly kind: 'modal' }
  | { readonly kind: 'help' }
  | { readonly kind: 'list' }
  | {
      readonly kind: 'ask';
      readonly service: string;
      readonly minutes: number;
      readonly justification: string;
    }
  | Refused;

const USAGE =
  'Type `/request-access SERVICE DURATION JUSTIFICATION`, for example `/request-access billing 1h INC-42 why I need it`, or just `/request-access`.';

/** Reads what stands after `/request-access`. */
export function parseCommand(text: string): Command {
  const words = clean(text);
  const [first, second, ...rest] = words;
  if (first === undefined) return { kind: 'modal' };
  if (words.length === 1 && /^(help|\?|-h|--help)$/i.test(first)) return { kind: 'help' };
  if (words.length === 1 && /^(list|ls)$/i.test(first)) return { kind: 'list' };
  if (second === undefined) {
    return refused('usage', `For how long, and why? ${USAGE}`);
  }
  const minutes = parseDuration(second);
  if (minutes === undefined) {
    return refused(
      'duration',
      `"${second}" is no duration. Write whole minutes, hours or days up to 29 days, such as \`15m\`, \`4h\` or \`2d\`. ${USAGE}`,
    );
  }
  return { kind: 'ask', service: first.toLowerCase(), minutes, justification: rest.join(' ') };
}

/** Undoes what keyboards and Slack do to typed text: smart quotes, dashes, code ticks, links, stray spaces. */
function clean(text: string): string[] {
  const plain = text
    .replace(/<(?:https?:\/\/|mailto:|tel:)?([^|>]+)\|([^>]+)>/g, '$2')
    .replace(/<(https?:\/\/[^>]+)>/g, '$1')
    .replace(/[\u2018\u2019\u201a\u2032]/g, "'")
    .replace(/[\u201c\u201d\u201e\u2033]/g, '"')
    .replace(/[\u200b-\u200d\u2060\ufeff]/g, '')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&');
  const words = plain.split(/\s+/u).filter(Boolean);
  return words.map((word, i) => (i < 2 ? word.replace(/^[`'"]+|[`'"]+$/g, '') : word)).filter(Boolean);
}
