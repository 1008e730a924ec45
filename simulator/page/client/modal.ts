import type { ViewerPart } from '../protocol.ts';
import type { App, Confirm, Pane } from './app.ts';
import { namesFor } from './app.ts';
import { blocks } from './blocks.ts';
import { h, type VNode } from './dom.ts';
import { changedFields } from './fields.ts';
import { string } from './json.ts';
import { textObject } from './placed.ts';
import { viewSurface } from './surfaces.ts';

type OpenView = NonNullable<ViewerPart['modal']>;

const FOCUSABLE =
  'button:not([disabled]), input:not([disabled]), select:not([disabled]), textarea:not([disabled]), a[href]';

/** The modal in front of a person, over their part of the page. */
export function modal(app: App, pane: Pane, open: OpenView, depth: number): VNode {
  const { view } = open;
  const surface = viewSurface(app, pane, open, 'modal');
  const busy = `submit ${view.id}`;
  const close = () => void app.dispatch({ do: 'close', who: pane.who });
  const submit = () => {
    app.focusErrors = view.id;
    void app.dispatch({ do: 'submit', who: pane.who, fields: changedFields(app, open) }, busy);
  };
  return h(
    'div',
    { class: 'veil', key: `modal ${view.id}` },
    h(
      'form',
      {
        class: 'modal',
        role: 'dialog',
        'aria-modal': 'true',
        'aria-labelledby': `title-${view.id}`,
        'data-modal': view.id,
        novalidate: true,
        onmount: focusFirst,
        onkeydown: (event: KeyboardEvent) => {
          if (event.key === 'Escape') close();
          else keepInside(event);
        },
        onsubmit: (event: Event) => {
          event.preventDefault();
          submit();
        },
      },
      h(
        'header',
        null,
        h('h2', { id: `title-${view.id}` }, string(view.title, 'text')),
        depth > 1 ? h('span', { class: 'depth' }, `${depth} forms open`) : null,
        h('button', { type: 'button', class: 'close', 'aria-label': 'Close', onclick: close }, '×'),
      ),
      open.banner ? h('div', { class: 'banner', role: 'alert' }, open.banner) : null,
      h('div', { class: 'modal-body' }, blocks(view.blocks, surface)),
      h(
        'footer',
        null,
        h(
          'button',
          { type: 'button', class: 'button', onclick: close },
          string(view.close, 'text') || (view.submit ? 'Cancel' : 'Close'),
        ),
        view.submit
          ? h(
              'button',
              {
                type: 'submit',
                class: 'button primary',
                disabled: app.busy.has(busy),
                'aria-busy': app.busy.has(busy) ? 'true' : undefined,
              },
              string(view.submit, 'text'),
            )
          : null,
      ),
    ),
  );
}

/** Slack's "are you sure?" of a button or menu. */
export function confirmDialog(app: App, pane: Pane, confirm: Confirm): VNode {
  const close = () => {
    app.confirm = undefined;
    app.redraw();
  };
  return h(
    'div',
    { class: 'veil', key: 'confirm' },
    h(
      'div',
      {
        class: 'modal small',
        role: 'alertdialog',
        'aria-modal': 'true',
        'aria-label': confirm.title,
        onmount: focusFirst,
        onkeydown: (event: KeyboardEvent) => {
          if (event.key === 'Escape') close();
          else keepInside(event);
        },
      },
      h('header', null, h('h2', null, confirm.title)),
      h('div', { class: 'modal-body' }, textObject(confirm.text, namesFor(app, pane))),
      h(
        'footer',
        null,
        h('button', { type: 'button', class: 'button', onclick: close }, confirm.no),
        h(
          'button',
          {
            type: 'button',
            class: `button ${confirm.danger ? 'danger' : 'primary'}`,
            'data-focus': 'first',
            onclick: () => {
              close();
              confirm.go();
            },
          },
          confirm.yes,
        ),
      ),
    ),
  );
}

/** Puts the focus where the application asked for it, or on the first field. */
export function focusFirst(dialog: HTMLElement): void {
  const first =
    dialog.querySelector<HTMLElement>('[data-focus="first"]') ??
    dialog.querySelector<HTMLElement>('.field, input') ??
    dialog.querySelector<HTMLElement>('footer button, button');
  first?.focus();
}

/** After a form came back with errors: to the first of them. */
export function focusError(app: App): void {
  if (app.focusErrors === undefined || app.busy.has(`submit ${app.focusErrors}`)) return;
  const form = document.querySelector(`[data-modal="${app.focusErrors}"]`);
  const field = form?.querySelector<HTMLElement>('[aria-invalid="true"]');
  if (form && !field) return;
  app.focusErrors = undefined;
  field?.focus();
}

/** Tab goes round inside of a dialog. */
export function keepInside(event: KeyboardEvent): void {
  if (event.key !== 'Tab') return;
  const dialog = event.currentTarget as HTMLElement;
  const all = [...dialog.querySelectorAll<HTMLElement>(FOCUSABLE)];
  const [first, last] = [all[0], all.at(-1)];
  const from = event.shiftKey ? first : last;
  if (document.activeElement !== from) return;
  event.preventDefault();
  (event.shiftKey ? last : first)?.focus();
}
