import type { ServiceRef } from '../../src/domain/service.ts';
import { replayedChoices } from './choices.ts';
import { mutants } from './mutants.ts';
import { loadMutant } from './mutate.ts';
import { type Access, accessesIn } from './policy.ts';
import { AUTO, emailOf, SERVICES } from './scene.ts';
import { drain, type Instance } from './scheduler.ts';
import { type AppUnderTest, createWorld, type World } from './world.ts';

// Scenes in which nothing is left to chance: who goes on, and until where, is said step by step.

type Work = (instance: Instance) => Promise<unknown>;
/** What must not go on: by what it is about to do, or by who does it. */
type Not = (label: string, owner: Instance | undefined) => boolean;

const nobodyWatches = {
  policyRead() {},
  policyWritten() {},
  policyEdited() {},
  callFailed() {},
  messageShown() {},
  defect() {},
};

/** A world of fair weather without anybody in it, known to the catalog. */
export async function scene(app: AppUnderTest): Promise<World> {
  const world = createWorld(app, replayedChoices([]), nobodyWatches, true);
  for (const service of SERVICES) world.iap.edit(service, 'beginning', () => []);
  await alone(world, 'sweep', (i) => app.sweep(world.workDeps(i)));
  return world;
}

/** Begins an invocation without letting it do anything yet. */
export function begin(world: World, name: string, work: Work): Instance {
  return world.scheduler.start(name, work, () => {});
}

/** Lets everything run in order, but for what `not` says, until nothing more can happen now. */
export async function play(world: World, not: Not = () => false): Promise<void> {
  for (;;) {
    await drain();
    const item = world.scheduler.ready().find(({ label, owner }) => !not(label, owner));
    if (!item) return;
    world.scheduler.run(item);
  }
}

/** Lets one invocation run to its end, while nobody else does anything. */
export async function alone(world: World, name: string, work: Work): Promise<void> {
  const instance = begin(world, name, work);
  await play(world, (_, owner) => owner !== instance);
}

/** Lets one invocation make so many calls and no more; whether it is still under way. */
export async function steps(world: World, instance: Instance, count: number): Promise<boolean> {
  for (let made = 0; made < count; made += 1) {
    await drain();
    const item = world.scheduler.ready().find(({ owner }) => owner === instance);
    if (!item) break;
    world.scheduler.run(item);
  }
  await drain();
  return instance.alive;
}

/** Somebody asks for an hour of access, which is approved at once; the grant's id. */
export async function asked(world: World, userId: string, submission: string): Promise<string> {
  return await askedFor(world, userId, submission, AUTO);
}

/** The same for a service that needs an approval, which is given. */
export async function askedFor(
  world: World,
  requesterId: string,
  submission: string,
  { service }: ServiceRef,
): Promise<string> {
  const { app } = world;
  const input = { submission, requesterId, services: [service], minutes: 60, justification: 'INC-1' };
  await alone(world, 'ask', (i) => app.ask(world.flowDeps(i), input));
  const [asked] = await world.store.ofRequester(requesterId, 1);
  const id = asked?.id ?? '';
  if (asked?.state === 'APPROVAL_AWAITED') {
    const by = { grantId: id, userId: 'U0LINUS' };
    await alone(world, 'approve', (i) => app.approveGrant(world.flowDeps(i), by));
  }
  if ((await stateOf(world, id)) !== 'ACTIVATING') throw new Error('the approval did not come');
  return id;
}

export async function stateOf(world: World, id: string): Promise<string | undefined> {
  return (await world.store.get(id))?.state;
}

export function lettingIn(world: World, userId: string, service = AUTO): Access[] {
  return accessesIn(world.iap.current(service)).filter(({ member }) => member === `user:${emailOf(userId)}`);
}

/** The app with one of the mistakes that the simulation has to find. */
export async function mutated(name: string): Promise<AppUnderTest> {
  const mutant = mutants.find((m) => m.name === name);
  if (!mutant) throw new Error(`no mutant "${name}"`);
  return await loadMutant(mutant);
}
