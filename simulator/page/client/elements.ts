import type { Step, StepPlace } from '../../stage/steps.ts';
import type { App, FieldInput, Pane } from './app.ts';
import { comboField } from './combobox.ts';
import { unixToZoned, zonedToUnix } from './dates.ts';
import { type Child, h, type VNode } from './dom.ts';
import { withEmoji } from './emoji.ts';
import { draftKey } from './fields.ts';
import { flag, number, objects, record, string, textOf } from './json.ts';
import { mrkdwn, type Names, plain } from './mrkdwn.ts';

/** Where blocks are shown, and what their elements do there. */
export interface Surface {
  readonly app: App;
  readonly pane: Pane;
  readonly names: Names;
  /** Tells elements of different messages and views apart. */
  readonly id: string;
  readonly at: StepPlace;
  /** The view's id, where this is a modal or App Home. */
  readonly viewId?: string;
  readonly errors: Readonly<Record<string, string>>;
  /** What the server knows of a field. */
  held(block: string, action: string): FieldInput;
  /** Fields that the server does not know yet. */
  fields(): Record<string, Record<string, never>> | undefined;
}

/** An element with its place in a block. */
export interface Placed {
  readonly element: object;
  readonly block: object;
  readonly surface: Surface;
  /** What an input block adds: its label's id, and those of its hint and error. */
  readonly labelledBy?: string;
  readonly describedBy?: string;
}

export const elementKey = ({ element, block, surface }: Placed) =>
  `${surface.id} ${string(block, 'block_id')} ${string(element, 'action_id')}`;

/** What is in the field now: typed here, or known to the server. */
export function fieldValue({ element, block, surface }: Placed): FieldInput {
  const [blockId, action] = [string(block, 'block_id'), string(element, 'action_id')];
  const draft = surface.viewId
    ? surface.app.drafts.get(draftKey(surface.viewId, blockId, action))
    : undefined;
  return draft ?? surface.held(blockId, action);
}

/** Puts something into a field, and tells the application where Slack would. */
export function change(placed: Placed, value: FieldInput, tell = true): void {
  const { element, block, surface } = placed;
  const { app, pane, at, viewId } = surface;
  const action = string(element, 'action_id');
  if (viewId) app.drafts.set(draftKey(viewId, string(block, 'block_id'), action), value);
  app.redraw();
  const isInput = string(block, 'type') === 'input';
  if (!tell || (isInput && !flag(block, 'dispatch_action'))) return;
  const go = () => {
    const fields = surface.fields();
    const mine = fields?.[string(block, 'block_id')];
    if (mine) delete mine[action];
    const step: Step = {
      do: 'select',
      who: pane.who,
      at,
      what: action,
      value: typeof value === 'object' && value !== null ? [...value] : value,
      ...(fields && { fields }),
    };
    void app.dispatch(step, elementKey(placed));
  };
  const confirm = record(element, 'confirm');
  if (confirm) ask(placed, confirm, go);
  else go();
}

function ask({ surface }: Placed, confirm: object, go: () => void): void {
  surface.app.confirm = {
    pane: surface.pane.id,
    title: textOf(confirm, 'title'),
    text: record(confirm, 'text'),
    yes: textOf(confirm, 'confirm') || 'Yes',
    no: textOf(confirm, 'deny') || 'Cancel',
    danger: string(confirm, 'style') === 'danger',
    go,
  };
  surface.app.redraw();
}

/** A text object, mrkdwn or plain. */
export function textObject(text: unknown, names: Names): Child[] {
  if (typeof text !== 'object' || text === null) return [];
  const content = string(text, 'text');
  return string(text, 'type') === 'mrkdwn' ? mrkdwn(content, names) : plain(content);
}

/** Renders any interactive element. */
export function element(placed: Placed): VNode | undefined {
  switch (string(placed.element, 'type')) {
    case 'button':
    case 'workflow_button':
      return button(placed);
    case 'static_select':
      return staticSelect(placed);
    case 'external_select':
    case 'users_select':
    case 'conversations_select':
    case 'channels_select':
    case 'multi_static_select':
    case 'multi_external_select':
    case 'multi_users_select':
    case 'multi_conversations_select':
    case 'multi_channels_select':
      return comboField(placed);
    case 'plain_text_input':
    case 'email_text_input':
    case 'url_text_input':
    case 'number_input':
      return textInput(placed);
    case 'datepicker':
      return picker(placed, 'date');
    case 'timepicker':
      return picker(placed, 'time');
    case 'datetimepicker':
      return picker(placed, 'datetime-local');
    case 'checkboxes':
      return choices(placed, 'checkbox');
    case 'radio_buttons':
      return choices(placed, 'radio');
    case 'overflow':
      return overflow(placed);
    case 'image':
      return image(placed.element);
    default:
      return h('span', { class: 'unknown' }, `(${string(placed.element, 'type')} is not shown here)`);
  }
}

