import { describe, expect, test } from 'vitest';
import * as app from './app.ts';
import { crowdOf } from './crowd.ts';
import { alone, asked, lettingIn, scene, stateOf } from './directed.ts';
import { isOurs } from './policy.ts';
import { AUTO } from './scene.ts';
import type { World } from './world.ts';

// A policy that others have filled: who is in stays in, who does not fit is told so, the others go through.

/** Somebody else fills the policy, so that so many more conditional bindings fit; the bindings of others. */
function fill(world: World, spare: number): string {
  world.iap.edit(AUTO, 'the policy is filled', (b) => [...b, ...crowdOf(b, 'conditional', '', spare)]);
  return foreignOf(world);
}

function foreignOf(world: World): string {
  return JSON.stringify(world.iap.current(AUTO)?.bindings.filter((b) => !isOurs(b)));
}

async function converge(world: World, id: string): Promise<void> {
  await alone(world, 'converge', (i) => app.convergeGrant(world.workDeps(i), id));
}

describe('a policy that others filled', () => {
  test('takes as many as fit; the next is told why, and the one after there is room again goes through', async () => {
    const world = await scene(app);
    const foreign = fill(world, 1);
    const ada = await asked(world, 'U0ADA', 'view 1');
    await converge(world, ada);
    world.scheduler.advance(5 * 60_000);
    const bob = await asked(world, 'U0BOB', 'view 2');
    await converge(world, bob);
    expect([await stateOf(world, ada), await stateOf(world, bob)]).toEqual(['ACTIVE', 'ACTIVATION_FAILED']);
    expect(await world.store.get(bob)).toMatchObject({
      failure: { code: 'limit', reason: expect.stringContaining('100 conditional bindings') },
    });
    expect(foreignOf(world)).toBe(foreign);

    world.iap.edit(AUTO, 'room is made', (bindings) => bindings.slice(1));
    const again = await asked(world, 'U0BOB', 'view 3');
    await converge(world, again);
    expect(await stateOf(world, again)).toBe('ACTIVE');
    expect(lettingIn(world, 'U0ADA')).toHaveLength(1);
  });

  test('costs nobody the access they have, even past a limit that IAM only advises', async () => {
    const world = await scene(app);
    const id = await asked(world, 'U0ADA', 'view 1');
    await converge(world, id);
    fill(world, -1);
    world.scheduler.advance(11 * 60_000);
    await alone(world, 'sweep', (i) => app.sweep(world.workDeps(i)));
    expect(await stateOf(world, id)).toBe('ACTIVE');
    expect(lettingIn(world, 'U0ADA')).toHaveLength(1);
  });
});
