import { describe, expect, it } from 'vitest';
import { button, clientOf, mrkdwn, refusalOf, startSlack } from './fixture.ts';

const section = (text: string) => ({ type: 'section' as const, text: mrkdwn(text) });
const actions = [{ type: 'actions' as const, block_id: 'b', elements: [button('Approve', 'approve', 'g1')] }];

describe('chat.postMessage', () => {
  it('posts text, blocks and metadata in a channel and answers with the stored message', async () => {
    const { slack, client } = await startSlack();
    const metadata = { event_type: 'grant', event_payload: { id: 'g1' } };
    const reply = await client.chat.postMessage({
      channel: 'C0ACCESS',
      text: 'hi',
      blocks: actions,
      metadata,
    });
    expect(reply).toMatchObject({
      ok: true,
      channel: 'C0ACCESS',
      ts: reply.message?.ts,
      message: {
        type: 'message',
        text: 'hi',
        user: 'U0BOT',
        bot_id: 'B0BOT',
        app_id: 'A0APP',
        team: 'T0ACME',
        blocks: actions,
        metadata,
      },
    });
    expect(slack.workspace.message('C0ACCESS', reply.ts ?? '')).toMatchObject({ text: 'hi', by_bot: true });
  });

  it('takes a user id for the direct message with them and answers with its channel', async () => {
    const { slack, client } = await startSlack();
    const reply = await client.chat.postMessage({ channel: 'U0ADA', text: 'psst' });
    expect(reply.channel).toMatch(/^D/);
    expect(slack.workspace.viewAs('U0ADA').dm).toMatchObject({
      id: reply.channel,
      messages: [{ text: 'psst' }],
    });
    expect((await client.chat.postMessage({ channel: 'U0ADA', text: 'again' })).channel).toBe(reply.channel);
  });

  it('hangs replies on the thread of their parent', async () => {
    const { slack, client } = await startSlack();
    const parent = await client.chat.postMessage({ channel: 'C0ACCESS', text: 'card' });
    const reply = await client.chat.postMessage({
      channel: 'C0ACCESS',
      text: 'note',
      thread_ts: parent.ts ?? '',
    });
    const under = await client.chat.postMessage({
      channel: 'C0ACCESS',
      text: 'more',
      thread_ts: reply.ts ?? '',
    });
    expect(slack.workspace.message('C0ACCESS', under.ts ?? '')?.thread_ts).toBe(parent.ts);
  });

  it.each([
    ['channel_not_found', { channel: 'C0NONE', text: 'x' }],
    ['channel_not_found', { channel: 'U0NONE', text: 'x' }],
    ['channel_not_found', { channel: 'U0GONE', text: 'x' }],
    ['channel_not_found', { channel: 'C0SECRET', text: 'x' }],
    ['not_in_channel', { channel: 'C0QUIET', text: 'x' }],
    ['no_text', { channel: 'C0ACCESS', text: '' }],
    ['msg_too_long', { channel: 'C0ACCESS', text: 'x'.repeat(40_001) }],
    ['thread_not_found', { channel: 'C0ACCESS', text: 'x', thread_ts: '1.000000' }],
    ['invalid_thread_ts', { channel: 'C0ACCESS', text: 'x', thread_ts: 'yesterday' }],
  ])('refuses with %s: %o', async (error, args) => {
    const { slack, client } = await startSlack();
    expect((await refusalOf(client.chat.postMessage(args))).error).toBe(error);
    expect(slack.workspace.messages()).toEqual([]);
  });

  it('posts into the direct messages of somebody who left, where there are any', async () => {
    const { slack, client } = await startSlack();
    slack.workspace.setPerson({ id: 'U0ADA', name: 'ada', deleted: true });
    expect((await client.chat.postMessage({ channel: 'U0ADA', text: 'x' })).channel).toMatch(/^D/);
  });

  it('posts nowhere in an archived channel, nor changes what is there, until it is opened again', async () => {
    const { slack, client } = await startSlack();
    const { ts = '' } = await client.chat.postMessage({ channel: 'C0ACCESS', text: 'before' });
    slack.workspace.setArchived('C0ACCESS', true);
    const post = () => client.chat.postMessage({ channel: 'C0ACCESS', text: 'x' });
    const whisper = () => client.chat.postEphemeral({ channel: 'C0ACCESS', user: 'U0ADA', text: 'x' });
    const change = () => client.chat.update({ channel: 'C0ACCESS', ts, text: 'after' });
    expect((await refusalOf(post())).error).toBe('is_archived');
    expect((await refusalOf(whisper())).error).toBe('is_archived');
    expect((await refusalOf(change())).error).toBe('is_inactive');
    expect(slack.workspace.messages().map(({ text }) => text)).toEqual(['before']);
    slack.workspace.setArchived('C0ACCESS', false);
    await change();
    await post();
    expect(slack.workspace.messages().map(({ text }) => text)).toEqual(['after', 'x']);
  });

  it('names the block and the limit where blocks are wrong, and posts nothing', async () => {
    const { slack, client } = await startSlack();
    const blocks = [section('fine'), section('x'.repeat(3001))];
    expect(await refusalOf(client.chat.postMessage({ channel: 'C0ACCESS', text: 'x', blocks }))).toEqual({
      error: 'invalid_blocks',
      messages: ['[ERROR] must be less than 3001 characters [json-pointer:/blocks/1/text/text]'],
    });
    expect(slack.workspace.messages()).toEqual([]);
    expect(slack.calls()[0]).toMatchObject({
      ok: false,
      error: 'invalid_blocks',
      messages: [expect.stringContaining('/blocks/1')],
    });
  });

  it('refuses blocks that are no JSON array', async () => {
    const { client } = await startSlack();
    const call = client.apiCall('chat.postMessage', { channel: 'C0ACCESS', text: 'x', blocks: '{not json' });
    expect((await refusalOf(call)).error).toBe('invalid_blocks_format');
  });

  it('takes a JSON body as it takes a form', async () => {
    const { slack } = await startSlack();
    const response = await fetch(`${slack.url}/api/chat.postMessage`, {
      method: 'POST',
      headers: { authorization: 'Bearer xoxb-simulated', 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify({ channel: 'C0ACCESS', blocks: actions }),
    });
    expect(await response.json()).toMatchObject({ ok: true, message: { blocks: actions } });
  });
});

describe('chat.update', () => {
  it('finds no private channel that the bot was removed from, and reaches its message in a public one', async () => {
    const { slack, client } = await startSlack();
    const update = async (channel: string) => {
      slack.workspace.setMembers(channel, ['U0GRACE', 'U0BOT']);
      const { ts = '' } = await client.chat.postMessage({ channel, text: 'x' });
      slack.workspace.setMembers(channel, ['U0GRACE']);
      return client.chat.update({ channel, ts, text: 'after' });
    };
    expect((await refusalOf(update('C0SECRET'))).error).toBe('channel_not_found');
    expect((await update('C0QUIET')).ok).toBe(true);
  });

  it('replaces text and blocks, and keeps blocks that it is not given', async () => {
    const { slack, client } = await startSlack();
    const { ts = '' } = await client.chat.postMessage({ channel: 'C0ACCESS', text: 'one', blocks: actions });
    const kept = await client.chat.update({ channel: 'C0ACCESS', ts, text: 'two' });
    expect(kept).toMatchObject({
      ok: true,
      channel: 'C0ACCESS',
      ts,
      text: 'two',
      message: { blocks: actions },
    });
    await client.chat.update({ channel: 'C0ACCESS', ts, text: 'three', blocks: [section('new')] });
    const message = slack.workspace.message('C0ACCESS', ts);
    expect(message).toMatchObject({ text: 'three', blocks: [section('new')], edited: { user: 'U0BOT' } });
    await client.chat.update({ channel: 'C0ACCESS', ts, text: 'four', blocks: [] });
    expect(slack.workspace.message('C0ACCESS', ts)?.blocks).toEqual([]);
  });

  it("refuses unknown messages, ephemeral ones, and other people's", async () => {
    const { slack, client } = await startSlack();
    const others = slack.people.say('U0ADA', 'C0ACCESS', 'mine');
    const { message_ts: ephemeral = '' } = await client.chat.postEphemeral({
      channel: 'C0ACCESS',
      user: 'U0ADA',
      text: 'x',
    });
    const attempt = async (channel: string, ts: string) =>
      (await refusalOf(client.chat.update({ channel, ts, text: 'x' }))).error;
    expect(await attempt('C0ACCESS', '1.000000')).toBe('message_not_found');
    expect(await attempt('C0ACCESS', ephemeral)).toBe('message_not_found');
    expect(await attempt('C0ACCESS', others.ts)).toBe('cant_update_message');
    expect(await attempt('U0ADA', others.ts)).toBe('channel_not_found');
  });
});

describe('chat.postEphemeral', () => {
  it('shows the message to one person alone', async () => {
    const { slack, client } = await startSlack();
    const reply = await client.chat.postEphemeral({ channel: 'C0ACCESS', user: 'U0ADA', text: 'only you' });
    const seenBy = (user: string) => slack.workspace.viewAs(user).channels[0]?.messages.map(({ ts }) => ts);
    expect(seenBy('U0ADA')).toEqual([reply.message_ts]);
    expect(seenBy('U0GRACE')).toEqual([]);
  });

  it('refuses somebody who is not in the channel', async () => {
    const { client } = await startSlack();
    const call = client.chat.postEphemeral({ channel: 'C0ACCESS', user: 'U0GUEST', text: 'x' });
    expect((await refusalOf(call)).error).toBe('user_not_in_channel');
  });
});

it("chat.delete removes the bot's own message only", async () => {
  const { slack, client } = await startSlack();
  const { ts = '' } = await client.chat.postMessage({ channel: 'C0ACCESS', text: 'x' });
  expect(await client.chat.delete({ channel: 'C0ACCESS', ts })).toMatchObject({
    ok: true,
    channel: 'C0ACCESS',
    ts,
  });
  expect((await refusalOf(client.chat.delete({ channel: 'C0ACCESS', ts }))).error).toBe('message_not_found');
  const others = slack.people.say('U0ADA', 'C0ACCESS', 'mine');
  expect((await refusalOf(client.chat.delete({ channel: 'C0ACCESS', ts: others.ts }))).error).toBe(
    'cant_delete_message',
  );
});

it('chat.getPermalink leads to the message', async () => {
  const { client } = await startSlack();
  const { ts = '' } = await client.chat.postMessage({ channel: 'C0ACCESS', text: 'x' });
  const reply = await client.chat.getPermalink({ channel: 'C0ACCESS', message_ts: ts });
  expect(reply.permalink).toBe(`https://acme.slack.com/archives/C0ACCESS/p${ts.replace('.', '')}`);
  const unknown = client.chat.getPermalink({ channel: 'C0ACCESS', message_ts: '1.000000' });
  expect((await refusalOf(unknown)).error).toBe('message_not_found');
});

describe('without the right token', () => {
  it.each([
    ['invalid_auth', 'xoxb-somebody-else'],
    ['not_authed', undefined],
  ])('%s', async (error, token) => {
    const { slack } = await startSlack();
    const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const response = await fetch(`${slack.url}/api/chat.postMessage`, {
      method: 'POST',
      headers,
      body: new URLSearchParams({ channel: 'C0ACCESS', text: 'x' }),
    });
    expect(await response.json()).toMatchObject({ ok: false, error });
    expect(slack.workspace.messages()).toEqual([]);
  });
});

it('refuses methods that do not exist, and bodies that are none', async () => {
  const { slack, client } = await startSlack();
  expect((await refusalOf(client.apiCall('chat.shout'))).error).toBe('unknown_method');
  expect((await refusalOf(client.apiCall('constructor'))).error).toBe('unknown_method');
  const post = async (type: string, body: string) => {
    const headers = { authorization: 'Bearer xoxb-simulated', 'content-type': type };
    return (await fetch(`${slack.url}/api/auth.test`, { method: 'POST', headers, body })).json();
  };
  expect(await post('application/json', '{')).toMatchObject({ error: 'invalid_json' });
  expect(await post('text/csv', 'a,b')).toMatchObject({ error: 'invalid_post_type' });
});

it('logs each call without the token and without long texts', async () => {
  const { slack, client } = await startSlack();
  const heard: string[] = [];
  slack.onCall(({ method }) => heard.push(method));
  await client.chat.postMessage({ channel: 'C0ACCESS', text: 'x'.repeat(500), blocks: actions });
  await fetch(`${slack.url}/api/auth.test?token=xoxb-simulated`);
  await refusalOf(clientOf(slack, 'xoxb-wrong').users.info({ user: 'U0ADA' }));
  expect(heard).toEqual(['chat.postMessage', 'auth.test', 'users.info']);
  const [posted] = slack.calls();
  expect(posted).toMatchObject({
    ok: true,
    status: 200,
    args: {
      channel: 'C0ACCESS',
      text: `${'x'.repeat(120)}…`,
      blocks: { count: 1, types: ['actions'], values: ['g1'] },
    },
  });
  expect(JSON.stringify(slack.calls())).not.toContain('xoxb');
});
