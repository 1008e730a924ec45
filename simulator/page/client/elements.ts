import type { Step } from '../../stage/steps.ts';
import { comboField } from './combobox.ts';
import { h, type VNode } from './dom.ts';
import { withEmoji } from './emoji.ts';
import { choices, picker, staticSelect, textInput } from './inputs.ts';
import { objects, record, string, textOf } from './json.ts';
import { ask, change, elementKey, type Placed } from './placed.ts';

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
