import { describe, expect, it } from 'vitest';
import { refusalOf, startSlack } from './fixture.ts';

describe('conversations.open', () => {
  it('gives the direct-message channel with a person, the same each time', async () => {
    const { slack, client } = await startSlack();
    const first = await client.conversations.open({ users: 'U0ADA' });
    const again = await client.conversations.open({ users: 'U0ADA', return_im: true });
    expect(first.channel?.id).toBe(slack.workspace.dmWith('U0ADA').id);
    expect(again.channel).toMatchObject({ id: first.channel?.id, is_im: true, user: 'U0ADA' });
  });

  it.each([
    ['user_not_found', { users: 'U0NONE' }],
    ['user_disabled', { users: 'U0GONE' }],
    ['cannot_dm_bot', { users: 'U0BOT' }],
    ['users_list_not_supplied', { users: '' }],
    ['channel_not_found', { channel: 'C0ACCESS' }],
  ])('refuses with %s: %o', async (error, args) => {
    const { client } = await startSlack();
    expect((await refusalOf(client.apiCall('conversations.open', args))).error).toBe(error);
  });
});

it('conversations.info tells channels from direct messages', async () => {
  const { slack, client } = await startSlack();
  const { channel } = await client.conversations.info({ channel: 'C0ACCESS' });
  expect(channel).toMatchObject({
    id: 'C0ACCESS',
    name: 'access',
    is_channel: true,
    is_private: false,
    is_archived: false,
    is_member: true,
  });
  const quiet = await client.conversations.info({ channel: 'C0QUIET' });
  expect(quiet.channel?.is_member).toBe(false);
  slack.workspace.setArchived('C0QUIET', true);
  expect((await client.conversations.info({ channel: 'C0QUIET' })).channel?.is_archived).toBe(true);
  const dm = await client.conversations.info({ channel: slack.workspace.dmWith('U0ADA').id });
  expect(dm.channel).toMatchObject({ is_im: true, user: 'U0ADA' });
  expect((await refusalOf(client.conversations.info({ channel: 'C0NONE' }))).error).toBe('channel_not_found');
});

async function withThread() {
  const { slack, client, clock } = await startSlack();
  const post = async (text: string, threadTs?: string) => {
    clock.advance(1000);
    const reply = await client.chat.postMessage({
      channel: 'C0ACCESS',
      text,
      ...(threadTs && { thread_ts: threadTs }),
    });
    return reply.ts ?? '';
  };
  const one = await post('one');
  const two = await post('two');
  const under = [await post('a', one), await post('b', one)];
  await client.chat.postEphemeral({ channel: 'C0ACCESS', user: 'U0ADA', text: 'private' });
  const three = await post('three');
  return { slack, client, one, two, three, under };
}

describe('conversations.history', () => {
  it('has the newest first, without replies and ephemeral messages', async () => {
    const { client } = await withThread();
    const { messages } = await client.conversations.history({ channel: 'C0ACCESS' });
    expect(messages?.map(({ text }) => text)).toEqual(['three', 'two', 'one']);
  });

  it('goes from page to page by cursor', async () => {
    const { client } = await withThread();
    const first = await client.conversations.history({ channel: 'C0ACCESS', limit: 2 });
    expect([first.has_more, first.messages?.length]).toEqual([true, 2]);
    const cursor = first.response_metadata?.next_cursor ?? '';
    const second = await client.conversations.history({ channel: 'C0ACCESS', limit: 2, cursor });
    expect([second.has_more, second.messages?.map(({ text }) => text)]).toEqual([false, ['one']]);
  });

  it('keeps to oldest and latest, inclusive where asked', async () => {
    const { client, one, three } = await withThread();
    const texts = async (inclusive: boolean) => {
      const args = { channel: 'C0ACCESS', oldest: one, latest: three, inclusive };
      return (await client.conversations.history(args)).messages?.map(({ text }) => text);
    };
    expect(await texts(false)).toEqual(['two']);
    expect(await texts(true)).toEqual(['three', 'two', 'one']);
  });

  it('is closed to a bot that is not in the channel', async () => {
    const { client } = await startSlack();
    expect((await refusalOf(client.conversations.history({ channel: 'C0QUIET' }))).error).toBe(
      'not_in_channel',
    );
    expect((await refusalOf(client.conversations.history({ channel: 'C0SECRET' }))).error).toBe(
      'channel_not_found',
    );
  });
});

describe('conversations.replies', () => {
  it('has the parent first, with the number of its replies', async () => {
    const { client, one, under } = await withThread();
    const { messages } = await client.conversations.replies({ channel: 'C0ACCESS', ts: one });
    expect(messages?.map(({ text }) => text)).toEqual(['one', 'a', 'b']);
    expect(messages?.[0]).toMatchObject({ thread_ts: one, reply_count: 2, latest_reply: under[1] });
  });

  it('refuses a thread that is not there', async () => {
    const { client } = await startSlack();
    const call = client.conversations.replies({ channel: 'C0ACCESS', ts: '1.000000' });
    expect((await refusalOf(call)).error).toBe('thread_not_found');
  });
});
