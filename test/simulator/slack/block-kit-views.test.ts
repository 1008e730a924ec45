import { describe, expect, it } from 'vitest';
import { validateView } from '../../../simulator/slack/block-kit.ts';
import { input, modal, rulesOf, section, text, x } from './block-kit-fixture.ts';
import { button, mrkdwn, plain } from './fixture.ts';

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
