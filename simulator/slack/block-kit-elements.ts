import {
  type Check,
  checkArray,
  checkKeys,
  checkObject,
  checkOneOf,
  checkScalar,
  checkString,
} from './block-kit-check.ts';
import { BLOCK_KIT_LIMITS as L } from './block-kit-limits.ts';
import {
  checkChoices,
  checkConfirm,
  checkInitial,
  checkOption,
  checkOptions,
  checkText,
} from './block-kit-objects.ts';
import { isObject, type Json, type JsonObject, own, shown } from './json.ts';

export type Container = 'section' | 'actions' | 'input' | 'context' | 'context_actions' | 'card';

type Rule = {
  inside: readonly Container[];
  fields: readonly string[];
  check(check: Check, element: JsonObject): void;
};

const EVERYWHERE = ['section', 'actions', 'input'] as const;
const SELECT_FIELDS = ['placeholder', 'confirm', 'focus_on_load'];
const MULTI_FIELDS = [...SELECT_FIELDS, 'max_selected_items'];
const STYLES = ['primary', 'danger'];

const date = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;
const time = /^([01]\d|2[0-3]):[0-5]\d$/;

function checkPattern(check: Check, owner: JsonObject, key: string, pattern: RegExp, form: string): void {
  const value = checkString(check, owner, key, {});
  if (value !== undefined && !pattern.test(value))
    check.at(key).fail('format', `must be of the form ${form}`);
}

function checkStrings(check: Check, owner: JsonObject, key: string): void {
  checkArray(check, owner, key, {}).forEach((value, index) => {
    if (typeof value !== 'string') check.at(key, index).fail('type', 'must be a string');
  });
}

function picker(initial: string, multi: boolean, extra: readonly string[] = []): Rule {
  return {
    inside: EVERYWHERE,
    fields: [...(multi ? MULTI_FIELDS : SELECT_FIELDS), initial, ...extra],
    check: (check, element) => {
      if (multi) checkStrings(check, element, initial);
      else checkString(check, element, initial, {});
    },
  };
}

function typedInput(fields: readonly string[], more?: Rule['check']): Rule {
  return {
    inside: ['input'],
    fields: ['placeholder', 'initial_value', 'dispatch_action_config', 'focus_on_load', ...fields],
    check: (check, element) => {
      const config = checkObject(check, element, 'dispatch_action_config', false);
      if (config !== undefined) {
        const at = check.at('dispatch_action_config');
        checkArray(at, config, 'trigger_actions_on', { required: true, min: 1 }).forEach((on, index) => {
          if (on !== 'on_enter_pressed' && on !== 'on_character_entered') {
            at.at('trigger_actions_on', index).fail('enum', `unsupported value: ${shown(on)}`);
          }
        });
      }
      if (element.type !== 'rich_text_input') checkString(check, element, 'initial_value', {});
      more?.(check, element);
    },
  };
}

const staticSelect = (multi: boolean): Rule => ({
  inside: EVERYWHERE,
  fields: [
    ...(multi ? [...MULTI_FIELDS, 'initial_options'] : [...SELECT_FIELDS, 'initial_option']),
    'options',
    'option_groups',
  ],
  check: (check, element) => {
    checkInitial(check, element, multi ? 'initial_options' : 'initial_option', checkChoices(check, element));
  },
});

const externalSelect = (multi: boolean): Rule => ({
  inside: EVERYWHERE,
  fields: [
    ...(multi ? [...MULTI_FIELDS, 'initial_options'] : [...SELECT_FIELDS, 'initial_option']),
    'min_query_length',
  ],
  check: (check, element) => {
    checkScalar(check, element, 'min_query_length', 'integer', { min: 0 });
    if (element.initial_option !== undefined) {
      checkOption(check.at('initial_option'), element.initial_option, {});
    }
    checkArray(check, element, 'initial_options', {}).forEach((option, index) => {
      checkOption(check.at('initial_options', index), option, {});
    });
  },
});

