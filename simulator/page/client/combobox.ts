import { type App, type Combo, type FieldInput, peopleOf, viewerOf } from './app.ts';
import { h, type VNode } from './dom.ts';
import { withEmoji } from './emoji.ts';
import { rememberTexts } from './fields.ts';
import { flag, number, objects, record, string, textOf } from './json.ts';
import { change, elementKey, fieldValue, type Placed } from './placed.ts';

// Menus that are typed into: people, channels, and whatever an application offers while somebody types.

const DEBOUNCE_MS = 120;
const CLOSED: Combo = { open: false, query: '', options: [], active: 0, loading: false };
let typing: ReturnType<typeof setTimeout> | undefined;

/** A menu with a search field; several values are chips before it. */
export function comboField(placed: Placed): VNode {
  const { element, surface, block } = placed;
  const { app } = surface;
  const key = elementKey(placed);
  const latest = () => app.combos.get(key) ?? CLOSED;
  const state = latest();
  const many = string(element, 'type').startsWith('multi_');
  const value = fieldValue(placed);
  const chosen = typeof value === 'object' ? (value ?? []) : value === '' ? [] : [String(value)];
  rememberTexts(app, known(element));
  const list = `list ${key}`.replaceAll(/[^\w-]/g, '-');
  const label = (one: string) => app.optionTexts.get(one) ?? one;
  const choose = (one: string | undefined) => {
    if (one === undefined) return;
    set(app, key, { ...latest(), open: false, query: '' });
    change(placed, many ? [...chosen.filter((held) => held !== one), one] : one);
  };
  const remove = (one: string) => change(placed, many ? chosen.filter((held) => held !== one) : null);
  const close = () => set(app, key, { ...latest(), open: false, query: '' });
  const open = (query: string) => search(placed, key, query);
  const current = many ? '' : chosen.map(label).join('');
  const shown = state.open ? state.query : current;
  const invalid = surface.errors[string(block, 'block_id')] !== undefined;
  return h(
    'div',
    { key, class: 'combo' },
    many
      ? chosen.map((one) =>
          h(
            'span',
            { key: one, class: 'chip' },
            withEmoji(label(one)),
            h(
              'button',
              { type: 'button', 'aria-label': `Remove ${label(one)}`, onclick: () => remove(one) },
              '×',
            ),
          ),
        )
      : null,
    h('input', {
      class: 'field',
      type: 'text',
      role: 'combobox',
      autocomplete: 'off',
      'aria-expanded': state.open ? 'true' : 'false',
      'aria-controls': list,
      'aria-autocomplete': 'list',
      'aria-activedescendant':
        state.open && state.options[state.active] ? `${list}-${state.active}` : undefined,
      'aria-invalid': invalid ? 'true' : undefined,
      'aria-describedby': placed.describedBy,
      ...(placed.labelledBy
        ? { 'aria-labelledby': placed.labelledBy }
        : { 'aria-label': withEmoji(textOf(element, 'placeholder')) || 'Choose' }),
      'data-focus': flag(element, 'focus_on_load') ? 'first' : undefined,
      placeholder: current || withEmoji(textOf(element, 'placeholder')) || 'Type to search',
      value: shown,
      onclick: () => {
        if (!state.open) open('');
      },
      // What is typed takes the place of what was chosen.
      onfocus: (event: Event) => (event.target as HTMLInputElement).select(),
      oninput: (event: Event) => open((event.target as HTMLInputElement).value),
      onblur: close,
      onkeydown: (event: KeyboardEvent) => {
        if (event.isComposing) return;
        const state = latest();
        const writes = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
        if (writes && !state.open) (event.target as HTMLInputElement).select();
        const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (move !== undefined) {
          event.preventDefault();
          if (!state.open) open('');
          else {
            const count = Math.max(1, state.options.length);
            set(app, key, { ...state, active: (state.active + move + count) % count });
          }
        } else if (event.key === 'Enter' && state.open) {
          event.preventDefault();
          choose(state.options[state.active]?.value);
        } else if (event.key === 'Escape' && state.open) {
          event.stopPropagation();
          close();
        } else if (event.key === 'Backspace' && many && state.query === '') {
          const last = chosen.at(-1);
          if (last !== undefined) remove(last);
        }
      },
    }),
    !many && chosen.length > 0 && !state.open && isOptional(block)
      ? h(
          'button',
          { type: 'button', class: 'clear', 'aria-label': 'Clear', onclick: () => change(placed, null) },
          '×',
        )
      : null,
    state.open
      ? h(
          'div',
          { class: 'options', id: list, role: 'listbox', 'aria-label': 'Options' },
          state.options.map((one, i) =>
            h(
              'div',
              {
                key: one.value,
                id: `${list}-${i}`,
                role: 'option',
                class: i === state.active ? 'option active' : 'option',
                'aria-selected': chosen.includes(one.value) ? 'true' : 'false',
                // Before the field loses its focus, and with it the list.
                onmousedown: (event: Event) => {
                  event.preventDefault();
                  choose(one.value);
                },
              },
              withEmoji(one.text),
              one.about ? h('span', { class: 'about' }, withEmoji(one.about)) : null,
            ),
          ),
          state.options.length === 0
            ? h(
                'div',
                { class: 'option none', role: 'option', 'aria-disabled': 'true' },
                emptyText(placed, state),
              )
            : null,
        )
      : null,
  );
}

