import type { GrantStore } from '../ports.ts';
import { decode, encode } from './firestore-codec.ts';
import { buildQuery, type Connection } from './firestore-connection.ts';
import { queries } from './queries.ts';
import { readWish } from './wish-document.ts';

/** The part of the store that keeps wishes until they are carried out, at `wishes/{id}`. */
export function firestoreWishes(
  connection: Connection,
): Pick<GrantStore, 'keepWish' | 'takeWishes' | 'dropWish'> {
  return {
    keepWish: (wish) =>
      connection.run('keepWish', wish.id, async (session) => {
        await session.db.collection('wishes').doc(wish.id).set(encode(wish, session.library.Timestamp));
        session.wrote(1);
      }),
    takeWishes: (now, limit, againMs) =>
      connection.run('takeWishes', new Date(now).toISOString(), (session) =>
        session.transact(async (tx) => {
          const query = buildQuery(session.db, queries.wishesDue, [session.timestamp(now)], limit);
          const { docs } = await tx.query(query);
          return docs.flatMap((doc) => {
            try {
              const wish = readWish(doc.id, decode(doc.data()));
              const taken = { ...wish, attempts: wish.attempts + 1, dueAt: now + againMs };
              tx.set(doc.ref, encode(taken, session.library.Timestamp));
              return [taken];
            } catch (error) {
              // It stays damaged however often it is read, and must not hold the place of others.
              session.damaged(doc.ref.path, error);
              tx.delete(doc.ref);
              return [];
            }
          });
        }),
      ),
    dropWish: (id) =>
      connection.run('dropWish', id, (session) =>
        session.transact(async (tx) => {
          const ref = session.db.collection('wishes').doc(id);
          const kept = await tx.get(ref);
          if (kept.exists) tx.delete(ref);
          return kept.get('attempts') === 0;
        }),
      ),
  };
}
