import type { DoorCard, ShownBinding } from '../protocol.ts';
import { type App, nowOf, peopleOf, visit } from './app.ts';
import { avatar } from './avatar.ts';
import { clockIn } from './dates.ts';
import { h, type VNode } from './dom.ts';

/** The simulated Cloud Run services: whom IAP lets in now, and the policy that says so. */
export function doorsPanel(app: App): VNode {
  return h(
    'div',
    { class: 'panel-body' },
    h(
      'p',
      { class: 'panel-intro' },
      'Cloud Run services behind IAP. A coloured face gets in right now; open a service as anybody to see for yourself.',
    ),
    (app.parts.doors ?? []).map((door) => doorCard(app, door)),
  );
}

function doorCard(app: App, door: DoorCard): VNode {
  const ours = door.bindings.filter((one) => one.ours).length;
  const fold = `policy ${door.path}`;
  const open = app.folds.get(fold) ?? ours > 0;
  const who = chosen(app, door);
  const levels = app.folds.get(`levels ${door.path}`) ?? false;
  const hasLevels = Object.keys(app.parts.meta?.accessLevels ?? {}).length > 0;
  return h(
    'article',
    { class: 'door', key: door.path, 'aria-label': door.name, 'data-service': door.path },
    h(
      'header',
      null,
      h('h3', null, door.name),
      h('span', { class: door.iapEnabled ? 'tag' : 'tag bad' }, door.iapEnabled ? 'IAP on' : 'IAP off'),
      ours > 0
        ? h('span', { class: 'tag ours' }, ours === 1 ? '1 binding of ours' : `${ours} bindings of ours`)
        : null,
    ),
    h(
      'div',
      { class: 'door-about' },
      `${door.project} · ${door.region}${door.description ? ` · ${door.description}` : ''}`,
    ),
    faces(app, door),
    h(
      'div',
      { class: 'door-open' },
      h(
        'label',
        null,
        h('span', null, 'Open as'),
        h(
          'select',
          {
            class: 'field',
            value: who,
            onchange: (event: Event) => {
              app.composer.set(`door ${door.path}`, (event.target as HTMLSelectElement).value);
              app.redraw();
            },
          },
          peopleOf(app).map((person) => h('option', { value: person.id, key: person.id }, person.name)),
          strangers(app, door).map((email) => h('option', { value: email, key: email }, email)),
        ),
      ),
      h(
        'button',
        {
          type: 'button',
          class: 'button primary',
          'aria-label': `Open ${door.name}`,
          onclick: () => visit(app, { service: door.path, who, levels, result: undefined, note: '' }),
        },
        'Open',
      ),
      hasLevels
        ? h(
            'label',
            { class: 'choice' },
            h('input', {
              type: 'checkbox',
              checked: levels,
              onchange: (event: Event) => {
                app.folds.set(`levels ${door.path}`, (event.target as HTMLInputElement).checked);
                app.redraw();
              },
            }),
            h('span', null, 'company device'),
          )
        : null,
    ),
    h(
      'div',
      { class: 'fold' },
      h(
        'button',
        {
          type: 'button',
          class: 'fold-button',
          'aria-expanded': open ? 'true' : 'false',
          onclick: () => {
            app.folds.set(fold, !open);
            app.redraw();
          },
        },
        h('span', { 'aria-hidden': 'true' }, open ? '▾ ' : '▸ '),
        'Policy',
        h('span', { class: 'etag' }, `etag ${door.etag}`),
      ),
      open ? policy(door) : null,
    ),
    lastChange(app, door),
  );
}

function chosen(app: App, door: DoorCard): string {
  const set = app.composer.get(`door ${door.path}`);
  if (set !== undefined) return set;
  return app.panes[0]?.who ?? '';
}

/** People with access who are not in the simulated workspace: from a real one, or from outside. */
function strangers(app: App, door: DoorCard): string[] {
  const known = new Set(peopleOf(app).map((person) => person.email));
  const named = door.bindings.flatMap(({ binding }) => binding.members);
  const emails = named.filter((member) => member.startsWith('user:')).map((member) => member.slice(5));
  return [...new Set(emails)].filter((email) => !known.has(email));
}

function faces(app: App, door: DoorCard): VNode {
  const words = { yes: 'gets in', 'with levels': 'gets in from a company device', no: 'is kept out' };
  return h(
    'div',
    { class: 'faces' },
    peopleOf(app).map((person) => {
      const lets = door.lets[person.id] ?? 'no';
      const about = `${person.name} ${words[lets]}`;
      return h(
        'span',
        {
          key: person.id,
          class: `face ${lets.replace(' ', '-')}`,
          title: about,
          role: 'img',
          'aria-label': about,
        },
        avatar(app, person.id, false, 'small'),
      );
    }),
  );
}

function policy(door: DoorCard): VNode {
  const line = (text: string, ours = false) =>
    h('span', { class: ours ? 'json-line ours' : 'json-line' }, `${text}\n`);
  const shown = ({ binding, ours }: ShownBinding, i: number) => {
    const text = JSON.stringify(binding, null, 2).replaceAll('\n', '\n    ');
    const comma = i < door.bindings.length - 1 ? ',' : '';
    return h(
      'span',
      { class: ours ? 'json-line ours' : 'json-line', title: ours ? 'Written by Latchkey' : undefined },
      `    ${text}${comma}\n`,
    );
  };
  return h(
    'pre',
    { class: 'json', tabindex: 0, 'aria-label': `IAP policy of ${door.name}` },
    line('{'),
    line(`  "version": ${door.version},`),
    line(`  "etag": "${door.etag}",`),
    door.bindings.length === 0 ? line('  "bindings": []') : line('  "bindings": ['),
    door.bindings.map(shown),
    door.bindings.length === 0 ? null : line('  ]'),
    line('}'),
  );
}

function lastChange(app: App, { last, worksAtMs }: DoorCard): VNode | null {
  if (!last) return null;
  const count = (n: number, what: string) =>
    n === 0 ? '' : `${n} ${n === 1 ? 'binding' : 'bindings'} ${what}`;
  const what = [count(last.added.length, 'added'), count(last.removed.length, 'removed')]
    .filter(Boolean)
    .join(', ');
  const left = worksAtMs === null ? 0 : Math.ceil((worksAtMs - nowOf(app)) / 1000);
  return h(
    'div',
    { class: 'last-change' },
    `${clockIn(last.atMs, 'Etc/UTC')} UTC: ${what || 'written again'}, by ${last.by}`,
    left > 0 ? h('span', { class: 'tag warn' }, `reaches IAP in ${left} s`) : null,
  );
}
