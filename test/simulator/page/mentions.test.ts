import { describe, expect, test } from 'vitest';
import type { App } from '../../../simulator/page/client/app.ts';
import { asSent, peopleFor } from '../../../simulator/page/client/mentions.ts';

const person = (id: string, name: string, handle: string) => ({
  id,
  name,
  handle,
  title: 'Analyst',
  bot: false,
});
const app = {
  parts: {
    directory: { people: [person('U0MAX', 'Max Planck', 'max'), person('U0MAXI', 'Maxi Muster', 'maxi')] },
    'viewer:U0MAX': { channels: [{ id: 'C0ACCESS', name: 'access' }] },
  },
} as unknown as App;

describe('a typed line', () => {
  test.each([
    ['/request-access x 1h for @Max Planck INC-1', '/request-access x 1h for <@U0MAX|max> INC-1'],
    ['/request-access revoke @maxi', '/request-access revoke <@U0MAXI|maxi>'],
    ['/request-access x 1h a < b & c', '/request-access x 1h a &lt; b &amp; c'],
    ['hello @max in #access', 'hello <@U0MAX> in <#C0ACCESS|access>'],
    ['mail me@max.example, @nobody', 'mail me@max.example, @nobody'],
    ['<!channel>', '&lt;!channel&gt;'],
  ])('%s is sent as %s', (typed, sent) => {
    expect(asSent(app, 'U0MAX', typed)).toBe(sent);
  });

  test('offers people after an @', () => {
    expect(peopleFor(app, '/request-access revoke @pla').map((one) => one.text)).toEqual([
      '/request-access revoke @Max Planck ',
    ]);
    expect(peopleFor(app, 'nothing here')).toEqual([]);
  });
});
