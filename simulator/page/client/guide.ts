import { type App, type Pane, peopleOf, personOf, visit } from './app.ts';
import { h, type VNode } from './dom.ts';
import { become } from './pane.ts';

/** Three steps for somebody who sees this for the first time, and where they have got to. */
export function guideBar(app: App): VNode | null {
  const { guide, meta, grants = [] } = app.parts;
  if (!guide || !meta || app.folds.get('guide') === false) return null;
  const [asker = '', approver = ''] = meta.firstPeople;
  const first = (id: string) => personOf(app, id)?.name.split(' ')[0] ?? id;
  const latest = grants[0];
  const service = latest?.service.split('/').at(-1) ?? meta.commands[0]?.split(' ')[1] ?? 'the service';
  const who = latest?.principal ?? asker;
  const current = !guide.asked ? 1 : !guide.approved ? 2 : !guide.opened ? 3 : !guide.ended ? 4 : 5;
  const steps = [
    { text: `${first(asker)} asks for access`, act: 'Fill in the command', go: () => fillIn(app, asker) },
    {
      text: `${first(approver)} approves it in the channel`,
      act: `Show ${first(approver)}`,
      go: () => show(app, approver),
    },
    {
      text: `${first(who)} opens ${service}`,
      act: `Open as ${first(who)}`,
      go: () => {
        if (!latest) return;
        const lets = app.parts.doors?.find(({ path }) => path === latest.service)?.lets[who];
        const levels = lets === 'with levels';
        visit(app, { service: latest.service, who, levels, result: undefined, note: '' });
      },
    },
    {
      text: 'Time passes, the door closes',
      act: 'To the next thing',
      go: () => void app.dispatch({ do: 'next' }, 'clock'),
    },
  ];
  return h(
    'nav',
    { class: 'guide', 'aria-label': 'Try it' },
    h('b', { class: 'guide-title' }, current > steps.length ? 'That was it!' : 'Try it'),
    h(
      'ol',
      null,
      steps.map(({ text, act, go }, i) => {
        const done = i + 1 < current;
        const here = i + 1 === current;
        return h(
          'li',
          { key: i, class: done ? 'done' : here ? 'here' : '', 'aria-current': here ? 'step' : undefined },
          h('span', { class: 'step-mark', 'aria-hidden': 'true' }, done ? '✓' : String(i + 1)),
          h('span', null, text, done ? h('span', { class: 'hidden' }, ' (done)') : null),
          here ? h('button', { type: 'button', class: 'button', onclick: go }, act) : null,
        );
      }),
    ),
    h(
      'button',
      {
        type: 'button',
        class: 'close',
        'aria-label': 'Hide these steps',
        onclick: () => {
          app.folds.set('guide', false);
          app.redraw();
        },
      },
      '×',
    ),
  );
}

/** The pane in which somebody is, or the one that is best given to them. */
function paneOf(app: App, who: string): Pane | undefined {
  const shown = app.split ? app.panes : app.panes.slice(0, 1);
  return (
    shown.find((pane) => pane.who === who) ??
    (who === app.parts.meta?.firstPeople[0] ? shown[0] : shown.at(-1))
  );
}

function show(app: App, who: string): Pane | undefined {
  app.phone = 'slack';
  const pane = paneOf(app, who);
  // A request waits in the channel that its entitlement names, which may not be the first.
  const waiting = peopleOf(app).find((person) => person.id === who)?.newest ?? {};
  const [newest] = Object.entries(waiting)
    .filter(([id]) => app.parts.directory?.channels.some((channel) => channel.id === id))
    .sort(([, a], [, b]) => (a < b ? 1 : -1));
  if (pane) become(app, pane, who, newest?.[0] ?? app.parts.meta?.firstChannel ?? pane.where);
  return pane;
}

function fillIn(app: App, who: string): void {
  const pane = show(app, who);
  const command = app.parts.meta?.commands[0];
  if (!pane || !command) return;
  app.composer.set(`${who} ${pane.where}`, command);
  app.hints = undefined;
  app.redraw();
  setTimeout(() => document.querySelector<HTMLElement>(`[data-composer="${pane.id}"]`)?.focus(), 60);
}
