import type { GrantStore, OpenedHome } from '../ports.ts';
import { decode, encode } from './firestore-codec.ts';
import { buildQuery, type Connection } from './firestore-connection.ts';
import { queries } from './queries.ts';

/** The part of the store that remembers who looked at their Home tab lately, at `homes/{userId}`. */
export function firestoreHomes(connection: Connection): Pick<GrantStore, 'noteHome' | 'homesSince'> {
  return {
    noteHome: ({ userId, email, openedAt }) =>
      connection.run('noteHome', userId, async (session) => {
        const data = encode({ userId, email, openedAt }, session.library.Timestamp);
        await session.db.collection('homes').doc(userId).set(data);
        session.wrote(1);
      }),
    homesSince: (since, limit) =>
      connection.run('homesSince', new Date(since).toISOString(), async (session) => {
        const query = buildQuery(session.db, queries.homesSince, [session.timestamp(since)], limit);
        const { docs } = await session.query(query);
        return docs.map((doc) => decode(doc.data()) as unknown as OpenedHome);
      }),
  };
}
