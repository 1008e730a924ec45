import { describe, expect, test } from 'vitest';
import { ACTIONS } from '../../../src/slack/ids.ts';
import { ACCESS, ADA, aWorld, GRACE, LINUS } from '../world.ts';
import {
  buttons,
  cards,
  click,
  clickAtHome,
  isLetIn,
  messageWith,
  postedSoFar,
  states,
  toldDuring,
} from './journey.ts';

const world = aWorld();
const asked = () => world.command(ADA, 'billing-dashboard 1h INC-42 invoices');
const leave = (id: string, name: string) =>
  world.local.slack.workspace.setPerson({ id, name, deleted: true });
const bot = () => world.local.slack.workspace.bot.userId;
const withoutBot = () => {
  const { workspace } = world.local.slack;
  const channel = workspace.channels().find(({ id }) => id === ACCESS);
  const members = channel?.members ?? [];
  workspace.setMembers(
    ACCESS,
    members.filter((id) => id !== bot()),
  );
  return () => workspace.setMembers(ACCESS, [...members]);
};

describe('an approver who left Slack', () => {
  test('before the request: the others are asked and decide', async () => {
    leave(GRACE, 'grace');
    await asked();
    expect(JSON.stringify(cards(world)[0]?.blocks)).not.toContain('<@U0GRACE>');
    await click(world, LINUS, ACTIONS.approve);
    expect(await states(world)).toEqual(['ACTIVE']);
  });

  test('after they approved: what they gave goes on, and ends in its time', async () => {
    await asked();
    await click(world, GRACE, ACTIONS.approve);
    leave(GRACE, 'grace');
    await world.wait(30);
    expect(await states(world)).toEqual(['ACTIVE']);
    await world.wait(32);
    expect(await states(world)).toEqual(['ENDED']);
    expect(world.errors).toEqual([]);
  });
});

describe('a requester who left Slack', () => {
  test('before the approval is applied: nothing is given', async () => {
    await asked();
    leave(ADA, 'ada');
    await click(world, GRACE, ACTIONS.approve);
    expect(await states(world)).toEqual(['ACTIVATION_FAILED']);
    expect(isLetIn(world, 'ada@acme.example')).toBe(false);
  });
});

describe('a card that somebody deleted', () => {
  test('holds nothing up: the request is decided from Home, and whoever asked is told', async () => {
    await asked();
    const [card] = cards(world);
    if (!card) throw new Error('no card');
    world.local.slack.workspace.remove(card);
    await world.home(GRACE);
    const [told] = await toldDuring(world, [ADA], () => clickAtHome(world, GRACE, ACTIONS.approve));
    expect(await states(world)).toEqual(['ACTIVE']);
    expect(told).toBe(1);
    await world.wait(65);
    expect(await states(world)).toEqual(['ENDED']);
    const calls = world.local.slack.calls().length;
    await world.wait(10);
    expect(world.local.slack.calls()).toHaveLength(calls);
  });
});

describe('a channel that the bot is not in', () => {
  test('when access runs: it ends all the same, and its holder reads it', async () => {
    await asked();
    await click(world, GRACE, ACTIONS.approve);
    withoutBot();
    await world.wait(52);
    await click(world, ADA, ACTIONS.end);
    expect(await states(world)).toEqual(['REVOKED']);
    expect(isLetIn(world, 'ada@acme.example')).toBe(false);
  });

  test('when an extension is asked for: approvers find it in Home', async () => {
    await asked();
    await click(world, GRACE, ACTIONS.approve);
    await world.wait(52);
    withoutBot();
    await click(world, ADA, ACTIONS.extend);
    await world.home(LINUS);
    await clickAtHome(world, LINUS, ACTIONS.extendApprove);
    const [grant] = await world.grants();
    expect(grant).toMatchObject({ state: 'ACTIVE', lastExtension: { outcome: 'approved' } });
  });
});

describe('a channel that is archived', () => {
  test('before the request: whoever asked is told, and approvers find it in Home', async () => {
    world.local.slack.workspace.setArchived(ACCESS, true);
    await world.command(ADA, 'billing-dashboard 1h INC-42 invoices', 'C0GENERAL');
    expect(cards(world)).toEqual([]);
    expect(JSON.stringify(world.direct(ADA).map(({ blocks }) => blocks))).toContain(':warning:');
    await world.home(GRACE);
    await clickAtHome(world, GRACE, ACTIONS.approve);
    expect(await states(world)).toEqual(['ACTIVE']);
  });
});

describe('a Slack outage', () => {
  test('at a decision: access follows the record, and messages catch up without a flood', async () => {
    await asked();
    const message = messageWith(world, GRACE, ACTIONS.approve);
    const { people, faults } = world.local.slack;
    // Slack still delivers the click and says who people are; it takes no message any more.
    faults.set({ rateLimited: { methods: ['chat.postMessage', 'chat.update'], retryAfterS: 60 } });
    await people.click(GRACE, { channel: ACCESS, ts: message.ts }, ACTIONS.approve);
    await world.local.idle();
    expect(await states(world)).toEqual(['ACTIVE']);
    expect(isLetIn(world, 'ada@acme.example')).toBe(true);
    await world.wait(15);
    faults.clear();
    const posted = postedSoFar(world);
    await world.wait(20);
    // The access message, and the history under the card.
    expect(postedSoFar(world) - posted).toBeLessThanOrEqual(2);
    expect(buttons(cards(world)[0])).toEqual([ACTIONS.revoke]);
    const later = world.local.slack.calls().length;
    await world.wait(5);
    expect(world.local.slack.calls()).toHaveLength(later);
  });

  test('when somebody clicks: nothing is decided by half, and what they clicked is done afterwards, once', async () => {
    await asked();
    const { channel, ts } = messageWith(world, GRACE, ACTIONS.approve);
    const { people, faults } = world.local.slack;
    faults.set({ down: 'error500' });
    await people.click(GRACE, { channel, ts }, ACTIONS.approve);
    await world.local.idle();
    faults.clear();
    expect((await world.grants())[0]).toMatchObject({ state: 'APPROVAL_AWAITED', approvals: [] });
    await world.wait(2);
    const [grant] = await world.grants();
    expect(grant).toMatchObject({ state: 'ACTIVE', approvals: [{ userId: GRACE }] });
    expect(JSON.stringify(world.direct(GRACE).map(({ blocks }) => blocks))).toContain('Done, later');
  });

  test('over many grants at once: each gets its messages once, none of them twice', async () => {
    const { faults } = world.local.slack;
    const asking = ['15m', '1h', '4h'].map((time) => `billing-dashboard ${time} INC-42 ${time}`);
    for (const text of asking) await world.command(ADA, text);
    expect(cards(world)).toHaveLength(3);
    for (const card of cards(world)) {
      await world.local.slack.people.click(GRACE, { channel: ACCESS, ts: card.ts }, ACTIONS.approve);
      faults.set({ down: 'error500' });
      await world.local.idle();
      faults.clear();
    }
    faults.set({ down: 'error500' });
    await world.wait(5);
    faults.clear();
    const posted = postedSoFar(world);
    await world.wait(30);
    expect((await states(world)).filter((state) => state === 'ACTIVE').length).toBeGreaterThanOrEqual(2);
    // At the most an access message and a history for each, and for the short one its reminder and its end.
    expect(postedSoFar(world) - posted).toBeLessThanOrEqual(3 * 2 + 2);
    expect(cards(world)).toHaveLength(3);
    const texts = world.direct(ADA).map(({ text, ts }) => `${text} ${ts}`);
    expect(new Set(texts).size).toBe(texts.length);
  });
});
