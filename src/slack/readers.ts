import type { MessageSlot } from '../domain/announcements.ts';
import type { ClosedExtension, Grant } from '../domain/grant.ts';
import type { GrantState } from '../domain/grant-state.ts';

// Who is told of a grant in direct messages, and which of their messages tells where it stands: one alone, or two
// would say the same side by side.

/** Somebody who is told of a grant, and the slots of their messages. */
export interface Reader {
  readonly userId: string;
  /** Asked for it, is to have it, or both. */
  readonly is: 'both' | 'requester' | 'principal';
  readonly asked: MessageSlot & ('request' | 'principal');
  readonly access: MessageSlot & ('access' | 'granted');
  readonly outcome: MessageSlot & ('outcome' | 'principalOutcome');
}

/** The requester, and the colleague they asked for. */
export function readersOf({ requester, principal }: Grant): Reader[] {
  const asker = { userId: requester.userId, asked: 'request', outcome: 'outcome' } as const;
  if (principal.userId === requester.userId) return [{ ...asker, is: 'both', access: 'access' }];
  return [
    { ...asker, is: 'requester', access: 'granted' },
    {
      userId: principal.userId,
      is: 'principal',
      asked: 'principal',
      access: 'access',
      outcome: 'principalOutcome',
    },
  ];
}

/** What somebody has to be told by a new message, since edited ones notify nobody; `REVOKED` from `REVOKING` on. */
export type News = GrantState &
  ('DENIED' | 'WITHDRAWN' | 'EXPIRED' | 'SCHEDULED' | 'ACTIVATION_FAILED' | 'REVOKED');

/** What a grant's state has to tell a reader anew; nothing where they brought it about themselves. */
export function newsFor(grant: Grant, { userId }: Reader): News | undefined {
  switch (grant.state) {
    case 'DENIED':
    case 'EXPIRED':
    case 'SCHEDULED':
    case 'ACTIVATION_FAILED':
      return grant.state;
    case 'WITHDRAWN':
      return grant.closedBy.userId === userId ? undefined : grant.state;
    case 'ACTIVATING':
      return beforeItsStart(grant);
    case 'REVOKING':
    case 'REVOKED':
      return grant.revocation.by?.userId === userId ? beforeItsStart(grant) : 'REVOKED';
    case 'APPROVAL_AWAITED':
    case 'ACTIVE':
    case 'ENDED':
      return undefined;
  }
}

/** The message that told of a later start goes on telling until there is one of the access itself. */
function beforeItsStart(grant: Grant): News | undefined {
  return 'term' in grant && grant.term.startsAt !== undefined && !wasActive(grant) ? 'SCHEDULED' : undefined;
}

/** What came to all of a submission at once is told once for all of it, by its first grant. */
export function isShared(news: News): boolean {
  return news !== 'ACTIVATION_FAILED' && news !== 'REVOKED';
}

export function wasActive(grant: Grant): boolean {
  return 'activatedAt' in grant && grant.activatedAt !== undefined;
}

/** What became of an extension, where the reader has to be told: whose end it is, and who asked for it. */
export function extensionNewsFor(grant: Grant, { userId }: Reader): ClosedExtension | undefined {
  const closed = grant.state === 'ACTIVE' ? grant.lastExtension : undefined;
  if (!closed) return undefined;
  const asker = (closed.by ?? grant.principal).userId;
  // Granted at the click, before the eyes of whoever clicked.
  if (closed.outcome === 'approved' && closed.approvals.length === 0 && asker === userId) return undefined;
  return userId === grant.principal.userId || userId === asker ? closed : undefined;
}

/** The slot of the one message that tells a reader where a grant stands. */
export function tellerOf(grant: Grant, lead: Grant, reader: Reader): MessageSlot {
  const news = newsFor(grant, reader);
  if (news && isTold(grant, lead, reader, news)) return reader.outcome;
  // Of the first grant, what is not there yet tells nothing; of the others it is posted about now.
  const isPosted = grant.id !== lead.id || grant.announcements.refs[reader.access] !== undefined;
  return wasActive(grant) && isPosted ? reader.access : reader.asked;
}

function isTold(grant: Grant, lead: Grant, reader: Reader, news: News): boolean {
  const teller = isShared(news) ? lead : grant;
  if (newsFor(teller, reader) !== news || (isShared(news) && teller.state !== grant.state)) return false;
  return grant.id !== lead.id || teller.announcements.refs[reader.outcome]?.occasion === news;
}
