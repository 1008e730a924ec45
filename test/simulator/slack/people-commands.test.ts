import { describe, expect, it } from 'vitest';
import { type Reply, startSlack } from './fixture.ts';
import { FORM, start, verified } from './people-fixture.ts';

describe('a slash command', () => {
  it('has every field that Slack sends, and a valid signature over the body', async () => {
    const { people, received, clock, slack } = await start();
    await people.command('U0ADA', 'C0ACCESS', '/request-access billing  15m INC-42 “quoted” & more ');
    const [got] = received;
    expect(Object.fromEntries(got?.form ?? [])).toEqual({
      token: expect.any(String),
      team_id: 'T0ACME',
      team_domain: 'acme',
      channel_id: 'C0ACCESS',
      channel_name: 'access',
      user_id: 'U0ADA',
      user_name: 'ada',
      command: '/request-access',
      text: 'billing  15m INC-42 “quoted” & more',
      api_app_id: 'A0APP',
      is_enterprise_install: 'false',
      response_url: expect.stringContaining(`${slack.url}/response/`),
      trigger_id: expect.stringMatching(/^\d+\.\w+\.\w+$/),
    });
    expect(got && verified(got, clock.now())).toBe(true);
    expect(Number(got?.headers['x-slack-request-timestamp'])).toBe(clock.now() / 1000);
  });

  it.each<[string, Reply, string[], string[]]>([
    ['text is private', { text: 'plain words' }, ['plain words'], []],
    ['JSON is private by default', { json: { text: 'words' } }, ['words'], []],
    ['JSON may be for all', { json: { response_type: 'in_channel', text: 'all' } }, ['all'], ['all']],
    ['nothing shows nothing', {}, [], []],
  ])('answered at once: %s', async (_name, command, ada, grace) => {
    const { people, slack } = await start({ command });
    const outcome = await people.command('U0ADA', 'C0ACCESS', '/request-access help');
    expect(outcome).toMatchObject({ sent: true, status: 200 });
    expect(outcome.messages.map(({ text }) => text)).toEqual(ada);
    const seen = slack.workspace.viewAs('U0GRACE').channels[0]?.messages.map(({ text }) => text);
    expect(seen).toEqual(grace);
  });

  it.each<[string, Reply, object]>([
    ['operation_timeout', 'never', { ackTimeoutMs: 40 }],
    ['http_service_error', { status: 500 }, {}],
    ['http_client_error', { status: 401 }, {}],
    ['invalid_blocks', { json: { blocks: [{ type: 'nonsense' }] } }, {}],
  ])('that fails with %s shows the person Slack’s error', async (error, command, more) => {
    const { people, slack } = await start({ command }, more);
    const outcome = await people.command('U0ADA', 'C0ACCESS', '/request-access x');
    expect(outcome.notice).toBe(`/request-access failed with the error "${error}"`);
    expect(outcome.problem).toContain(error === 'invalid_blocks' ? '/blocks/0/type' : error);
    expect(slack.workspace.viewAs('U0GRACE').channels[0]?.messages).toEqual([]);
  });

  it('to an app that is not there shows dispatch_failed', async () => {
    const { slack } = await startSlack({ appUrl: 'http://127.0.0.1:1/slack/events' });
    const outcome = await slack.people.command('U0ADA', 'C0ACCESS', '/request-access x');
    expect(outcome).toMatchObject({
      failure: 'dispatch_failed',
      notice: '/request-access failed with the error "dispatch_failed"',
    });
  });

  it('opens a modal with its trigger while the app answers', async () => {
    const all = await start({
      command: async ({ form }) => {
        await all.client.apiCall('views.open', { trigger_id: form.get('trigger_id'), view: FORM });
        return {};
      },
    });
    const outcome = await all.people.command('U0ADA', 'C0ACCESS', '/request-access');
    expect(outcome.modal?.view.callback_id).toBe('ask');
  });
});
