import type { ViewerPart } from '../protocol.ts';
import { type App, isUnread, nowOf, type Pane, peopleOf, personOf, viewerOf } from './app.ts';
import { avatar } from './avatar.ts';
import { blocks } from './blocks.ts';
import { composer } from './composer.ts';
import { timeIn } from './dates.ts';
import { h, type VNode } from './dom.ts';
import { messageList } from './messages.ts';
import { confirmDialog, modal } from './modal.ts';
import { viewSurface } from './surfaces.ts';

/** One person's Slack: who they are, where they are, what they read there. */
export function slackPane(app: App, pane: Pane): VNode {
  const viewer = viewerOf(app, pane.who);
  const person = personOf(app, pane.who);
  const open = viewer?.me.deleted ? undefined : viewer?.modal;
  const covered = open !== undefined || app.confirm?.pane === pane.id;
  return h(
    'section',
    {
      key: pane.id,
      class: 'pane',
      'aria-label': `Slack of ${person?.name ?? pane.who}`,
      'data-pane': pane.id,
    },
    h(
      'div',
      { class: 'pane-in', inert: covered },
      switcher(app, pane),
      h(
        'div',
        { class: 'pane-body' },
        viewer && !viewer.me.deleted ? rooms(app, pane, viewer) : null,
        viewer ? (viewer.me.deleted ? gone(viewer) : room(app, pane, viewer)) : loading(),
      ),
    ),
    viewer && open ? modal(app, pane, open, viewer.modalDepth) : null,
    app.confirm?.pane === pane.id ? confirmDialog(app, pane, app.confirm) : null,
  );
}

/** Shows a person in a pane, at a place that they have. */
export function become(app: App, pane: Pane, who: string, where = pane.where): void {
  pane.who = who;
  pane.where = where;
  app.menu = undefined;
  app.redraw();
}

export function goTo(app: App, pane: Pane, where: string, tab: Pane['tab'] = 'messages'): void {
  pane.where = where;
  pane.tab = tab;
  if (where === 'app' && tab === 'home') void app.dispatch({ do: 'home', who: pane.who });
  app.redraw();
}

function switcher(app: App, pane: Pane): VNode {
  const person = personOf(app, pane.who);
  return h(
    'header',
    { class: 'who' },
    avatar(app, pane.who, false, 'large'),
    h(
      'div',
      { class: 'who-text' },
      h(
        'div',
        { class: 'who-name' },
        person?.name ?? pane.who,
        person?.badge ? h('span', { class: `badge ${person.badge}` }, person.badge) : null,
      ),
      h(
        'div',
        { class: 'who-about' },
        person?.title ? `${person.title} · ` : null,
        person ? timeIn(nowOf(app), person.tz) : null,
        person ? h('span', { class: 'who-where' }, ` in ${place(person.tz)}`) : null,
      ),
    ),
    h(
      'div',
      { class: 'people', role: 'group', 'aria-label': 'Be somebody else' },
      peopleOf(app).map((other) => {
        const unread = Object.keys(other.newest).some((where) => isUnread(app, other, where));
        const about = `${other.name}${other.title ? `, ${other.title}` : ''}`;
        return h(
          'button',
          {
            key: other.id,
            type: 'button',
            class: other.id === pane.who ? 'person current' : 'person',
            title: about,
            'aria-label': unread ? `${about}, has news` : about,
            'aria-pressed': other.id === pane.who ? 'true' : 'false',
            onclick: () => become(app, pane, other.id),
          },
          avatar(app, other.id),
          unread && other.id !== pane.who ? h('span', { class: 'dot' }) : null,
        );
      }),
    ),
  );
}

const place = (tz: string) => (tz.split('/').at(-1) ?? tz).replaceAll('_', ' ');

