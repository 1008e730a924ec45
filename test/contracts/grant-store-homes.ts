import { describe, expect, it } from 'vitest';
import type { MakeStore } from './grant-store.contract.ts';
import { HOUR, T0 } from './grants.ts';

export function testHomes(makeStore: MakeStore): void {
  describe('homes', () => {
    const home = (userId: string, openedAt: number) => ({
      userId,
      email: `${userId.toLowerCase()}@acme.example`,
      openedAt,
    });

    it('are found by when they were last opened, latest first, and no more than was asked for', async () => {
      const store = makeStore();
      for (const [user, at] of [
        ['U1', T0],
        ['U2', T0 + HOUR],
        ['U3', T0 + 2 * HOUR],
        ['U1', T0 + 3 * HOUR],
      ] as const) {
        await store.noteHome(home(user, at));
      }
      const found = [home('U1', T0 + 3 * HOUR), home('U3', T0 + 2 * HOUR)];
      expect(await store.homesSince(T0 + HOUR + 1, 10)).toEqual(found);
      expect(await store.homesSince(T0, 1)).toEqual(found.slice(0, 1));
      expect(await store.homesSince(T0 + 4 * HOUR, 10)).toEqual([]);
    });
  });
}
