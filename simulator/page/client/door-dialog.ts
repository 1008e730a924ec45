import { type App, type DoorVisit, nowOf, personOf, visit } from './app.ts';
import { avatar } from './avatar.ts';
import { clockIn } from './dates.ts';
import { h, type VNode } from './dom.ts';
import { focusFirst, keepInside } from './modal.ts';

/** A browser window at a service's address: the service, or IAP's refusal. */
export function doorDialog(app: App, door: DoorVisit): VNode {
  const card = app.parts.doors?.find(({ path }) => path === door.service);
  const person = personOf(app, door.who);
  const hasLevels = Object.keys(app.parts.meta?.accessLevels ?? {}).length > 0;
  const close = () => {
    app.door = undefined;
    app.redraw();
  };
  const again = (change: Partial<DoorVisit> = {}) => visit(app, { ...door, note: '', ...change });
  return h(
    'div',
    {
      class: 'veil whole',
      key: 'door',
      onclick: (event: Event) => {
        if (event.target === event.currentTarget) close();
      },
    },
    h(
      'div',
      {
        class: 'browser',
        role: 'dialog',
        'aria-modal': 'true',
        'aria-label': `${card?.name ?? door.service}, opened as ${person?.name ?? door.who}`,
        onmount: focusFirst,
        onkeydown: (event: KeyboardEvent) => {
          if (event.key === 'Escape') close();
          else keepInside(event);
        },
      },
      h(
        'header',
        { class: 'browser-bar' },
        h(
          'button',
          { type: 'button', class: 'button icon', 'aria-label': 'Reload', onclick: () => again() },
          '↻',
        ),
        h('div', { class: 'address' }, h('span', { 'aria-hidden': 'true' }, '🔒 '), card?.uri ?? ''),
        h('span', { class: 'browser-who' }, avatar(app, door.who, false, 'small'), person?.name ?? door.who),
        h(
          'button',
          { type: 'button', class: 'close', 'aria-label': 'Close', 'data-focus': 'first', onclick: close },
          '×',
        ),
      ),
      door.note ? h('div', { class: 'browser-note', role: 'status' }, door.note) : null,
      h(
        'div',
        { class: 'browser-page', tabindex: 0, role: 'group', 'aria-label': 'The page' },
        page(app, door),
      ),
      hasLevels
        ? h(
            'footer',
            null,
            h(
              'label',
              { class: 'choice' },
              h('input', {
                type: 'checkbox',
                checked: door.levels,
                onchange: (event: Event) => again({ levels: (event.target as HTMLInputElement).checked }),
              }),
              h(
                'span',
                null,
                `From a company device (access level ${Object.keys(app.parts.meta?.accessLevels ?? {}).join(', ')})`,
              ),
            ),
          )
        : null,
    ),
  );
}

function page(app: App, { result, service, who }: DoorVisit): VNode {
  const card = app.parts.doors?.find(({ path }) => path === service);
  const person = personOf(app, who);
  if (!result) return h('div', { class: 'empty' }, 'Loading…');
  if (result.allowed) {
    return h(
      'div',
      { class: 'visit in', key: 'in' },
      h('div', { class: 'visit-mark' }, '✓'),
      h('h2', null, card?.name ?? service),
      card?.description ? h('p', { class: 'visit-lead' }, card.description) : null,
      h('p', null, 'You are in. IAP let ', h('b', null, person?.email ?? who), ' through.'),
      h('p', { class: 'why' }, result.note),
    );
  }
  return h(
    'div',
    { class: 'visit out', key: 'out' },
    h('div', { class: 'visit-mark' }, '✕'),
    h('h2', null, "You don't have access"),
    h('p', { class: 'visit-lead' }, 'Error 403 · refused by Identity-Aware Proxy'),
    h('p', null, result.reason),
    result.details.length > 0
      ? h(
          'div',
          { class: 'why' },
          h('h3', null, 'What IAP looked at'),
          h(
            'ul',
            null,
            result.details.map((one) =>
              h('li', null, h('b', null, one.title ?? one.members.join(', ')), `: ${one.why}`),
            ),
          ),
        )
      : null,
  );
}

/** Loads an open page again when IAP has come to decide otherwise. */
export function watchDoor(app: App): void {
  const { door } = app;
  if (!door?.result || app.busy.has('door')) return;
  const lets = app.parts.doors?.find(({ path }) => path === door.service)?.lets[door.who];
  const allowed = lets === 'yes' || (lets === 'with levels' && door.levels);
  if (lets === undefined || allowed === door.result.allowed) return;
  const at = clockIn(nowOf(app), 'Etc/UTC');
  const note = allowed ? `The door opened at ${at} UTC` : `The door closed at ${at} UTC`;
  visit(app, { ...door, note: `${note}: the page was loaded again.` });
}
