import { describe, expect, it } from 'vitest';
import { refusalOf, startSlack } from './fixture.ts';

describe('users.info', () => {
  it('shows every field by which a person is judged', async () => {
    const { client } = await startSlack();
    const { user } = await client.users.info({ user: 'U0ADA' });
    expect(user).toMatchObject({
      id: 'U0ADA',
      team_id: 'T0ACME',
      name: 'ada',
      real_name: 'Ada Byron',
      tz: 'Europe/London',
      deleted: false,
      is_bot: false,
      is_restricted: false,
      is_ultra_restricted: false,
      is_email_confirmed: true,
      profile: { email: 'ada@acme.example', display_name: 'Ada Byron' },
    });
    expect(user).not.toHaveProperty('is_stranger');
  });

  it('shows those who left, guests, people from outside and bots as what they are', async () => {
    const { client } = await startSlack();
    const info = async (user: string) => (await client.users.info({ user })).user;
    expect(await info('U0GONE')).toMatchObject({ deleted: true, profile: { email: 'gone@acme.example' } });
    expect(await info('U0GONE')).not.toHaveProperty('is_email_confirmed');
    expect(await info('U0GUEST')).toMatchObject({ is_restricted: true });
    expect(await info('U0OUT')).toMatchObject({ is_stranger: true, team_id: 'T0ELSE' });
    expect((await info('U0OUT'))?.profile).not.toHaveProperty('email');
    expect(await info('U0BOT')).toMatchObject({ is_bot: true });
  });

  it("moves the zone's offset with the season", async () => {
    const { client, clock } = await startSlack();
    const offset = async () => (await client.users.info({ user: 'U0GRACE' })).user?.tz_offset;
    expect(await offset()).toBe(-5 * 3600);
    clock.advance(Date.parse('2027-07-01T00:00:00Z') - clock.now());
    expect(await offset()).toBe(-4 * 3600);
  });

  it('follows a change of the address', async () => {
    const { slack, client } = await startSlack();
    slack.workspace.setPerson({ id: 'U0ADA', name: 'ada', email: 'ada@new.example' });
    expect((await client.users.info({ user: 'U0ADA' })).user?.profile?.email).toBe('ada@new.example');
  });

  it('refuses somebody unknown', async () => {
    const { client } = await startSlack();
    expect((await refusalOf(client.users.info({ user: 'U0NONE' }))).error).toBe('user_not_found');
  });
});

it('users.lookupByEmail finds those who are here, in any case of letters', async () => {
  const { client } = await startSlack();
  expect((await client.users.lookupByEmail({ email: 'Grace@ACME.example' })).user?.id).toBe('U0GRACE');
  expect((await refusalOf(client.users.lookupByEmail({ email: 'gone@acme.example' }))).error).toBe(
    'users_not_found',
  );
});

it('usergroups.users.list follows the group, and refuses unknown and disabled ones', async () => {
  const { slack, client } = await startSlack();
  const list = async () => (await client.usergroups.users.list({ usergroup: 'S0LEADS' })).users;
  expect(await list()).toEqual(['U0GRACE']);
  slack.workspace.setUsergroupUsers('S0LEADS', ['U0ADA', 'U0GRACE']);
  expect(await list()).toEqual(['U0ADA', 'U0GRACE']);
  expect((await refusalOf(client.usergroups.users.list({ usergroup: 'S0NONE' }))).error).toBe(
    'no_such_subteam',
  );
  expect((await refusalOf(client.usergroups.users.list({ usergroup: 'S0OLD' }))).error).toBe(
    'no_such_subteam',
  );
});

it('usergroups.list names the groups, and their users and the disabled ones where asked', async () => {
  const { client } = await startSlack();
  const few = await client.usergroups.list();
  expect(few.usergroups).toMatchObject([{ id: 'S0LEADS', handle: 'leads', name: 'Leads', user_count: 1 }]);
  expect(few.usergroups?.[0]).not.toHaveProperty('users');
  const all = await client.usergroups.list({ include_disabled: true, include_users: true });
  expect(all.usergroups?.map(({ id, users }) => [id, users])).toEqual([
    ['S0LEADS', ['U0GRACE']],
    ['S0OLD', []],
  ]);
});

it('auth.test and team.info say who and where the bot is', async () => {
  const { client } = await startSlack();
  expect(await client.auth.test()).toMatchObject({
    user_id: 'U0BOT',
    bot_id: 'B0BOT',
    team_id: 'T0ACME',
    url: 'https://acme.slack.com/',
  });
  expect((await client.team.info()).team).toMatchObject({ id: 'T0ACME', name: 'Acme', domain: 'acme' });
});
