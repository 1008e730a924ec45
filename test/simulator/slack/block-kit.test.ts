import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  describeViolation,
  validateMessage,
  validateSuggestions,
  validateView,
} from '../../../simulator/slack/block-kit.ts';
import { BLOCK_KIT_LIMITS as L } from '../../../simulator/slack/block-kit-limits.ts';
import { button, mrkdwn, plain } from './fixture.ts';
import upstream from './fixtures/block-kit-limits.json' with { type: 'json' };

const x = (length: number) => 'x'.repeat(length);
const option = (value: string) => ({ text: plain(value), value });
const section = (text: string) => ({ type: 'section', text: mrkdwn(text) });
const input = (element: unknown, more = {}) => ({ type: 'input', label: plain('Field'), element, ...more });
const text = { type: 'plain_text_input', action_id: 'a' };
const modal = (blocks: unknown, more = {}) => ({
  type: 'modal',
  title: plain('Title'),
  submit: plain('Send'),
  blocks,
  ...more,
});
const rulesOf = (violations: { path: string; rule: string }[]) =>
  violations.map(({ path, rule }) => `${path} ${rule}`);

it('keeps the limits that the published list has', () => {
  expect(L).toEqual(upstream);
});

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

describe('a view', () => {
  it('that is complete is taken', () => {
    const blocks = [
      input(
        { type: 'external_select', action_id: 's', min_query_length: 1, placeholder: plain('Type') },
        { block_id: 'service', dispatch_action: true },
      ),
      input(
        {
          ...text,
          multiline: true,
          max_length: 500,
          min_length: 1,
          dispatch_action_config: { trigger_actions_on: ['on_enter_pressed'] },
        },
        { optional: true, hint: plain('why') },
      ),
      input({ type: 'number_input', action_id: 'n', is_decimal_allowed: false, min_value: '1' }),
      input({ type: 'multi_users_select', action_id: 'u', initial_users: ['U1'] }),
    ];
    expect(
      validateView(
        modal(blocks, {
          callback_id: 'ask',
          private_metadata: '{}',
          notify_on_close: true,
          close: plain('Cancel'),
        }),
      ),
    ).toEqual([]);
    expect(validateView({ type: 'home', blocks: [section('x')] }, 'home')).toEqual([]);
  });

  it.each<[string, unknown, string[]]>([
    [
      'with an input and no submit',
      { type: 'modal', title: plain('T'), blocks: [input(text)] },
      ['/view/blocks/0/input submit_required'],
    ],
    ['without a title', { type: 'modal', submit: plain('S'), blocks: [section('x')] }, ['/view required']],
    ['with a title of 25', modal([section('x')], { title: plain(x(25)) }), ['/view/title/text max_length']],
    [
      'with a submit of 25',
      modal([section('x')], { submit: plain(x(25)) }),
      ['/view/submit/text max_length'],
    ],
    ['with a close in mrkdwn', modal([section('x')], { close: mrkdwn('x') }), ['/view/close/type text_type']],
    [
      'with metadata of 3001',
      modal([section('x')], { private_metadata: x(3001) }),
      ['/view/private_metadata max_length'],
    ],
    [
      'with a callback id of 256',
      modal([section('x')], { callback_id: x(256) }),
      ['/view/callback_id max_length'],
    ],
    [
      'of 101 blocks',
      modal(Array.from({ length: 101 }, () => ({ type: 'divider' }))),
      ['/view/blocks max_items'],
    ],
    ['with no blocks', modal([]), ['/view/blocks min_items']],
    ['with a markdown block', modal([{ type: 'markdown', text: 'x' }]), ['/view/blocks/0/type block_type']],
    ['of an unknown type', { ...modal([section('x')]), type: 'drawer' }, ['/view/type enum']],
    [
      'with a label in mrkdwn',
      modal([{ type: 'input', label: mrkdwn('x'), element: text }]),
      ['/view/blocks/0/label/type text_type'],
    ],
    [
      'with a button as input',
      modal([input(button('a', 'a', '1'))]),
      ['/view/blocks/0/element/type element_type'],
    ],
    [
      'with an initial value over its limit',
      modal([input({ ...text, max_length: 2, initial_value: 'xyz' })]),
      ['/view/blocks/0/element/initial_value max_length'],
    ],
    [
      'with two focused elements',
      modal([input({ ...text, focus_on_load: true }), input({ ...text, focus_on_load: true })]),
      ['/view/blocks/1/element focus'],
    ],
    ['that is no object', 'modal', ['/view type']],
  ])('%s is refused', (_name, view, expected) => {
    expect(rulesOf(validateView(view))).toEqual(expected);
  });

  it('of the other kind is refused', () => {
    expect(rulesOf(validateView({ type: 'home', blocks: [section('x')] }, 'modal'))).toEqual([
      '/view/type enum',
    ]);
  });
});

describe('suggestions', () => {
  it.each<[string, unknown, number]>([
    ['none at all', { options: [] }, 0],
    ['a hundred', { options: Array.from({ length: 100 }, (_, i) => option(`${i}`)) }, 0],
    ['a hundred and one', { options: Array.from({ length: 101 }, (_, i) => option(`${i}`)) }, 1],
    ['groups', { option_groups: [{ label: plain('g'), options: [option('1')] }] }, 0],
    ['a text of 76', { options: [option(x(76))] }, 1],
    ['neither options nor groups', {}, 1],
    ['no object', [], 1],
  ])('%s', (_name, answer, violations) => {
    expect(validateSuggestions(answer)).toHaveLength(violations);
  });
});

describe('for any input', () => {
  it('a text is taken exactly up to its limit', () => {
    const kinds = [
      [L.section.text.max_length, (t: string) => section(t)],
      [L.header.text.max_length, (t: string) => ({ type: 'header', text: plain(t) })],
      [L.button.text.max_length, (t: string) => ({ type: 'actions', elements: [button(t, 'a', '1')] })],
      [L.text.max_length, (t: string) => ({ type: 'context', elements: [mrkdwn(t)] })],
    ] as const;
    fc.assert(
      fc.property(fc.constantFrom(...kinds), fc.integer({ min: -3, max: 3 }), ([limit, make], offset) => {
        const valid = validateMessage({ blocks: [make(x(limit + offset))] }).length === 0;
        expect(valid).toBe(offset <= 0);
      }),
    );
  });

  it('JSON of any shape is judged and never crashes the validator', () => {
    const type = fc.constantFrom(
      'section',
      'actions',
      'input',
      'context',
      'header',
      'image',
      'button',
      'static_select',
      'plain_text',
      'mrkdwn',
      'rich_text',
    );
    const key = fc.constantFrom(
      'type',
      'text',
      'elements',
      'element',
      'accessory',
      'options',
      'fields',
      'label',
      'block_id',
      'confirm',
    );
    const { node } = fc.letrec<{ node: unknown }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 5 },
        fc.jsonValue({ maxDepth: 1 }),
        type,
        fc.dictionary(key, tie('node'), { maxKeys: 4 }),
        fc.array(tie('node'), { maxLength: 3 }),
      ),
    }));
    fc.assert(
      fc.property(node, (blocks) => {
        for (const { path } of [...validateMessage({ blocks }), ...validateView({ type: 'modal', blocks })]) {
          expect(path).toMatch(/^(\/(blocks|view|text)(\/|$))/);
        }
      }),
    );
  });
});