/** An image: never fetched, since nothing is loaded from elsewhere. */
export function image(of: object): VNode {
  const alt = string(of, 'alt_text');
  return h('span', { class: 'image', role: 'img', 'aria-label': alt, title: string(of, 'image_url') }, alt);
}

function aria({ labelledBy, describedBy, element: of, block, surface }: Placed): Record<string, string> {
  const invalid = surface.errors[string(block, 'block_id')] !== undefined;
  const name = textOf(of, 'placeholder') || string(of, 'action_id');
  return {
    ...(labelledBy ? { 'aria-labelledby': labelledBy } : { 'aria-label': withEmoji(name) }),
    ...(describedBy ? { 'aria-describedby': describedBy } : {}),
    ...(invalid ? { 'aria-invalid': 'true' } : {}),
  };
}

function button(placed: Placed): VNode {
  const { element: of, surface } = placed;
  const { app, pane, at } = surface;
  const value = string(of, 'value');
  const busy = `${elementKey(placed)} ${value}`;
  const press = () => {
    const url = string(of, 'url');
    const fields = surface.fields();
    const step: Step = {
      do: 'click',
      who: pane.who,
      at,
      what: string(of, 'action_id'),
      ...(value && { value }),
      ...(fields && { fields }),
    };
    void app.dispatch(step, busy);
    if (url) surface.names.openLink(url);
  };
  const confirm = record(of, 'confirm');
  return h(
    'button',
    {
      key: busy,
      type: 'button',
      class: `button ${string(of, 'style')}`,
      disabled: app.busy.has(busy),
      'aria-busy': app.busy.has(busy) ? 'true' : undefined,
      'aria-label': string(of, 'accessibility_label') || undefined,
      onclick: () => (confirm ? ask(placed, confirm, press) : press()),
    },
    withEmoji(textOf(of, 'text')),
    string(of, 'url') ? h('span', { class: 'outward', 'aria-hidden': 'true' }, '↗') : null,
  );
}

function option(of: object, chosen: FieldInput): VNode {
  const about = textOf(of, 'description');
  const text = withEmoji(textOf(of, 'text')) + (about ? ` — ${withEmoji(about)}` : '');
  return h('option', { value: string(of, 'value'), selected: chosen === string(of, 'value') }, text);
}

function staticSelect(placed: Placed): VNode {
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

function textInput(placed: Placed): VNode {
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

function picker(placed: Placed, type: 'date' | 'time' | 'datetime-local'): VNode {
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

function choices(placed: Placed, type: 'checkbox' | 'radio'): VNode {
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

function overflow(placed: Placed): VNode {
  const { element: of, surface } = placed;
  const { app } = surface;
  const key = elementKey(placed);
  const open = app.menu === key;
  const toggle = (to: string | undefined) => {
    app.menu = to;
    app.redraw();
  };
  return h(
    'span',
    {
      key,
      class: 'overflow',
      onkeydown: (event: KeyboardEvent) => {
        if (event.key === 'Escape') toggle(undefined);
      },
    },
    h(
      'button',
      {
        type: 'button',
        class: 'button icon',
        'aria-label': 'More',
        'aria-haspopup': 'true',
        'aria-expanded': open ? 'true' : 'false',
        onclick: () => toggle(open ? undefined : key),
      },
      '⋯',
    ),
    open
      ? h(
          'span',
          { class: 'menu' },
          objects(of, 'options').map((one) =>
            h(
              'button',
              {
                type: 'button',
                onclick: () => {
                  toggle(undefined);
                  const url = string(one, 'url');
                  change(placed, string(one, 'value'));
                  if (url) surface.names.openLink(url);
                },
              },
              withEmoji(textOf(one, 'text')),
              textOf(one, 'description')
                ? h('span', { class: 'about' }, withEmoji(textOf(one, 'description')))
                : null,
            ),
          ),
        )
      : null,
  );
}
