import { describe, expect, test } from 'vitest';
import type { Outcome } from '../../../simulator/slack/people-types.ts';
import { ACTIONS } from '../../../src/slack/ids.ts';
import { ACCESS, ADA, aWorld, GRACE, ROOT } from '../world.ts';
import { BILLING, cards, choose, click, messageWith, PAYROLL, postedSoFar, states, why } from './journey.ts';

const world = aWorld();

/** Slack sends the same request once more, as it does where the first answer got lost. */
async function again(outcome: Outcome): Promise<void> {
  if (!outcome.delivery) throw new Error('nothing was sent');
  const sent = await world.local.slack.deliver.redeliver(outcome.delivery, {
    num: 1,
    reason: 'http_timeout',
  });
  expect(sent.status).toBe(200);
  await world.local.idle();
}

const press = async (user: string, action: string, channel = ACCESS) => {
  const { channel: room, ts } = messageWith(world, user, action, channel);
  const outcome = await world.local.slack.people.click(user, { channel: room, ts }, action);
  await world.local.idle();
  return outcome;
};

describe('the same request of Slack’s, delivered twice', () => {
  test('a command that asks makes one grant and one card', async () => {
    const line = '/request-access billing-dashboard,billing-export 15m INC-42 invoices';
    await again(await world.local.slack.people.command(ADA, ACCESS, line));
    expect(await states(world)).toEqual(['APPROVAL_AWAITED', 'APPROVAL_AWAITED']);
    expect(cards(world)).toHaveLength(1);
    expect(world.direct(ADA)).toHaveLength(1);
  });

  test('a form that is submitted makes one grant and one card', async () => {
    await world.command(ADA, '');
    await choose(world, ADA, BILLING);
    const { people, workspace } = world.local.slack;
    const view = workspace.views.top(ADA)?.view.id ?? '';
    const outcome = await people.submit(ADA, view, { [ACTIONS.justification]: 'INC-42' });
    expect(outcome.errors).toEqual({});
    await again(outcome);
    expect(await states(world)).toEqual(['APPROVAL_AWAITED']);
    expect(cards(world)).toHaveLength(1);
  });

  test('an approval is one approval, and does not stand for a second person’s', async () => {
    await world.command(ADA, 'payroll 15m INC-42 salaries', PAYROLL);
    await again(await press(GRACE, ACTIONS.approve, PAYROLL));
    const [grant] = await world.grants();
    expect(grant).toMatchObject({ state: 'APPROVAL_AWAITED', approvals: [{ userId: GRACE }] });
    expect(
      (await world.local.store.events(grant?.id ?? '')).filter(({ type }) => type === 'approved'),
    ).toHaveLength(1);
  });

  test('a denial is one denial, and its reason is said once', async () => {
    await world.command(ADA, 'billing-dashboard 15m INC-42 invoices');
    await again(await press(GRACE, ACTIONS.deny));
    await why(world, GRACE, 'use the export');
    const told = world.direct(ADA).length;
    const [grant] = await world.grants();
    const events = await world.local.store.events(grant?.id ?? '');
    expect(events.filter(({ type }) => type === 'denied')).toHaveLength(1);
    await world.wait(2);
    expect(world.direct(ADA)).toHaveLength(told);
  });

  test('a shorter approval shortens once', async () => {
    await world.command(ADA, 'billing-dashboard 1h INC-42 invoices');
    await again(await press(GRACE, ACTIONS.approveShorter));
    expect((await world.grants())[0]).toMatchObject({ state: 'ACTIVE', minutes: 15 });
  });

  test('a revoke by dialog is one revoke, an end is one end', async () => {
    await world.command(ADA, 'billing-dashboard 15m INC-42 invoices');
    await click(world, GRACE, ACTIONS.approve);
    await click(world, GRACE, ACTIONS.revoke);
    const { people, workspace } = world.local.slack;
    const view = workspace.views.top(GRACE)?.view.id ?? '';
    const outcome = await people.submit(GRACE, view, { [ACTIONS.reason]: 'enough' });
    await world.local.idle();
    const posted = postedSoFar(world);
    await again(outcome);
    expect(await states(world)).toEqual(['REVOKED']);
    expect(postedSoFar(world)).toBe(posted);
    await world.command(ADA, 'playground 1h');
    await again(await press(ADA, ACTIONS.end));
    expect(await states(world)).toEqual(['REVOKED', 'REVOKED']);
  });

  test('a freeze is one freeze, told once', async () => {
    await world.command(ROOT, 'freeze');
    const { people, workspace } = world.local.slack;
    const view = workspace.views.top(ROOT)?.view.id ?? '';
    const outcome = await people.submit(ROOT, view, { [ACTIONS.reason]: 'breach' });
    await world.local.idle();
    const told = world.channel().length;
    await again(outcome);
    expect(world.channel()).toHaveLength(told);
    expect((await world.local.store.control()).freeze).toMatchObject({ reason: 'breach' });
  });

  test('two people’s clicks at the same moment are two approvals, and access begins once', async () => {
    await world.command(ADA, 'payroll 15m INC-42 salaries', PAYROLL);
    const { people } = world.local.slack;
    const { ts } = messageWith(world, GRACE, ACTIONS.approve, PAYROLL);
    const at = { channel: PAYROLL, ts };
    await Promise.all([GRACE, 'U0LINUS'].map((who) => people.click(who, at, ACTIONS.approve)));
    await world.local.idle();
    const [grant] = await world.grants();
    expect(grant?.state).toBe('ACTIVE');
    expect(grant?.approvals.map(({ userId }) => userId).sort()).toEqual([GRACE, 'U0LINUS']);
  });
});
