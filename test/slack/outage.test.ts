import { describe, expect, test } from 'vitest';
import { ACCESS, ADA, aWorld, GRACE, textOf } from './world.ts';

const world = aWorld();
const BILLING = 'projects/123456789012/iap_web/cloud_run-us-central1/services/billing-dashboard';
const ours = () =>
  world.local.google.policies.current(BILLING).bindings.filter((b) => b.condition !== undefined).length;
const calls = (method: string) => world.local.slack.calls().filter((c) => c.method === method);

describe('while Slack does not answer', () => {
  test('access is given and ends all the same, and messages catch up with the present, not with the past', async () => {
    await world.command(ADA, 'billing-dashboard 15m INC-42');
    const [card] = world.channel();
    if (!card) throw new Error('no card');
    // The click is answered, then Slack is gone for the converger.
    const clicked = world.local.slack.people.click(GRACE, { channel: ACCESS, ts: card.ts }, 'Approve');
    await clicked;
    world.local.slack.faults.set({ down: 'error500' });
    await world.local.idle();
    await world.wait(1);
    expect(ours()).toBe(1);
    await world.wait(17);
    expect(ours()).toBe(0);
    world.local.slack.faults.clear();
    const before = world.local.slack.calls().length;
    await world.wait(20);
    expect(textOf(world.channel()[0])).toContain('Ended');
    // One new thing to tell of, and not one message for each thing missed.
    const since = world.local.slack.calls().slice(before);
    expect(since.filter((c) => c.method === 'chat.postMessage' && c.ok).length).toBeLessThanOrEqual(2);
    expect(world.direct(ADA).filter((m) => textOf(m).includes(':alarm_clock:'))).toEqual([]);
    const later = world.local.slack.calls().length;
    await world.wait(10);
    expect(world.local.slack.calls()).toHaveLength(later);
  });

  test('a channel that has had enough is left alone as long as it asked, and holds up nobody else', async () => {
    world.local.slack.faults.set({
      rateLimited: { methods: ['chat.postMessage'], times: 1, retryAfterS: 90 },
    });
    await world.command(ADA, 'billing-dashboard 15m INC-42');
    expect(world.channel()).toEqual([]);
    // The requester's own message went out.
    expect(world.direct(ADA)).toHaveLength(1);
    await world.wait(1);
    const tried = calls('chat.postMessage').filter((c) => c.args.channel === ACCESS);
    expect(tried).toHaveLength(1);
    await world.wait(1);
    expect(world.channel()).toHaveLength(1);
    expect(world.direct(ADA)).toHaveLength(1);
  });
});

describe('a channel that cannot be written to', () => {
  test('is said to the requester and logged, and is tried again until somebody has invited the app', async () => {
    const bot = world.local.slack.workspace.bot.userId;
    const members = world.local.slack.workspace.channels().find((c) => c.id === ACCESS)?.members ?? [];
    world.local.slack.workspace.setMembers(
      ACCESS,
      members.filter((m) => m !== bot),
    );
    await world.command(ADA, 'billing-dashboard 15m INC-42');
    expect(textOf(world.direct(ADA)[0])).toContain('nobody has been asked yet');
    expect(world.errors.join()).toContain('undeliverable');
    world.local.slack.workspace.setMembers(ACCESS, members);
    await world.wait(3);
    expect(textOf(world.channel()[0])).toContain('ada asks for');
    expect(textOf(world.direct(ADA)[0])).not.toContain('nobody has been asked yet');
    await world.press(GRACE, 'Approve');
    expect((await world.grants())[0]?.state).toBe('ACTIVE');
  });

  test('does not stop approvers, who find the request in their Home tab', async () => {
    const bot = world.local.slack.workspace.bot.userId;
    const members = world.local.slack.workspace.channels().find((c) => c.id === ACCESS)?.members ?? [];
    world.local.slack.workspace.setMembers(
      ACCESS,
      members.filter((m) => m !== bot),
    );
    await world.command(ADA, 'billing-dashboard 15m INC-42');
    await world.home(GRACE);
    await world.pressAtHome(GRACE, 'Approve');
    expect((await world.grants())[0]?.state).toBe('ACTIVE');
    expect(textOf(world.direct(ADA).at(-1))).toContain('Active until');
  });
});
