import { checkBlocks } from './block-kit-blocks.ts';
import {
  checkArray,
  checkKeys,
  checkLength,
  checkOneOf,
  checkScalar,
  checkString,
  startCheck,
  type Violation,
} from './block-kit-check.ts';
import { BLOCK_KIT_LIMITS as L, SURFACE_LIMITS } from './block-kit-limits.ts';
import { checkChoices, checkText } from './block-kit-objects.ts';
import { isObject, type JsonObject, objectsOf } from './json.ts';

/** What Slack would refuse in a message; paths are JSON pointers into `{ text, blocks }`. */
export function validateMessage(message: { text?: unknown; blocks?: unknown }): Violation[] {
  const violations: Violation[] = [];
  const check = startCheck('', 'message', violations);
  if (typeof message.text === 'string') {
    checkLength(check.at('text'), message.text, { max: SURFACE_LIMITS.message.text });
  }
  if (message.blocks === undefined) return violations;
  if (!Array.isArray(message.blocks)) {
    check.at('blocks').fail('type', 'must provide an array');
    return violations;
  }
  const { blocks: max } = SURFACE_LIMITS.message;
  checkBlocks(check.at('blocks'), checkArray(check, { blocks: message.blocks }, 'blocks', { max }));
  return violations;
}

/** What Slack would refuse in a view; paths are JSON pointers below `/view`. */
export function validateView(view: unknown, type: 'modal' | 'home' | 'any' = 'any'): Violation[] {
  const violations: Violation[] = [];
  const surface = isObject(view) && view.type === 'home' ? 'home' : 'modal';
  const check = startCheck('/view', surface, violations);
  if (!isObject(view)) {
    check.fail('type', 'must provide an object');
    return violations;
  }
  if (view.type === undefined) check.fail('required', 'missing required field: type');
  else checkOneOf(check, view, 'type', type === 'any' ? ['modal', 'home'] : [type]);
  const shared = ['type', 'blocks', 'private_metadata', 'callback_id', 'external_id'];
  const modal = ['title', 'submit', 'close', 'clear_on_close', 'notify_on_close', 'submit_disabled'];
  // A home view may carry the modal's fields; Slack ignores them there.
  checkKeys(check, view, [...shared, ...modal]);
  const { min_items: min, max_items: max } = L.view.blocks;
  checkBlocks(check.at('blocks'), checkArray(check, view, 'blocks', { required: true, min, max }));
  checkString(check, view, 'private_metadata', { max: L.view.private_metadata.max_length });
  checkString(check, view, 'callback_id', { max: L.view.callback_id.max_length });
  checkString(check, view, 'external_id', { max: SURFACE_LIMITS.view.external_id });
  if (surface === 'home') return violations;
  for (const key of ['title', 'submit', 'close'] as const) {
    const longest = L.view[key].max_length;
    checkText(check, view, key, { required: key === 'title', only: 'plain_text', max: longest });
  }
  for (const key of ['clear_on_close', 'notify_on_close']) checkScalar(check, view, key, 'boolean');
  const input = objectsOf(view.blocks).findIndex((block) => block.type === 'input');
  if (input >= 0 && view.submit === undefined) {
    check
      .at('blocks', input, 'input')
      .fail('submit_required', 'must define `submit` to use an `input` block in modals');
  }
  return violations;
}

/** What Slack would refuse in the answer to a block_suggestion. */
export function validateSuggestions(answer: unknown): Violation[] {
  const violations: Violation[] = [];
  const check = startCheck('', 'modal', violations);
  if (!isObject(answer)) check.fail('type', 'must provide an object');
  else {
    const empty = (key: string) => Array.isArray(answer[key]) && answer[key].length === 0;
    // No match at all is a legal answer here, unlike in a static menu.
    if (!empty('options') && !empty('option_groups')) checkChoices(check, answer as JsonObject);
  }
  return violations;
}

/** A violation in the words of `response_metadata.messages`. */
export function describeViolation(violation: Violation): string {
  return `[ERROR] ${violation.message} [json-pointer:${violation.path}]`;
}
