import { describe, expect, it } from 'vitest';
import type { KeptWish } from '../../src/domain/wish.ts';
import type { MakeStore } from './grant-store.contract.ts';
import { billing, MINUTE, T0 } from './grants.ts';

const kept = (id: string, over: Partial<KeptWish> = {}): KeptWish => ({
  id,
  userId: 'U0GRACE',
  wish: { kind: 'approve', grantId: 'g1', entitlementHint: 'billing' },
  wishedAt: T0,
  dueAt: T0,
  attempts: 0,
  ...over,
});

export function testWishes(makeStore: MakeStore): void {
  describe('kept wishes', () => {
    it('are found when they are due, longest overdue first, until they are dropped', async () => {
      const store = makeStore();
      await store.keepWish(kept('w2', { dueAt: T0 + MINUTE }));
      await store.keepWish(kept('w1'));
      await store.keepWish(kept('w3', { dueAt: T0 + 9 * MINUTE }));
      expect(await store.takeWishes(T0 + MINUTE, 1, MINUTE)).toEqual([
        kept('w1', { attempts: 1, dueAt: T0 + 2 * MINUTE }),
      ]);
      expect(await store.takeWishes(T0 + MINUTE, 9, MINUTE)).toEqual([
        kept('w2', { attempts: 1, dueAt: T0 + 2 * MINUTE }),
      ]);
      expect(await store.takeWishes(T0 + MINUTE, 9, MINUTE)).toEqual([]);
      expect(await store.dropWish('w2')).toBe(false);
      expect(await store.dropWish('none')).toBe(false);
      expect(await store.dropWish('w3')).toBe(true);
      expect(await store.takeWishes(T0 + 9 * MINUTE, 9, MINUTE)).toEqual([
        kept('w1', { attempts: 2, dueAt: T0 + 10 * MINUTE }),
      ]);
    });

    it('are taken by one of several who come at once', async () => {
      const store = makeStore();
      await store.keepWish(kept('w1'));
      const taken = await Promise.all([1, 2, 3].map(() => store.takeWishes(T0, 9, MINUTE)));
      expect(taken.flat()).toHaveLength(1);
    });

    it.each<KeptWish['wish']>([
      {
        kind: 'ask',
        submission: 'view V1',
        services: ['billing'],
        minutes: 60,
        justification: 'INC-1',
        startAt: T0 + MINUTE,
        principalId: 'U0MAX',
      },
      { kind: 'again', grantId: 'g1' },
      { kind: 'again-last', submission: 'command 1' },
      { kind: 'explain', grantId: 'g1', what: 'extension', reason: 'no' },
      { kind: 'revoke', grantId: 'g1', reason: 'over' },
      { kind: 'revoke-all', target: { kind: 'service', service: billing }, reason: 'breach' },
      { kind: 'revoke-all', target: { kind: 'person', principalId: 'U0MAX' }, reason: 'left' },
      { kind: 'freeze', reason: null },
      { kind: 'tell-of-freeze', channel: 'C0ACCESS', reason: 'breach' },
    ])('come back as they were kept: $kind', async (wish) => {
      const store = makeStore();
      await store.keepWish(kept('w1', { wish }));
      expect(await store.takeWishes(T0, 1, 0)).toEqual([kept('w1', { wish, attempts: 1 })]);
    });
  });
}
