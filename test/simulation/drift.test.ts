import { describe, expect, test } from 'vitest';
import * as app from './app.ts';
import { alone, asked, begin, lettingIn, play, scene, stateOf } from './directed.ts';
import { AUTO } from './scene.ts';
import type { Instance } from './scheduler.ts';
import type { World } from './world.ts';

// A binding of ours that somebody else took away is put back, and the grant's history says so, once.

/** Somebody has access, their binding is wiped, and a verification has put it back and not settled that yet. */
async function repaired(): Promise<{ world: World; id: string; verifier: Instance }> {
  const world = await scene(app);
  const id = await asked(world, 'U0ADA', 'view 1');
  await alone(world, 'converge', (i) => app.convergeGrant(world.workDeps(i), id));
  expect(await stateOf(world, id)).toBe('ACTIVE');
  world.iap.edit(AUTO, 'all of ours are wiped', () => []);
  world.scheduler.advance(11 * 60_000);
  const verifier = begin(world, 'sweep', (i) => app.sweep(world.workDeps(i)));
  const isBack = () => lettingIn(world, 'U0ADA').length > 0;
  await play(world, (label, owner) => owner === verifier && label === 'settle' && isBack());
  expect(lettingIn(world, 'U0ADA')).toHaveLength(1);
  return { world, id, verifier };
}

async function driftsOf(world: World, id: string): Promise<number> {
  return (await world.store.events(id)).filter((e) => e.type === 'drift').length;
}

describe('drift', () => {
  test('is put back and told once', async () => {
    const { world, id } = await repaired();
    await play(world);
    expect(await driftsOf(world, id)).toBe(1);
    world.scheduler.advance(11 * 60_000);
    await alone(world, 'sweep', (i) => app.sweep(world.workDeps(i)));
    expect(await driftsOf(world, id)).toBe(1);
  });

  test('is told once, though another grant comes before it is settled', async () => {
    const { world, id } = await repaired();
    const other = await asked(world, 'U0BOB', 'view 2');
    await play(world);
    expect(await stateOf(world, other)).toBe('ACTIVE');
    expect(await driftsOf(world, id)).toBe(1);
  });

  test('is told, though the run that put the binding back died before it said so', async () => {
    const { world, id, verifier } = await repaired();
    world.scheduler.crash(verifier);
    for (let sweeps = 0; sweeps < 2; sweeps += 1) {
      world.scheduler.advance(11 * 60_000);
      await alone(world, 'sweep', (i) => app.sweep(world.workDeps(i)));
    }
    expect(await driftsOf(world, id)).toBe(1);
  });
});
