import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { validateMessage, validateSuggestions, validateView } from '../../../simulator/slack/block-kit.ts';
import { BLOCK_KIT_LIMITS as L } from '../../../simulator/slack/block-kit-limits.ts';
import { option, section, x } from './block-kit-fixture.ts';
import { button, mrkdwn, plain } from './fixture.ts';
import upstream from './fixtures/block-kit-limits.json' with { type: 'json' };

it('keeps the limits that the published list has', () => {
  expect(L).toEqual(upstream);
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
        // What `String` cannot read.
        fc.constant({ toString: null, valueOf: null }),
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
