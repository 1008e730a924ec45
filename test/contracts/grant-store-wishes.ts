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
      expect(await store.wishesDue(T0 + MINUTE, 9)).toEqual([kept('w1'), kept('w2', { dueAt: T0 + MINUTE })]);
      expect(await store.wishesDue(T0 + MINUTE, 1)).toEqual([kept('w1')]);
      await store.keepWish(kept('w1', { attempts: 1, dueAt: T0 + 2 * MINUTE }));
      await store.dropWish('w2');
      await store.dropWish('none');
      expect(await store.wishesDue(T0 + MINUTE, 9)).toEqual([]);
      expect(await store.wishesDue(T0 + 2 * MINUTE, 9)).toEqual([
        kept('w1', { attempts: 1, dueAt: T0 + 2 * MINUTE }),
      ]);
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
      expect(await store.wishesDue(T0, 1)).toEqual([kept('w1', { wish })]);
    });
  });
}
