import { replayedChoices } from './choices.ts';
import { mutants } from './mutants.ts';
import { loadMutant } from './mutate.ts';
import { type Access, accessesIn } from './policy.ts';
import { AUTO, emailOf } from './scene.ts';
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

/** A world of fair weather with one service whose access needs no approval, known to the catalog. */
export async function scene(app: AppUnderTest): Promise<World> {
  const world = createWorld(app, replayedChoices([]), nobodyWatches, true);
  world.iap.edit(AUTO, 'beginning', () => []);
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
  const input = { submission, requesterId: userId, services: ['auto'], minutes: 60, justification: '' };
  await alone(world, 'ask', (i) => world.app.ask(world.flowDeps(i), input));
  const [grant] = await world.store.ofRequester(userId, 1);
  if (grant?.state !== 'ACTIVATING') throw new Error('the automatic approval did not come');
  return grant.id;
}

export async function stateOf(world: World, id: string): Promise<string | undefined> {
  return (await world.store.get(id))?.state;
}

export function lettingIn(world: World, userId: string): Access[] {
  return accessesIn(world.iap.current(AUTO)).filter(({ member }) => member === `user:${emailOf(userId)}`);
}

/** The app with one of the mistakes that the simulation has to find. */
export async function mutated(name: string): Promise<AppUnderTest> {
  const mutant = mutants.find((m) => m.name === name);
  if (!mutant) throw new Error(`no mutant "${name}"`);
  return await loadMutant(mutant);
}
