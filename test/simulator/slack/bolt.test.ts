import { createServer } from 'node:http';
import { App, HTTPReceiver } from '@slack/bolt';
import { expect, it, onTestFinished } from 'vitest';
import type { SlackServerOptions } from '../../../simulator/slack/server.ts';
import { BOT_TOKEN, mrkdwn, plain, QUIET, SIGNING_SECRET, startSlack } from './fixture.ts';

/** A Bolt app, which nobody here wrote, listening on loopback and talking to the simulator. */
async function startBolt(options: Partial<SlackServerOptions> = { clock: { now: () => Date.now() } }) {
  // Bolt refuses requests that are old by its own clock.
  const { slack } = await startSlack(options);
  const receiver = new HTTPReceiver({
    signingSecret: SIGNING_SECRET,
    processBeforeResponse: true,
    logger: QUIET,
  });
  const clientOptions = { slackApiUrl: `${slack.url}/api/` };
  const app = new App({
    token: BOT_TOKEN,
    receiver,
    clientOptions,
    tokenVerificationEnabled: false,
    logger: QUIET,
  });
  const server = createServer((request, response) => receiver.requestListener(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP address');
  slack.setAppUrl(`http://127.0.0.1:${address.port}/slack/events`);
  return { slack, app, people: slack.people };
}

it('a Bolt app understands every request, and the simulator every answer of Bolt', async () => {
  const { slack, app, people } = await startBolt();
  const option = { text: plain('Billing'), value: 'billing' };
  app.command('/ask', async ({ ack, client, body }) => {
    await client.views.open({
      trigger_id: body.trigger_id,
      view: {
        type: 'modal',
        callback_id: 'form',
        title: plain('Ask'),
        submit: plain('Send'),
        blocks: [
          {
            type: 'input',
            block_id: 's',
            label: plain('Service'),
            element: { type: 'external_select', action_id: 'pick', min_query_length: 1 },
          },
        ],
      },
    });
    await ack();
  });
  app.options('pick', async ({ ack }) => ack({ options: [option] }));
  app.view('form', async ({ ack, client, view }) => {
    const chosen = view.state.values.s?.pick?.selected_option?.value;
    await client.chat.postMessage({
      channel: 'C0ACCESS',
      text: `card ${chosen}`,
      blocks: [
        {
          type: 'actions',
          elements: [{ type: 'button', text: plain('Approve'), action_id: 'approve', value: 'g1' }],
        },
      ],
    });
    await ack();
  });
  app.action('approve', async ({ ack, respond, body }) => {
    await respond({ text: `approved by ${body.user.id}`, replace_original: true });
    await ack();
  });
  app.event('app_home_opened', async ({ client, event }) => {
    await client.views.publish({
      user_id: event.user,
      view: { type: 'home', blocks: [{ type: 'section', text: mrkdwn('home') }] },
    });
  });

  const asked = await people.command('U0ADA', 'C0ACCESS', '/ask');
  const viewId = asked.modal?.view.id ?? '';
  expect((await people.suggest('U0ADA', { viewId }, 's', 'pick', 'b')).options).toEqual([option]);
  const submitted = await people.submit('U0ADA', viewId, { Service: 'Billing' });
  expect(submitted).not.toHaveProperty('modal');
  const [card] = submitted.messages;
  expect(card?.text).toBe('card billing');
  const pressed = await people.click('U0GRACE', { channel: 'C0ACCESS', ts: card?.ts ?? '' }, 'Approve');
  expect(pressed.messages.map(({ text }) => text)).toEqual(['approved by U0GRACE']);
  expect((await people.openHome('U0ADA')).home?.view.blocks).toMatchObject([{ text: { text: 'home' } }]);
  expect(await slack.verifyUrl()).toBe(true);
  expect(slack.calls().every(({ ok }) => ok)).toBe(true);
});

it('a Bolt app refuses a forged and an old request', async () => {
  const { app, people } = await startBolt();
  app.command('/ask', async ({ ack }) => ack('hello'));
  const ask = (sender: typeof people) => sender.command('U0ADA', 'C0ACCESS', '/ask');
  expect((await ask(people)).messages.map(({ text }) => text)).toEqual(['hello']);
  expect((await ask(people.sending({ signingSecret: 'stolen' }))).status).toBe(401);
  expect((await ask(people.sending({ timestamp: Math.floor(Date.now() / 1000) - 600 }))).status).toBe(401);
});

it('a clock that stands still does not make requests stale where signatures have a clock of their own', async () => {
  const lastYear = { now: () => Date.now() - 365 * 24 * 3600_000 };
  const ask = async (options: Partial<SlackServerOptions>) => {
    const { app, people } = await startBolt(options);
    app.command('/ask', async ({ ack }) => ack('hello'));
    return (await people.command('U0ADA', 'C0ACCESS', '/ask')).status;
  };
  expect(await ask({ clock: lastYear })).toBe(401);
  expect(await ask({ clock: lastYear, signatureClock: { now: () => Date.now() } })).toBe(200);
});
