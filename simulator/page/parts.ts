import { isDeepStrictEqual } from 'node:util';
import { ACCESSOR_ROLE } from '../google/policy.ts';
import type { SimulatedService } from '../google/services.ts';
import type { Local } from '../local.ts';
import type { PageSeed } from '../seed-file.ts';
import { resourceOf } from '../stage/perform.ts';
import type { Stage } from '../stage/stage.ts';
import { nextThing } from '../stage/time.ts';
import { weatherOf } from '../stage/weather.ts';
import type { Directory, DoorCard, Meta, Parts, PersonLine, ViewerPart } from './protocol.ts';

/** Messages of one conversation that the page gets; who wants more reads the timeline. */
const MESSAGES_SHOWN = 80;

/** How the application's HTTP client names itself. */
const OUR_CLIENT = 'node';

/** What does not change while the server runs. */
export interface Facts {
  readonly build: string;
  readonly mode: Meta['mode'];
  readonly entitlements: string;
  readonly store: string;
  readonly page: PageSeed;
}

/** Everything that a page with these viewers shows. */
export async function pageParts(stage: Stage, viewers: readonly string[], facts: Facts): Promise<Parts> {
  const local = stage.local();
  const { clock, slack } = local;
  const { page } = facts;
  const next = await nextThing(local).catch(() => undefined);
  const meta: Meta = {
    build: facts.build,
    mode: facts.mode,
    team: slack.workspace.team.name,
    bot: { name: slack.workspace.bot.name, userId: slack.workspace.bot.userId },
    commands: page.commands,
    accessLevels: page.accessLevels,
    firstPeople: page.people,
    firstChannel: page.channel,
    entitlements: facts.entitlements,
    store: facts.store,
  };
  return {
    meta,
    directory: directory(local),
    clock: { nowMs: clock.now(), running: clock.isRunning(), next: next ?? null },
    doors: local.google.services
      .all()
      .map((service) => doorCard(local, service, Object.values(page.accessLevels))),
    weather: weatherOf(local),
    grants: stage.timeline().grants(),
    guide: stage.guide(),
    recording: stage.recording() ?? null,
    troubles: stage.troubles(),
    ...Object.fromEntries(viewers.map((id) => [`viewer:${id}`, viewer(local, id)])),
  };
}

function directory({ slack }: Local): Directory {
  const { workspace } = slack;
  const people = workspace.people().map((person): PersonLine => {
    const newest: Record<string, string> = {};
    const rooms = person.is_bot
      ? []
      : [
          ...workspace.channels().filter((channel) => channel.members.includes(person.id)),
          workspace.dmWith(person.id),
        ];
    for (const { id } of rooms) {
      const last = workspace
        .messages(id)
        .findLast(
          (message) => (message.ephemeral_to ?? person.id) === person.id && message.user !== person.id,
        );
      if (last) newest[id] = last.ts;
    }
    const external = person.is_stranger || person.team_id !== workspace.team.id;
    const guest = person.is_restricted || person.is_ultra_restricted;
    return {
      id: person.id,
      name: person.real_name,
      handle: person.name,
      title: person.title,
      email: person.email ?? '',
      tz: person.tz,
      bot: person.is_bot,
      badge: person.deleted ? 'left' : external && !person.is_bot ? 'external' : guest ? 'guest' : '',
      newest,
    };
  });
  return {
    people,
    usergroups: workspace.usergroups().map(({ id, handle, users }) => ({ id, handle, users: [...users] })),
    channels: workspace.channels().map(({ id, name, members, is_archived = false }) => ({
      id,
      name,
      archived: is_archived,
      bot: members.includes(workspace.bot.userId),
    })),
  };
}

function viewer({ slack }: Local, id: string): ViewerPart | null {
  if (slack.workspace.person(id) === undefined) return null;
  const { people: _p, usergroups: _u, team: _t, ...seen } = slack.workspace.viewAs(id);
  const shorter = <T extends { messages: unknown[] }>(conversation: T): T => ({
    ...conversation,
    messages: conversation.messages.slice(-MESSAGES_SHOWN),
  });
  return { ...seen, channels: seen.channels.map(shorter), dm: seen.dm && shorter(seen.dm) };
}

function doorCard(local: Local, service: SimulatedService, levels: readonly string[]): DoorCard {
  const { policies, door } = local.google;
  const resource = resourceOf(local, service);
  const { bindings, etag, version } = policies.current(resource);
  const [last] = policies.changes(resource);
  const worksAtMs = last ? last.atMs + door.propagationDelayMs() : 0;
  const lets: Record<string, 'yes' | 'with levels' | 'no'> = {};
  for (const { id, email, is_bot } of local.slack.workspace.people()) {
    if (is_bot || email === undefined) continue;
    const opens = (accessLevels: readonly string[]) => door.open({ service, email, accessLevels }).allowed;
    lets[id] = opens([]) ? 'yes' : levels.length > 0 && opens(levels) ? 'with levels' : 'no';
  }
  const without = (some: typeof bindings, others: typeof bindings) =>
    some.filter((one) => !others.some((other) => isDeepStrictEqual(one, other)));
  return {
    path: `${service.project}/${service.region}/${service.name}`,
    name: service.name,
    project: service.project,
    region: service.region,
    uri: service.uri,
    description: service.description,
    iapEnabled: service.iapEnabled,
    version,
    etag,
    bindings: bindings.map((binding) => ({
      binding,
      ours: binding.role === ACCESSOR_ROLE && binding.condition?.title.startsWith('latchkey') === true,
    })),
    last: last
      ? {
          atMs: last.atMs,
          by: last.by === OUR_CLIENT ? 'Latchkey' : last.by,
          added: without(last.after.bindings, last.before.bindings),
          removed: without(last.before.bindings, last.after.bindings),
        }
      : null,
    worksAtMs: last && worksAtMs > local.clock.now() ? worksAtMs : null,
    lets,
  };
}
