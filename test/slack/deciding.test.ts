import { describe, expect, test } from 'vitest';
import { ACCESS, ADA, aWorld, GRACE, LINUS, MAX, ROOT, textOf } from './world.ts';

const world = aWorld();
const PAYROLL = 'C0PAYROLL';
const card = (channel = ACCESS) => textOf(world.channel(channel).find((m) => m.thread_ts === undefined));
const thread = (channel = ACCESS) =>
  world.channel(channel).filter((m) => m.thread_ts !== undefined && m.thread_ts !== m.ts);

const askBilling = (duration = '15m') =>
  world.command(ADA, `billing-dashboard ${duration} INC-42 invoices <!channel> look wrong`);

describe('the card', () => {
  test('has what an approver needs, and people’s text harmless', async () => {
    await askBilling('1h');
    expect(card()).toContain('ada asks for *billing-dashboard* for *1 hour*');
    expect(card()).toContain('>INC-42 invoices @channel look wrong');
    expect(card()).toContain('acme-prod/us-central1/billing-dashboard');
    expect(card()).toContain('https://billing-dashboard-us-central1.run.acme.example');
    expect(card()).toContain('Invoices and payments');
    expect(card()).toContain('Has not had this access before');
    expect(card()).toContain('Nobody else has access');
    expect(card()).toContain('<@U0LINUS>, <@U0GRACE>, <!subteam^S0LEADS>');
    expect(card()).toContain('"Approve 15m"');
  });

  test('tells what this person had before, and who has it now', async () => {
    await askBilling();
    await world.press(GRACE, 'Approve');
    await world.command(MAX, 'billing-dashboard 15m INC-43');
    expect(textOf(world.channel().at(-1))).not.toContain('Had this access');
    const ofMax = world.channel().filter((m) => textOf(m).includes('max asks'));
    expect(textOf(ofMax[0])).toContain('Has access now: ada');
    await world.press(ADA, 'End access');
    await world.wait(1);
    await askBilling();
    const again = world.channel().filter((m) => textOf(m).includes('ada asks'));
    expect(textOf(again.at(-1))).toContain('Had this access once before, last until');
  });

  test('says that somebody has standing access', async () => {
    const resource = 'projects/123456789012/iap_web/cloud_run-us-central1/services/billing-dashboard';
    world.local.google.outside.addPerson(resource, 'ada@acme.example');
    await world.command(MAX, 'billing-dashboard 15m INC-1');
    await world.press(GRACE, 'Approve');
    const answer = await world.command(ADA, 'billing-dashboard 15m INC-42');
    expect(answer).toContain('You have standing access to *billing-dashboard*');
    const cards = world.channel().filter((m) => textOf(m).includes('ada asks'));
    expect(textOf(cards[0])).toContain('Has standing access beside Latchkey');
    // Neither hides the other.
    expect(await world.command(ADA, 'billing-dashboard 15m INC-42')).toMatch(
      /standing access.*You have a request for \*billing-dashboard\* already/,
    );
  });

  test('shows who approved and how many are missing, then who did it, and the live state to its end', async () => {
    await world.command(ADA, 'payroll 15m INC-42 salaries');
    expect(card(PAYROLL)).toContain('Waiting for 2 approvals');
    expect(card(PAYROLL)).toContain('Salaries of real people');
    await world.press(GRACE, 'Approve', { channel: PAYROLL });
    expect(card(PAYROLL)).toContain('Approved by <@U0GRACE>; 1 more needed');
    expect(await world.press(GRACE, 'Approve', { channel: PAYROLL })).toContain('You approved this already');
    await world.press(LINUS, 'Approve', { channel: PAYROLL });
    expect(card(PAYROLL)).toContain('Active until');
    expect(card(PAYROLL)).toContain('approved by <@U0GRACE> and <@U0LINUS>');
    expect(card(PAYROLL)).not.toContain('"Approve"');
    await world.wait(17);
    expect(card(PAYROLL)).toContain('Ended');
    expect(card(PAYROLL)).not.toContain('Revoke');
  });

  test('keeps its history in one message of its thread', async () => {
    await askBilling();
    expect(thread()).toEqual([]);
    await world.press(GRACE, 'Approve');
    await world.press(ADA, 'End access');
    expect(thread()).toHaveLength(1);
    const history = textOf(thread()[0]);
    for (const line of [
      'Asked for by ada',
      'Approved by grace',
      'Access given',
      'Ended by ada',
      'Access removed',
    ]) {
      expect(history).toContain(line);
    }
  });

  test('answers late and double clicks privately with what happened', async () => {
    await askBilling();
    const [before] = world.channel();
    if (!before) throw new Error('no card');
    await world.press(GRACE, 'Approve');
    // Somebody whose Slack still shows the buttons.
    world.local.slack.workspace.edit(before, {
      blocks: [
        {
          type: 'actions',
          block_id: 'hint:billing:decide',
          elements: [
            {
              type: 'button',
              action_id: 'grant_deny',
              text: { type: 'plain_text', text: 'Deny' },
              value: (await world.grants())[0]?.id ?? '',
            },
          ],
        },
      ],
    });
    const answer = await world.press(LINUS, 'Deny');
    expect(answer).toContain('Nothing was changed');
    expect(answer).toContain('Active until');
    expect(card()).toContain('Active until');
  });
});

