import { describe, expect, test } from 'vitest';
import * as app from './app.ts';
import { alone, askedFor, lettingIn, scene, stateOf } from './directed.ts';
import { SOLO } from './scene.ts';
import type { World } from './world.ts';

// Documents that nobody approved, in the places where the policy shows already what they ask for.

const DAY_MS = 24 * 60 * 60_000;

/** Somebody has true access, approved and read back. */
async function withAccess(): Promise<{ world: World; id: string }> {
  const world = await scene(app);
  const id = await askedFor(world, 'U0ADA', 'view 1', SOLO);
  await converge(world, id);
  expect(await stateOf(world, id)).toBe('ACTIVE');
  return { world, id };
}

async function converge(world: World, id: string): Promise<void> {
  await alone(world, 'converge', (i) => app.convergeGrant(world.workDeps(i), id));
}

describe('a forged document', () => {
  test('does not move an end that somebody moved in the policy as well', async () => {
    const { world, id } = await withAccess();
    const [before] = lettingIn(world, 'U0ADA', SOLO);
    world.iap.edit(SOLO, 'one of ours is prolonged', (bindings) =>
      bindings.map(({ condition, ...b }) => ({
        ...b,
        ...(condition
          ? { condition: { ...condition, expression: condition.expression.replace('2026-', '2031-') } }
          : {}),
      })),
    );
    await world.store.update(id, (g) =>
      g.state === 'ACTIVE'
        ? { keep: { ...g, term: { ...g.term, endsAt: g.term.endsAt + DAY_MS } }, result: undefined }
        : { result: undefined },
    );
    await converge(world, id);
    const ends = lettingIn(world, 'U0ADA', SOLO).map(({ endsAt }) => endsAt);
    expect(Math.max(0, ...ends)).toBeLessThanOrEqual(before?.endsAt ?? 0);
  });
});
