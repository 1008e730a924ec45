import { type Reader, slackDate } from './dates.ts';
import { type Child, h } from './dom.ts';
import { emojiOf } from './emoji.ts';

/** What is needed to show names for ids, and where a link leads. */
export interface Names {
  readonly me: string;
  readonly reader: Reader;
  user(id: string): string;
  usergroup(id: string): string;
  channel(id: string): string;
  openLink(url: string): void;
}

const decode = (text: string) =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

/** Renders Slack's mrkdwn: https://docs.slack.dev/messaging/formatting-message-text */
export function mrkdwn(text: string, names: Names): Child[] {
  return fences(text, names);
}

/** Plain text with emoji, line by line. */
export function plain(text: string): Child[] {
  return lines(text, (line) => emoji(line));
}

function fences(text: string, names: Names): Child[] {
  return text.split(/```\n?([\s\S]*?)\n?```/).flatMap((part, i): Child[] => {
    if (i % 2 === 1) return [h('pre', { class: 'code-block', tabindex: 0 }, decode(part))];
    return part === '' ? [] : quotes(part, names);
  });
}

function quotes(text: string, names: Names): Child[] {
  const out: Child[] = [];
  let quoted: string[] = [];
  let open: string[] = [];
  const flush = () => {
    if (quoted.length > 0)
      out.push(
        h(
          'blockquote',
          null,
          lines(quoted.join('\n'), (l) => inline(l, names)),
        ),
      );
    if (open.length > 0) out.push(...lines(open.join('\n'), (line) => inline(line, names)));
    quoted = [];
    open = [];
  };
  for (const line of text.split('\n')) {
    const quote = /^(?:>|&gt;)\s?(.*)$/s.exec(line);
    if (quote) {
      if (open.length > 0) flush();
      quoted.push(quote[1] ?? '');
    } else {
      if (quoted.length > 0) flush();
      open.push(line);
    }
  }
  flush();
  return out;
}

function lines(text: string, render: (line: string) => Child[]): Child[] {
  return text.split('\n').flatMap((line, i) => [...(i > 0 ? [h('br', null)] : []), ...render(line)]);
}

function inline(text: string, names: Names): Child[] {
  return text.split(/`([^`\n]+)`/).flatMap((part, i): Child[] => {
    if (i % 2 === 1) return [h('code', null, decode(part))];
    return part === '' ? [] : styled(part, names);
  });
}

/** Bold, italic, strike: a mark counts where it stands at the edge of a word, and not inside `<…>`. */
const STYLE =
  /(^|[\s([{>"'.,;:!?–—-])(\*|_|~)(?!\s)((?:<[^>]*>|(?!\2)[^\n<])+?)(?<!\s)\2(?=$|[\s)\]}<"'.,;:!?–—…-])/;
const TAGS: Readonly<Record<string, string>> = { '*': 'strong', _: 'em', '~': 's' };

function styled(text: string, names: Names): Child[] {
  const found = STYLE.exec(text);
  if (!found) return entities(text, names);
  const [whole, before = '', mark = '', inner = ''] = found;
  return [
    ...entities(text.slice(0, found.index) + before, names),
    h(TAGS[mark] ?? 'span', null, styled(inner, names)),
    ...styled(text.slice(found.index + whole.length), names),
  ];
}

function entities(text: string, names: Names): Child[] {
  return text.split(/<([^<>]+)>/).flatMap((part, i): Child[] => {
    if (i % 2 === 1) return [entity(part, names)];
    return part === '' ? [] : bareLinks(part, names);
  });
}

function bareLinks(text: string, names: Names): Child[] {
  return text.split(/(https?:\/\/[^\s<>|]*[^\s<>|.,;:!?)'"])/).flatMap((part, i): Child[] => {
    if (i % 2 === 1) return [link(decode(part), decode(part), names)];
    return part === '' ? [] : emoji(decode(part));
  });
}

function emoji(text: string): Child[] {
  return text.split(/:([a-z0-9_+-]+(?:::skin-tone-\d)?):/).flatMap((part, i): Child[] => {
    if (i % 2 === 0) return part === '' ? [] : [part];
    return [emojiNode(part)];
  });
}

export function emojiNode(name: string): Child {
  const char = emojiOf(name);
  return char === undefined
    ? `:${name}:`
    : h('span', { class: 'emoji', role: 'img', 'aria-label': name.replaceAll('_', ' ') }, char);
}

function entity(body: string, names: Names): Child {
  const [target = '', label] = splitOnce(body, '|');
  if (target.startsWith('@')) return userMention(target.slice(1), names);
  if (target.startsWith('#')) return channelMention(target.slice(1), names);
  if (target.startsWith('!')) return special(target.slice(1), label, names);
  return link(decode(target), label === undefined ? decode(target) : decode(label), names);
}

export function userMention(id: string, names: Names): Child {
  return h('span', { class: id === names.me ? 'mention mention-me' : 'mention' }, `@${names.user(id)}`);
}

export function channelMention(id: string, names: Names): Child {
  return h('span', { class: 'mention' }, `#${names.channel(id)}`);
}

export function groupMention(id: string, names: Names): Child {
  return h('span', { class: 'mention' }, `@${names.usergroup(id)}`);
}

export function broadcast(range: string): Child {
  return h('span', { class: 'mention mention-me' }, `@${range}`);
}

function special(command: string, label: string | undefined, names: Names): Child {
  if (command.startsWith('subteam^')) return groupMention(command.slice('subteam^'.length), names);
  if (command.startsWith('date^')) {
    const [, unix = '', pattern = '', url] = command.split('^');
    const shown = slackDate(Number(unix), pattern, decode(label ?? ''), names.reader);
    const iso = new Date(Number(unix) * 1000).toISOString();
    if (url !== undefined) return link(decode(url), shown, names);
    return h('time', { datetime: iso, title: label === undefined ? iso : decode(label) }, shown);
  }
  if (/^(here|channel|everyone)$/.test(command)) return broadcast(command);
  return label ?? `<${command}>`;
}

export function link(url: string, label: string, names: Names): Child {
  if (!/^(https?:|mailto:|tel:)/.test(url)) return label;
  return h(
    'a',
    {
      href: url,
      rel: 'noreferrer',
      onclick: (event: Event) => {
        // The simulated services are behind the simulated door, and nothing else is fetched from here.
        event.preventDefault();
        names.openLink(url);
      },
    },
    emoji(label),
  );
}

function splitOnce(text: string, at: string): [string, string | undefined] {
  const index = text.indexOf(at);
  return index < 0 ? [text, undefined] : [text.slice(0, index), text.slice(index + 1)];
}
