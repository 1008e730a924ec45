import type { Person } from '../slack/types.ts';
import type { Workspace } from '../slack/workspace.ts';
import type { Step } from './steps.ts';

// Who is in the workspace, with which address, in which group and channel: what changes while requests wait or run.

type Of<Do extends Step['do']> = Extract<Step, { do: Do }>;

/** Throws where Slack's own client would not let this person do this: they left, or nobody writes there any more. */
export function refuseAbsent(workspace: Workspace, step: Step): void {
  // A door of Google's opens for who has left Slack too, and what is open on a screen can be closed.
  if (!('who' in step) || step.do === 'open' || step.do === 'close') return;
  const person = workspace.person(step.who);
  if (person?.deleted) throw new Error(`${person.real_name} has left this Slack workspace`);
  if (step.do !== 'command' && step.do !== 'say') return;
  const where = workspace.conversation(step.in);
  if (where?.kind === 'channel' && where.channel.is_archived) {
    throw new Error(`#${where.name} is archived: nobody can write there`);
  }
}

/** Somebody leaves or comes back, or their profile has another address. */
export function changePerson(workspace: Workspace, { person, left, email }: Of<'person'>): void {
  const { name } = known(workspace, person);
  workspace.setPerson({
    id: person,
    name,
    ...(left !== undefined && { deleted: left }),
    ...(email !== undefined && { email }),
  });
}

/** A user group's members become these. */
export function changeGroup(workspace: Workspace, { group, users }: Of<'group'>): void {
  for (const id of users) known(workspace, id);
  workspace.setUsergroupUsers(group, users);
}

/** The bot joins or leaves a channel, or the channel is archived or opened again. */
export function changeChannel(workspace: Workspace, { channel, bot, archived }: Of<'channel'>): void {
  const id = workspace.bot.userId;
  if (bot !== undefined) {
    const others = workspace
      .channels()
      .find((one) => one.id === channel)
      ?.members.filter((member) => member !== id);
    workspace.setMembers(channel, [...(others ?? []), ...(bot ? [id] : [])]);
  }
  if (archived !== undefined) workspace.setArchived(channel, archived);
}

/** What such a change is called on the timeline. */
export function describeChange(workspace: Workspace, step: Of<'person' | 'group' | 'channel'>): string {
  switch (step.do) {
    case 'person': {
      const name = workspace.person(step.person)?.real_name ?? step.person;
      const moved = step.left === undefined ? '' : step.left ? 'leaves Slack' : 'is back in Slack';
      return `${name} ${[moved, step.email && `has the address ${step.email}`].filter(Boolean).join(', ')}`;
    }
    case 'group': {
      const handle = workspace.usergroups().find(({ id }) => id === step.group)?.handle ?? step.group;
      const names = step.users.map((id) => workspace.person(id)?.real_name ?? id);
      return `@${handle} is ${names.join(', ') || 'nobody'}`;
    }
    case 'channel': {
      const name = workspace.conversation(step.channel)?.name ?? step.channel;
      const bot = step.bot === undefined ? '' : step.bot ? 'the bot is invited' : 'the bot is removed';
      const open = step.archived === undefined ? '' : step.archived ? 'archived' : 'opened again';
      return `#${name}: ${[bot, open].filter(Boolean).join(', ')}`;
    }
  }
}

function known(workspace: Workspace, id: string): Person {
  const person = workspace.person(id);
  if (person === undefined) throw new Error(`there is no person ${id}`);
  return person;
}
