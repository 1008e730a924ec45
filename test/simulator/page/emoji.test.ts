import { expect, test } from 'vitest';
import { emojiOf } from '../../../simulator/page/client/emoji.ts';
import { sourcesUnder, withoutComments } from '../../support/imports.ts';

test('every emoji that Latchkey uses is known to the page', () => {
  const used = [...sourcesUnder('src/slack')].flatMap(([, text]) =>
    [...withoutComments(text).matchAll(/[\s'"`]:([a-z0-9_+]+):(?=[\s'"`])/g)].map(([, name = '']) => name),
  );
  expect(used.length).toBeGreaterThan(10);
  expect(used.filter((name) => emojiOf(name) === undefined)).toEqual([]);
});
