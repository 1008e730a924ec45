import type { FieldInput } from './app.ts';
import { unixToZoned, zonedToUnix } from './dates.ts';
import { h, type VNode } from './dom.ts';
import { withEmoji } from './emoji.ts';
import { flag, number, objects, record, string, textOf } from './json.ts';
import { aria, change, elementKey, fieldValue, type Placed, textObject } from './placed.ts';

// Fields that the browser has something of its own for.

function option(of: object, chosen: FieldInput): VNode {
  const about = textOf(of, 'description');
  const text = withEmoji(textOf(of, 'text')) + (about ? ` — ${withEmoji(about)}` : '');
  return h('option', { value: string(of, 'value'), selected: chosen === string(of, 'value') }, text);
}

/** A menu of given options. */
export function staticSelect(placed: Placed): VNode {
  const { element: of } = placed;
  const value = fieldValue(placed);
  const groups = objects(of, 'option_groups');
  return h(
    'select',
    {
      key: elementKey(placed),
      class: 'field',
      ...aria(placed),
      value: typeof value === 'string' ? value : '',
      onchange: (event: Event) => change(placed, (event.target as HTMLSelectElement).value || null),
    },
    h('option', { value: '' }, withEmoji(textOf(of, 'placeholder')) || 'Choose'),
    objects(of, 'options').map((one) => option(one, value)),
    groups.map((group) =>
      h(
        'optgroup',
        { label: textOf(group, 'label') },
        objects(group, 'options').map((one) => option(one, value)),
      ),
    ),
  );
}

/** A line or an area of text, an address, a number. */
export function textInput(placed: Placed): VNode {
  const { element: of } = placed;
  const type = string(of, 'type');
  const value = fieldValue(placed);
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  const most = number(of, 'max_length');
  const multiline = flag(of, 'multiline');
  const shared = {
    key: elementKey(placed),
    class: 'field',
    ...aria(placed),
    placeholder: withEmoji(textOf(of, 'placeholder')),
    value: text,
    'data-focus': flag(of, 'focus_on_load') ? 'first' : undefined,
    oninput: (event: Event) => change(placed, (event.target as HTMLInputElement).value, false),
  };
  if (multiline) return h('textarea', { ...shared, rows: 3, maxlength: most });
  const kinds: Record<string, string> = { email_text_input: 'email', url_text_input: 'url' };
  return h('input', {
    ...shared,
    type: kinds[type] ?? 'text',
    inputmode: type === 'number_input' ? 'decimal' : undefined,
    maxlength: most,
    autocomplete: 'off',
    onkeydown: (event: KeyboardEvent) => {
      if (event.key === 'Enter' && !event.isComposing)
        change(placed, (event.target as HTMLInputElement).value);
    },
  });
}

/** A day, a time, or a moment in the reader's zone. */
export function picker(placed: Placed, type: 'date' | 'time' | 'datetime-local'): VNode {
  const { tz } = placed.surface.names.reader;
  const value = fieldValue(placed);
  const moment = type === 'datetime-local';
  const shown = typeof value === 'number' ? unixToZoned(value, tz) : value;
  return h('input', {
    key: elementKey(placed),
    class: 'field picker',
    type,
    ...aria(placed),
    title: moment ? `in ${tz}` : undefined,
    value: typeof shown === 'string' ? shown : '',
    onchange: (event: Event) => {
      const given = (event.target as HTMLInputElement).value;
      change(placed, given === '' ? null : moment ? zonedToUnix(given, tz) : given);
    },
  });
}

/** Checkboxes or radio buttons. */
export function choices(placed: Placed, type: 'checkbox' | 'radio'): VNode {
  const { element: of, surface } = placed;
  const value = fieldValue(placed);
  const many = typeof value === 'object' && value !== null ? value : value === null ? [] : [String(value)];
  return h(
    'div',
    {
      key: elementKey(placed),
      class: 'choices',
      role: type === 'radio' ? 'radiogroup' : 'group',
      ...aria(placed),
    },
    objects(of, 'options').map((one) => {
      const own = string(one, 'value');
      return h(
        'label',
        { key: own, class: 'choice' },
        h('input', {
          type,
          name: elementKey(placed),
          checked: many.includes(own),
          onchange: (event: Event) => {
            const on = (event.target as HTMLInputElement).checked;
            if (type === 'radio') change(placed, own);
            else change(placed, on ? [...many, own] : many.filter((held) => held !== own));
          },
        }),
        h(
          'span',
          null,
          textObject(record(one, 'text'), surface.names),
          record(one, 'description')
            ? h('span', { class: 'about' }, textObject(record(one, 'description'), surface.names))
            : null,
        ),
      );
    }),
  );
}
