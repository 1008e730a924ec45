import { parseDuration } from '../domain/duration.ts';
import { type Refused, refused } from '../domain/refused.ts';
import { escapeText } from './blocks.ts';
import { mentioned, nameOf, proseOf, wordsOf } from './typed.ts';

export type Command =
  | { readonly kind: 'modal' | 'help' | 'list' | 'again' | 'unfreeze' }
  /** With the reason, where one was typed: what it is for is asked in the dialog otherwise. */
  | { readonly kind: 'freeze'; readonly reason: string }
  | {
      readonly kind: 'ask';
      readonly services: readonly string[];
      readonly minutes: number;
      readonly justification: string;
      readonly colleagueId?: string;
    }
  | { readonly kind: 'revoke'; readonly principalId: string; readonly service?: string }
  | { readonly kind: 'revoke-all'; readonly service: string }
  | Refused;

const USAGE =
  'Type `/request-access SERVICE 1h WHY` with the name of a service, how long and your reason, or just `/request-access` for a form.';

/** Words that stand alone. */
const ALONE = {
  help: 'help',
  '?': 'help',
  '-h': 'help',
  '--help': 'help',
  list: 'list',
  ls: 'list',
  status: 'list',
  again: 'again',
  unfreeze: 'unfreeze',
} as const;

const ON_IT = 'on the message that I sent you about it, and in my Home tab';
const END = `*End access* is a button ${ON_IT}.`;
const EXTEND = `*Extend* is a button ${ON_IT}: access counts anew from the approval.`;
const WITHDRAW = `*Withdraw*, and *End access* once it runs, are buttons ${ON_IT}.`;
const DECIDE =
  '*Approve* and *Deny* are buttons on the request in its channel, and in my Home tab under “To decide”.';
const REVOKE =
  'Type `/request-access revoke @person`, or `revoke @person SERVICE`. All of a service: `/request-access revoke-all SERVICE`.';

/** What people type who look for a button, or for another word. */
const NO_COMMANDS: Readonly<Record<string, string>> = {
  end: END,
  stop: END,
  finish: END,
  'end-access': END,
  extend: EXTEND,
  extension: EXTEND,
  prolong: EXTEND,
  renew: EXTEND,
  withdraw: WITHDRAW,
  cancel: WITHDRAW,
  undo: WITHDRAW,
  approve: DECIDE,
  accept: DECIDE,
  deny: DECIDE,
  reject: DECIDE,
  decline: DECIDE,
  remove: REVOKE,
  kick: REVOKE,
  revokeall: REVOKE,
};

/** Reads what stands after `/request-access`. */
export function parseCommand(text: string): Command {
  const words = wordsOf(text);
  const [first, second, third] = words;
  if (first === undefined) return { kind: 'modal' };
  const keyword = nameOf(first) || first;
  const asksForTime = readDuration(words.slice(1)) !== undefined;
  if (!asksForTime && isAlone(keyword)) return { kind: ALONE[keyword] };
  if (!asksForTime && keyword === 'freeze') return { kind: 'freeze', reason: proseOf(words.slice(1)) };
  if (!asksForTime && keyword === 'revoke') return revoke(second, third);
  if (!asksForTime && keyword === 'revoke-all') {
    return second
      ? { kind: 'revoke-all', service: nameOf(second) }
      : refused('usage', 'Of which service? `/request-access revoke-all SERVICE`');
  }
  const asked = ask(words);
  // A service that is called so can be asked for all the same.
  if (asked.kind !== 'refused' || !Object.hasOwn(NO_COMMANDS, keyword)) return asked;
  return refused('usage', `“${keyword}” is no command. ${NO_COMMANDS[keyword]}`);
}

function isAlone(word: string): word is keyof typeof ALONE {
  return Object.hasOwn(ALONE, word);
}

function revoke(person: string | undefined, service: string | undefined): Command {
  const principalId = mentioned(person);
  if (principalId) return { kind: 'revoke', principalId, ...(service ? { service: nameOf(service) } : {}) };
  return refused(
    'usage',
    `Whose access? Type \`/request-access revoke @person\`, or \`revoke @person SERVICE\`${person ? '; choose the person from the list that Slack shows after the @' : ''}. All of a service: \`/request-access revoke-all SERVICE\`.`,
  );
}

