import {
  type Check,
  checkArray,
  checkKeys,
  checkLength,
  checkObject,
  checkOneOf,
  checkScalar,
  checkString,
} from './block-kit-check.ts';
import { BLOCK_KIT_LIMITS as L } from './block-kit-limits.ts';
import { isObject, type Json, type JsonObject, shown } from './json.ts';

type TextRules = { required?: boolean; only?: 'plain_text' | 'mrkdwn'; min?: number; max?: number };

/** Checks the text object in `owner[key]`: its type, its length, and the fields of that type. */
export function checkText(check: Check, owner: JsonObject, key: string, rules: TextRules): void {
  const text = checkObject(check, owner, key, rules.required ?? false);
  if (text !== undefined) checkTextObject(check.at(key), text, rules);
}

/** Checks a text object itself. */
export function checkTextObject(check: Check, text: JsonObject, rules: TextRules): void {
  const { type } = text;
  const known = type === 'plain_text' || type === 'mrkdwn';
  if (type === undefined) check.fail('required', 'missing required field: type');
  else if (!known || (rules.only !== undefined && type !== rules.only)) {
    check.at('type').fail('text_type', `unsupported type: ${shown(type)}`);
  }
  checkKeys(check, text, ['type', 'text', type === 'mrkdwn' ? 'verbatim' : 'emoji']);
  checkScalar(check, text, 'emoji', 'boolean');
  checkScalar(check, text, 'verbatim', 'boolean');
  const value = checkString(check, text, 'text', { required: true });
  if (value !== undefined) {
    checkLength(check.at('text'), value, {
      min: rules.min ?? L.text.min_length,
      max: rules.max ?? L.text.max_length,
    });
  }
}

/** Checks a confirmation dialog. */
export function checkConfirm(check: Check, owner: JsonObject): void {
  const confirm = checkObject(check, owner, 'confirm', false);
  if (confirm === undefined) return;
  const at = check.at('confirm');
  checkKeys(at, confirm, ['title', 'text', 'confirm', 'deny', 'style']);
  checkText(at, confirm, 'title', {
    required: true,
    only: 'plain_text',
    max: L.confirmation.title.max_length,
  });
  checkText(at, confirm, 'text', { required: true, max: L.confirmation.text.max_length });
  checkText(at, confirm, 'confirm', {
    required: true,
    only: 'plain_text',
    max: L.confirmation.confirm.max_length,
  });
  checkText(at, confirm, 'deny', { required: true, only: 'plain_text', max: L.confirmation.deny.max_length });
  checkOneOf(at, confirm, 'style', ['primary', 'danger']);
}

type OptionRules = { mrkdwn?: boolean; url?: boolean };

/** Checks one option; `mrkdwn` where the element may show formatted options, `url` in an overflow menu. */
export function checkOption(check: Check, option: Json | undefined, rules: OptionRules): void {
  if (!isObject(option)) {
    check.fail('type', 'must provide an object');
    return;
  }
  checkKeys(check, option, ['text', 'value', 'description', 'url']);
  const only = rules.mrkdwn ? {} : { only: 'plain_text' as const };
  checkText(check, option, 'text', { required: true, ...only, max: L.option.text.max_length });
  checkString(check, option, 'value', { required: true, min: 1, max: L.option.value.max_length });
  checkText(check, option, 'description', { ...only, max: L.option.description.max_length });
  if (option.url !== undefined && !rules.url) {
    check.at('url').fail('option_url', 'only options of an overflow menu may have a url');
  }
  checkString(check, option, 'url', { max: L.option.url.max_length });
}

/** Checks a list of options, and that no value is offered twice. */
export function checkOptions(
  check: Check,
  owner: JsonObject,
  rules: OptionRules & { required?: boolean; min?: number; max: number },
): JsonObject[] {
  const options = checkArray(check, owner, 'options', rules);
  options.forEach((option, index) => {
    checkOption(check.at('options', index), option, rules);
  });
  return options.filter(isObject);
}

/** Checks `options` or `option_groups`, of which there must be exactly one; returns all the options. */
export function checkChoices(check: Check, owner: JsonObject): JsonObject[] {
  const hasOptions = owner.options !== undefined;
  const hasGroups = owner.option_groups !== undefined;
  if (hasOptions === hasGroups) {
    check.fail('options_or_groups', 'must define either `options` or `option_groups`');
  }
  if (!hasGroups) return checkOptions(check, owner, { min: 1, max: L.select.options.max_items });
  const groups = checkArray(check, owner, 'option_groups', {
    min: 1,
    max: L.select.option_groups.max_items,
  });
  return groups.flatMap((group, index) => {
    const at = check.at('option_groups', index);
    if (!isObject(group)) {
      at.fail('type', 'must provide an object');
      return [];
    }
    checkKeys(at, group, ['label', 'options']);
    checkText(at, group, 'label', {
      required: true,
      only: 'plain_text',
      max: L.option_group.label.max_length,
    });
    return checkOptions(at, group, {
      required: true,
      min: L.option_group.options.min_items,
      max: L.option_group.options.max_items,
    });
  });
}

const sameOption = (a: JsonObject, b: JsonObject) =>
  a.value === b.value && isObject(a.text) && isObject(b.text) && a.text.text === b.text.text;

/** Checks that what is chosen at first is one of the choices, as Slack demands of static menus. */
export function checkInitial(check: Check, owner: JsonObject, key: string, choices: JsonObject[]): void {
  const value = owner[key];
  if (value === undefined) return;
  const many = key === 'initial_options';
  if (many && !Array.isArray(value)) {
    check.at(key).fail('type', 'must provide an array');
    return;
  }
  if (Array.isArray(value) && value.length === 0)
    check.at(key).fail('min_items', 'must have at least 1 item');
  const chosen = Array.isArray(value) ? value : [value];
  chosen.forEach((option, index) => {
    const at = many ? check.at(key, index) : check.at(key);
    if (!isObject(option)) at.fail('type', 'must provide an object');
    else if (!choices.some((choice) => sameOption(choice, option))) {
      at.fail('initial_option', 'initial option must match one of the options');
    }
  });
}

/** Checks an image, as an element of a section, a context or a card. */
export function checkImage(check: Check, image: JsonObject, extra: readonly string[] = []): void {
  checkKeys(check, image, ['type', 'image_url', 'slack_file', 'alt_text', ...extra]);
  checkString(check, image, 'alt_text', { required: true, min: 1, max: L.image.alt_text.max_length });
  const url = checkString(check, image, 'image_url', { max: L.image.image_url.max_length });
  checkObject(check, image, 'slack_file', false);
  if ((image.image_url === undefined) === (image.slack_file === undefined)) {
    check.fail('image_source', 'must define either `image_url` or `slack_file`');
  }
  if (url !== undefined && !/^https?:\/\//.test(url)) check.at('image_url').fail('format', 'must be a URL');
}
