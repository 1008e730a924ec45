import { describe, expect, test } from 'vitest';
import { ACTIONS } from '../../src/slack/ids.ts';
import { ACCESS, ADA, aWorld, GRACE, GUEST, LINUS, MAX, ROOT, textOf } from './world.ts';

const BILLING = 'acme-prod/us-central1/billing-dashboard';
const noGroups = { methods: ['usergroups.users.list'], retryAfterS: 60 };

describe('one request', () => {
  const world = aWorld();

  test('is for ten services at the most, by command too', async () => {
    const names = Array.from({ length: 11 }, (_, i) => `billing-${i}`).join(',');
    expect(await world.command(ADA, `${names} 1h INC-42`)).toContain('at most 10 services');
    expect(await world.grants()).toEqual([]);
  });

  test('looks up only the groups that decide about what is asked for', async () => {
    const before = world.local.slack.calls().length;
    await world.command(ADA, 'billing-dashboard 1h INC-42');
    const calls = world.local.slack.calls().slice(before);
    const groups = calls.filter((c) => c.method === 'usergroups.users.list').map((c) => c.args.usergroup);
    // The card looks at the group of approvers; who may ask for orders is of no interest here.
    expect(groups).not.toContain('S0ENGINEERS');
    expect((await world.grants()).map((g) => g.state)).toEqual(['APPROVAL_AWAITED']);
  });

  test('says that it waits for a freeze to be lifted', async () => {
    await world.command(ROOT, 'freeze breach');
    expect(world.modal(ROOT)).toContain('"initial_value":"breach"');
    await world.submit(ROOT);
    expect(await world.command(ADA, 'billing-dashboard 1h INC-42')).toContain('Approvals are frozen');
    expect((await world.grants()).map((g) => g.state)).toEqual(['APPROVAL_AWAITED']);
  });

  test('is repeated whole after nobody answered it, and once however often the button is pressed', async () => {
    await world.command(ADA, 'billing-dashboard,billing-export 1h INC-42');
    await world.wait(8 * 60 + 1);
    expect((await world.grants()).map((g) => g.state)).toEqual(['EXPIRED', 'EXPIRED']);
    await world.press(ADA, 'Ask again');
    const answer = await world.press(ADA, 'Ask again');
    expect(answer).not.toContain('already');
    expect((await world.grants()).filter((g) => g.state === 'APPROVAL_AWAITED')).toHaveLength(2);
  });

  test('is repeated for what failed alone, not for what runs', async () => {
    await world.command(ADA, 'billing-dashboard,billing-export 1h INC-42');
    world.local.google.services.remove({
      project: 'acme-prod',
      region: 'us-central1',
      name: 'billing-export',
    });
    await world.press(GRACE, 'Approve');
    // The catalog has to know it too.
    await world.wait(8);
    const states = async () => (await world.grants()).map((g) => `${g.service.service} ${g.state}`).sort();
    expect(await states()).toEqual(['billing-dashboard ACTIVE', 'billing-export ACTIVATION_FAILED']);
    // It is deployed anew before somebody asks again, by a button that finds it.
    world.local.google.services.add({
      project: 'acme-prod',
      region: 'us-central1',
      name: 'billing-export',
      uri: 'https://billing-export.run.example',
      iapEnabled: true,
    });
    await world.press(ADA, 'Ask again');
    expect(await states()).toEqual([
      'billing-dashboard ACTIVE',
      'billing-export ACTIVATION_FAILED',
      'billing-export APPROVAL_AWAITED',
    ]);
  });
});

describe('a service that several entitlements or regions have', () => {
  const world = aWorld((text) => text.replace('acme-prod/*/orders-*', 'acme-prod/europe-west1/orders-*'));

  test('is meant where only one of its name may be asked for', async () => {
    expect(await world.command(ADA, 'orders-admin 2h month end')).toContain('Asked for *orders-admin*');
    expect((await world.grants())[0]?.service.region).toBe('europe-west1');
  });

  test('is not listed for those who may ask for none of them', async () => {
    const answer = await world.command(MAX, 'orders-admin 2h month end');
    expect(answer).toContain('You are not among those who may ask for');
    expect(answer).not.toContain('europe-west1');
    expect(await world.command(GUEST, 'revoke-all orders-admin', 'C0GENERAL')).toContain('Guests');
  });
});

