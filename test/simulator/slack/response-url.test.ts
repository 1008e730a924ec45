import { describe, expect, it } from 'vitest';
import { mrkdwn, startApp, startSlack } from './fixture.ts';

const json = { 'content-type': 'application/json' };
const post = (url: string, body: unknown) =>
  fetch(url, { method: 'POST', headers: json, body: JSON.stringify(body) });

/** A message with a button, pressed by Ada; the response_url that the app was given. */
async function pressed(ephemeral = false) {
  const { slack, client, clock } = await startSlack();
  const app = await startApp(() => ({}));
  slack.setAppUrl(app.url);
  const blocks = [
    { type: 'actions', elements: [{ type: 'button', text: { type: 'plain_text' as const, text: 'Go' } }] },
  ];
  const where = { channel: 'C0ACCESS', text: 'card', blocks };
  const ts = ephemeral
    ? (await client.chat.postEphemeral({ ...where, user: 'U0ADA' })).message_ts
    : (await client.chat.postMessage(where)).ts;
  await slack.people.click('U0ADA', { channel: 'C0ACCESS', ts: ts ?? '' }, 'Go');
  const url = String(app.received[0]?.payload.response_url);
  const seenBy = (user: string) => slack.workspace.viewAs(user).channels[0]?.messages.map(({ text }) => text);
  return { slack, clock, url, seenBy };
}

describe('a response_url', () => {
  it('answers privately by default, and to all where asked', async () => {
    const { url, seenBy } = await pressed();
    const response = await post(url, { text: 'only you' });
    expect([response.status, await response.text()]).toEqual([200, 'ok']);
    await post(url, { text: 'all of you', response_type: 'in_channel' });
    expect(seenBy('U0ADA')).toEqual(['card', 'only you', 'all of you']);
    expect(seenBy('U0GRACE')).toEqual(['card', 'all of you']);
  });

  it.each([false, true])(
    'replaces and deletes the message it came from (ephemeral: %s)',
    async (ephemeral) => {
      const { url, seenBy } = await pressed(ephemeral);
      await post(url, { text: 'done', replace_original: true });
      expect(seenBy('U0ADA')).toEqual(['done']);
      await post(url, { delete_original: true });
      expect(seenBy('U0ADA')).toEqual([]);
      expect((await post(url, { delete_original: true })).status).toBe(404);
    },
  );

  it('takes five posts', async () => {
    const { url, seenBy } = await pressed();
    for (const text of ['1', '2', '3', '4', '5']) expect((await post(url, { text })).status).toBe(200);
    const sixth = await post(url, { text: '6' });
    expect([sixth.status, await sixth.json()]).toMatchObject([404, { ok: false, error: 'used_url' }]);
    expect(seenBy('U0ADA')).toEqual(['card', '1', '2', '3', '4', '5']);
  });

  it('lives for thirty minutes of the clock', async () => {
    const { url, clock } = await pressed();
    clock.advance(30 * 60_000);
    expect((await post(url, { text: 'in time' })).status).toBe(200);
    clock.advance(1);
    const late = await post(url, { text: 'late' });
    expect([late.status, await late.json()]).toMatchObject([404, { error: 'expired_url' }]);
  });

  it('refuses what cannot be shown, and says why', async () => {
    const { slack, url, seenBy } = await pressed();
    expect((await post(url, {})).status).toBe(400);
    const long = { type: 'section', text: mrkdwn('x'.repeat(3001)) };
    const refused = await post(url, { blocks: [long] });
    expect(await refused.json()).toMatchObject({
      error: 'invalid_blocks',
      errors: [expect.stringContaining('/blocks/0')],
    });
    expect(seenBy('U0ADA')).toEqual(['card']);
    expect(slack.calls().at(-1)).toMatchObject({
      method: 'response_url',
      ok: false,
      error: 'invalid_blocks',
    });
  });

  it('that was never given leads nowhere', async () => {
    const { slack } = await pressed();
    expect((await post(`${slack.url}/response/guessed`, { text: 'x' })).status).toBe(404);
  });
});
