import type { Message } from '../../slack/types.ts';
import { type App, namesFor, nowOf, type Pane, personOf } from './app.ts';
import { avatar } from './avatar.ts';
import { blocks } from './blocks.ts';
import { dayHeading, dayIn, timeIn } from './dates.ts';
import { h, type VNode } from './dom.ts';
import { mrkdwn } from './mrkdwn.ts';
import { messageSurface } from './surfaces.ts';

const SLACKBOT = 'USLACKBOT';

/** A conversation's messages by day, with the replies under the message that they answer. */
export function messageList(app: App, pane: Pane, messages: readonly Message[], name: string): VNode {
  const tz = personOf(app, pane.who)?.tz ?? 'Etc/UTC';
  const shown = new Set(messages.map((message) => message.ts));
  const isReply = ({ ts, thread_ts: thread }: Message) =>
    thread !== undefined && thread !== ts && shown.has(thread);
  let day = '';
  const rows = messages
    .filter((message) => !isReply(message))
    .flatMap((message) => {
      const ms = Number(message.ts) * 1000;
      const own = dayIn(ms, tz);
      const divider =
        own === day
          ? []
          : [
              h(
                'div',
                { class: 'day', key: `day ${own}` },
                h('span', null, dayHeading(ms, { tz, nowMs: nowOf(app) })),
              ),
            ];
      day = own;
      const replies = messages.filter((reply) => isReply(reply) && reply.thread_ts === message.ts);
      return [...divider, messageRow(app, pane, message, replies)];
    });
  return h(
    'div',
    {
      key: `${pane.who} ${name}`,
      class: 'messages',
      role: 'log',
      'aria-label': `Messages in ${name}`,
      tabindex: 0,
      'data-log': pane.id,
      'data-last': messages.at(-1)?.ts ?? '',
    },
    h('div', { class: 'push' }),
    rows,
  );
}

function messageRow(app: App, pane: Pane, message: Message, replies: readonly Message[]): VNode {
  const names = namesFor(app, pane);
  const { bot } = app.parts.meta ?? {};
  const isApp = message.by_bot || message.user === SLACKBOT;
  const author = message.by_bot
    ? (bot?.name ?? 'app')
    : message.user === SLACKBOT
      ? 'Slackbot'
      : names.user(message.user);
  const ms = Number(message.ts) * 1000;
  return h(
    'article',
    {
      key: message.ts,
      class: message.ephemeral_to ? 'message ephemeral' : 'message',
      'aria-label': `${author}, ${timeIn(ms, names.reader.tz)}`,
      'data-ts': message.ts,
    },
    message.ephemeral_to
      ? h('div', { class: 'only-you' }, h('span', { 'aria-hidden': 'true' }, '👁 '), 'Only visible to you')
      : null,
    h(
      'div',
      { class: 'message-row' },
      avatar(app, message.user, message.by_bot),
      h(
        'div',
        { class: 'message-body' },
        h(
          'div',
          { class: 'message-head' },
          h('span', { class: 'author' }, author),
          isApp ? h('span', { class: 'app-badge' }, 'APP') : null,
          h('time', { datetime: new Date(ms).toISOString() }, timeIn(ms, names.reader.tz)),
        ),
        message.blocks.length > 0
          ? h('div', { class: 'blocks' }, blocks(message.blocks, messageSurface(app, pane, message)))
          : h('div', { class: 'blocks' }, h('div', { class: 'block' }, mrkdwn(message.text, names))),
        message.edited ? h('span', { class: 'edited' }, '(edited)') : null,
        replies.length > 0
          ? h(
              'div',
              { class: 'thread' },
              h(
                'div',
                { class: 'thread-head' },
                replies.length === 1 ? '1 reply' : `${replies.length} replies`,
              ),
              replies.map((reply) => messageRow(app, pane, reply, [])),
            )
          : null,
      ),
    ),
  );
}
