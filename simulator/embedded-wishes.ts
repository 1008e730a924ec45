import type { GrantStore } from '../src/ports.ts';
import type { Transact } from './embedded-tables.ts';

/** The part of the embedded store that keeps wishes until they are carried out. */
export function embeddedWishes(transact: Transact): Pick<GrantStore, 'keepWish' | 'wishesDue' | 'dropWish'> {
  return {
    keepWish: (wish) =>
      transact('keepWish', ({ writes }) => {
        writes.wishes.set(wish.id, wish);
      }),
    wishesDue: (now, limit) =>
      transact('wishesDue', ({ tables, read }) => {
        const due = [...tables.wishes.values()].filter(({ dueAt }) => dueAt <= now);
        due.sort((a, b) => a.dueAt - b.dueAt || (a.id < b.id ? -1 : 1));
        const first = due.slice(0, limit);
        read(Math.max(1, first.length));
        return first;
      }),
    dropWish: (id) =>
      transact('dropWish', ({ writes }) => {
        writes.wishes.set(id, null);
      }),
  };
}
