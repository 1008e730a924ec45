import { type Child, h, type VNode } from './dom.ts';
import { element, image } from './elements.ts';
import { withEmoji } from './emoji.ts';
import { field, flag, objects, record, string, textOf } from './json.ts';
import { plain } from './mrkdwn.ts';
import { elementKey, type Surface, textObject } from './placed.ts';
import { richText } from './rich-text.ts';

/** Renders Block Kit's blocks: https://docs.slack.dev/reference/block-kit/blocks */
export function blocks(list: readonly object[], surface: Surface): VNode[] {
  return list.map((block, i) =>
    h(
      'div',
      { key: string(block, 'block_id') || i, class: `block ${string(block, 'type')}` },
      inside(block, surface),
    ),
  );
}

function inside(block: object, surface: Surface): Child[] {
  const { names } = surface;
  switch (string(block, 'type')) {
    case 'section':
      return section(block, surface);
    case 'header':
      return [h('h3', null, plain(textOf(block, 'text')))];
    case 'divider':
      return [h('hr', null)];
    case 'context':
      return objects(block, 'elements').map((one) =>
        string(one, 'type') === 'image' ? image(one) : h('span', { class: 'text' }, textObject(one, names)),
      );
    case 'actions':
      return placed(objects(block, 'elements'), block, surface);
    case 'input':
      return input(block, surface);
    case 'image':
      return [
        textOf(block, 'title') ? h('div', { class: 'image-title' }, plain(textOf(block, 'title'))) : '',
        image(block),
      ].filter((child) => child !== '');
    case 'rich_text':
      return richText(block, names);
    case 'markdown':
      return plain(string(block, 'text'));
    default:
      return [h('span', { class: 'unknown' }, `(a ${string(block, 'type')} block is not shown here)`)];
  }
}

function placed(elements: readonly object[], block: object, surface: Surface): VNode[] {
  return elements.flatMap((one) => element({ element: one, block, surface }) ?? []);
}

function section(block: object, surface: Surface): Child[] {
  const accessory = record(block, 'accessory');
  const fields = objects(block, 'fields');
  return [
    h(
      'div',
      { class: 'text' },
      textObject(field(block, 'text'), surface.names),
      fields.length > 0
        ? h(
            'div',
            { class: 'fields' },
            fields.map((one) => h('div', null, textObject(one, surface.names))),
          )
        : null,
    ),
    ...(accessory ? [h('div', { class: 'accessory' }, placed([accessory], block, surface))] : []),
  ];
}

function input(block: object, surface: Surface): Child[] {
  const of = record(block, 'element') ?? {};
  const blockId = string(block, 'block_id');
  const id = elementKey({ element: of, block, surface }).replaceAll(/[^\w-]/g, '-');
  const hint = textOf(block, 'hint');
  const error = surface.errors[blockId];
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ');
  return [
    h(
      'div',
      { class: 'label', id: `${id}-label` },
      withEmoji(textOf(block, 'label')),
      flag(block, 'optional') ? h('span', { class: 'optional' }, ' (optional)') : null,
    ),
    ...[
      element({
        element: of,
        block,
        surface,
        labelledBy: `${id}-label`,
        ...(described && { describedBy: described }),
      }),
    ].filter((child) => child !== undefined),
    ...(error
      ? [h('div', { class: 'error', id: `${id}-error`, role: 'alert' }, h('b', null, '! '), error)]
      : []),
    ...(hint ? [h('div', { class: 'hint', id: `${id}-hint` }, plain(hint))] : []),
  ];
}
