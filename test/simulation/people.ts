import type { SlackProfile } from '../../src/domain/person.ts';
import { EVERYBODY, emailOf, newEmailOf, profileOf } from './scene.ts';

/** Who people are according to Slack, and since when. */
export interface People {
  profile(userId: string): SlackProfile | undefined;
  userByEmail(email: string): string | undefined;
  /** Somebody leaves, comes back, or has another address from now on. */
  change(userId: string, what: 'leaves' | 'comes back' | 'has another address', now: number): void;
  /** Since when Slack vouches for this address no more; `undefined` where it does. */
  refusedSince(userId: string, email: string): number | undefined;
}

export function createPeople(): People {
  const changed = new Map<string, { readonly profile: SlackProfile; readonly at: number }>();
  const profile = (userId: string) => changed.get(userId)?.profile ?? profileOf(userId);
  return {
    profile,
    userByEmail: (email) => EVERYBODY.find((id) => profile(id)?.email === email),
    change(userId, what, at) {
      const before = profile(userId);
      if (!before) return;
      const email = what === 'has another address' ? newEmailOf(userId) : emailOf(userId);
      changed.set(userId, { profile: { ...before, email, deleted: what === 'leaves' }, at });
    },
    refusedSince(userId, email) {
      const now = profile(userId);
      if (now && !now.deleted && now.email === email) return undefined;
      return changed.get(userId)?.at ?? 0;
    },
  };
}
