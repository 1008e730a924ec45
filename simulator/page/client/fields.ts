import type { App, FieldInput } from './app.ts';
import { number, objects, record, string, strings, textOf } from './json.ts';

type Values = { readonly [block: string]: { readonly [action: string]: object } };
type ViewLike = {
  readonly view: { readonly id: string; readonly blocks: readonly object[] };
  readonly values: Values;
};

export const draftKey = (viewId: string, block: string, action: string) => `${viewId} ${block} ${action}`;

/** What a field holds, from Slack's state value. */
export function inputFrom(state: object | undefined): FieldInput {
  if (state === undefined) return null;
  const option = record(state, 'selected_option');
  if (option) return string(option, 'value');
  for (const key of [
    'selected_user',
    'selected_channel',
    'selected_conversation',
    'selected_date',
    'selected_time',
    'value',
  ]) {
    const held = string(state, key);
    if (held) return held;
  }
  const time = number(state, 'selected_date_time');
  if (time !== undefined) return time;
  if ('selected_options' in state)
    return objects(state, 'selected_options').map((one) => string(one, 'value'));
  for (const key of ['selected_users', 'selected_channels', 'selected_conversations']) {
    if (key in state) return strings(state, key);
  }
  return null;
}

/** The stateful elements of a view with their ids. */
function stateful(blocks: readonly object[]): { block: string; action: string }[] {
  return blocks.flatMap((block) =>
    [record(block, 'element'), record(block, 'accessory'), ...objects(block, 'elements')]
      .filter((element) => element !== undefined)
      .filter((element) => string(element, 'action_id') !== '' && string(element, 'type') !== 'button')
      .map((element) => ({ block: string(block, 'block_id'), action: string(element, 'action_id') })),
  );
}

/** What was put into a view's fields and the server does not know yet. */
export function changedFields(app: App, { view, values }: ViewLike): Record<string, Record<string, never>> {
  const fields: Record<string, Record<string, FieldInput>> = {};
  for (const { block, action } of stateful(view.blocks)) {
    const draft = app.drafts.get(draftKey(view.id, block, action));
    if (draft === undefined) continue;
    if (JSON.stringify(draft) === JSON.stringify(inputFrom(values[block]?.[action]))) continue;
    fields[block] = { ...fields[block], [action]: draft };
  }
  return fields as Record<string, Record<string, never>>;
}

/** Remembers what options are called, for values that are shown when their options are gone. */
export function rememberTexts(app: App, options: readonly object[]): void {
  for (const option of options) app.optionTexts.set(string(option, 'value'), textOf(option, 'text'));
}
