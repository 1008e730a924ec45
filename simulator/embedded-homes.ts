import type { GrantStore } from '../src/ports.ts';
import type { Transact } from './embedded-tables.ts';

/** The part of the embedded store that remembers who looked at their Home tab lately. */
export function embeddedHomes(transact: Transact): Pick<GrantStore, 'noteHome' | 'homesSince'> {
  return {
    noteHome: ({ userId, email, openedAt }) =>
      transact('noteHome', ({ writes }) => {
        writes.homes.set(userId, { userId, email, openedAt });
      }),
    homesSince: (since, limit) =>
      transact('homesSince', ({ tables, read }) => {
        const found = [...tables.homes.values()].filter(({ openedAt }) => openedAt >= since);
        found.sort((a, b) => b.openedAt - a.openedAt || (a.userId < b.userId ? 1 : -1));
        const first = found.slice(0, limit);
        read(Math.max(1, first.length));
        return first;
      }),
  };
}
