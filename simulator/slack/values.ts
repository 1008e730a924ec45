import { elementsOf, optionsOf, type PlacedElement } from './elements.ts';
import { isObject, type Json, type JsonObject, own, shown, textOf } from './json.ts';
import type { StateValues } from './types.ts';

/** What a person puts into a field: text, a day, an option by its value or its text, several, or nothing. */
export type FieldValue = string | number | readonly string[] | null;

type Shape = { key: string; initial: string; many: boolean; options: boolean };

const shape = (key: string, initial: string, many = false, options = false): Shape => ({
  key,
  initial,
  many,
  options,
});

/** Where each stateful element keeps its value in `state.values`, and the field it starts from. */
const SHAPES: { readonly [type: string]: Shape } = {
  plain_text_input: shape('value', 'initial_value'),
  email_text_input: shape('value', 'initial_value'),
  url_text_input: shape('value', 'initial_value'),
  number_input: shape('value', 'initial_value'),
  rich_text_input: shape('rich_text_value', 'initial_value'),
  datepicker: shape('selected_date', 'initial_date'),
  timepicker: shape('selected_time', 'initial_time'),
  datetimepicker: shape('selected_date_time', 'initial_date_time'),
  static_select: shape('selected_option', 'initial_option', false, true),
  external_select: shape('selected_option', 'initial_option', false, true),
  radio_buttons: shape('selected_option', 'initial_option', false, true),
  overflow: shape('selected_option', 'initial_option', false, true),
  users_select: shape('selected_user', 'initial_user'),
  channels_select: shape('selected_channel', 'initial_channel'),
  conversations_select: shape('selected_conversation', 'initial_conversation'),
  checkboxes: shape('selected_options', 'initial_options', true, true),
  multi_static_select: shape('selected_options', 'initial_options', true, true),
  multi_external_select: shape('selected_options', 'initial_options', true, true),
  multi_users_select: shape('selected_users', 'initial_users', true),
  multi_channels_select: shape('selected_channels', 'initial_channels', true),
  multi_conversations_select: shape('selected_conversations', 'initial_conversations', true),
  file_input: shape('files', 'initial_files', true),
};

const typeOf = (element: JsonObject) => shown(element.type);
const shapeOf = (element: JsonObject) => own(SHAPES, typeOf(element));

/** The state of a view's stateful elements: kept where block id, action id and type are the same, else initial. */
export function keptValues(blocks: readonly JsonObject[], before: StateValues): StateValues {
  const values: StateValues = {};
  for (const { blockId, actionId, element } of elementsOf(blocks)) {
    const form = shapeOf(element);
    if (form === undefined || element.type === 'overflow') continue;
    const kept = before[blockId]?.[actionId];
    const initial = element[form.initial] ?? (form.many ? [] : null);
    values[blockId] = {
      ...values[blockId],
      [actionId]:
        kept !== undefined && kept.type === element.type
          ? kept
          : { type: typeOf(element), [form.key]: initial },
    };
  }
  return values;
}

/** Slack's state value for what the person put in; throws where a menu does not offer it. */
export function stateValue(
  placed: PlacedElement,
  input: FieldValue,
  suggestions: readonly JsonObject[] = [],
): JsonObject {
  const { element } = placed;
  const form = shapeOf(element);
  if (form === undefined) throw new Error(`a ${typeOf(element)} holds no value`);
  const one = (value: Json): Json => {
    if (!form.options || value === null) return value;
    const offered = [...optionsOf(element), ...suggestions];
    const option =
      offered.find((known) => known.value === value) ?? offered.find((known) => textOf(known.text) === value);
    if (option === undefined)
      throw new Error(`${placed.actionId || typeOf(element)} does not offer ${value}`);
    return option;
  };
  if (form.many) {
    const list = input === null ? [] : Array.isArray(input) ? input : [input];
    return { type: typeOf(element), [form.key]: list.map(one) };
  }
  if (Array.isArray(input)) throw new Error(`a ${typeOf(element)} takes one value`);
  const scalar = typeof input === 'string' || typeof input === 'number' ? input : null;
  return { type: typeOf(element), [form.key]: one(scalar === '' ? null : scalar) };
}

/** True where the person left the field empty. */
export function isEmptyValue(value: JsonObject | undefined): boolean {
  if (value === undefined) return true;
  return Object.entries(value)
    .filter(([key]) => key !== 'type')
    .every(([, held]) => held === null || held === '' || (Array.isArray(held) && held.length === 0));
}

/** What Slack's own client complains about before anything is sent: texts under the fields, by block id. */
export function clientErrors(
  blocks: readonly JsonObject[],
  values: StateValues,
): { [blockId: string]: string } {
  const errors: { [blockId: string]: string } = {};
  for (const { block, blockId, actionId, element } of elementsOf(blocks)) {
    if (block.type !== 'input') continue;
    const value = values[blockId]?.[actionId];
    if (isEmptyValue(value)) {
      if (block.optional !== true) errors[blockId] = 'Please complete this required field.';
      continue;
    }
    const complaint = complaintAbout(element, isObject(value) ? value.value : undefined);
    if (complaint !== undefined) errors[blockId] = complaint;
  }
  return errors;
}

function complaintAbout(element: JsonObject, value: Json | undefined): string | undefined {
  if (typeof value !== 'string') return undefined;
  const { type, min_length: min, max_length: max } = element;
  if (typeof min === 'number' && value.length < min) return `Must be at least ${min} characters.`;
  if (typeof max === 'number' && value.length > max) return `Must be at most ${max} characters.`;
  if (type === 'email_text_input' && !/^\S+@\S+\.\S+$/.test(value)) return 'Enter a valid email address.';
  if (type === 'url_text_input' && !URL.canParse(value)) return 'Enter a valid URL.';
  if (type !== 'number_input') return undefined;
  const number = Number(value);
  if (!Number.isFinite(number)) return 'Enter a number.';
  if (element.is_decimal_allowed !== true && !Number.isInteger(number)) return 'Enter a whole number.';
  if (element.min_value !== undefined && number < Number(element.min_value))
    return 'The number is too small.';
  if (element.max_value !== undefined && number > Number(element.max_value))
    return 'The number is too large.';
  return undefined;
}
