import { iapWeathers, slackWeathers, triggerWeathers } from '../../stage/weathers.ts';
import { type App, peopleOf } from './app.ts';
import { h, type VNode } from './dom.ts';

const DELAYS = [
  [0, 'at once'],
  [120_000, '2 min'],
  [420_000, '7 min'],
] as const;

const ABOUT: Readonly<Record<string, string>> = {
  slow: 'slow',
  'three conflicts': 'the next 3 writes conflict',
  conflicting: 'every write conflicts',
  'answers lost': 'writes work, answers get lost',
};

/** The switches for everything that can go wrong around the application. */
export function weatherPanel(app: App): VNode {
  const { weather } = app.parts;
  if (!weather) return h('div', { class: 'panel-body' });
  return h(
    'div',
    { class: 'panel-body' },
    h(
      'p',
      { class: 'panel-intro' },
      'Make the world around Latchkey go wrong, and see on the timeline what it does about it.',
    ),
    choice(app, 'IAP', 'iap', iapWeathers, weather.iap),
    choice(app, 'Cloud Run Admin', 'run', ['fair', 'down'], weather.run),
    choice(app, 'Slack', 'slack', slackWeathers, weather.slack),
    choice(app, 'Firestore triggers', 'triggers', triggerWeathers, weather.triggers),
    h(
      'fieldset',
      null,
      h('legend', null, 'A policy change reaches IAP'),
      h(
        'div',
        { class: 'segments' },
        DELAYS.map(([ms, label]) =>
          segment('propagation', label, weather.propagationMs === ms, () =>
            app.dispatch({ do: 'weather', set: { propagationMs: ms } }),
          ),
        ),
      ),
    ),
    meddling(app),
  );
}

function choice(
  app: App,
  title: string,
  key: 'iap' | 'run' | 'slack' | 'triggers',
  values: readonly string[],
  current: string,
): VNode {
  return h(
    'fieldset',
    { class: current === 'fair' ? 'sky' : 'sky stormy' },
    h('legend', null, title),
    h(
      'div',
      { class: 'segments' },
      values.map((value) =>
        segment(key, ABOUT[value] ?? value, current === value, () =>
          app.dispatch({ do: 'weather', set: { [key]: value } }),
        ),
      ),
    ),
  );
}

function segment(group: string, label: string, on: boolean, go: () => unknown): VNode {
  return h(
    'label',
    { key: label, class: on ? 'segment on' : 'segment' },
    h('input', { type: 'radio', name: `weather-${group}`, checked: on, onchange: () => void go() }),
    label,
  );
}

function meddling(app: App): VNode {
  const doors = app.parts.doors ?? [];
  const service = app.meddle.service || (doors[0]?.path ?? '');
  const email = app.meddle.email || (peopleOf(app).find((person) => person.email)?.email ?? '');
  const on = doors.find(({ path }) => path === service)?.iapEnabled ?? true;
  const pick = (key: 'service' | 'email') => (event: Event) => {
    app.meddle = { ...app.meddle, [key]: (event.target as HTMLSelectElement).value };
    app.redraw();
  };
  const edit = (label: string, what: 'wipe ours' | 'IAP off' | 'IAP on') =>
    h(
      'button',
      {
        type: 'button',
        class: 'button',
        onclick: () => void app.dispatch({ do: 'edit', service, edit: what }),
      },
      label,
    );
  return h(
    'fieldset',
    null,
    h('legend', null, "Somebody meddles behind Latchkey's back"),
    h(
      'label',
      { class: 'row' },
      h('span', null, 'On'),
      h(
        'select',
        { class: 'field', value: service, onchange: pick('service') },
        doors.map((door) =>
          h('option', { key: door.path, value: door.path }, `${door.name} (${door.region})`),
        ),
      ),
    ),
    h(
      'div',
      { class: 'row' },
      edit('Wipe our bindings', 'wipe ours'),
      edit(on ? 'Switch IAP off' : 'Switch IAP on', on ? 'IAP off' : 'IAP on'),
    ),
    h(
      'div',
      { class: 'row' },
      h(
        'label',
        { class: 'row grow' },
        h('span', null, 'Give'),
        h(
          'select',
          { class: 'field', value: email, onchange: pick('email') },
          peopleOf(app)
            .filter((person) => person.email)
            .map((person) => h('option', { key: person.id, value: person.email }, person.email)),
        ),
      ),
      h(
        'button',
        {
          type: 'button',
          class: 'button',
          onclick: () => void app.dispatch({ do: 'edit', service, edit: 'add person', email }),
        },
        'standing access',
      ),
    ),
  );
}
