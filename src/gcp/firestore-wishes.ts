import type { GrantStore } from '../ports.ts';
import { decode, encode } from './firestore-codec.ts';
import { buildQuery, type Connection } from './firestore-connection.ts';
import { queries } from './queries.ts';
import { readWish } from './wish-document.ts';

/** The part of the store that keeps wishes until they are carried out, at `wishes/{id}`. */
export function firestoreWishes(
  connection: Connection,
): Pick<GrantStore, 'keepWish' | 'wishesDue' | 'dropWish'> {
  return {
    keepWish: (wish) =>
      connection.run('keepWish', wish.id, async (session) => {
        await session.db.collection('wishes').doc(wish.id).set(encode(wish, session.library.Timestamp));
        session.wrote(1);
      }),
    wishesDue: (now, limit) =>
      connection.run('wishesDue', new Date(now).toISOString(), async (session) => {
        const query = buildQuery(session.db, queries.wishesDue, [session.timestamp(now)], limit);
        const { docs } = await session.query(query);
        return docs.flatMap((doc) => {
          try {
            return [readWish(doc.id, decode(doc.data()))];
          } catch (error) {
            session.damaged(doc.ref.path, error);
            return [];
          }
        });
      }),
    dropWish: (id) =>
      connection.run('dropWish', id, async (session) => {
        await session.db.collection('wishes').doc(id).delete();
        session.wrote(1);
      }),
  };
}