describe('what is granted at once', () => {
  const world = aWorld((text) =>
    text.replace(
      'requesters: { anyone: true }\n    approvalsNeeded: 0',
      'requesters: { usergroups: [S0ENGINEERS] }\n    approvalsNeeded: 0',
    ),
  );

  test('is given only to colleagues who could ask for it themselves', async () => {
    const answer = await world.command(ADA, 'playground 1h for <@U0MAX|max>');
    expect(answer).toContain('<@U0MAX> is not among those who may ask');
    expect(await world.grants()).toEqual([]);
    await world.command(ADA, 'playground 1h for <@U0LINUS|linus>');
    expect(await world.grants()).toMatchObject([{ state: 'ACTIVE', principal: { userId: LINUS } }]);
  });
});

describe('while Slack does not say who is in a group', () => {
  const world = aWorld();

  test('the list says that something may be missing', async () => {
    world.local.slack.faults.set({ rateLimited: noGroups });
    const list = await world.command(ADA, 'list');
    expect(list).toContain('services may be missing');
    expect(list).toContain('billing-dashboard');
    expect(list).not.toContain('no entitlement admits you');
  });

  test('an approver by group is not told that they are none', async () => {
    await world.command(ADA, 'orders-admin 2h x'.replace('orders-admin', 'us-central1/orders-admin'));
    await world.press(LINUS, 'Approve', { channel: ACCESS });
    const state = async () => (await world.grants())[0]?.state;
    expect(await state()).toBe('ACTIVE');
    // What was looked up a moment ago would still be known.
    world.local.clock.advance(61_000);
    await world.local.idle();
    world.local.slack.faults.set({ rateLimited: noGroups });
    const answer = await world.press(LINUS, 'Revoke', { channel: ACCESS });
    expect(answer).toContain('did not answer');
    expect(answer).not.toContain('Only');
    expect(await world.command(LINUS, 'revoke <@U0ADA|ada>')).toContain('did not answer');
    expect(await state()).toBe('ACTIVE');
  });
});

describe('the form', () => {
  const world = aWorld();
  const view = (user: string) => {
    const top = world.local.slack.workspace.views.top(user);
    if (!top) throw new Error(`${user} has no form`);
    return top.view;
  };
  const blockOf = (user: string, action: string) =>
    String(
      view(user).blocks.find((b) => JSON.stringify(b).includes(`"action_id":"${action}"`))?.block_id ?? '',
    );
  const suggest = async (user: string, typed = '') =>
    (
      await world.local.slack.people.suggest(
        user,
        { viewId: view(user).id },
        blockOf(user, ACTIONS.service),
        ACTIONS.service,
        typed,
      )
    ).options;
  const choose = async (user: string, action: string, value: string) => {
    await world.local.slack.people.select(user, { viewId: view(user).id }, action, value);
    await world.local.idle();
  };

  test('keeps the duration that was chosen before the service', async () => {
    await world.command(ADA, '');
    world.local.slack.people.fill(ADA, view(ADA).id, {
      [blockOf(ADA, ACTIONS.duration)]: { [ACTIONS.duration]: '1h' },
    });
    await suggest(ADA);
    await choose(ADA, ACTIONS.service, BILLING);
    expect(JSON.stringify(view(ADA).blocks)).toContain(
      '"initial_option":{"text":{"type":"plain_text","text":"1 hour"',
    );
  });

  test('says in its menu why there is nothing to choose, and in full once that is chosen', async () => {
    await world.command(GUEST, '', 'C0GENERAL');
    const [only, ...others] = await suggest(GUEST);
    expect(others).toEqual([]);
    expect(JSON.stringify(only)).toContain('Guests of this workspace');
    await choose(GUEST, ACTIONS.service, String(only?.value));
    expect(world.modal(GUEST)).toContain('Guests of this workspace cannot use Latchkey');
    expect(world.modal(GUEST)).not.toContain('Send request');
  });

  test('opened again for an old request has its approvers, hint and durations at once', async () => {
    await world.command(ADA, 'billing-dashboard 1h INC-42 invoices');
    await world.press(ADA, 'Withdraw');
    await world.home(ADA);
    await world.pressAtHome(ADA, 'Again');
    const form = world.modal(ADA);
    expect(form).toContain('One approval needed');
    expect(form).toContain('INC-42 invoices');
    expect(form).not.toContain('2 days');
    expect(await world.submit(ADA)).toEqual({});
    expect((await world.grants()).map((g) => g.state).sort()).toEqual(['APPROVAL_AWAITED', 'WITHDRAWN']);
  });
});

