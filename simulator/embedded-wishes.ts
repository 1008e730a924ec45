import type { GrantStore } from '../src/ports.ts';
import type { Transact } from './embedded-tables.ts';

/** The part of the embedded store that keeps wishes until they are carried out. */
export function embeddedWishes(transact: Transact): Pick<GrantStore, 'keepWish' | 'takeWishes' | 'dropWish'> {
  return {
    keepWish: (wish) =>
      transact('keepWish', ({ writes }) => {
        writes.wishes.set(wish.id, wish);
      }),
    takeWishes: (now, limit, againMs) =>
      transact('takeWishes', ({ tables, writes, read }) => {
        const due = [...tables.wishes.values()].filter(({ dueAt }) => dueAt <= now);
        due.sort((a, b) => a.dueAt - b.dueAt || (a.id < b.id ? -1 : 1));
        const first = due.slice(0, limit);
        read(Math.max(1, first.length));
        const taken = first.map((w) => ({ ...w, attempts: w.attempts + 1, dueAt: now + againMs }));
        for (const wish of taken) writes.wishes.set(wish.id, wish);
        return taken;
      }),
    dropWish: (id) =>
      transact('dropWish', ({ tables, writes, read }) => {
        read(1);
        const kept = tables.wishes.get(id);
        if (kept) writes.wishes.set(id, null);
        return kept?.attempts === 0;
      }),
  };
}
