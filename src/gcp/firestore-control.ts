import type { DocumentReference, DocumentSnapshot, Firestore } from '@google-cloud/firestore';
import type { Control, GrantStore } from '../ports.ts';
import { decode, encode } from './firestore-codec.ts';
import type { Connection } from './firestore-connection.ts';

/** The part of the store that holds the small facts of the whole installation, at `control/state`. */
export function firestoreControl(
  connection: Connection,
): Pick<GrantStore, 'control' | 'putControl' | 'updateControl'> {
  return {
    control: () =>
      connection.run('control', 'the installation', async (session) => {
        return controlIn(await session.get(controlDoc(session.db)));
      }),
    putControl: async (change) => {
      const names = Object.keys(change);
      if (names.length === 0) return;
      await connection.run('putControl', names.join(', '), async (session) => {
        // mergeFields, not merge: each field is replaced wholly, maps are not mixed with what they were.
        const data = encode(change, session.library.Timestamp);
        await controlDoc(session.db).set(data, { mergeFields: names });
        session.wrote(1);
      });
    },
    updateControl: (change) =>
      connection.run('updateControl', 'the installation', (session) =>
        session.transact(async (tx) => {
          const { put, result } = change(controlIn(await tx.get(controlDoc(session.db))));
          if (put) tx.setFields(controlDoc(session.db), encode(put, session.library.Timestamp));
          return result;
        }),
      ),
  };
}

export function controlIn(snapshot: DocumentSnapshot | undefined): Control {
  return decode(snapshot?.data() ?? {}) as Control;
}

export function controlDoc(db: Firestore): DocumentReference {
  return db.collection('control').doc('state');
}