describe('what was decided is seen at once, whatever becomes of the triggers', () => {
  const world = aWorld();
  const card = () => textOf(world.channel(ACCESS)[0]);

  test('a revoke on the card', async () => {
    await world.command(ADA, 'billing-dashboard 1h INC-42');
    await world.press(GRACE, 'Approve');
    await world.press(GRACE, 'Revoke', { channel: ACCESS });
    world.local.triggers.lose = 1_000;
    await world.submit(GRACE, { 'Why? Whoever has the access reads this.': 'over' });
    expect((await world.grants())[0]?.state).toBe('REVOKING');
    expect(card()).toContain('being removed');
  });

  test('an approval in the Home tab, on the card too', async () => {
    await world.command(ADA, 'billing-dashboard 1h INC-42');
    await world.home(GRACE);
    world.local.triggers.lose = 1_000;
    await world.pressAtHome(GRACE, 'Approve');
    expect((await world.grants())[0]?.state).toBe('ACTIVATING');
    expect(card()).toContain('applying');
  });

  test('a freeze, in the Home tabs of others who look', async () => {
    await world.home(GRACE);
    await world.command(ROOT, 'freeze breach');
    await world.submit(ROOT);
    const blocks = JSON.stringify(world.local.slack.workspace.views.home(GRACE)?.view.blocks);
    expect(blocks).toContain('Approvals are frozen');
  });

  test('a freeze during an outage of Slack holds, and the channels read of it afterwards, once', async () => {
    world.local.slack.faults.set({ rateLimited: { methods: ['chat.postMessage'], retryAfterS: 40 } });
    await world.command(ROOT, 'freeze breach');
    await world.submit(ROOT);
    const told = (channel: string) =>
      world.channel(channel).filter((m) => textOf(m).includes('froze approvals'));
    expect(told(ACCESS)).toEqual([]);
    expect((await world.local.store.control()).freeze).toMatchObject({ reason: 'breach' });
    world.local.slack.faults.clear();
    await world.wait(4);
    for (const channel of [ACCESS, 'C0PAYROLL']) expect(told(channel)).toHaveLength(1);
  });

  test('a freeze that was lifted before a channel could be told of it is not told of any more', async () => {
    world.local.slack.faults.set({ rateLimited: { methods: ['chat.postMessage'], retryAfterS: 40 } });
    await world.command(ROOT, 'freeze breach');
    await world.submit(ROOT);
    world.local.slack.faults.clear();
    world.local.clock.advance(1_000);
    await world.command(ROOT, 'unfreeze');
    await world.submit(ROOT);
    await world.wait(4);
    const told = world.channel(ACCESS).filter((m) => textOf(m).includes('froze approvals'));
    expect(told).toEqual([]);
  });

  test('a freeze whose channel is archived holds, and nobody is told that it failed', async () => {
    world.local.slack.workspace.setArchived('C0PAYROLL', true);
    await world.command(ROOT, 'freeze breach');
    await world.submit(ROOT);
    await world.wait(15);
    expect(await world.local.sweep()).toMatchObject({ failed: 0 });
    expect((await world.local.store.control()).freeze).toMatchObject({ reason: 'breach' });
    expect(world.direct(ROOT).map(textOf).join()).not.toContain('could not be done');
  });
});
