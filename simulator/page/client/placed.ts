import type { Step, StepPlace } from '../../stage/steps.ts';
import type { App, FieldInput, Pane } from './app.ts';
import type { Child } from './dom.ts';
import { withEmoji } from './emoji.ts';
import { draftKey } from './fields.ts';
import { flag, record, string, textOf } from './json.ts';
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

/** Asks first, in the words that the application gave. */
export function ask({ surface }: Placed, confirm: object, go: () => void): void {
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

/** What a field is called and described by. */
export function aria({
  labelledBy,
  describedBy,
  element: of,
  block,
  surface,
}: Placed): Record<string, string> {
  const invalid = surface.errors[string(block, 'block_id')] !== undefined;
  const name = textOf(of, 'placeholder') || string(of, 'action_id');
  return {
    ...(labelledBy ? { 'aria-labelledby': labelledBy } : { 'aria-label': withEmoji(name) }),
    ...(describedBy ? { 'aria-describedby': describedBy } : {}),
    ...(invalid ? { 'aria-invalid': 'true' } : {}),
  };
}
