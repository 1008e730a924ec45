import { describe, expect, test } from 'vitest';
import { ACTIONS } from '../../src/slack/ids.ts';
import { ACCESS, ADA, aWorld, GRACE, GUEST, LINUS, MAX, textOf } from './world.ts';

const world = aWorld();
const BILLING = 'acme-prod/us-central1/billing-dashboard';
const EXPORT = 'acme-prod/us-central1/billing-export';

/** The form in front of somebody, with what the service field offers for something typed. */
async function openForm(user = ADA) {
  const before = world.local.slack.calls().length;
  await world.command(user, '');
  const calls = world.local.slack
    .calls()
    .slice(before)
    .map((c) => c.method);
  const open = world.local.slack.workspace.views.top(user);
  if (!open) throw new Error('no form');
  const viewId = open.view.id;
  const { people } = world.local.slack;
  const blockOf = (action: string) => {
    const { blocks } = (world.local.slack.workspace.views.top(user) ?? open).view;
    const block = blocks.find((b) => JSON.stringify(b).includes(`"action_id":"${action}"`));
    return String(block?.block_id);
  };
  const suggest = async (action: string, typed: string) =>
    (await people.suggest(user, { viewId }, blockOf(action), action, typed)).options.map((o) =>
      String(o.value),
    );
  return {
    calls,
    suggest: (typed: string) => suggest(ACTIONS.service, typed),
    suggestMore: () => suggest(ACTIONS.more, ''),
    /** The first is the service, the rest goes with it. */
    choose: async ([first, ...more]: readonly string[]) => {
      await suggest(ACTIONS.service, '');
      await people.select(user, { viewId }, ACTIONS.service, String(first));
      if (more.length > 0) {
        await suggest(ACTIONS.more, '');
        await people.select(user, { viewId }, ACTIONS.more, more);
      }
      return world.modal(user);
    },
  };
}

describe('the form', () => {
  test('opens with one call to Slack, and nothing before it', async () => {
    expect((await openForm()).calls).toEqual(['views.open']);
  });

  test('offers what this person may ask for, by every word typed, and what they asked for lately first', async () => {
    const form = await openForm();
    expect(await form.suggest('')).toEqual([
      'acme-prod/europe-west1/orders-admin',
      'acme-prod/europe-west1/payroll',
      BILLING,
      EXPORT,
      'acme-prod/us-central1/orders-admin',
      'acme-staging/us-central1/playground',
    ]);
    expect(await form.suggest('bil exp')).toEqual([EXPORT]);
    expect(await form.suggest('orders europe')).toEqual(['acme-prod/europe-west1/orders-admin']);
    expect(await form.suggest('people')).toEqual(['acme-prod/europe-west1/payroll']);
    expect(await form.suggest('nothing like it')).toEqual([]);
    await world.local.slack.people.closeView(ADA);
    await world.command(ADA, 'billing-export 15m INC-42 export fails');
    world.local.clock.advance(31_000);
    expect((await (await openForm()).suggest(''))[0]).toBe(EXPORT);
    const max = await openForm(MAX);
    expect(await max.suggest('orders')).toEqual([]);
  });

  test('shows durations, hint, approvers and what there is already, once a service is chosen', async () => {
    const form = await openForm();
    const view = await form.choose(['acme-prod/europe-west1/payroll']);
    expect(view).toContain('name the incident or ticket');
    expect(view).toContain('2 approvals needed, by <!subteam^S0LEADS>, grace@acme.example');
    expect(view).toContain('Salaries of real people');
    expect(view).not.toContain('4 hours');
    expect(view).not.toContain('already');
    await world.local.slack.people.closeView(ADA);
    await world.command(ADA, 'playground 1h');
    const again = await (await openForm()).choose(['acme-staging/us-central1/playground']);
    expect(again).toContain('You have *playground* already, until');
    expect(again).toContain('Granted at once');
  });

  test('asks for several services at once: one card, one grant each, decided together', async () => {
    const form = await openForm();
    await form.choose([BILLING]);
    expect(await form.suggestMore()).toEqual([EXPORT]);
    await form.choose([BILLING, EXPORT]);
    expect(await world.submit(ADA, { 'For how long': '1h', Why: 'INC-42 two at once' })).toEqual({});
    expect(world.channel()).toHaveLength(1);
    expect(textOf(world.channel()[0])).toContain('*billing-dashboard* and *billing-export*');
    await world.press(GRACE, 'Approve');
    const grants = await world.grants();
    expect(grants.map((g) => `${g.service.service} ${g.state}`).sort()).toEqual([
      'billing-dashboard ACTIVE',
      'billing-export ACTIVE',
    ]);
    for (const grant of grants) expect(grant.approvals.map((a) => a.userId)).toEqual([GRACE]);
    const [card] = world.channel();
    expect(textOf(card).match(/Active until/g)).toHaveLength(2);
    expect(world.direct(ADA).filter((m) => textOf(m).includes('Your access to'))).toHaveLength(2);
  });

  test('lets go of what was chosen besides when the service changes to one with other rules', async () => {
    const form = await openForm();
    await form.choose([BILLING, EXPORT]);
    const view = await form.choose(['acme-staging/us-central1/playground']);
    expect(view).not.toContain('billing-export');
    expect(await world.submit(ADA, { 'For how long': '1h' })).toEqual({});
    expect((await world.grants()).map((g) => g.service.service)).toEqual(['playground']);
  });

  test('takes a later start, and refuses one that has passed', async () => {
    const form = await openForm();
    await form.choose([BILLING]);
    const at = (minutes: number) => Math.floor(world.local.clock.now() / 1000) + minutes * 60;
    const fields = { 'For how long': '15m', Why: 'INC-42 later' };
    expect(await world.submit(ADA, { ...fields, Start: at(-5) })).toEqual({
      [ACTIONS.start]: expect.stringContaining('must be in the future'),
    });
    await world.submit(ADA, { ...fields, Start: at(60) });
    await world.press(GRACE, 'Approve');
    expect((await world.grants())[0]?.state).toBe('SCHEDULED');
    expect(textOf(world.direct(ADA).at(-1))).toContain('starts <!date');
    await world.wait(61);
    expect((await world.grants())[0]?.state).toBe('ACTIVE');
  });

  test('asks for a colleague, who is told and can withdraw, and whom neither of the two may approve', async () => {
    const form = await openForm();
    await form.choose([BILLING]);
    await world.submit(ADA, { 'For how long': '15m', Why: 'INC-42', 'For a colleague': LINUS });
    expect(textOf(world.direct(LINUS)[0])).toContain('<@U0ADA> asked for *billing-dashboard* for you');
    expect(await world.press(LINUS, 'Approve', { channel: ACCESS })).toContain(
      'cannot decide your own request',
    );
    expect(textOf(world.channel()[0])).not.toContain('approved by <@U0LINUS>');
    await world.press(LINUS, 'Withdraw');
    expect((await world.grants())[0]).toMatchObject({ state: 'WITHDRAWN', principal: { userId: LINUS } });
    expect(textOf(world.channel()[0])).toContain('Withdrawn by <@U0LINUS>');
  });

  test('says at the field when a colleague cannot be given access', async () => {
    const form = await openForm();
    await form.choose([BILLING]);
    const errors = await world.submit(ADA, {
      'For how long': '15m',
      Why: 'INC-42',
      'For a colleague': GUEST,
    });
    expect(errors[ACTIONS.colleague]).toContain('Guests');
  });
});

