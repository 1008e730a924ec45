import type { AuditEvent } from '../domain/audit.ts';
import type { Grant } from '../domain/grant.ts';
import type { Message } from '../ports.ts';
import { type Block, mention, message, section, when } from './blocks.ts';
import { reasonOf, serviceName } from './words.ts';

/** Lines of a history; what is between the first and the last ones is left out, and said to be. */
const FIRST_LINES = 6;
const LAST_LINES = 30;
const LINES_IN_BLOCK = 10;
const REASON_MAX = 150;

/** The audit events of each grant of a submission, by grant id. */
export type Histories = ReadonlyMap<string, readonly AuditEvent[]>;

/** What happened to a submission so far: one message in the card's thread that grows. Nothing to tell: `undefined`. */
export function historyMessage(batch: readonly Grant[], histories: Histories): Message | undefined {
  const told = batch.flatMap((grant) =>
    (histories.get(grant.id) ?? []).flatMap((event) => {
      const what = whatHappened(event);
      const which = batch.length > 1 ? `${serviceName(grant)}: ` : '';
      return what ? [{ at: event.at, line: `${when(event.at)} ${which}${what}`, type: event.type }] : [];
    }),
  );
  if (told.every(({ type }) => type === 'requested')) return undefined;
  const lines = told.sort((a, b) => a.at - b.at).map(({ line }) => line);
  const left = lines.length - FIRST_LINES - LAST_LINES;
  const shown =
    left > 0 ? [...lines.slice(0, FIRST_LINES), `… ${left} more …`, ...lines.slice(-LAST_LINES)] : lines;
  const blocks: Block[] = [];
  for (let i = 0; i < shown.length; i += LINES_IN_BLOCK) {
    blocks.push(section(shown.slice(i, i + LINES_IN_BLOCK).join('\n')));
  }
  return message(`What happened so far: ${lines.at(-1) ?? ''}`, blocks);
}

function whatHappened({ type, actor, reason }: AuditEvent): string | undefined {
  const who = actor ? mention(actor.userId) : 'Latchkey';
  const why = reason ? ` (${reasonOf(reason, REASON_MAX)})` : '';
  switch (type) {
    case 'requested':
      return `Asked for by ${who}`;
    case 'approved':
      return actor ? `Approved by ${who}${why}` : 'Approved automatically';
    case 'denied':
      return `Denied by ${who}${why}`;
    case 'explained':
      return `${who} says why${why}`;
    case 'withdrawn':
      return `Withdrawn by ${who}`;
    case 'expired':
      return 'Expired: nobody answered in time';
    case 'nudged':
      return 'Approvers reminded';
    case 'started':
      return 'Its start time has come';
    case 'activated':
      return 'Access given: the binding is in IAP';
    case 'failed':
      return `Access could not be given${why}`;
    case 'reminded':
      return undefined;
    case 'extension-requested':
      return `Extension asked for by ${who}`;
    case 'extension-approved':
      return reason ? `Extended automatically for ${who}` : `Extension approved by ${who}`;
    case 'extension-denied':
      return `Extension denied by ${who}${why}`;
    case 'extension-expired':
      return 'Nobody answered the wish for an extension in time';
    case 'extended':
      return 'The later end is in IAP';
    case 'extension-failed':
      return `The extension could not be applied${why}`;
    case 'revoke-requested':
      return `Ended by ${who}${why}`;
    case 'revoked':
      return actor || !reason ? 'Access removed: the binding is gone from IAP' : `Access removed${why}`;
    case 'ended':
      return 'Its time was up';
    case 'drift':
      return 'The binding was removed outside Latchkey, and put back';
    case 'alarm':
      return `Access could not be removed${why}`;
  }
}
