import type { AuditEvent } from '../domain/audit.ts';
import { concerns } from '../domain/decide.ts';
import type { Grant } from '../domain/grant.ts';
import type { Message } from '../ports.ts';
import { type Block, context, message, section, when } from './blocks.ts';
import { causeOf, failedWords, isToldAsItIs, mayStillBeLetIn, STILL_LET_IN } from './failures.ts';
import { answersInTime, named, reasonOf, serviceName } from './words.ts';

/** Lines of a history; what is between the first and the last ones is left out, and said to be. */
const FIRST_LINES = 6;
const LAST_LINES = 30;
const LINES_IN_BLOCK = 10;
const REASON_MAX = 150;

/** The audit events of each grant of a submission, by grant id. */
export type Histories = ReadonlyMap<string, readonly AuditEvent[]>;

/** The revisions whose events a history shows at the most; all of them where that is not fewer. */
export function revisionsShown({ revision }: Grant): readonly number[] | undefined {
  if (revision <= FIRST_LINES + LAST_LINES) return undefined;
  const first = Array.from({ length: FIRST_LINES }, (_, i) => i + 1);
  return [...first, ...Array.from({ length: LAST_LINES }, (_, i) => revision - LAST_LINES + 1 + i)];
}

/**
 * What happened to a submission so far: one message in the card's thread that grows. Nobody is mentioned: everybody
 * who has to know is told elsewhere. Nothing to tell: `undefined`.
 */
export function historyMessage(batch: readonly Grant[], histories: Histories): Message | undefined {
  const told = batch.flatMap((grant) =>
    (histories.get(grant.id) ?? []).flatMap((event, at, all) => {
      const what = whatHappened(event, grant);
      const which = batch.length > 1 ? `${serviceName(grant)}: ` : '';
      const line = `${when(event.at)} ${which}${what}`;
      return what
        ? [{ at: event.at, line, type: event.type, cause: technicalIn(event, grant, all.slice(at + 1)) }]
        : [];
    }),
  );
  if (told.every(({ type }) => type === 'requested')) return undefined;
  const inOrder = told.sort((a, b) => a.at - b.at);
  const lines = inOrder.map(({ line }) => line);
  const between = batch.filter((grant) => revisionsShown(grant)).map(({ revision }) => revision);
  const unread = between.reduce((sum, revision) => sum + revision - FIRST_LINES - LAST_LINES, 0);
  const left = lines.length + unread - FIRST_LINES - LAST_LINES;
  const shown =
    left > 0 ? [...lines.slice(0, FIRST_LINES), `… ${left} more …`, ...lines.slice(-LAST_LINES)] : lines;
  const blocks: Block[] = [];
  for (let i = 0; i < shown.length; i += LINES_IN_BLOCK) {
    blocks.push(section(shown.slice(i, i + LINES_IN_BLOCK).join('\n')));
  }
  const cause = inOrder.findLast((t) => t.cause !== undefined)?.cause;
  if (cause !== undefined) blocks.push(causeOf({ reason: cause }));
  if (batch.some(mayStillBeLetIn)) blocks.push(context(STILL_LET_IN));
  return message(`What happened so far:\n${shown.join('\n')}`, blocks);
}

/** The exact cause in an event whose line tells it in other words, as long as nothing has resolved it. */
function technicalIn(
  { type, reason }: AuditEvent,
  grant: Grant,
  later: readonly AuditEvent[],
): string | undefined {
  if (type === 'alarm') return later.some((e) => e.type === 'revoked') ? undefined : reason;
  const isSaid = grant.state === 'ACTIVATION_FAILED' && isToldAsItIs(grant.failure, grant);
  return type === 'failed' && !isSaid ? reason : undefined;
}

function whatHappened({ type, actor, reason }: AuditEvent, grant: Grant): string | undefined {
  const who = actor ? named(actor) : 'Latchkey';
  const why = reason ? ` (${reasonOf(reason, REASON_MAX)})` : '';
  switch (type) {
    case 'requested':
      return `Asked for by ${who}`;
    case 'approved':
      return actor ? `Approved by ${who}${why}` : 'Approved automatically';
    case 'denied':
      return `Denied by ${who}${why}`;
    case 'explained':
      return reason ? `Reason from ${who}: ${reasonOf(reason, REASON_MAX)}` : `Reason from ${who}`;
    case 'withdrawn':
      return `Withdrawn by ${who}`;
    case 'expired':
      return `Expired: ${answersInTime(grant.approvals.length, grant.approvalsNeeded)}`;
    case 'nudged':
      return 'Approvers reminded';
    case 'started':
      return 'Its start time has come';
    case 'activated':
      return 'Access given: the binding is in IAP';
    case 'failed':
      return grant.state === 'ACTIVATION_FAILED'
        ? `Access could not be given. ${failedWords(grant.failure, grant)}`
        : 'Access could not be given';
    case 'reminded':
      return undefined;
    case 'extension-requested':
      return `Extension asked for by ${who}`;
    case 'extension-approved':
      return reason ? `Extended automatically for ${who}` : `Extension approved by ${who}`;
    case 'extension-denied':
      return `Extension denied by ${who}${why}`;
    case 'extension-expired':
      return 'The request for an extension expired: not enough approvals in time';
    case 'extended':
      return 'The later end is in IAP';
    case 'extension-failed':
      return `The extension could not be applied${why}`;
    case 'revoke-requested':
      return `${actor && !concerns(grant, actor) ? 'Revoked' : 'Ended'} by ${who}${why}`;
    case 'revoked':
      return actor || !reason ? 'Access removed: the binding is gone from IAP' : `Access removed${why}`;
    case 'ended':
      return 'Its time was up';
    case 'drift':
      return 'The binding was removed or changed outside Latchkey, which puts it back';
    case 'alarm':
      return 'Access could not be removed: somebody has to look';
  }
}
