import { describe, expect, test } from 'vitest';
import * as real from './app.ts';
import { alone, asked, begin, lettingIn, mutated, play, scene, stateOf, steps } from './directed.ts';
import { loadMutant } from './mutate.ts';
import type { Instance } from './scheduler.ts';
import type { AppUnderTest, World } from './world.ts';

// An instance that loses the CPU for longer than its lease, and wakes with an old policy in hand. The deadline of
// writes lies below the lease, so one that wakes late does not write; a write that was already under way when the
// lease ran out is refused, since whoever takes such a lease over changes the etag before anything else.

/** Runs a converger up to where it would call IAP, and takes the CPU away. */
async function paused(world: World, id: string, before: string, ms: number): Promise<Instance> {
  const { scheduler, app } = world;
  const instance = begin(world, 'zombie', (i) => app.convergeGrant(world.workDeps(i), id));
  await play(world, (label, owner) => owner === instance && label.startsWith(before));
  scheduler.pause(instance, ms);
  return instance;
}

/** The plan was made, the write is about to go: then the lease runs out, and the access is ended by others. */
async function wakesWithAWriteInHand(app: AppUnderTest): Promise<World> {
  const world = await scene(app);
  const id = await asked(world, 'U0ADA', 'view 1');
  await paused(world, id, 'setIamPolicy', 65_000);
  await endedByOthers(world, id);
  world.scheduler.advance(60_000);
  await play(world);
  return world;
}

/** The requester ends access while a zombie holds the lease; when that is over, the sweep does it. */
async function endedByOthers(world: World, id: string): Promise<void> {
  await alone(world, 'end', (i) => world.app.endGrant(world.flowDeps(i), id, 'U0ADA'));
  world.scheduler.advance(31_000);
  await alone(world, 'sweep', (i) => world.app.sweep(world.workDeps(i)));
  expect(await stateOf(world, id)).toBe('REVOKED');
}

/** It sleeps before it reads, over the end of its lease and a whole run of somebody else. */
async function readsAfterItsLease(app: AppUnderTest): Promise<World> {
  const world = await scene(app);
  const instance = await paused(world, await asked(world, 'U0ADA', 'view 1'), 'getIamPolicy', 65_000);
  world.scheduler.advance(31_000);
  await alone(world, 'sweep', (i) => app.sweep(world.workDeps(i)));
  const id = await asked(world, 'U0BOB', 'view 2');
  world.scheduler.advance(40_000);
  // Awake: it reads the policy of now and the grants of now, and sleeps again with a write that fits the etag.
  await play(world, (label, owner) => owner === instance && label.startsWith('setIamPolicy'));
  if (instance.alive) world.scheduler.pause(instance, 65_000);
  await alone(world, 'end', (i) => app.endGrant(world.flowDeps(i), id, 'U0BOB'));
  await alone(world, 'converge', (i) => app.convergeGrant(world.workDeps(i), id));
  expect(await stateOf(world, id)).toBe('REVOKED');
  world.scheduler.advance(70_000);
  await play(world);
  return world;
}

/** What somebody who was revoked has after a zombie that slept after so many calls; `undefined`: it makes fewer. */
async function sleepsAfter(app: AppUnderTest, calls: number): Promise<World | undefined> {
  const world = await scene(app);
  const id = await asked(world, 'U0ADA', 'view 1');
  const zombie = begin(world, 'zombie', (i) => app.convergeGrant(world.workDeps(i), id));
  if (!(await steps(world, zombie, calls))) return undefined;
  world.scheduler.pause(zombie, 65_000);
  await endedByOthers(world, id);
  world.scheduler.advance(60_000);
  await play(world);
  expect(zombie.alive).toBe(false);
  expect(await stateOf(world, id)).toBe('REVOKED');
  return world;
}

/** The numbers of calls after which a pause undoes the revoke, and how many there were to try. */
async function everyPause(app: AppUnderTest): Promise<{ undone: number[]; tried: number }> {
  const undone: number[] = [];
  for (let calls = 0; ; calls += 1) {
    const world = await sleepsAfter(app, calls);
    if (!world) return { undone, tried: calls };
    if (lettingIn(world, 'U0ADA').length > 0) undone.push(calls);
  }
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
          file: 'src/converge/fenced-policy.ts',
          from: 'policy, this.writeBy);',
          to: 'policy, Number.POSITIVE_INFINITY);',
        },
        // Whoever wakes so late does not ask Slack any more either, and so lets in nobody new.
        {
          file: 'src/converge/converge-service.ts',
          from: 'startedAt + ASK_BY_MS',
          to: 'startedAt + ASK_BY_MS * 1_000',
        },
      ],
    });
    const world = await readsAfterItsLease(app);
    expect(lettingIn(world, 'U0BOB')).toHaveLength(1);
  });

  test('before or after any of its calls undoes no revoke', async () => {
    const { undone, tried } = await everyPause(real);
    expect(undone).toEqual([]);
    // From the first look at the grant over lease, policy, write and settlement to the last message.
    expect(tried).toBeGreaterThan(25);
  });

  test('… while some of them would without the fence', async () => {
    const { undone } = await everyPause(await mutated('no fence after a run that ended badly'));
    expect(undone.length).toBeGreaterThan(0);
  });
});
