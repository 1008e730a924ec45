import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { EMULATOR_TEST_TIMEOUT_MS } from '../support/firestore.ts';
import { type Deployment, deploy, type GrantDocument } from './deployment.ts';

const ASK = '/request-access billing-export 15m INC-42 ledger does not add up';

describe('clicks and deliveries on the deployed functions', { timeout: EMULATOR_TEST_TIMEOUT_MS }, () => {
  let deployment: Deployment | undefined;
  beforeAll(async () => {
    deployment = await deploy();
  });
  afterAll(() => deployment?.close());

  let on: Deployment;
  let known: ReadonlySet<string>;
  beforeEach(async ({ skip }) => {
    if (!deployment) return skip('no Firestore emulator');
    on = deployment;
    known = new Set((await on.grants()).map((grant) => grant.id));
  });

  const added = async (): Promise<GrantDocument[]> => {
    return (await on.grants()).filter((grant) => !known.has(grant.id));
  };
  /** Messages of the channel itself: neither in a thread, nor for one person alone. */
  const cards = () => on.slack.workspace.messages('C0ACCESS').filter((m) => !m.thread_ts && !m.ephemeral_to);
  /** What Ada asks for, and where its card is. */
  const asked = async () => {
    const before = new Set(cards().map(({ ts }) => ts));
    const asking = await on.slack.people.command('U0ADA', 'C0GENERAL', ASK);
    // On a busy machine the answer may be that it is still being worked on.
    const card = await vi.waitFor(
      async () => {
        await on.settle();
        const found = cards().find(({ ts }) => !before.has(ts));
        // With what the functions said, since the reason is theirs.
        if (!found) throw new Error(`no card: ${asking.messages.at(-1)?.text}\n${on.output()}`);
        return found;
      },
      { timeout: 20_000 },
    );
    return { channel: 'C0ACCESS', ts: card.ts };
  };
  const onlyGrant = async (): Promise<GrantDocument> => {
    const [grant, ...more] = await added();
    if (!grant || more.length > 0)
      throw new Error(`expected one grant, found ${more.length + (grant ? 1 : 0)}`);
    return grant;
  };
  const approvals = (grant: GrantDocument) =>
    grant.events.filter((event) => event.to === 'ACTIVATING').length;

  test.each([
    ['the same approver twice', ['U0GRACE', 'U0GRACE']],
    ['two approvers', ['U0GRACE', 'U0LINUS']],
  ])('%s, pressing Approve at the same moment, make one decision', async (_, clickers) => {
    const card = await asked();
    const clicks = await Promise.all(clickers.map((who) => on.slack.people.click(who, card, 'Approve')));
    expect(clicks.map((click) => click.status)).toEqual([200, 200]);
    // On a busy machine the answer may be that it is still being worked on.
    await vi.waitFor(async () => expect(approvals(await onlyGrant())).toBe(1), { timeout: 20_000 });
    await on.settle();
    expect(await onlyGrant()).toMatchObject({ state: 'ACTIVE' });
    expect(approvals(await onlyGrant())).toBe(1);
  });

  test('a command that Slack delivers twice is one request', async () => {
    const { delivery } = await on.slack.people.command('U0ADA', 'C0GENERAL', ASK);
    if (!delivery) throw new Error('nothing was delivered');
    const again = await on.slack.deliver.redeliver(delivery, { num: 1 });
    expect(again.status).toBe(200);
    expect((await onlyGrant()).events).toHaveLength(1);
    const before = cards();
    await on.settle();
    expect(cards()).toHaveLength(before.length + 1);
  });

  test('an approval that Slack delivers twice counts once', async () => {
    const card = await asked();
    const { delivery } = await on.slack.people.click('U0GRACE', card, 'Approve');
    if (!delivery) throw new Error('nothing was delivered');
    await on.settle();
    expect((await on.slack.deliver.redeliver(delivery, { num: 1 })).status).toBe(200);
    expect(approvals(await onlyGrant())).toBe(1);
  });

  test('nobody approves their own request', async () => {
    await on.slack.people.command('U0GRACE', 'C0GENERAL', ASK);
    await on.settle();
    const card = on.slack.workspace.messages('C0ACCESS').findLast((message) => !message.thread_ts);
    const click = await on.slack.people.click(
      'U0GRACE',
      { channel: 'C0ACCESS', ts: card?.ts ?? '' },
      'Approve',
    );
    expect(JSON.stringify(click.messages)).toMatch(/your own/i);
    expect(await onlyGrant()).toMatchObject({ state: 'APPROVAL_AWAITED' });
  });

  test('who is no approver is told so, alone, and decides nothing', async () => {
    const card = await asked();
    for (const label of ['Approve', 'Deny']) {
      const click = await on.slack.people.click('U0MAX', card, label);
      const [answer, ...more] = click.messages;
      expect(more).toEqual([]);
      expect(answer).toMatchObject({ ephemeral_to: 'U0MAX', text: expect.stringMatching(/\w+ .*\./) });
      expect(click.modal).toBeUndefined();
    }
    expect(await onlyGrant()).toMatchObject({ state: 'APPROVAL_AWAITED' });
    expect((await onlyGrant()).events).toHaveLength(1);
  });

  test('a forged request, an old one and an unsigned one are refused', async () => {
    const card = await asked();
    const forger = on.slack.people.sending({ signingSecret: 'a guess' });
    expect((await forger.click('U0GRACE', card, 'Approve')).status).toBe(401);
    expect((await forger.command('U0ADA', 'C0GENERAL', ASK)).status).toBe(401);
    const replayer = on.slack.people.sending({ timestamp: Math.floor(Date.now() / 1000) - 301 });
    expect((await replayer.click('U0GRACE', card, 'Approve')).status).toBe(401);
    const unsigned = await fetch(`${on.url('slack')}/slack/events`, {
      method: 'POST',
      body: new URLSearchParams({ command: '/request-access', text: '', user_id: 'U0ADA' }),
    });
    expect(unsigned.status).toBe(401);
    expect(await unsigned.text()).toBe('');
    expect(await onlyGrant()).toMatchObject({ state: 'APPROVAL_AWAITED' });
  });

  test('who ends their own access has it taken away', async () => {
    const card = await asked();
    await on.slack.people.click('U0GRACE', card, 'Approve');
    await on.settle();
    const { dm } = on.slack.workspace.viewAs('U0ADA');
    const grant = await onlyGrant();
    const message = dm?.messages.find(
      (candidate) =>
        JSON.stringify(candidate).includes(grant.id) && JSON.stringify(candidate).includes('End access'),
    );
    await on.slack.people.click('U0ADA', { channel: dm?.id ?? '', ts: message?.ts ?? '' }, 'End access', {
      value: grant.id,
    });
    await on.settle();
    expect(await onlyGrant()).toMatchObject({ state: 'REVOKED' });
    // Others of these tests may have left her a binding: none of it ends with this grant's.
    expect((await on.sweep()).status).toBe(200);
  });
});
