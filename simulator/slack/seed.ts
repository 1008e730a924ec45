import { newId } from './ids.ts';
import type { Bot, Person, Seed, SeedPerson, Team, WorkspaceState } from './types.ts';

/** A full member of the team with a confirmed address, except where the seed says otherwise. */
export function personOf(seed: SeedPerson, team: Team): Person {
  const realName = seed.real_name ?? seed.name;
  const { email, image, enterprise_user: enterpriseUser } = seed;
  return {
    id: seed.id,
    team_id: seed.team_id ?? team.id,
    name: seed.name,
    real_name: realName,
    display_name: seed.display_name ?? realName,
    title: seed.title ?? '',
    tz: seed.tz ?? 'Etc/UTC',
    deleted: seed.deleted ?? false,
    is_bot: seed.is_bot ?? false,
    is_app_user: seed.is_app_user ?? false,
    is_admin: seed.is_admin ?? false,
    is_owner: seed.is_owner ?? false,
    is_restricted: seed.is_restricted ?? false,
    is_ultra_restricted: seed.is_ultra_restricted ?? false,
    is_stranger: seed.is_stranger ?? false,
    is_email_confirmed: seed.is_email_confirmed ?? true,
    ...(email !== undefined && { email }),
    ...(image !== undefined && { image }),
    ...(enterpriseUser !== undefined && { enterprise_user: enterpriseUser }),
  };
}

/** The state of a workspace in which nothing has been said yet. */
export function stateFromSeed(seed: Seed, nowMs: number): WorkspaceState {
  const bot: Bot = { userId: 'U0BOT', botId: 'B0BOT', appId: 'A0APP', name: 'app', ...seed.bot };
  const botPerson = personOf(
    { id: bot.userId, name: bot.name, is_bot: true, is_email_confirmed: false },
    seed.team,
  );
  const created = Math.floor(nowMs / 1000);
  return {
    team: seed.team,
    bot,
    people: [...seed.people.map((person) => personOf(person, seed.team)), botPerson],
    usergroups: seed.usergroups.map((group) => ({
      id: group.id,
      handle: group.handle,
      name: group.name ?? group.handle,
      users: [...group.users],
      disabled: group.disabled ?? false,
    })),
    channels: seed.channels.map((channel) => ({
      id: channel.id,
      name: channel.name,
      is_private: channel.is_private ?? false,
      members: channel.bot === false ? [...channel.members] : [...new Set([...channel.members, bot.userId])],
      created,
    })),
    dms: seed.people
      .filter((person) => !person.is_bot && !person.deleted)
      .map((person) => ({ id: newId('D'), user: person.id, created })),
    messages: [],
    modals: {},
    homes: {},
    triggers: [],
    responseUrls: [],
    lastMicros: 0,
  };
}
