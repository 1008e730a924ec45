import { type ApiMethod, booleanArg, missing, ok, refuse, stringArg } from './api-types.ts';
import { compact, type JsonObject } from './json.ts';
import type { Person, Usergroup } from './types.ts';
import type { Workspace } from './workspace.ts';

/** The zone's offset from UTC at an instant, in seconds. */
function offsetSeconds(timeZone: string, nowMs: number): number {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' }).formatToParts(
    nowMs,
  );
  const name = parts.find((part) => part.type === 'timeZoneName')?.value ?? '';
  const [, sign, hours, minutes] = /GMT([+-])(\d\d):(\d\d)/.exec(name) ?? [];
  const seconds = Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60;
  return sign === '-' ? -seconds : seconds;
}

function zoneLabel(timeZone: string, nowMs: number): string {
  const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'long' });
  return format.formatToParts(nowMs).find((part) => part.type === 'timeZoneName')?.value ?? timeZone;
}

/** A person as users.info shows them; of somebody who left, it has little beside the profile. */
export function personJson(person: Person, nowMs: number): JsonObject {
  const { image } = person;
  const [first = '', ...rest] = person.real_name.split(' ');
  return compact({
    id: person.id,
    team_id: person.team_id,
    name: person.name,
    deleted: person.deleted,
    ...(!person.deleted && membershipJson(person, nowMs)),
    profile: compact({
      title: person.title,
      phone: '',
      skype: '',
      real_name: person.real_name,
      real_name_normalized: person.real_name,
      display_name: person.display_name,
      display_name_normalized: person.display_name,
      first_name: first,
      last_name: rest.join(' '),
      status_text: '',
      status_emoji: '',
      status_expiration: 0,
      email: person.email,
      image_24: image,
      image_48: image,
      image_72: image,
      image_192: image,
      image_512: image,
      team: person.team_id,
    }),
    is_bot: person.is_bot,
    is_app_user: person.is_app_user,
    // Slack sends this key only for people from outside.
    is_stranger: person.is_stranger ? true : undefined,
    enterprise_user: person.enterprise_user,
    updated: Math.floor(nowMs / 1000),
  });
}

function membershipJson(person: Person, nowMs: number): JsonObject {
  return {
    color: '9f69e7',
    real_name: person.real_name,
    tz: person.tz,
    tz_label: zoneLabel(person.tz, nowMs),
    tz_offset: offsetSeconds(person.tz, nowMs),
    is_admin: person.is_admin,
    is_owner: person.is_owner,
    is_primary_owner: false,
    is_restricted: person.is_restricted,
    is_ultra_restricted: person.is_ultra_restricted,
    is_email_confirmed: person.is_email_confirmed,
    who_can_share_contact_card: 'EVERYONE',
  };
}

const usersInfo: ApiMethod = (args, { workspace, nowMs }) => {
  const id = stringArg(args, 'user');
  if (id === undefined) return missing('user');
  const person = workspace.person(id);
  return person === undefined ? refuse('user_not_found') : ok({ user: personJson(person, nowMs) });
};

const lookupByEmail: ApiMethod = (args, { workspace, nowMs }) => {
  const email = stringArg(args, 'email')?.toLowerCase();
  if (email === undefined) return missing('email');
  const person = workspace.people().find((known) => known.email?.toLowerCase() === email && !known.deleted);
  return person === undefined ? refuse('users_not_found') : ok({ user: personJson(person, nowMs) });
};

function usergroupJson(workspace: Workspace, group: Usergroup, withUsers: boolean): JsonObject {
  return compact({
    id: group.id,
    team_id: workspace.team.id,
    is_usergroup: true,
    is_subteam: true,
    name: group.name,
    description: '',
    handle: group.handle,
    is_external: false,
    date_create: 0,
    date_update: 0,
    date_delete: group.disabled ? 1 : 0,
    user_count: group.users.length,
    users: withUsers ? group.users : undefined,
  });
}

const usergroupsList: ApiMethod = (args, { workspace }) => {
  const all = booleanArg(args, 'include_disabled');
  const groups = workspace.usergroups().filter((group) => all || !group.disabled);
  return ok({
    usergroups: groups.map((group) => usergroupJson(workspace, group, booleanArg(args, 'include_users'))),
  });
};

const usergroupsUsersList: ApiMethod = (args, { workspace }) => {
  const id = stringArg(args, 'usergroup');
  if (id === undefined) return missing('usergroup');
  const group = workspace.usergroups().find((known) => known.id === id);
  if (group === undefined || (group.disabled && !booleanArg(args, 'include_disabled'))) {
    return refuse('no_such_subteam');
  }
  return ok({ users: [...group.users] });
};

const authTest: ApiMethod = (_args, { workspace }) => {
  const { team, bot } = workspace;
  return ok({
    url: `https://${team.domain}.slack.com/`,
    team: team.name,
    user: bot.name,
    team_id: team.id,
    user_id: bot.userId,
    bot_id: bot.botId,
    is_enterprise_install: false,
  });
};

const teamInfo: ApiMethod = (args, { workspace }) => {
  const { team } = workspace;
  const asked = stringArg(args, 'team');
  if (asked !== undefined && asked !== team.id) return refuse('team_not_found');
  return ok({ team: { ...team, url: `https://${team.domain}.slack.com/`, email_domain: '', icon: {} } });
};

/** Who is who: users, user groups, the team, and the bot itself. */
export const PEOPLE_METHODS: { readonly [method: string]: ApiMethod } = {
  'users.info': usersInfo,
  'users.lookupByEmail': lookupByEmail,
  'usergroups.list': usergroupsList,
  'usergroups.users.list': usergroupsUsersList,
  'auth.test': authTest,
  'team.info': teamInfo,
};
