import { describe, expect, it } from 'vitest';
import { describeViolation, validateMessage } from '../../../simulator/slack/block-kit.ts';
import { input, option, rulesOf, section, text, x } from './block-kit-fixture.ts';
import { button, mrkdwn, plain } from './fixture.ts';

describe('a message that Slack takes', () => {
  const confirm = {
    title: plain('Sure?'),
    text: mrkdwn('*Really*'),
    confirm: plain('Yes'),
    deny: plain('No'),
  };
  it.each([
    [
      'every block kind',
      [
        { type: 'header', text: plain('Access request') },
        {
          type: 'section',
          fields: [mrkdwn('*Who*'), plain('Ada')],
          accessory: { type: 'image', image_url: 'https://x.example/a.png', alt_text: 'a' },
        },
        { type: 'divider' },
        {
          type: 'context',
          elements: [mrkdwn('small'), { type: 'image', image_url: 'https://x.example/a.png', alt_text: 'a' }],
        },
        {
          type: 'actions',
          block_id: 'b',
          elements: [
            { ...button('Approve', 'approve', 'g1'), style: 'primary', confirm },
            { type: 'overflow', action_id: 'more', options: [option('1')] },
          ],
        },
        { type: 'image', image_url: 'https://x.example/a.png', alt_text: 'a', title: plain('t') },
        { type: 'markdown', text: '# hi' },
        {
          type: 'rich_text',
          elements: [
            {
              type: 'rich_text_section',
              elements: [
                { type: 'text', text: 'hi', style: { bold: true } },
                { type: 'date', timestamp: 1, format: '{date}' },
              ],
            },
          ],
        },
      ],
    ],
    [
      'menus and pickers',
      [
        {
          type: 'actions',
          elements: [
            {
              type: 'static_select',
              action_id: 'a',
              options: [option('1'), option('2')],
              initial_option: option('2'),
            },
            {
              type: 'static_select',
              action_id: 'g',
              option_groups: [{ label: plain('G'), options: [option('1')] }],
            },
            { type: 'external_select', action_id: 'b', min_query_length: 0, placeholder: plain('find') },
            { type: 'users_select', action_id: 'c' },
            { type: 'datepicker', action_id: 'd', initial_date: '2026-11-30' },
            { type: 'timepicker', action_id: 'e', initial_time: '23:59' },
            { type: 'datetimepicker', action_id: 'f', initial_date_time: 1_793_600_000 },
            { type: 'radio_buttons', action_id: 'h', options: [{ text: mrkdwn('*a*'), value: 'a' }] },
            { type: 'checkboxes', action_id: 'i', options: [option('1')], initial_options: [option('1')] },
          ],
        },
        {
          type: 'section',
          text: mrkdwn('pick'),
          accessory: {
            type: 'multi_static_select',
            action_id: 'm',
            options: [option('1')],
            max_selected_items: 1,
          },
        },
      ],
    ],
    ['a full fifty blocks', Array.from({ length: 50 }, () => ({ type: 'divider' }))],
  ])('%s', (_name, blocks) => {
    expect(validateMessage({ text: 'fallback', blocks })).toEqual([]);
  });
});

