import { describe, expect, test } from 'vitest';
import * as real from './app.ts';
import { replayedChoices } from './choices.ts';
import { mutants } from './mutants.ts';
import { loadMutant } from './mutate.ts';
import { accessesIn } from './policy.ts';
import { AUTO, emailOf } from './scene.ts';
import { drain, type Instance } from './scheduler.ts';
import { type AppUnderTest, createWorld, type World } from './world.ts';

// An instance that loses the CPU for longer than its lease, and wakes with an old policy in hand. The deadline of
// writes lies below the lease, so one that wakes late does not write; a write that was already under way when the
// lease ran out is refused, since whoever takes such a lease over changes the etag before anything else.

interface Zombie {
  readonly world: World;
  readonly instance: Instance;
}

const nobodyWatches = {
  policyRead() {},
  policyWritten() {},
  policyEdited() {},
  callFailed() {},
  messageShown() {},
  defect() {},
};

/** Begins an invocation without letting it do anything yet. */
function begin(world: World, name: string, work: (instance: Instance) => Promise<unknown>): Instance {
  return world.scheduler.start(name, work, () => {});
}

/** Lets everything run in order, but for what `not` says, until nothing more can happen now. */
async function play(
  world: World,
  not: (label: string, owner: Instance | undefined) => boolean = () => false,
) {
  for (;;) {
    await drain();
    const item = world.scheduler.ready().find(({ label, owner }) => !not(label, owner));
    if (!item) return;
    world.scheduler.run(item);
  }
}

async function asked(world: World, userId: string, submission: string): Promise<string> {
  const input = { submission, requesterId: userId, services: ['auto'], minutes: 60, justification: '' };
  begin(world, 'ask', (i) => world.app.ask(world.flowDeps(i), input));
  await play(world, (_, owner) => owner?.name === 'zombie');
  const [grant] = await world.store.ofRequester(userId, 1);
  if (grant?.state !== 'ACTIVATING') throw new Error('the automatic approval did not come');
  return grant.id;
}

async function scene(app: AppUnderTest): Promise<World> {
  const world = createWorld(app, replayedChoices([]), nobodyWatches, true);
  world.iap.edit(AUTO, 'beginning', () => []);
  begin(world, 'sweep', (i) => app.sweep(world.workDeps(i)));
  await play(world);
  return world;
}

/** Runs a converger up to where it would call IAP, and takes the CPU away. */
async function paused(world: World, id: string, before: string, ms: number): Promise<Zombie> {
  const { scheduler, app } = world;
  const instance = begin(world, 'zombie', (i) => app.convergeGrant(world.workDeps(i), id));
  await play(world, (label, owner) => owner === instance && label.startsWith(before));
  scheduler.pause(instance, ms);
  return { world, instance };
}

async function others(
  world: World,
  name: string,
  work: (instance: Instance) => Promise<unknown>,
): Promise<void> {
  begin(world, name, work);
  await play(world, (_, owner) => owner?.name === 'zombie');
}

const lettingIn = (world: World, userId: string) =>
  accessesIn(world.iap.current(AUTO)).filter(({ member }) => member === `user:${emailOf(userId)}`);

/** The plan was made, the write is about to go: then the lease runs out, and the access is ended by others. */
async function wakesWithAWriteInHand(app: AppUnderTest): Promise<World> {
  const world = await scene(app);
  const id = await asked(world, 'U0ADA', 'view 1');
  await paused(world, id, 'setIamPolicy', 65_000);
  await others(world, 'end', (i) => app.endGrant(world.flowDeps(i), id, 'U0ADA'));
  world.scheduler.advance(31_000);
  await others(world, 'sweep', (i) => app.sweep(world.workDeps(i)));
  expect((await world.store.get(id))?.state).toBe('REVOKED');
  world.scheduler.advance(60_000);
  await play(world);
  return world;
}

/** It sleeps before it reads, over the end of its lease and a whole run of somebody else. */
async function readsAfterItsLease(app: AppUnderTest): Promise<World> {
  const world = await scene(app);
  const { instance } = await paused(world, await asked(world, 'U0ADA', 'view 1'), 'getIamPolicy', 65_000);
  world.scheduler.advance(31_000);
  await others(world, 'sweep', (i) => app.sweep(world.workDeps(i)));
  const id = await asked(world, 'U0BOB', 'view 2');
  world.scheduler.advance(40_000);
  // Awake: it reads the policy of now and the grants of now, and sleeps again with a write that fits the etag.
  await play(world, (label, owner) => owner === instance && label.startsWith('setIamPolicy'));
  if (instance.alive) world.scheduler.pause(instance, 65_000);
  await others(world, 'end', (i) => app.endGrant(world.flowDeps(i), id, 'U0BOB'));
  await others(world, 'converge', (i) => app.convergeGrant(world.workDeps(i), id));
  expect((await world.store.get(id))?.state).toBe('REVOKED');
  world.scheduler.advance(70_000);
  await play(world);
  return world;
}

async function mutated(name: string): Promise<AppUnderTest> {
  const mutant = mutants.find((m) => m.name === name);
  if (!mutant) throw new Error(`no mutant "${name}"`);
  return await loadMutant(mutant);
}

describe('an instance paused past its lease', () => {
  test('with a write in hand does not undo a revoke: the write is refused for its etag', async () => {
    const world = await wakesWithAWriteInHand(real);
    expect(lettingIn(world, 'U0ADA')).toEqual([]);
    expect(world.scheduler.history.join('\n')).toContain('409');
  });

  test('… which it would without the fence', async () => {
    const world = await wakesWithAWriteInHand(await mutated('no fence after a run that ended badly'));
    expect(lettingIn(world, 'U0ADA')).toHaveLength(1);
  });

  test('that reads only after its lease does not write at all: its deadline has passed', async () => {
    const world = await readsAfterItsLease(real);
    expect(lettingIn(world, 'U0BOB')).toEqual([]);
    expect(world.iap.conflicts()).toBe(0);
  });

  test('… and would undo a revoke if writes had no deadline below the lease', async () => {
    const app = await loadMutant({
      name: 'no deadline below the lease',
      breaks: ['I7'],
      changes: [
        {
          file: 'src/converge/converge-service.ts',
          from: 'this.startedAt + WRITE_BY_MS',
          to: 'this.deps.clock.now() + WRITE_BY_MS',
        },
      ],
    });
    const world = await readsAfterItsLease(app);
    expect(lettingIn(world, 'U0BOB')).toHaveLength(1);
  });
});