function isOptional(block: object): boolean {
  return string(block, 'type') !== 'input' || flag(block, 'optional');
}

function emptyText({ element }: Placed, { loading, query }: Combo): string {
  const least = number(element, 'min_query_length') ?? 3;
  if (string(element, 'type').endsWith('external_select') && query.length < least) {
    return `Type ${least} characters or more`;
  }
  return loading ? 'Searching…' : 'Nothing found';
}

function set(app: App, key: string, combo: Combo): void {
  app.combos.set(key, combo);
  app.redraw();
}

/** The options that are known without asking anybody. */
function known(element: object): object[] {
  const groups = objects(element, 'option_groups').flatMap((group) => objects(group, 'options'));
  const initial = [record(element, 'initial_option'), ...objects(element, 'initial_options')];
  return [...objects(element, 'options'), ...groups, ...initial.filter((one) => one !== undefined)];
}

function search(placed: Placed, key: string, query: string): void {
  const { element, surface, block } = placed;
  const { app, pane, at } = surface;
  const type = string(element, 'type');
  const before = app.combos.get(key);
  const show = (options: Combo['options'], loading = false) => {
    for (const { value, text } of options) app.optionTexts.set(value, text);
    set(app, key, { open: true, query, options, active: 0, loading });
  };
  if (!type.endsWith('external_select')) {
    show(local(placed, query));
    return;
  }
  show(before?.open ? before.options : [], true);
  clearTimeout(typing);
  const ask = async () => {
    const [blockId, what] = [string(block, 'block_id'), string(element, 'action_id')];
    const found = await app.dispatch({ do: 'suggest', who: pane.who, at, block: blockId, what, query });
    const latest = app.combos.get(key);
    if (!latest?.open || latest.query !== query) return;
    const options = [...(found?.options ?? []), ...(found?.groups ?? []).flatMap((group) => group.options)];
    show(options.map(offered));
  };
  typing = setTimeout(() => void ask(), query === '' ? 0 : DEBOUNCE_MS);
}

const offered = (option: object) => ({
  value: string(option, 'value'),
  text: textOf(option, 'text'),
  about: textOf(option, 'description'),
});

function local({ element, surface }: Placed, query: string): Combo['options'] {
  const { app, pane } = surface;
  const type = string(element, 'type');
  const words = query.toLowerCase();
  const all = type.includes('users')
    ? peopleOf(app).map((person) => ({ value: person.id, text: person.name, about: person.title }))
    : type.includes('static')
      ? known(element).map(offered)
      : (viewerOf(app, pane.who)?.channels ?? []).map(({ id, name }) => ({
          value: id,
          text: `#${name}`,
          about: '',
        }));
  // A person or channel that was chosen is shown by name, wherever the choice came from.
  for (const { value, text } of all) app.optionTexts.set(value, text);
  return all.filter(({ text, about }) => `${text} ${about}`.toLowerCase().includes(words));
}

export type { FieldInput };