describe('a message that Slack refuses', () => {
  const inActions = (element: unknown) => [{ type: 'actions', elements: [element] }];
  it.each<[string, unknown, string]>([
    ['51 blocks', Array.from({ length: 51 }, () => ({ type: 'divider' })), '/blocks max_items'],
    ['blocks that are no list', {}, '/blocks type'],
    ['a block of an unknown type', [{ type: 'sidebar' }], '/blocks/0/type block_type'],
    ['a block named like a property of every object', [{ type: 'constructor' }], '/blocks/0/type block_type'],
    ['a block without a type', [{}], '/blocks/0 required'],
    ['an input', [input(text)], '/blocks/0/type block_type'],
    ['a field that no block has', [{ type: 'divider', colour: 'red' }], '/blocks/0 unknown_field'],
    ['a section with nothing in it', [{ type: 'section' }], '/blocks/0 text_or_fields'],
    ['an empty text', [section('')], '/blocks/0/text/text min_length'],
    ['a section text of 3001', [section(x(3001))], '/blocks/0/text/text max_length'],
    ['a text without a type', [{ type: 'section', text: { text: 'x' } }], '/blocks/0/text required'],
    ['a text that is a string', [{ type: 'section', text: 'x' }], '/blocks/0/text type'],
    [
      'eleven fields',
      [{ type: 'section', fields: Array(11).fill(plain('x')) }],
      '/blocks/0/fields max_items',
    ],
    [
      'a field text of 2001',
      [{ type: 'section', fields: [plain(x(2001))] }],
      '/blocks/0/fields/0/text max_length',
    ],
    ['a header in mrkdwn', [{ type: 'header', text: mrkdwn('x') }], '/blocks/0/text/type text_type'],
    ['a header of 151', [{ type: 'header', text: plain(x(151)) }], '/blocks/0/text/text max_length'],
    [
      'emoji on mrkdwn',
      [{ type: 'section', text: { ...mrkdwn('x'), emoji: true } }],
      '/blocks/0/text unknown_field',
    ],
    [
      'a block id twice',
      [
        { type: 'divider', block_id: 'a' },
        { type: 'divider', block_id: 'a' },
      ],
      '/blocks/1/block_id unique',
    ],
    ['a block id of 256', [{ type: 'divider', block_id: x(256) }], '/blocks/0/block_id max_length'],
    [
      'an action id twice in a block',
      [{ type: 'actions', elements: [button('A', 'a', '1'), button('B', 'a', '2')] }],
      '/blocks/0/elements/1/action_id unique',
    ],
    ['no elements', [{ type: 'actions', elements: [] }], '/blocks/0/elements min_items'],
    [
      '26 elements',
      [{ type: 'actions', elements: Array.from({ length: 26 }, (_, i) => button('A', `${i}`, '1')) }],
      '/blocks/0/elements max_items',
    ],
    [
      'a button in mrkdwn',
      inActions({ ...button('A', 'a', '1'), text: mrkdwn('A') }),
      '/blocks/0/elements/0/text/type text_type',
    ],
    ['a button text of 76', inActions(button(x(76), 'a', '1')), '/blocks/0/elements/0/text/text max_length'],
    ['a button value of 2001', inActions(button('A', 'a', x(2001))), '/blocks/0/elements/0/value max_length'],
    [
      'a button style of its own',
      inActions({ ...button('A', 'a', '1'), style: 'default' }),
      '/blocks/0/elements/0/style enum',
    ],
    [
      'an incomplete confirm',
      inActions({
        ...button('A', 'a', '1'),
        confirm: { title: plain('x'), text: plain('x'), confirm: plain('x') },
      }),
      '/blocks/0/elements/0/confirm required',
    ],
    [
      'a confirm title of 101',
      inActions({
        ...button('A', 'a', '1'),
        confirm: { title: plain(x(101)), text: plain('x'), confirm: plain('x'), deny: plain('x') },
      }),
      '/blocks/0/elements/0/confirm/title/text max_length',
    ],
    ['a text input in actions', inActions(text), '/blocks/0/elements/0/type element_type'],
    [
      'a datetime picker beside a section',
      [{ ...section('x'), accessory: { type: 'datetimepicker', action_id: 'a' } }],
      '/blocks/0/accessory/type element_type',
    ],
    [
      'a menu without options',
      inActions({ type: 'static_select', action_id: 'a' }),
      '/blocks/0/elements/0 options_or_groups',
    ],
    [
      'options and groups',
      inActions({
        type: 'static_select',
        action_id: 'a',
        options: [option('1')],
        option_groups: [{ label: plain('l'), options: [option('1')] }],
      }),
      '/blocks/0/elements/0 options_or_groups',
    ],
    [
      '101 options',
      inActions({
        type: 'static_select',
        action_id: 'a',
        options: Array.from({ length: 101 }, (_, i) => option(`${i}`)),
      }),
      '/blocks/0/elements/0/options max_items',
    ],
    [
      'an option text of 76',
      inActions({ type: 'static_select', action_id: 'a', options: [option(x(76))] }),
      '/blocks/0/elements/0/options/0/text/text max_length',
    ],
    [
      'an option value of 151',
      inActions({ type: 'static_select', action_id: 'a', options: [{ text: plain('a'), value: x(151) }] }),
      '/blocks/0/elements/0/options/0/value max_length',
    ],
    [
      'an initial option that is none',
      inActions({
        type: 'static_select',
        action_id: 'a',
        options: [option('1')],
        initial_option: option('2'),
      }),
      '/blocks/0/elements/0/initial_option initial_option',
    ],
    [
      'an initial option that is null',
      inActions({ type: 'static_select', action_id: 'a', options: [option('1')], initial_option: null }),
      '/blocks/0/elements/0/initial_option type',
    ],
    [
      'an option url outside an overflow menu',
      inActions({
        type: 'static_select',
        action_id: 'a',
        options: [{ ...option('1'), url: 'https://x.example' }],
      }),
      '/blocks/0/elements/0/options/0/url option_url',
    ],
    [
      'six overflow options',
      inActions({
        type: 'overflow',
        action_id: 'a',
        options: Array.from({ length: 6 }, (_, i) => option(`${i}`)),
      }),
      '/blocks/0/elements/0/options max_items',
    ],
    [
      'eleven radio buttons',
      inActions({
        type: 'radio_buttons',
        action_id: 'a',
        options: Array.from({ length: 11 }, (_, i) => option(`${i}`)),
      }),
      '/blocks/0/elements/0/options max_items',
    ],
    [
      'a thirteenth month',
      inActions({ type: 'datepicker', action_id: 'a', initial_date: '2026-13-01' }),
      '/blocks/0/elements/0/initial_date format',
    ],
    ['an image without alt text', [{ type: 'image', image_url: 'https://x.example' }], '/blocks/0 required'],
    [
      'eleven context elements',
      [{ type: 'context', elements: Array(11).fill(plain('x')) }],
      '/blocks/0/elements max_items',
    ],
    [
      'a rich text list of texts',
      [
        {
          type: 'rich_text',
          elements: [{ type: 'rich_text_list', style: 'bullet', elements: [{ type: 'text', text: 'x' }] }],
        },
      ],
      '/blocks/0/elements/0/elements/0 element_type',
    ],
  ])('%s', (_name, blocks, expected) => {
    expect(rulesOf(validateMessage({ blocks }))).toEqual([expected]);
  });

  it('of more than 40,000 characters', () => {
    expect(rulesOf(validateMessage({ text: x(40_001) }))).toEqual(['/text max_length']);
  });

  it('is refused in words that name the place and the limit', () => {
    const [violation] = validateMessage({ blocks: [section(x(3001))] });
    expect(violation && describeViolation(violation)).toBe(
      '[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]',
    );
  });
});
