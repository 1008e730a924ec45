import { readFileSync } from 'node:fs';
import { elementsOf } from '../../../simulator/slack/elements.ts';
import type { Outcome, Place } from '../../../simulator/slack/people-types.ts';
import type { Message } from '../../../simulator/slack/types.ts';
import type { FieldValue } from '../../../simulator/slack/values.ts';
import type { GrantState } from '../../../src/domain/grant-state.ts';
import { ACTIONS } from '../../../src/slack/ids.ts';
import { ACCESS, textOf, type World } from '../world.ts';

// What people do over several steps, and what is seen of it that any wording has: states, counts, buttons, who is told.

export const PAYROLL = 'C0PAYROLL';
export const BILLING = 'acme-prod/us-central1/billing-dashboard';
export const RULES = readFileSync('simulator/entitlements.yaml', 'utf8');

/** The rules with some lines added to the entitlement of billing. */
export const billingWith = (lines: string) => (text: string) =>
  text.replace('  - id: billing\n', `  - id: billing\n    ${lines}\n`);

/** The states of all grants, in alphabetical order. */
export async function states(world: World): Promise<GrantState[]> {
  return (await world.grants()).map(({ state }) => state).sort();
}

/** The action ids of the buttons on a message or in a Home tab. */
export function buttons(message: Pick<Message, 'blocks'> | undefined): string[] {
  return elementsOf(message?.blocks ?? []).map(({ actionId }) => actionId);
}

/** The newest message that has a button, where somebody can see it. */
export function messageWith(world: World, user: string, action: string, channel = ACCESS): Message {
  const { workspace } = world.local.slack;
  const rooms = [channel, workspace.dmWith(user).id];
  const found = rooms
    .flatMap((room) => workspace.messages(room))
    .filter((message) => message.ephemeral_to === undefined && buttons(message).includes(action));
  const message = found.at(-1);
  if (!message) throw new Error(`${user} sees no button ${action}`);
  return message;
}

/** Presses a button by its action id; what was answered privately, as text. */
export async function click(world: World, user: string, action: string, channel = ACCESS): Promise<string> {
  const { channel: room, ts } = messageWith(world, user, action, channel);
  return await clickAt(world, user, { channel: room, ts }, action);
}

/** The same at a place, say a message whose buttons have gone from everybody else's Slack. */
export async function clickAt(world: World, user: string, place: Place, action: string): Promise<string> {
  const outcome = await world.local.slack.people.click(user, place, action);
  await world.local.idle();
  return answerTo(user, outcome);
}

/** Presses a button that somebody's Slack still shows although `meanwhile` has happened. */
export async function clickLate(
  world: World,
  user: string,
  action: string,
  meanwhile: () => Promise<unknown>,
  channel = ACCESS,
): Promise<string> {
  const message = messageWith(world, user, action, channel);
  const before = structuredClone(message.blocks);
  await meanwhile();
  message.blocks = before;
  return await click(world, user, action, channel);
}

export async function clickAtHome(world: World, user: string, action: string): Promise<void> {
  const home = world.local.slack.workspace.views.home(user);
  if (!home) throw new Error(`${user} has not opened Home`);
  await clickAt(world, user, { viewId: home.view.id }, action);
}

/** Fills the form in front in, by action id, and submits it; the errors at its fields. */
export async function submit(
  world: World,
  user: string,
  fields: Record<string, FieldValue>,
): Promise<string[]> {
  const { people, workspace } = world.local.slack;
  const open = workspace.views.top(user);
  if (!open) throw new Error(`${user} has no form in front`);
  const values = Object.entries(fields).map(([action, value]) => {
    const placed = elementsOf(open.view.blocks).find(({ actionId }) => actionId === action);
    if (!placed) throw new Error(`the form of ${user} has no field ${action}`);
    return [placed.blockId, { [action]: value }] as const;
  });
  const outcome = await people.submit(user, open.view.id, Object.fromEntries(values));
  await world.local.idle();
  if (outcome.problem) throw new Error(outcome.problem);
  return Object.values(outcome.errors);
}

/** Says why in the dialog in front. */
export const why = (world: World, user: string, reason: string | null) =>
  submit(world, user, { [ACTIONS.reason]: reason });

/** Chooses services in the form in front, the second and later ones to go with the first. */
export async function choose(world: World, user: string, ...paths: readonly string[]): Promise<void> {
  const [first = '', ...more] = paths;
  await pick(world, user, ACTIONS.service, first);
  if (more.length > 0) await pick(world, user, ACTIONS.more, more);
}

async function pick(world: World, user: string, action: string, value: FieldValue): Promise<void> {
  const { people } = world.local.slack;
  await suggest(world, user, '', action);
  await people.select(user, { viewId: top(world, user).view.id }, action, value);
  await world.local.idle();
}

/** What a menu of the form in front offers for something typed. */
export async function suggest(
  world: World,
  user: string,
  typed: string,
  action: string = ACTIONS.service,
): Promise<string[]> {
  const { view } = top(world, user);
  const placed = elementsOf(view.blocks).find(({ actionId }) => actionId === action);
  if (!placed) throw new Error(`the form of ${user} has no field ${action}`);
  const place = { viewId: view.id };
  const { options } = await world.local.slack.people.suggest(user, place, placed.blockId, action, typed);
  return options.map(({ value }) => String(value));
}

function top(world: World, user: string) {
  const open = world.local.slack.workspace.views.top(user);
  if (!open) throw new Error(`${user} has no form in front`);
  return open;
}

/** How many messages were posted so far, in the channels and to people. */
export function postedSoFar(world: World): number {
  return world.local.slack.calls().filter(({ method, ok }) => method === 'chat.postMessage' && ok).length;
}

/** How many new messages each person gets while something happens; an edited one notifies nobody. */
export async function toldDuring(
  world: World,
  people: readonly string[],
  happens: () => Promise<unknown>,
): Promise<number[]> {
  const before = people.map((user) => world.direct(user).length);
  await happens();
  return people.map((user, i) => world.direct(user).length - (before[i] ?? 0));
}

/** The cards: what stands in a channel by itself. */
export const cards = (world: World, channel = ACCESS) =>
  world.channel(channel).filter((message) => message.thread_ts === undefined);

/** The replies under the cards of a channel. */
export const replies = (world: World, channel = ACCESS) =>
  world.channel(channel).filter((message) => message.thread_ts !== undefined);

/** Access in IAP's policy of a service, for this address. */
export function isLetIn(world: World, email: string, service = BILLING): boolean {
  const found = world.local.google.services
    .all()
    .find(({ project, region, name }) => `${project}/${region}/${name}` === service);
  if (!found) throw new Error(`no service ${service}`);
  return world.local.google.door.open({ service: found, email, accessLevels: [] }).allowed;
}

function answerTo(user: string, outcome: Outcome): string {
  if (outcome.problem) throw new Error(outcome.problem);
  return outcome.messages
    .filter((message) => message.ephemeral_to === user)
    .map(textOf)
    .join('\n');
}