describe('asking by command', () => {
  test('answers with where it was asked, and what there is already', async () => {
    expect(await world.command(ADA, 'playground 1h')).toContain('approved automatically');
    const again = await world.command(ADA, 'playground 1h');
    expect(again).toContain('You have *playground* already, until');
  });

  test('takes several services, a colleague, and whatever keyboards make of it', async () => {
    const answer = await world.command(
      ADA,
      '“billing-dashboard”, billing-export 1 hour for <@U0MAX|max> “INC-42 for Max”',
    );
    expect(answer).toContain(
      'Asked for *billing-export* and *billing-dashboard*'.split(' and ')[0]?.slice(0, 9),
    );
    const grants = await world.grants();
    expect(grants.map((g) => g.service.service).sort()).toEqual(['billing-dashboard', 'billing-export']);
    for (const g of grants) {
      expect(g).toMatchObject({ principal: { userId: MAX }, requester: { userId: ADA }, minutes: 60 });
      expect(g.justification).toBe('INC-42 for Max');
    }
    expect(textOf(world.direct(MAX)[0])).toContain('for you');
  });

  test('asks again for the last request, once it is over', async () => {
    expect(await world.command(ADA, 'again')).toContain('not asked for anything yet');
    await world.command(ADA, 'billing-dashboard 15m INC-42 invoices');
    expect(await world.command(ADA, 'again')).toContain('not over yet');
    await world.press(ADA, 'Withdraw');
    await world.wait(1);
    expect(await world.command(ADA, 'again')).toContain('Asked for *billing-dashboard*');
    const [last, first] = await world.grants();
    expect(last).toMatchObject({ state: 'APPROVAL_AWAITED', minutes: 15, justification: 'INC-42 invoices' });
    expect(first?.state).toBe('WITHDRAWN');
  });

  test('gives help with examples that work for this person', async () => {
    const help = await world.command(ADA, 'help');
    expect(help).toContain('`/request-access payroll 15m WHY` (name the incident');
    expect(help).toContain('/request-access europe-west1/orders-admin 30m WHY`');
    expect(await world.command(MAX, 'help')).not.toContain('orders-admin');
    expect(await world.command(GUEST, 'help', 'C0GENERAL')).toContain('Guests');
  });
});
