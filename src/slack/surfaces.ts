import { type Grant, type MessageSlot, UNDELIVERABLE } from '../domain/grant.ts';
import type { Message } from '../ports.ts';
import { card } from './card.ts';
import {
  accessMessage,
  extensionOutcomeMessage,
  outcomeMessage,
  pastMessage,
  principalMessage,
  reminderMessage,
  requestMessage,
} from './direct.ts';
import { extensionMessage } from './extension.ts';
import { type Histories, historyMessage } from './history.ts';
import { alarmMessage, nudgeMessage } from './notices.ts';

/** A message that a grant has at present: a pure function of the grant. */
export interface Surface {
  readonly slot: MessageSlot;
  /** A channel, or a person's user id for their direct messages. */
  readonly channel: string;
  /** Posted as a reply under the message in this slot. */
  readonly threadOf?: MessageSlot;
  readonly message: Message;
  /** Which of several occasions this is; a new one is a new message, since edited ones notify nobody. */
  readonly occasion?: string;
  /** What the message of the occasion before says from then on. */
  readonly past?: Message;
}

/**
 * Every message that a grant has, given all grants of its submission. The first grant of a submission carries the
 * card and the request for all; the history is told where its events are known.
 */
export function surfaces(grant: Grant, batch: readonly Grant[], histories: Histories = new Map()): Surface[] {
  const { requester, principal } = grant;
  const refs = grant.announcements.refs;
  const isLead = grant.batch[0] === grant.id;
  const isColleague = principal.userId !== requester.userId;
  const list: Surface[] = [];
  if (isLead) {
    list.push({ slot: 'card', channel: grant.channel, message: card(batch) });
    list.push({ slot: 'request', channel: requester.userId, message: requestMessage(batch) });
    if (isColleague) {
      list.push({ slot: 'principal', channel: principal.userId, message: principalMessage(batch) });
    }
  }
  list.push(...accessSurfaces(grant));
  list.push(...outcomeSurfaces(grant, batch, isLead));
  const extension = 'extension' in grant ? grant.extension : undefined;
  if (extension || refs.extension) {
    list.push({
      slot: 'extension',
      channel: grant.channel,
      message: extensionMessage(grant),
      ...(extension ? { occasion: String(extension.requestedAt), past: pastMessage(grant) } : {}),
    });
  }
  const posted = refs.card !== undefined && refs.card.digest !== UNDELIVERABLE;
  const history = isLead && posted ? historyMessage(batch, histories) : undefined;
  if (history) list.push({ slot: 'history', channel: grant.channel, threadOf: 'card', message: history });
  if (grant.nudgedAt !== undefined && isLead) {
    list.push({ slot: 'nudge', channel: grant.channel, threadOf: 'card', message: nudgeMessage(batch) });
  }
  if ('alarmedAt' in grant && grant.alarmedAt !== undefined) {
    list.push({ slot: 'alarm', channel: grant.channel, threadOf: 'card', message: alarmMessage(grant) });
  }
  return list;
}

/** What whoever has the access reads of it. */
function accessSurfaces(grant: Grant): Surface[] {
  const { requester, principal } = grant;
  const list: Surface[] = [];
  if ('activatedAt' in grant && grant.activatedAt !== undefined) {
    // Whoever loses access through somebody else is told by a new message; the requester is told of the outcome.
    const told = principal.userId !== requester.userId && isTakenFrom(grant, principal.userId);
    list.push({
      slot: 'access',
      channel: principal.userId,
      message: accessMessage(grant),
      ...(told ? { occasion: 'taken', past: pastMessage(grant) } : {}),
    });
  }
  const reminded = grant.state === 'ACTIVE' ? grant.remindedAt : undefined;
  if (reminded !== undefined || grant.announcements.refs.reminder) {
    list.push({
      slot: 'reminder',
      channel: principal.userId,
      message: reminderMessage(grant),
      ...(reminded === undefined ? {} : { occasion: String(reminded), past: pastMessage(grant) }),
    });
  }
  return list;
}

/** What came of it, told by a new message where no other one tells. */
function outcomeSurfaces(grant: Grant, batch: readonly Grant[], isLead: boolean): Surface[] {
  const { requester, principal, lastExtension: closed } = grant;
  const decided = closed && (closed.outcome !== 'approved' || closed.approvals.length > 0);
  if (grant.state === 'ACTIVE' && decided) {
    return [
      {
        slot: 'outcome',
        channel: principal.userId,
        message: extensionOutcomeMessage(grant, closed),
        occasion: `extension ${closed.requestedAt} ${closed.outcome}`,
        past: pastMessage(grant),
      },
    ];
  }
  if (needsOutcome(grant, isLead)) {
    const together = isLead ? batch : [grant];
    return [
      {
        slot: 'outcome',
        channel: requester.userId,
        message: outcomeMessage(
          isAlone(grant) ? [grant] : [grant, ...together.filter((g) => g.id !== grant.id)],
        ),
        occasion: grant.state,
        past: pastMessage(grant),
      },
    ];
  }
  if (!grant.announcements.refs.outcome) return [];
  return [{ slot: 'outcome', channel: requester.userId, message: pastMessage(grant) }];
}

/** Whether the requester must be told by a new message: edited ones notify nobody. */
function needsOutcome(grant: Grant, isLead: boolean): boolean {
  switch (grant.state) {
    case 'DENIED':
    case 'EXPIRED':
    case 'SCHEDULED':
      return isLead;
    case 'ACTIVATION_FAILED':
      return true;
    case 'REVOKED':
      return isTakenFrom(grant, grant.requester.userId);
    default:
      return false;
  }
}

/** Whether this came to the grant alone, and not to all that was asked for at once. */
function isAlone(grant: Grant): boolean {
  return grant.state === 'ACTIVATION_FAILED' || grant.state === 'REVOKED';
}

function isTakenFrom(grant: Grant, userId: string): boolean {
  return grant.state === 'REVOKED' && grant.revocation.by?.userId !== userId;
}