function rooms(app: App, pane: Pane, viewer: ViewerPart): VNode {
  const person = personOf(app, pane.who);
  const at = where(pane, viewer);
  const item = (id: string, label: VNode | string, isApp = false) => {
    const conversation = isApp ? (viewer.dm?.id ?? '') : id;
    const unread = person !== undefined && at !== id && isUnread(app, person, conversation);
    return h(
      'button',
      {
        key: id,
        type: 'button',
        class: `room ${at === id ? 'current' : ''} ${unread ? 'unread' : ''}`,
        'aria-current': at === id ? 'true' : undefined,
        onclick: () => goTo(app, pane, id, isApp ? pane.tab : 'messages'),
      },
      label,
      unread ? h('span', { class: 'dot', role: 'img', 'aria-label': 'news' }) : null,
    );
  };
  return h(
    'nav',
    { class: 'rooms', 'aria-label': 'Channels and direct messages' },
    h('div', { class: 'team' }, app.parts.meta?.team ?? ''),
    h('div', { class: 'rooms-head' }, 'Channels'),
    viewer.channels.map((channel) => item(channel.id, `# ${channel.name}`)),
    h('div', { class: 'rooms-head' }, 'Apps'),
    item('app', h('span', { class: 'app-room' }, app.parts.meta?.bot.name ?? 'app'), true),
  );
}

/** Where the pane is, or the first place that this person has. */
function where(pane: Pane, viewer: ViewerPart): string {
  if (pane.where === 'app') return 'app';
  const known = viewer.channels.some((channel) => channel.id === pane.where);
  return known ? pane.where : (viewer.channels[0]?.id ?? 'app');
}

function room(app: App, pane: Pane, viewer: ViewerPart): VNode {
  const at = where(pane, viewer);
  if (at === 'app') return appRoom(app, pane, viewer);
  const channel = viewer.channels.find(({ id }) => id === at);
  const name = `#${channel?.name ?? at}`;
  const members = channel?.members.length ?? 0;
  return h(
    'div',
    { class: 'room-main', key: at },
    h('div', { class: 'room-head' }, h('h2', null, name), h('span', null, `${members} members`)),
    messageList(app, pane, channel?.messages ?? [], name),
    channel?.messages.length === 0 ? empty(app, name) : null,
    channel?.is_archived
      ? h('p', { class: 'closed' }, 'This channel is archived: nobody can write here.')
      : composer(app, pane, at, name),
  );
}

const loading = () => h('div', { class: 'loading' }, 'Loading…');

/** Slack's accounts and Google's are two things: what ends here ends nothing there. */
function gone({ me }: ViewerPart): VNode {
  return h(
    'div',
    { class: 'room-main', key: 'gone' },
    h(
      'div',
      { class: 'empty' },
      h('p', null, `${me.real_name} has left this Slack workspace.`),
      h('p', null, 'What they can still open is seen under Services.'),
    ),
  );
}

function empty(app: App, name: string): VNode {
  const command = app.parts.meta?.commands[0];
  return h(
    'div',
    { class: 'empty' },
    h('p', null, `Nothing has been said in ${name} yet.`),
    command ? h('p', null, 'Type ', h('code', null, '/'), ' below to ask for access.') : null,
  );
}

function appRoom(app: App, pane: Pane, viewer: ViewerPart): VNode {
  const name = app.parts.meta?.bot.name ?? 'app';
  const tab = (id: Pane['tab'], label: string) =>
    h(
      'button',
      {
        key: id,
        type: 'button',
        role: 'tab',
        id: `tab-${pane.id}-${id}`,
        class: pane.tab === id ? 'tab current' : 'tab',
        'aria-selected': pane.tab === id ? 'true' : 'false',
        onclick: () => goTo(app, pane, 'app', id),
      },
      label,
    );
  return h(
    'div',
    { class: 'room-main', key: 'app' },
    h(
      'div',
      { class: 'room-head' },
      h('h2', null, name),
      h(
        'div',
        { class: 'tabs', role: 'tablist', 'aria-label': name },
        tab('home', 'Home'),
        tab('messages', 'Messages'),
      ),
    ),
    pane.tab === 'home' ? home(app, pane, viewer) : messageList(app, pane, viewer.dm?.messages ?? [], name),
    pane.tab === 'messages' && viewer.dm?.messages.length === 0
      ? h(
          'div',
          { class: 'empty' },
          h('p', null, `${name} writes to you here once you have asked for something.`),
        )
      : null,
    pane.tab === 'messages' ? composer(app, pane, 'dm', name) : null,
  );
}

function home(app: App, pane: Pane, viewer: ViewerPart): VNode {
  const open = viewer.home;
  return h(
    'div',
    { class: 'home', key: 'home', tabindex: 0, role: 'tabpanel', 'aria-labelledby': `tab-${pane.id}-home` },
    open
      ? blocks(open.view.blocks, viewSurface(app, pane, open, 'home'))
      : h('div', { class: 'empty' }, h('p', null, 'This app has published no Home for you.')),
  );
}
