import type { Entry, GrantLine } from '../protocol.ts';
import { type App, namesFor, personOf } from './app.ts';
import { h, type VNode } from './dom.ts';
import { mrkdwn, type Names } from './mrkdwn.ts';

const SHOWN = 250;
const KINDS: readonly (readonly [Entry['kind'], string])[] = [
  ['person', 'people'],
  ['function', 'functions'],
  ['transaction', 'transactions'],
  ['message', 'messages'],
  ['api', 'API calls'],
  ['policy', 'policies'],
  ['read', 'reads'],
];

/** Everything that happened, newest first, for all grants or one. */
export function timelinePanel(app: App): VNode {
  const { filter } = app;
  const [pane] = app.panes;
  if (!pane) return h('div', { class: 'panel-body' });
  const names = namesFor(app, pane);
  const grants = app.parts.grants ?? [];
  const entries = [...app.entries.values()]
    .filter((entry) => !filter.hidden.has(entry.kind))
    .filter((entry) => filter.grant === '' || entry.grants.includes(filter.grant))
    .sort((a, b) => b.id - a.id);
  return h(
    'div',
    { class: 'panel-body timeline' },
    h(
      'div',
      { class: 'filters' },
      h(
        'select',
        {
          class: 'field',
          'aria-label': 'Show one grant',
          value: filter.grant,
          onchange: (event: Event) => {
            filter.grant = (event.target as HTMLSelectElement).value;
            app.redraw();
          },
        },
        h('option', { value: '' }, 'All grants'),
        grants.map((grant) => h('option', { key: grant.id, value: grant.id }, grantName(app, grant))),
      ),
      h(
        'div',
        { class: 'segments' },
        KINDS.map(([kind, label]) =>
          h(
            'label',
            { key: kind, class: filter.hidden.has(kind) ? 'segment' : `segment on kind-${kind}` },
            h('input', {
              type: 'checkbox',
              checked: !filter.hidden.has(kind),
              onchange: (event: Event) => {
                if ((event.target as HTMLInputElement).checked) filter.hidden.delete(kind);
                else filter.hidden.add(kind);
                app.redraw();
              },
            }),
            label,
          ),
        ),
      ),
    ),
    entries.length === 0 ? h('p', { class: 'panel-intro' }, 'Nothing has happened yet.') : null,
    h(
      'ol',
      { class: 'entries', 'aria-label': 'Timeline' },
      entries.slice(0, SHOWN).map((entry) => row(entry, names)),
    ),
  );
}

function row(entry: Entry, names: Names): VNode {
  const time = new Date(entry.atMs).toISOString().slice(11, 19);
  const length = entry.durationMs >= 1 ? `${Math.round(entry.durationMs)} ms` : '';
  return h(
    'li',
    { key: entry.id, class: `entry kind-${entry.kind} ${entry.outcome}` },
    h('time', null, time),
    h(
      'div',
      { class: 'entry-main' },
      h(
        'span',
        { class: 'entry-title' },
        entry.title,
        entry.count > 1 ? h('span', { class: 'times' }, ` ×${entry.count}`) : null,
      ),
      entry.detail
        ? h(
            'span',
            { class: 'entry-detail' },
            entry.kind === 'message' ? mrkdwn(entry.detail.replace(/<[^>]*…$/, '…'), names) : entry.detail,
          )
        : null,
    ),
    h('span', { class: 'entry-length' }, entry.outcome === 'running' ? '…' : length),
  );
}

/** What a grant is called in the filter. */
export function grantName(app: App, grant: GrantLine): string {
  const who = personOf(app, grant.principal)?.name ?? grant.principal;
  return `${grant.service.split('/').at(-1)} · ${who} · ${grant.state.toLowerCase().replaceAll('_', ' ')}`;
}
