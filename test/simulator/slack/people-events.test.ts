import { describe, expect, it } from 'vitest';
import { start, verified } from './people-fixture.ts';

describe('the Events API', () => {
  it('tells of an opened App Home, with the view that is there', async () => {
    const all = await start({
      event_callback: async () => {
        await all.client.views.publish({
          user_id: 'U0ADA',
          view: { type: 'home', blocks: [{ type: 'divider' }] },
        });
        return {};
      },
    });
    const outcome = await all.people.openHome('U0ADA');
    expect(outcome.home?.view.blocks).toMatchObject([{ type: 'divider' }]);
    expect(all.received[0]?.payload).toMatchObject({
      type: 'event_callback',
      team_id: 'T0ACME',
      api_app_id: 'A0APP',
      event: {
        type: 'app_home_opened',
        user: 'U0ADA',
        tab: 'home',
        channel: all.slack.workspace.dmWith('U0ADA').id,
      },
      event_id: expect.stringMatching(/^Ev/),
      authorizations: [{ user_id: 'U0BOT', is_bot: true }],
    });
    await all.people.openHome('U0ADA');
    expect(all.received[1]?.payload).toMatchObject({
      event: { view: { id: outcome.home?.view.id, type: 'home' } },
    });
  });

  it('sends an event again with the number of the try, body and all', async () => {
    const { people, received, slack } = await start();
    const { delivery } = await people.openHome('U0ADA');
    if (delivery === undefined) throw new Error('nothing was sent');
    await slack.deliver.redeliver(delivery, { num: 2, reason: 'http_error' });
    expect(received[1]?.body).toBe(received[0]?.body);
    expect(received[1]?.headers).toMatchObject({
      'x-slack-retry-num': '2',
      'x-slack-retry-reason': 'http_error',
    });
  });

  it('checks the URL by a challenge (url_verification)', async () => {
    const good = await start({
      url_verification: ({ payload }) => ({ json: { challenge: payload.challenge } }),
    });
    expect(await good.slack.verifyUrl()).toBe(true);
    const bad = await start({ url_verification: { text: 'hello' } });
    expect(await bad.slack.verifyUrl()).toBe(false);
  });
});

describe('requests that are not Slack’s', () => {
  it('can be forged, aged and repeated', async () => {
    const { people, received, slack, clock } = await start();
    const { delivery } = await people.command('U0ADA', 'C0ACCESS', '/request-access x');
    if (delivery === undefined) throw new Error('nothing was sent');
    await slack.deliver.forge(delivery);
    await people.sending({ signingSecret: 'stolen' }).command('U0ADA', 'C0ACCESS', '/request-access x');
    await people
      .sending({ timestamp: clock.now() / 1000 - 600 })
      .command('U0ADA', 'C0ACCESS', '/request-access x');
    expect(received.map((got) => verified(got, clock.now()))).toEqual([true, false, false, false]);
    expect(received[1]?.body).toBe(received[0]?.body);
  });

  it('are listed with everything else that was sent', async () => {
    const { people, slack } = await start({ command: { status: 500 } });
    const kinds: unknown[] = [];
    slack.deliver.onDelivery(({ kind, status, failure }) => kinds.push([kind, status, failure]));
    await people.command('U0ADA', 'C0ACCESS', '/request-access x');
    await people.openHome('U0ADA');
    expect(kinds).toEqual([
      ['command', 500, 'http_service_error'],
      ['event', 200, undefined],
    ]);
  });
});
