import { servicePath } from '../../src/domain/service.ts';
import type { Allowed, Refused } from '../google/door.ts';
import { iapResourceName } from '../google/resources.ts';
import type { SimulatedService } from '../google/services.ts';
import type { Local } from '../local.ts';
import { elementsOf } from '../slack/elements.ts';
import type { JsonObject } from '../slack/json.ts';
import type { Outcome, Place } from '../slack/people-types.ts';
import type { Message } from '../slack/types.ts';
import type { Step, StepPlace } from './steps.ts';
import { advance, nextThing } from './time.ts';
import { setWeather } from './weather.ts';
import { changeChannel, changeGroup, changePerson, refuseAbsent } from './workplace.ts';

/** What the one who did it is told at once; everything else is seen in what changed. */
export interface Performed {
  /** Slack's own words where something failed. */
  readonly notice?: string;
  /** What was wrong with the application's answer, for its developers. */
  readonly problem?: string;
  readonly options?: readonly JsonObject[];
  readonly groups?: readonly { readonly label: JsonObject; readonly options: readonly JsonObject[] }[];
  readonly door?: Allowed | Refused;
}

/** Does one step; throws where it cannot be done here, with a sentence that says why. */
export async function perform(local: Local, step: Step): Promise<Performed> {
  const { people, workspace } = local.slack;
  refuseAbsent(workspace, step);
  switch (step.do) {
    case 'command':
      return told(await people.command(step.who, channelOf(local, step.who, step.in), step.text));
    case 'say':
      people.say(step.who, channelOf(local, step.who, step.in), step.text);
      return {};
    case 'click': {
      const place = placeOf(local, step.who, step.at);
      fill(local, step.who, place, step.fields);
      const value = step.value ?? valueAt(local, place, step.what, step.index);
      const options = value === undefined ? {} : { value };
      return told(await people.click(step.who, place, step.what, options));
    }
    case 'select': {
      const place = placeOf(local, step.who, step.at);
      fill(local, step.who, place, step.fields);
      return told(await people.select(step.who, place, step.what, step.value));
    }
    case 'suggest': {
      const place = placeOf(local, step.who, step.at);
      const offered = await people.suggest(step.who, place, step.block, step.what, step.query);
      return { ...told(offered), options: offered.options, groups: offered.groups };
    }
    case 'submit': {
      const top = workspace.views.top(step.who);
      if (top === undefined) throw new Error('there is no form open any more');
      return told(await people.submit(step.who, top.view.id, step.fields));
    }
    case 'close':
      return workspace.views.top(step.who) === undefined ? {} : told(await people.closeView(step.who));
    case 'home':
      return told(await people.openHome(step.who));
    case 'open':
      return { door: openDoor(local, step.who, step.service, step.levels, step.path) };
    case 'advance':
      await advance(local, step.ms);
      return {};
    case 'next': {
      const next = await nextThing(local);
      if (next) await advance(local, Math.max(0, next.atMs - local.clock.now()));
      return {};
    }
    case 'run':
      local.clock.run();
      return {};
    case 'pause':
      local.clock.pause();
      return {};
    case 'weather':
      setWeather(local, step.set);
      return {};
    case 'edit':
      editOutside(local, step);
      return {};
    case 'sweep':
      await local.sweep();
      return {};
    case 'person':
      changePerson(workspace, step);
      return {};
    case 'group':
      changeGroup(workspace, step);
      return {};
    case 'channel':
      changeChannel(workspace, step);
      return {};
    case 'entitlements':
      await local.redeploy(step.text);
      return {};
  }
}

function told({ notice, problem }: Outcome): Performed {
  return { ...(notice !== undefined && { notice }), ...(problem !== undefined && { problem }) };
}

function channelOf({ slack }: Local, who: string, where: string): string {
  return where === 'dm' ? slack.workspace.dmWith(who).id : where;
}

function placeOf(local: Local, who: string, at: StepPlace): Place {
  const { workspace } = local.slack;
  if ('view' in at) {
    const open = at.view === 'home' ? workspace.views.home(who) : workspace.views.top(who);
    if (open === undefined)
      throw new Error(`${who} has no ${at.view === 'home' ? 'App Home' : 'form'} in front`);
    return { viewId: open.view.id };
  }
  const channel = channelOf(local, who, at.channel);
  if ('ts' in at) return { channel, ts: at.ts };
  const message = numbered(workspace, who, channel, at.onlyToMe)[at.nth];
  if (message === undefined) throw new Error(`there is no message number ${at.nth} in ${at.channel}`);
  return { channel, ts: message.ts };
}

/** The messages among which a step counts. */
export function numbered(
  workspace: Local['slack']['workspace'],
  who: string,
  channel: string,
  onlyToMe = false,
): readonly Message[] {
  const to = onlyToMe ? who : undefined;
  return workspace.messages(channel).filter((message) => message.ephemeral_to === to);
}

function fill(
  { slack }: Local,
  who: string,
  place: Place,
  fields: Extract<Step, { do: 'select' }>['fields'],
): void {
  if (fields && 'viewId' in place) slack.people.fill(who, place.viewId, fields);
}

function valueAt(
  { slack }: Local,
  place: Place,
  what: string,
  index: number | undefined,
): string | undefined {
  if (index === undefined) return undefined;
  const { workspace } = slack;
  const blocks =
    'viewId' in place
      ? workspace.views.find(place.viewId)?.view.blocks
      : workspace.message(place.channel, place.ts)?.blocks;
  const value = elementsOf(blocks ?? []).filter(({ actionId }) => actionId === what)[index]?.element.value;
  return typeof value === 'string' ? value : undefined;
}

/** The simulated service at `project/region/name`; throws where there is none. */
export function serviceAt({ google }: Local, path: string): SimulatedService {
  const found = google.services
    .all()
    .find((one) => path === servicePath({ project: one.project, region: one.region, service: one.name }));
  if (found === undefined) throw new Error(`there is no service ${path}`);
  return found;
}

/** The IAP resource whose policy guards a service. */
export function resourceOf({ google }: Local, service: SimulatedService): string {
  return iapResourceName(google.services.project(service.project)?.number ?? '', service);
}

function openDoor(
  local: Local,
  who: string,
  path: string,
  accessLevels: readonly string[],
  urlPath?: string,
): Allowed | Refused {
  const email = who.includes('@') ? who : (local.slack.workspace.person(who)?.email ?? 'nobody');
  const service = serviceAt(local, path);
  const page = urlPath === undefined ? {} : { path: urlPath };
  return local.google.door.open({ service, email, accessLevels, ...page });
}

function editOutside(local: Local, step: Extract<Step, { do: 'edit' }>): void {
  const { outside } = local.google;
  const service = serviceAt(local, step.service);
  switch (step.edit) {
    case 'add person': {
      if (step.email === undefined) throw new Error('choose who is to be added');
      outside.addPerson(resourceOf(local, service), step.email);
      return;
    }
    case 'wipe ours':
      if (outside.wipeOurBindings(resourceOf(local, service)) === 0) {
        throw new Error(`Latchkey has no binding on ${service.name} that could be wiped`);
      }
      return;
    case 'IAP off':
    case 'IAP on':
      outside.setIapEnabled(service, step.edit === 'IAP on');
      return;
  }
}
