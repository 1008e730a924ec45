import { type App, markSeen, type PanelName, panels } from './app.ts';
import { h, render, type VNode } from './dom.ts';
import { doorDialog, watchDoor } from './door-dialog.ts';
import { doorsPanel } from './doors.ts';
import { guideBar } from './guide.ts';
import { focusError } from './modal.ts';
import { dispatch, follow, post } from './net.ts';
import { slackPane } from './pane.ts';
import { peoplePanel } from './people-panel.ts';
import { restore, save } from './session.ts';
import { timelinePanel } from './timeline-panel.ts';
import { topBar, troubleBar } from './top.ts';
import { weatherPanel } from './weather-panel.ts';

const root = document.querySelector('#app');
if (!root) throw new Error('the page has no #app');

let drawing = false;
const app: App = {
  parts: {},
  entries: new Map(),
  connected: true,
  clockAt: performance.now(),
  panes: [],
  split: matchMedia('(min-width: 1360px)').matches,
  panel: 'services',
  phone: 'slack',
  drafts: new Map(),
  optionTexts: new Map(),
  composer: new Map(),
  seen: new Map(),
  busy: new Set(),
  combos: new Map(),
  menu: undefined,
  confirm: undefined,
  door: undefined,
  toast: undefined,
  folds: new Map(),
  filter: { grant: '', hidden: new Set(['read']) },
  meddle: { service: '', email: '' },
  change: { person: '', email: undefined },
  focusErrors: undefined,
  hints: undefined,
  redraw() {
    if (drawing) return;
    drawing = true;
    requestAnimationFrame(() => {
      drawing = false;
      draw();
    });
  },
  dispatch: (step, busy) => dispatch(app, step, busy),
  post,
};
restore(app);
const refollow = follow(app);
refollow();
setInterval(() => {
  if (app.parts.clock?.running) app.redraw();
}, 1000);

function draw(): void {
  begin();
  refollow();
  markSeen(app);
  watchDoor(app);
  save(app);
  const pinned = [...document.querySelectorAll<HTMLElement>('[data-log]')].map((log) => ({
    log,
    last: log.dataset.last,
    atEnd: log.scrollHeight - log.scrollTop - log.clientHeight < 80,
  }));
  if (root) render(root, app.parts.meta ? page() : h('div', { class: 'loading' }, 'Loading…'));
  focusError(app);
  for (const log of document.querySelectorAll<HTMLElement>('[data-log]')) {
    const before = pinned.find((one) => one.log === log);
    // Who reads further up is left there; what is new shows at the end.
    if (!before || before.atEnd) log.scrollTop = log.scrollHeight;
  }
}

/** Whom the page shows first is the server's to say. */
function begin(): void {
  const { meta } = app.parts;
  if (!meta || app.panes.length > 0) return;
  const [a = '', b = a] = meta.firstPeople;
  app.panes = [
    { id: 'a', who: a, where: meta.firstChannel, tab: 'messages' },
    { id: 'b', who: b, where: meta.firstChannel, tab: 'messages' },
  ];
}

function page(): VNode {
  const real = app.parts.meta?.mode === 'socket';
  const titles: Record<PanelName, string> = {
    services: 'Services',
    weather: 'Weather',
    people: 'People',
    timeline: 'Timeline',
  };
  const bodies = {
    services: doorsPanel,
    weather: weatherPanel,
    people: peoplePanel,
    timeline: timelinePanel,
  };
  const stormy = Object.values(app.parts.weather ?? {}).some((one) => one !== 'fair' && one !== 0);
  const choose = (name: PanelName) => () => {
    app.panel = name;
    app.phone = name;
    app.redraw();
  };
  return h(
    'div',
    { class: `page ${app.split ? 'split' : 'single'} phone-${app.phone}` },
    h(
      'div',
      { class: 'under', inert: app.door !== undefined },
      topBar(app),
      troubleBar(app),
      real ? null : guideBar(app),
      h(
        'main',
        null,
        h(
          'div',
          { class: 'slacks', key: 'slacks' },
          real
            ? realSlack()
            : (app.split ? app.panes : app.panes.slice(0, 1)).map((pane) => slackPane(app, pane)),
        ),
        h(
          'section',
          { class: 'side', 'aria-label': titles[app.panel], key: 'side' },
          h(
            'div',
            { class: 'side-tabs' },
            panels.map((name) =>
              h(
                'button',
                {
                  key: name,
                  type: 'button',
                  class: app.panel === name ? 'side-tab current' : 'side-tab',
                  'aria-pressed': app.panel === name ? 'true' : 'false',
                  onclick: choose(name),
                },
                titles[name],
                name === 'weather' && stormy
                  ? h('span', { class: 'dot storm', role: 'img', 'aria-label': 'not fair' })
                  : null,
              ),
            ),
          ),
          bodies[app.panel](app),
        ),
      ),
      h(
        'nav',
        { class: 'phone-tabs', 'aria-label': 'Parts of the page' },
        (['slack', ...panels] as const).map((name) =>
          h(
            'button',
            {
              key: name,
              type: 'button',
              class: app.phone === name ? 'phone-tab current' : 'phone-tab',
              'aria-pressed': app.phone === name ? 'true' : 'false',
              onclick: () => {
                app.phone = name;
                if (name !== 'slack') app.panel = name;
                app.redraw();
              },
            },
            name === 'slack' ? 'Slack' : titles[name],
          ),
        ),
      ),
    ),
    app.door ? doorDialog(app, app.door) : null,
    h(
      'div',
      { class: 'toasts', role: 'status', 'aria-live': 'polite' },
      app.toast ? h('div', { class: app.toast.bad ? 'toast bad' : 'toast' }, app.toast.text) : null,
    ),
  );
}

function realSlack(): VNode {
  return h(
    'section',
    { class: 'pane real', 'aria-label': 'Slack' },
    h('h2', null, 'Connected to your Slack workspace'),
    h(
      'p',
      null,
      'Type ',
      h('code', null, '/request-access'),
      ' there. IAP and Cloud Run are simulated on this page.',
    ),
  );
}
