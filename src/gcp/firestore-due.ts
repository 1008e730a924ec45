import type { QueryDocumentSnapshot } from '@google-cloud/firestore';
import type { Grant } from '../domain/grant.ts';
import { buildQuery, type Session } from './firestore-connection.ts';
import { readable } from './grant-document.ts';
import { queries } from './queries.ts';

/** When a sweep looks again at a document that it could not read: a repair, or a newer release, may have come. */
const DAMAGED_AGAIN_MS = 15 * 60_000;
/** Pages that one listing of what is due reads to make up for damaged documents. */
const MOST_PAGES_OF_DUE = 3;
/** Damaged documents of one page that are put off; more than these wait for the next sweep. */
const MOST_PUT_OFF = 100;

/** Grants that are due, longest overdue first; damaged documents among them are put off. */
export async function due(session: Session, now: number, limit: number): Promise<Grant[]> {
  const found: Grant[] = [];
  let last: QueryDocumentSnapshot | undefined;
  for (let page = 0; page < MOST_PAGES_OF_DUE && found.length < limit; page += 1) {
    const wanted = limit - found.length;
    const first = buildQuery(session.db, queries.due, [session.timestamp(now)], wanted);
    const { docs } = await session.query(last ? first.startAfter(last) : first);
    const read = docs.map((doc) => ({ doc, grants: readable(session, doc) }));
    found.push(...read.flatMap(({ grants }) => grants));
    const damaged = read.filter(({ grants }) => grants.length === 0).map(({ doc }) => doc);
    await putOff(session, damaged, now + DAMAGED_AGAIN_MS);
    last = docs.at(-1);
    if (damaged.length === 0 || docs.length < wanted) break;
  }
  return found;
}

/** Only the very version that could not be read: whoever repairs a document says themselves when it is due. */
async function putOff(
  session: Session,
  damaged: readonly QueryDocumentSnapshot[],
  until: number,
): Promise<void> {
  const put = damaged
    .slice(0, MOST_PUT_OFF)
    .map((doc) => doc.ref.update({ dueAt: session.timestamp(until) }, { lastUpdateTime: doc.updateTime }));
  const done = await Promise.allSettled(put);
  session.wrote(done.filter(({ status }) => status === 'fulfilled').length);
}