const RULES: { readonly [type: string]: Rule } = {
  button: {
    inside: ['section', 'actions', 'card'],
    fields: ['text', 'value', 'url', 'style', 'confirm', 'accessibility_label'],
    check: (check, element) => {
      checkText(check, element, 'text', {
        required: true,
        only: 'plain_text',
        max: L.button.text.max_length,
      });
      checkString(check, element, 'value', { max: L.button.value.max_length });
      checkString(check, element, 'url', { max: L.button.url.max_length });
      checkString(check, element, 'accessibility_label', { max: L.button.accessibility_label.max_length });
      checkOneOf(check, element, 'style', STYLES);
    },
  },
  overflow: {
    inside: ['section', 'actions'],
    fields: ['options', 'confirm'],
    check: (check, element) => {
      const { min_items: min, max_items: max } = L.overflow.options;
      checkOptions(check, element, { required: true, url: true, min, max });
    },
  },
  checkboxes: {
    inside: EVERYWHERE,
    fields: ['options', 'initial_options', 'confirm', 'focus_on_load'],
    check: (check, element) => {
      const { min_items: min, max_items: max } = L.checkboxes.options;
      const options = checkOptions(check, element, { required: true, mrkdwn: true, min, max });
      checkInitial(check, element, 'initial_options', options);
    },
  },
  radio_buttons: {
    inside: EVERYWHERE,
    fields: ['options', 'initial_option', 'confirm', 'focus_on_load'],
    check: (check, element) => {
      const { min_items: min, max_items: max } = L.radio_buttons.options;
      const options = checkOptions(check, element, { required: true, mrkdwn: true, min, max });
      checkInitial(check, element, 'initial_option', options);
    },
  },
  static_select: staticSelect(false),
  multi_static_select: staticSelect(true),
  external_select: externalSelect(false),
  multi_external_select: externalSelect(true),
  users_select: picker('initial_user', false),
  multi_users_select: picker('initial_users', true),
  channels_select: picker('initial_channel', false, ['response_url_enabled']),
  multi_channels_select: picker('initial_channels', true),
  conversations_select: picker('initial_conversation', false, [
    'response_url_enabled',
    'default_to_current_conversation',
    'filter',
  ]),
  multi_conversations_select: picker('initial_conversations', true, [
    'default_to_current_conversation',
    'filter',
  ]),
  datepicker: {
    inside: EVERYWHERE,
    fields: ['placeholder', 'initial_date', 'confirm', 'focus_on_load'],
    check: (check, element) => checkPattern(check, element, 'initial_date', date, 'YYYY-MM-DD'),
  },
  timepicker: {
    inside: EVERYWHERE,
    fields: ['placeholder', 'initial_time', 'timezone', 'confirm', 'focus_on_load'],
    check: (check, element) => checkPattern(check, element, 'initial_time', time, 'HH:mm'),
  },
  datetimepicker: {
    inside: ['actions', 'input'],
    fields: ['initial_date_time', 'confirm', 'focus_on_load'],
    check: (check, element) =>
      checkScalar(check, element, 'initial_date_time', 'integer', { min: 1e9, max: 9_999_999_999 }),
  },
  plain_text_input: typedInput(['multiline', 'min_length', 'max_length'], (check, element) => {
    const most = L.plain_text_input.max_length.max;
    checkScalar(check, element, 'multiline', 'boolean');
    checkScalar(check, element, 'min_length', 'integer', { min: 0, max: most });
    checkScalar(check, element, 'max_length', 'integer', { min: 1, max: most });
    const { initial_value: initial, max_length: longest } = element;
    const limit = typeof longest === 'number' ? longest : most;
    if (typeof initial === 'string' && initial.length > limit) {
      check.at('initial_value').fail('max_length', `must be less than ${limit + 1} characters`);
    }
  }),
  email_text_input: typedInput([]),
  url_text_input: typedInput([]),
  number_input: typedInput(['is_decimal_allowed', 'min_value', 'max_value'], (check, element) => {
    if (element.is_decimal_allowed === undefined) {
      check.fail('required', 'missing required field: is_decimal_allowed');
    }
    checkScalar(check, element, 'is_decimal_allowed', 'boolean');
    for (const key of ['min_value', 'max_value']) checkString(check, element, key, {});
  }),
  rich_text_input: typedInput(['min_lines', 'max_lines'], (check, element) => {
    checkObject(check, element, 'initial_value', false);
  }),
  file_input: {
    inside: ['input'],
    fields: ['filetypes', 'max_files'],
    check: (check, element) => {
      checkStrings(check, element, 'filetypes');
      checkScalar(check, element, 'max_files', 'integer', L.file_input.max_files);
    },
  },
};

/** Checks an interactive element inside a block of the given kind. */
export function checkElement(check: Check, element: Json | undefined, container: Container): void {
  if (!isObject(element)) {
    check.fail('type', 'must provide an object');
    return;
  }
  const { type } = element;
  if (type === undefined) {
    check.fail('required', 'missing required field: type');
    return;
  }
  const rule = own(RULES, shown(type));
  if (rule === undefined || !rule.inside.includes(container)) {
    check.at('type').fail('element_type', `unsupported type: ${shown(type)}`);
    return;
  }
  checkKeys(check, element, ['type', 'action_id', ...rule.fields]);
  checkString(check, element, 'action_id', { min: 1, max: L.action_id.max_length });
  if (rule.fields.includes('placeholder')) {
    checkText(check, element, 'placeholder', { only: 'plain_text', max: L.select.placeholder.max_length });
  }
  if (rule.fields.includes('confirm')) checkConfirm(check, element);
  checkScalar(check, element, 'focus_on_load', 'boolean');
  if (rule.fields.includes('max_selected_items')) {
    checkScalar(check, element, 'max_selected_items', 'integer', { min: 1 });
  }
  rule.check(check, element);
}
