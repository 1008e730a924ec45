import {
  type Check,
  checkArray,
  checkObject,
  checkOneOf,
  checkScalar,
  checkString,
} from './block-kit-check.ts';
import { isObject, type Json, type JsonObject, own, shown } from './json.ts';

const INLINE: { readonly [type: string]: readonly string[] } = {
  text: ['text'],
  link: ['url'],
  user: ['user_id'],
  usergroup: ['usergroup_id'],
  channel: ['channel_id'],
  team: ['team_id'],
  emoji: ['name'],
  broadcast: ['range'],
  color: ['value'],
  date: ['format'],
};

function checkInline(check: Check, element: Json): void {
  if (!isObject(element)) {
    check.fail('type', 'must provide an object');
    return;
  }
  const required = own(INLINE, shown(element.type));
  if (required === undefined) {
    check.at('type').fail('element_type', `unsupported type: ${shown(element.type)}`);
    return;
  }
  for (const key of required) {
    checkString(check, element, key, { required: true, ...(key === 'text' ? { min: 1 } : {}) });
  }
  if (element.type === 'date') checkScalar(check, element, 'timestamp', 'integer');
  if (element.type === 'broadcast') checkOneOf(check, element, 'range', ['here', 'channel', 'everyone']);
  checkObject(check, element, 'style', false);
}

/** Checks a rich text block: sections, lists, quotes and preformatted text. */
export function checkRichText(check: Check, block: JsonObject): void {
  checkArray(check, block, 'elements', { required: true }).forEach((element, index) => {
    checkPart(check.at('elements', index), element);
  });
}

function checkPart(check: Check, element: Json): void {
  if (!isObject(element)) {
    check.fail('type', 'must provide an object');
    return;
  }
  const items = checkArray(check, element, 'elements', { required: true });
  switch (element.type) {
    case 'rich_text_list':
      if (element.style === undefined) check.fail('required', 'missing required field: style');
      checkOneOf(check, element, 'style', ['bullet', 'ordered']);
      items.forEach((item, index) => {
        const at = check.at('elements', index);
        if (isObject(item) && item.type === 'rich_text_section') checkPart(at, item);
        else at.fail('element_type', 'must be a rich_text_section');
      });
      return;
    case 'rich_text_section':
    case 'rich_text_quote':
    case 'rich_text_preformatted':
      items.forEach((item, index) => {
        checkInline(check.at('elements', index), item);
      });
      return;
    default:
      check.at('type').fail('element_type', `unsupported type: ${shown(element.type)}`);
  }
}
