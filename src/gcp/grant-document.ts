import type { DocumentSnapshot } from '@google-cloud/firestore';
import type { Grant } from '../domain/grant.ts';
import { decodeGrant } from './firestore-codec.ts';
import type { Session } from './firestore-connection.ts';

/** A damaged document is told of and left out: it grants nothing, and stands in nobody's way. */
export function readable(session: Session, snapshot: DocumentSnapshot): Grant[] {
  try {
    return [grantIn(snapshot)];
  } catch (error) {
    session.damaged(snapshot.ref.path, error);
    return [];
  }
}

/** The grant in a document; throws `invalid` where it is damaged. */
export function grantIn(snapshot: DocumentSnapshot): Grant {
  return decodeGrant(snapshot.id, snapshot.data() ?? {});
}
