import {
  type Check,
  checkArray,
  checkKeys,
  checkObject,
  checkOneOf,
  checkScalar,
  checkString,
  checkUnique,
  type Surface,
} from './block-kit-check.ts';
import { type Container, checkElement } from './block-kit-elements.ts';
import { BLOCK_KIT_LIMITS as L } from './block-kit-limits.ts';
import { checkImage, checkText, checkTextObject } from './block-kit-objects.ts';
import { checkRichText } from './block-kit-rich-text.ts';
import { isObject, type Json, type JsonObject, own, shown } from './json.ts';

type Rule = {
  on: readonly Surface[];
  fields: readonly string[];
  check(check: Check, block: JsonObject): void;
};

const ANY: readonly Surface[] = ['message', 'modal', 'home'];

function checkElements(check: Check, elements: Json[], key: string, container: Container): void {
  const seen = new Set<string>();
  elements.forEach((element, index) => {
    const at = check.at(key, index);
    checkElement(at, element, container);
    if (isObject(element)) checkUnique(at, seen, 'action_id', element.action_id);
  });
}

const RULES: { readonly [type: string]: Rule } = {
  divider: { on: ANY, fields: [], check: () => {} },
  header: {
    on: ANY,
    fields: ['text', 'level'],
    check: (check, block) => {
      checkText(check, block, 'text', { required: true, only: 'plain_text', max: L.header.text.max_length });
    },
  },
  section: {
    on: ANY,
    fields: ['text', 'fields', 'accessory', 'expand'],
    check: (check, block) => {
      if (block.text === undefined && block.fields === undefined) {
        check.fail('text_or_fields', 'must define either `text` or `fields`');
      }
      checkText(check, block, 'text', { max: L.section.text.max_length });
      const fields = checkArray(check, block, 'fields', { min: 1, max: L.section.fields.max_items });
      fields.forEach((field, index) => {
        const at = check.at('fields', index);
        if (isObject(field)) checkTextObject(at, field, { max: L.section.fields.item_max_length });
        else at.fail('type', 'must provide an object');
      });
      const accessory = checkObject(check, block, 'accessory', false);
      if (accessory?.type === 'image') checkImage(check.at('accessory'), accessory);
      else if (accessory !== undefined) checkElement(check.at('accessory'), accessory, 'section');
    },
  },
  context: {
    on: ANY,
    fields: ['elements'],
    check: (check, block) => {
      const elements = checkArray(check, block, 'elements', {
        required: true,
        min: 1,
        max: L.context.elements.max_items,
      });
      elements.forEach((element, index) => {
        const at = check.at('elements', index);
        if (!isObject(element)) at.fail('type', 'must provide an object');
        else if (element.type === 'image') checkImage(at, element);
        else checkTextObject(at, element, {});
      });
    },
  },
  actions: {
    on: ANY,
    fields: ['elements'],
    check: (check, block) => {
      const max = L.actions.elements.max_items;
      checkElements(
        check,
        checkArray(check, block, 'elements', { required: true, min: 1, max }),
        'elements',
        'actions',
      );
    },
  },
  input: {
    // Slack's reference lists messages too; a form without a submit button is refused here on purpose.
    on: ['modal', 'home'],
    fields: ['label', 'element', 'hint', 'optional', 'dispatch_action'],
    check: (check, block) => {
      checkText(check, block, 'label', { required: true, only: 'plain_text', max: L.input.label.max_length });
      checkText(check, block, 'hint', { only: 'plain_text', max: L.input.hint.max_length });
      checkScalar(check, block, 'optional', 'boolean');
      checkScalar(check, block, 'dispatch_action', 'boolean');
      if (block.element === undefined) check.fail('required', 'missing required field: element');
      else checkElement(check.at('element'), block.element, 'input');
    },
  },
  image: {
    on: ANY,
    fields: ['image_url', 'slack_file', 'alt_text', 'title'],
    check: (check, block) => {
      checkImage(check, block, ['block_id', 'title']);
      checkText(check, block, 'title', { only: 'plain_text', max: L.image.alt_text.max_length });
    },
  },
  markdown: {
    on: ['message'],
    fields: ['text'],
    check: (check, block) => {
      const { min_length: min, max_length: max } = L.markdown.text;
      checkString(check, block, 'text', { required: true, min, max });
    },
  },
  rich_text: { on: ANY, fields: ['elements'], check: checkRichText },
  video: {
    on: ANY,
    fields: [
      'alt_text',
      'title',
      'title_url',
      'thumbnail_url',
      'video_url',
      'author_name',
      'description',
      'provider_name',
      'provider_icon_url',
    ],
    check: (check, block) => {
      const { alt_text: alt, title, author_name: author, description, provider_name: provider } = L.video;
      checkString(check, block, 'alt_text', { required: true, min: alt.min_length, max: alt.max_length });
      checkText(check, block, 'title', { required: true, only: 'plain_text', max: title.max_length });
      checkText(check, block, 'description', { only: 'plain_text', max: description.max_length });
      checkString(check, block, 'author_name', { max: author.max_length });
      checkString(check, block, 'provider_name', { max: provider.max_length });
      for (const key of ['thumbnail_url', 'video_url']) checkString(check, block, key, { required: true });
    },
  },
  alert: {
    on: ANY,
    fields: ['text', 'level'],
    check: (check, block) => {
      checkText(check, block, 'text', { required: true, max: L.alert.text.max_length });
      checkOneOf(check, block, 'level', ['default', 'info', 'warning', 'error', 'success']);
    },
  },
  card: {
    on: ANY,
    fields: ['hero_image', 'icon', 'slack_icon', 'title', 'subtitle', 'body', 'subtext', 'actions'],
    check: (check, block) => {
      if (['hero_image', 'title', 'actions', 'body'].every((key) => block[key] === undefined)) {
        check.fail('card_content', 'must define one of `hero_image`, `title`, `actions` or `body`');
      }
      for (const key of ['title', 'subtitle', 'body', 'subtext'] as const) {
        checkText(check, block, key, { max: L.card[key].max_length });
      }
      for (const key of ['hero_image', 'icon']) {
        const image = checkObject(check, block, key, false);
        if (image !== undefined) checkImage(check.at(key), image);
      }
      const actions = checkArray(check, block, 'actions', { max: L.card.actions.max_items });
      checkElements(check, actions, 'actions', 'card');
    },
  },
};

/** Checks the blocks of a message or a view; `check` stands at the array. */
export function checkBlocks(check: Check, blocks: Json[]): void {
  const ids = new Set<string>();
  let focused = false;
  blocks.forEach((block, index) => {
    const at = check.at(index);
    if (!isObject(block)) {
      at.fail('type', 'must provide an object');
      return;
    }
    if (block.type === undefined) {
      at.fail('required', 'missing required field: type');
      return;
    }
    const rule = own(RULES, shown(block.type));
    if (rule === undefined || !rule.on.includes(check.surface)) {
      at.at('type').fail('block_type', `unsupported type: ${shown(block.type)}`);
      return;
    }
    checkKeys(at, block, ['type', 'block_id', ...rule.fields]);
    checkString(at, block, 'block_id', { max: L.block_id.max_length });
    checkUnique(at, ids, 'block_id', block.block_id);
    rule.check(at, block);
    if (isObject(block.element) && block.element.focus_on_load === true) {
      if (focused) at.at('element').fail('focus', 'only one element may set `focus_on_load`');
      focused = true;
    }
  });
}
