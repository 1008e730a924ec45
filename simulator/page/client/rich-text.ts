import { slackDate } from './dates.ts';
import { type Child, h } from './dom.ts';
import { flag, number, objects, record, string } from './json.ts';
import {
  broadcast,
  channelMention,
  emojiNode,
  groupMention,
  link,
  type Names,
  userMention,
} from './mrkdwn.ts';

/** Renders a rich_text block: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block */
export function richText(block: object, names: Names): Child[] {
  return objects(block, 'elements').map((element) => part(element, names));
}

function part(element: object, names: Names): Child {
  const inside = () => objects(element, 'elements').flatMap((one) => text(one, names));
  switch (string(element, 'type')) {
    case 'rich_text_list': {
      const ordered = string(element, 'style') === 'ordered';
      const items = objects(element, 'elements').map((item) =>
        h(
          'li',
          null,
          objects(item, 'elements').flatMap((one) => text(one, names)),
        ),
      );
      const indent = `rich-list indent-${Math.min(number(element, 'indent') ?? 0, 4)}`;
      return ordered
        ? h('ol', { class: indent, start: (number(element, 'offset') ?? 0) + 1 }, items)
        : h('ul', { class: indent }, items);
    }
    case 'rich_text_quote':
      return h('blockquote', null, inside());
    case 'rich_text_preformatted':
      return h('pre', { class: 'code-block', tabindex: 0 }, inside());
    default:
      return h('div', { class: 'rich-section' }, inside());
  }
}

function text(element: object, names: Names): Child[] {
  switch (string(element, 'type')) {
    case 'text':
      return dressed(lines(string(element, 'text')), element);
    case 'link': {
      const url = string(element, 'url');
      return dressed([link(url, string(element, 'text') || url, names)], element);
    }
    case 'user':
      return [userMention(string(element, 'user_id'), names)];
    case 'usergroup':
      return [groupMention(string(element, 'usergroup_id'), names)];
    case 'channel':
      return [channelMention(string(element, 'channel_id'), names)];
    case 'emoji':
      return [emojiNode(string(element, 'name'))];
    case 'broadcast':
      return [broadcast(string(element, 'range'))];
    case 'color':
      return [h('code', null, string(element, 'value'))];
    case 'date': {
      const unix = number(element, 'timestamp') ?? Number.NaN;
      const fallback = string(element, 'fallback');
      return [h('time', null, slackDate(unix, string(element, 'format'), fallback, names.reader))];
    }
    default:
      return [];
  }
}

function lines(content: string): Child[] {
  return content.split('\n').flatMap((line, i) => [...(i > 0 ? [h('br', null)] : []), line]);
}

function dressed(children: Child[], element: object): Child[] {
  const style = record(element, 'style');
  const tags = [
    ['code', 'code'],
    ['strike', 's'],
    ['italic', 'em'],
    ['bold', 'strong'],
    ['underline', 'u'],
  ] as const;
  return tags.reduce((inner, [name, tag]) => (flag(style, name) ? [h(tag, null, inner)] : inner), children);
}