function ask(words: readonly string[]): Command {
  // "billing, ledger 1h" and "billing,ledger 1h" name two services.
  let at = 1;
  while (words[at - 1]?.endsWith(',') && readDuration(words.slice(at)) === undefined && at < words.length)
    at += 1;
  const services = words.slice(0, at).join('').split(',').map(nameOf).filter(Boolean);
  const rest = inOrder(words.slice(at));
  if (services.length === 0 || rest.length === 0) return refused('usage', `For how long, and why? ${USAGE}`);
  const duration = readDuration(rest);
  if (!duration) {
    const tooLong = readLength(rest, (count) => count > 0 || undefined);
    if (tooLong) {
      const typed = escapeText(proseOf(rest.slice(0, tooLong.used)));
      return refused(
        'duration',
        `${typed} is longer than 29 days, and nobody gets access for longer. ${USAGE}`,
      );
    }
    return refused(
      'duration',
      `"${escapeText(proseOf(rest.slice(0, 1)))}" is no duration. Write whole minutes, hours or days up to 29 days, such as \`15m\`, \`4h\` or \`2d\`. ${USAGE}`,
    );
  }
  const { minutes, used } = duration;
  const why = rest.slice(used);
  const colleagueId = why[0]?.toLowerCase() === 'for' ? mentioned(why[1]) : undefined;
  if (!colleagueId && why[0]?.toLowerCase() === 'for' && why[1]?.startsWith('@')) {
    return refused(
      'usage',
      `I cannot tell who ${why[1]} is. Choose the person from the list that Slack shows after the @.`,
    );
  }
  const justification = proseOf(colleagueId ? why.slice(2) : why);
  return { kind: 'ask', services, minutes, justification, ...(colleagueId ? { colleagueId } : {}) };
}

/** "billing for 1h why" is "billing 1h why", and "billing for @max 1h why" is "billing 1h for @max why". */
function inOrder(rest: readonly string[]): readonly string[] {
  const [first, whom, ...after] = rest;
  if (first?.toLowerCase() !== 'for') return rest;
  if (readLength(rest.slice(1), () => true)) return rest.slice(1);
  const duration = whom ? readDuration(after) : undefined;
  if (!first || !whom || !duration) return rest;
  return [...after.slice(0, duration.used), first, whom, ...after.slice(duration.used)];
}

const UNITS: Readonly<Record<string, 'm' | 'h' | 'd'>> = {
  m: 'm',
  min: 'm',
  mins: 'm',
  minute: 'm',
  minutes: 'm',
  h: 'h',
  hr: 'h',
  hrs: 'h',
  hour: 'h',
  hours: 'h',
  d: 'd',
  day: 'd',
  days: 'd',
};

/** A duration at the beginning, in one word or two: `1h`, `1 hour`, `"30min"`. */
function readDuration(
  words: readonly string[],
): { readonly minutes: number; readonly used: number } | undefined {
  return readLength(words, (count, unit) => parseDuration(`${count}${unit}`));
}

/** What is made of a number and a unit at the beginning, and how many words they take. */
function readLength<T>(
  words: readonly string[],
  make: (count: number, unit: 'm' | 'h' | 'd') => T | undefined,
): { readonly minutes: T; readonly used: number } | undefined {
  const [first = '', second = ''] = words.slice(0, 2).map(nameOf);
  for (const [text, used] of [
    [first, 1],
    [`${first}${second}`, 2],
  ] as const) {
    const [, count, unit = ''] = /^(\d+)([a-z]+)$/.exec(text) ?? [];
    const letter = Object.hasOwn(UNITS, unit) ? UNITS[unit] : undefined;
    const minutes = letter && make(Number(count), letter);
    if (minutes !== undefined && (used === 1 || /^\d+$/.test(first))) return { minutes, used };
  }
  return undefined;
}