describe('deciding', () => {
  test('approves for a shorter time', async () => {
    await askBilling('1h');
    await world.press(GRACE, 'Approve 15m');
    const [grant] = await world.grants();
    expect(grant).toMatchObject({ state: 'ACTIVE', minutes: 15 });
    expect(textOf(thread()[0])).toContain('shortened to 15 minutes');
  });

  test('denies at once, then asks why, and the requester is told once by a new message', async () => {
    await askBilling();
    await world.press(GRACE, 'Deny');
    expect(card()).toContain('Denied by <@U0GRACE>');
    expect(world.modal(GRACE)).toContain('The requester reads this');
    const told = () => world.direct(ADA).filter((m) => textOf(m).includes('Your request for'));
    expect(told()).toHaveLength(1);
    await world.submit(GRACE, { 'Why? The requester reads this.': 'Use <the> staging copy' });
    expect(card()).toContain('Denied by <@U0GRACE>: Use &lt;the&gt; staging copy');
    expect(told()).toHaveLength(1);
    expect(textOf(told()[0])).toContain('Use &lt;the&gt; staging copy');
  });

  test('refuses whoever may not, privately, and leaves the card alone', async () => {
    await askBilling();
    const before = card();
    expect(await world.press(ADA, 'Approve', { channel: ACCESS })).toContain(
      'cannot decide your own request',
    );
    expect(await world.press(MAX, 'Approve', { channel: ACCESS })).toContain('not an approver');
    expect(await world.press(ROOT, 'Deny', { channel: ACCESS })).toContain('not an approver');
    expect(card()).toBe(before);
    expect((await world.grants())[0]).toMatchObject({ state: 'APPROVAL_AWAITED', approvals: [] });
  });

  test('is not held up by an approver who left, an unknown address or a group that is gone', async () => {
    world.local.slack.workspace.setPerson({ id: LINUS, name: 'linus', deleted: true });
    world.local.slack.workspace.setPerson({ id: GRACE, name: 'grace', email: 'g.hopper@acme.example' });
    world.local.slack.workspace.setUsergroupUsers('S0LEADS', [LINUS]);
    await askBilling();
    expect(card()).not.toContain('<@U0LINUS>');
    expect(card()).not.toContain('<@U0GRACE>');
    // The group may have members again when somebody looks.
    expect(await world.press(GRACE, 'Approve', { channel: ACCESS })).toContain('not an approver');
    expect(await world.press(LINUS, 'Approve', { channel: ACCESS })).toContain('deactivated');
    world.local.slack.workspace.setUsergroupUsers('S0LEADS', [LINUS, ROOT]);
    await world.press(ROOT, 'Approve');
    expect(card()).toContain('Active until');
    expect(world.errors).toEqual([]);
  });

  test('says so on the card when nobody is left who could approve', async () => {
    world.local.slack.workspace.setUsergroupUsers('S0LEADS', [ADA]);
    await world.command(ADA, 'us-central1/orders-admin 30m look');
    expect(card()).toContain('Nobody who may approve this could be found');
  });

  test('decides by a name although a group cannot be looked up, and never says no because of that', async () => {
    await askBilling();
    const broken = { methods: ['usergroups.users.list'], retryAfterS: 30 };
    world.local.slack.faults.set({ rateLimited: broken });
    expect(await world.press(ROOT, 'Approve', { channel: ACCESS })).toContain('I keep trying');
    await world.press(GRACE, 'Approve');
    expect(card()).toContain('<@U0GRACE>');
    expect((await world.grants())[0]?.state).toBe('ACTIVE');
  });
});

describe('a request that nobody answers', () => {
  test('mentions approvers once more at half time, expires, and is asked again with one button', async () => {
    await world.command(ADA, 'payroll 15m INC-42 salaries');
    await world.wait(62);
    const nudges = () => thread(PAYROLL).filter((m) => textOf(m).includes('is still waiting'));
    expect(nudges()).toHaveLength(1);
    expect(textOf(nudges()[0])).toContain('<@U0GRACE>, <!subteam^S0LEADS>: the request of ada for *payroll*');
    await world.wait(60);
    expect(card(PAYROLL)).toContain('Expired: nobody answered in time');
    expect(card(PAYROLL)).not.toContain('"Approve"');
    expect(nudges()).toHaveLength(0);
    const outcome = world.direct(ADA).at(-1);
    expect(textOf(outcome)).toContain('Expired');
    expect(await world.press(ADA, 'Ask again')).toContain('Asked for *payroll*');
    expect(await world.press(ADA, 'Ask again')).toContain('Asked for *payroll*');
    const grants = await world.grants();
    expect(grants.map((g) => g.state)).toEqual(['APPROVAL_AWAITED', 'EXPIRED']);
    expect(grants[0]).toMatchObject({ minutes: 15, justification: 'INC-42 salaries' });
  });
});
