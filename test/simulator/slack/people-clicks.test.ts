import { describe, expect, it } from 'vitest';
import { matchLabel } from '../../../simulator/slack/elements.ts';
import { isObject } from '../../../simulator/slack/json.ts';
import { button, mrkdwn, plain } from './fixture.ts';
import { option, start } from './people-fixture.ts';

describe('a press on a button', () => {
  const blocks = [
    { type: 'section', block_id: 's', text: mrkdwn('card') },
    {
      type: 'actions',
      block_id: 'decide',
      elements: [button('Approve', 'approve', 'g1'), button('Deny', 'deny', 'g1')],
    },
    { type: 'actions', block_id: 'other', elements: [button('Approve', 'approve', 'g2')] },
  ];

  it('carries the whole message, the pressed button and everything to answer with', async () => {
    const { people, client, received, slack } = await start();
    const { ts = '' } = await client.chat.postMessage({ channel: 'C0ACCESS', text: 'card', blocks });
    const outcome = await people.click('U0GRACE', { channel: 'C0ACCESS', ts }, 'Approve');
    expect(outcome).toMatchObject({ sent: true, status: 200 });
    expect(received[0]?.payload).toEqual({
      type: 'block_actions',
      user: { id: 'U0GRACE', username: 'grace', name: 'grace', team_id: 'T0ACME' },
      api_app_id: 'A0APP',
      token: expect.any(String),
      team: { id: 'T0ACME', domain: 'acme' },
      enterprise: null,
      is_enterprise_install: false,
      container: { type: 'message', message_ts: ts, channel_id: 'C0ACCESS', is_ephemeral: false },
      channel: { id: 'C0ACCESS', name: 'access' },
      message: expect.objectContaining({ ts, text: 'card', blocks, user: 'U0BOT', bot_id: 'B0BOT' }),
      trigger_id: expect.any(String),
      state: { values: {} },
      response_url: expect.stringContaining(slack.url),
      actions: [
        {
          type: 'button',
          action_id: 'approve',
          block_id: 'decide',
          text: plain('Approve'),
          value: 'g1',
          action_ts: expect.stringMatching(/^\d+\.\d{6}$/),
        },
      ],
    });
  });

  it('finds the button by label or action id, and by value among several', async () => {
    const { people, client, received } = await start();
    const { ts = '' } = await client.chat.postMessage({ channel: 'C0ACCESS', text: 'card', blocks });
    const place = { channel: 'C0ACCESS', ts };
    expect(matchLabel(blocks, ' approve ').map(({ blockId }) => blockId)).toEqual(['decide', 'other']);
    await people.click('U0GRACE', place, 'deny');
    await people.click('U0GRACE', place, 'Approve', { value: 'g2' });
    expect(received.map(({ payload }) => payload.actions)).toMatchObject([
      [{ action_id: 'deny' }],
      [{ block_id: 'other', value: 'g2' }],
    ]);
    await expect(async () => people.click('U0GRACE', place, 'Explode')).rejects.toThrow(
      'only: approve, deny, approve',
    );
    await expect(async () => people.click('U0GUEST', place, 'Approve')).rejects.toThrow('not in C0ACCESS');
  });

  it('in an ephemeral message does not carry the message', async () => {
    const { people, client, received } = await start();
    const { message_ts: ts = '' } = await client.chat.postEphemeral({
      channel: 'C0ACCESS',
      user: 'U0ADA',
      text: 'card',
      blocks,
    });
    await people.click('U0ADA', { channel: 'C0ACCESS', ts }, 'Deny');
    expect(received[0]?.payload).toMatchObject({ container: { is_ephemeral: true, message_ts: ts } });
    expect(received[0]?.payload).not.toHaveProperty('message');
    await expect(async () => people.click('U0GRACE', { channel: 'C0ACCESS', ts }, 'Deny')).rejects.toThrow(
      'sees no message',
    );
  });

  it('shows the person what the app did about it', async () => {
    const all = await start({
      block_actions: async ({ payload }) => {
        const { message } = payload;
        const ts = isObject(message) ? String(message.ts) : '';
        await all.client.chat.update({ channel: 'C0ACCESS', ts, text: 'approved', blocks: [] });
        await all.client.chat.postEphemeral({ channel: 'C0ACCESS', user: 'U0ADA', text: 'not for grace' });
        return {};
      },
    });
    const { ts = '' } = await all.client.chat.postMessage({ channel: 'C0ACCESS', text: 'card', blocks });
    const outcome = await all.people.click('U0GRACE', { channel: 'C0ACCESS', ts }, 'Approve');
    expect(outcome.messages.map(({ text }) => text)).toEqual(['approved']);
  });

  it('chooses in a menu of a message with the state of its other elements', async () => {
    const { people, client, received } = await start();
    const menu = {
      type: 'static_select' as const,
      action_id: 'shorter',
      options: [option('15m'), option('1h')],
    };
    const date = { type: 'datepicker' as const, action_id: 'day', initial_date: '2026-11-03' };
    const { ts = '' } = await client.chat.postMessage({
      channel: 'C0ACCESS',
      text: 'x',
      blocks: [{ type: 'actions', block_id: 'b', elements: [menu, date] }],
    });
    await people.select('U0GRACE', { channel: 'C0ACCESS', ts }, 'shorter', '15m');
    expect(received[0]?.payload).toMatchObject({
      actions: [
        {
          type: 'static_select' as const,
          action_id: 'shorter',
          block_id: 'b',
          selected_option: option('15m'),
        },
      ],
      state: {
        values: { b: { shorter: { selected_option: option('15m') }, day: { selected_date: '2026-11-03' } } },
      },
    });
  });
});
