import { describe, expect, test } from 'vitest';
import { ADA, aWorld, GRACE, LINUS, MAX, ROOT } from '../world.ts';
import { cards, states } from './journey.ts';

const world = aWorld();
const latest = async () => (await world.grants())[0];

describe('what Slack and keyboards make of a command', () => {
  test.each([
    ['a channel link for the name', '<#C0GENERAL|billing-dashboard> 15m INC-42 invoices'],
    ['a channel sign', '#billing-dashboard 15m INC-42 invoices'],
    ['code ticks', '`billing-dashboard` 15m INC-42 invoices'],
    ['smart quotes around everything', '“billing-dashboard” “15m” “INC-42 invoices”'],
    ['German quotes', '„billing-dashboard“ 15m INC-42 invoices'],
    ['stray and unbreakable spaces', '  billing-dashboard \u00a0 15m \t INC-42   invoices  '],
    ['capitals', 'Billing-Dashboard 15M INC-42 invoices'],
    ['two words for the time', 'billing-dashboard 15 minutes INC-42 invoices'],
    ['an invisible mark', 'billing\u200b-dashboard 15m INC-42 invoices'],
    ['the whole path', 'acme-prod/us-central1/billing-dashboard 15m INC-42 invoices'],
  ])('%s is understood', async (_, text) => {
    await world.command(ADA, text);
    expect(await latest()).toMatchObject({
      service: { service: 'billing-dashboard' },
      minutes: 15,
      justification: 'INC-42 invoices',
    });
  });

  test('links, mentions and quotes inside a justification stay readable, and ping nobody', async () => {
    await world.command(
      ADA,
      'billing-dashboard 15m INC-42 see <https://wiki.acme.example/inc|the wiki>, <@U0MAX|max> “knows” <!here> <#C0GENERAL|general>',
    );
    const grant = await latest();
    expect(grant?.justification).toBe('INC-42 see the wiki, @max "knows" @here #general');
    const card = JSON.stringify(cards(world)[0]?.blocks);
    for (const ping of ['<@U0MAX', '<!here', '<!channel']) expect(card).not.toContain(ping);
  });

  test('a colleague is whom Slack’s own list names, with or without a name in it', async () => {
    await world.command(ADA, 'billing-dashboard 15m for <@U0MAX> INC-42');
    expect(await latest()).toMatchObject({ principal: { userId: MAX }, requester: { userId: ADA } });
  });

  test('a name spelt out after the @ is nobody: nothing is asked for, and it is said why', async () => {
    expect(await world.command(ADA, 'billing-dashboard 15m for @max INC-42')).toContain('@max');
    expect(await world.command(GRACE, 'revoke @ada')).toContain('@');
    expect(await states(world)).toEqual([]);
  });

  test('several services with commas, links and quotes between them are one request', async () => {
    await world.command(LINUS, '“billing-dashboard”, <#C0GENERAL|billing-export> 1h INC-42 month end');
    expect(await states(world)).toEqual(['APPROVAL_AWAITED', 'APPROVAL_AWAITED']);
    expect(cards(world)).toHaveLength(1);
  });
});

describe('a name that is none, or of several', () => {
  /** The first of the commands that are offered. */
  const offered = (answer: string) =>
    /`\/request-access ([^`]*)`/
      .exec(answer)?.[1]
      ?.replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&amp;', '&')
      .replaceAll('\\"', '"');

  test.each([
    ['misspelt', ADA, 'billing-dashbord 90m INC-42 a `b` <c> & "d"', 'INC-42 a \'b\' <c> & "d"'],
    ['among others', ADA, 'billing-dashboard,billing-exprt 90m INC-42 month end', 'INC-42 month end'],
  ])('%s is answered with the whole command, which works as it is copied', async (_, user, text, why) => {
    const command = offered(await world.command(user, text));
    expect(command).toContain('acme-prod/us-central1/billing-');
    expect(await states(world)).toEqual([]);
    expect(await world.command(user, command ?? '')).toContain('Asked for');
    expect(await latest()).toMatchObject({ minutes: 90, justification: why });
  });

  test('is answered with the names alone for a colleague: a mention that is copied is none', async () => {
    const answer = await world.command(ADA, 'billing-dashbord 15m for <@U0MAX|max> INC-42');
    expect(answer).toContain('`acme-prod/us-central1/billing-dashboard`');
    expect(answer).not.toContain('/request-access');
  });

  test('is answered with commands that revoke, where all access is to be revoked', async () => {
    const answer = await world.command(ROOT, 'revoke-all orders-admin');
    for (const region of ['us-central1', 'europe-west1'])
      expect(answer).toContain(`\`/request-access revoke-all acme-prod/${region}/orders-admin\``);
  });
});
