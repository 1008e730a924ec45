import type { App, Pane } from './app.ts';
import { h, type VNode } from './dom.ts';
import { asSent, peopleFor } from './mentions.ts';

const HINTS: readonly (readonly [string, string])[] = [
  ['', 'opens a form'],
  [' SERVICE DURATION WHY', 'asks at once'],
  [' list', 'shows what you have and can ask for'],
  [' revoke @', "takes somebody's access away"],
  [' help', 'says what can be typed'],
];

interface Hint {
  readonly text: string;
  readonly about: string;
}

/** Where messages and slash commands are typed; a slash shows what there is. */
export function composer(app: App, pane: Pane, conversation: string, name: string): VNode {
  const key = `${pane.who} ${conversation}`;
  const text = app.composer.get(key) ?? '';
  const hints = app.hints?.pane === pane.id ? hintsFor(app, text) : [];
  const active = Math.min(app.hints?.active ?? 0, hints.length - 1);
  const list = `hints-${pane.id}`;
  const set = (to: string) => {
    app.composer.set(key, to);
    app.hints = to.startsWith('/') || to.includes('@') ? { pane: pane.id, active: -1 } : undefined;
    app.redraw();
  };
  const hide = () => {
    app.hints = undefined;
    app.redraw();
  };
  const send = async () => {
    // What is in the field now, which may be more than what was there when this was drawn.
    const said = (app.composer.get(key) ?? '').trim();
    if (said === '') return;
    app.composer.delete(key);
    hide();
    const where = { who: pane.who, in: conversation, text: asSent(app, pane.who, said) };
    const done = await app.dispatch(
      said.startsWith('/') ? { do: 'command', ...where } : { do: 'say', ...where },
      key,
    );
    if (done === undefined && !app.composer.get(key)) set(said);
  };
  const take = (hint: Hint | undefined) => {
    if (hint === undefined) return;
    set(hint.text);
    document.querySelector<HTMLElement>(`[data-composer="${pane.id}"]`)?.focus();
  };
  const keys = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (move !== undefined && hints.length > 0) {
      event.preventDefault();
      const next = (active + move + hints.length) % hints.length;
      app.hints = { pane: pane.id, active: active < 0 && move < 0 ? hints.length - 1 : next };
      app.redraw();
    } else if ((event.key === 'Enter' && !event.shiftKey) || (event.key === 'Tab' && active >= 0)) {
      event.preventDefault();
      if (active >= 0 && hints.length > 0) take(hints[active]);
      else void send();
    } else if (event.key === 'Escape') hide();
  };
  return h(
    'form',
    {
      key: `composer ${key}`,
      class: 'composer',
      onsubmit: (event: Event) => {
        event.preventDefault();
        void send();
      },
    },
    hints.length > 0
      ? h(
          'div',
          { class: 'hints', id: list, role: 'listbox', 'aria-label': 'Commands' },
          hints.map((hint, i) =>
            h(
              'div',
              {
                key: hint.text,
                id: `${list}-${i}`,
                role: 'option',
                class: i === active ? 'hint-row active' : 'hint-row',
                'aria-selected': i === active ? 'true' : 'false',
                onmousedown: (event: Event) => {
                  event.preventDefault();
                  take(hint);
                },
              },
              h('b', null, hint.text.trim()),
              h('span', { class: 'about' }, hint.about),
            ),
          ),
        )
      : null,
    h(
      'div',
      { class: 'composer-box' },
      h('textarea', {
        rows: 1,
        'data-composer': pane.id,
        'aria-label': `Message ${name}`,
        role: 'combobox',
        'aria-expanded': hints.length > 0 ? 'true' : 'false',
        'aria-controls': list,
        'aria-autocomplete': 'list',
        'aria-activedescendant': active >= 0 && hints.length > 0 ? `${list}-${active}` : undefined,
        placeholder: `Message ${name}, or type /`,
        value: text,
        oninput: (event: Event) => set((event.target as HTMLTextAreaElement).value),
        onfocus: () => {
          if (text.startsWith('/')) set(text);
        },
        onblur: hide,
        onkeydown: keys,
      }),
      h(
        'button',
        {
          type: 'submit',
          class: 'send',
          'aria-label': 'Send',
          disabled: text.trim() === '' || app.busy.has(key),
        },
        '➤',
      ),
    ),
  );
}

function hintsFor(app: App, text: string): Hint[] {
  const people = peopleFor(app, text);
  if (people.length > 0 || !text.startsWith('/')) return people;
  const commands = app.parts.meta?.commands ?? [];
  const [command = '/request-access'] = commands[0]?.split(' ') ?? [];
  const all: Hint[] = [
    ...commands
      .filter((one) => one.split(' ').length > 2)
      .map((one) => ({ text: one, about: 'for example' })),
    ...HINTS.map(([rest, about]) => ({ text: command + rest, about })),
  ];
  return all.filter((hint) => hint.text.startsWith(text) && hint.text !== text);
}
