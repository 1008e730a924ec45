import { type MessageSlot, UNDELIVERABLE } from '../domain/announcements.ts';
import type { Grant } from '../domain/grant.ts';
import type { Message } from '../ports.ts';
import { card } from './card.ts';
import {
  accessMessage,
  askedMessage,
  extensionOccasion,
  extensionOutcomeMessage,
  outcomeMessage,
  pastOutcomeMessage,
  pastReminderMessage,
  reminderMessage,
} from './direct.ts';
import { extensionMessage, pastExtensionMessage } from './extension.ts';
import { type Histories, historyMessage } from './history.ts';
import { alarmMessage, nudgeMessage } from './notices.ts';
import {
  extensionNewsFor,
  isShared,
  newsFor,
  type Reader,
  readersOf,
  tellerOf,
  wasActive,
} from './readers.ts';

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
  /** What the message of the occasion before says from then on: nobody renders it again. */
  readonly past?: Message;
}

/**
 * Every message that a grant has, given all grants of its submission. The first grant of a submission carries the
 * card and the request for all; the history is told where its events are known.
 */
export function surfaces(grant: Grant, batch: readonly Grant[], histories: Histories = new Map()): Surface[] {
  const isLead = grant.batch[0] === grant.id;
  const list: Surface[] = [];
  if (isLead) list.push({ slot: 'card', channel: grant.channel, message: card(batch) });
  const { refs } = grant.announcements;
  const extension = 'extension' in grant ? grant.extension : undefined;
  if (extension || refs.extension) {
    list.push({
      slot: 'extension',
      channel: grant.channel,
      message: extensionMessage(grant),
      ...(extension ? { occasion: String(extension.requestedAt), past: pastExtensionMessage(grant) } : {}),
    });
  }
  // After what is in the channel: whether that could be posted is for them to say.
  for (const reader of readersOf(grant)) list.push(...directSurfaces(grant, batch, reader, isLead));
  const posted = refs.card !== undefined && refs.card.digest !== UNDELIVERABLE;
  const history = isLead && posted ? historyMessage(batch, histories) : undefined;
  if (history) list.push({ slot: 'history', channel: grant.channel, threadOf: 'card', message: history });
  if (grant.nudgedAt !== undefined && isLead) {
    list.push({ slot: 'nudge', channel: grant.channel, threadOf: 'card', message: nudgeMessage(batch) });
  }
  if ('alarmedAt' in grant && grant.alarmedAt !== undefined) {
    list.push({ slot: 'alarm', channel: grant.channel, message: alarmMessage(grant) });
  }
  return list;
}

/** Direct messages to one reader; what was asked for comes last, since it leaves to the others what they tell. */
function directSurfaces(grant: Grant, batch: readonly Grant[], reader: Reader, isLead: boolean): Surface[] {
  const { refs } = grant.announcements;
  const { userId: channel } = reader;
  const list: Surface[] = [];
  const outcome = outcomeSurface(grant, batch, reader, isLead);
  if (outcome) list.push(outcome);
  // Whoever was not told of the access in time is told that it was taken, and no more.
  const isNews = newsFor(grant, reader) === undefined || refs[reader.access] !== undefined;
  if (wasActive(grant) && isNews) {
    list.push({ slot: reader.access, channel, message: accessMessage(grant, reader) });
  }
  if (reader.is !== 'requester') {
    const reminded = grant.state === 'ACTIVE' ? grant.remindedAt : undefined;
    if (reminded !== undefined || refs.reminder) {
      list.push({
        slot: 'reminder',
        channel,
        message: reminderMessage(grant),
        ...(reminded === undefined ? {} : { occasion: String(reminded), past: pastReminderMessage(grant) }),
      });
    }
  }
  const tells = batch.some((g) => tellerOf(g, grant, reader) === reader.asked);
  if (isLead && (tells || refs[reader.asked])) {
    list.push({ slot: reader.asked, channel, message: askedMessage(batch, reader) });
  }
  return list;
}

/** Whether an occasion was an extension that moved nothing. */
function isOfNothing(occasion = ''): boolean {
  return /^extension \d+ (denied|expired|failed)$/.test(occasion);
}

/** What came of it, told by a new message. */
function outcomeSurface(
  grant: Grant,
  batch: readonly Grant[],
  reader: Reader,
  isLead: boolean,
): Surface | undefined {
  const known = grant.announcements.refs[reader.outcome];
  const to = { slot: reader.outcome, channel: reader.userId };
  const past = pastOutcomeMessage(grant, reader, known?.occasion);
  const closed = extensionNewsFor(grant, reader);
  if (closed) {
    const message = extensionOutcomeMessage(grant, closed, reader);
    const occasion = extensionOccasion(closed);
    // What came to nothing, and why, stays true, and the grant tells of the latest alone.
    return { ...to, message, occasion, ...(isOfNothing(known?.occasion) ? {} : { past }) };
  }
  const news = newsFor(grant, reader);
  if (news && (isLead || !isShared(news))) {
    const together = isShared(news) ? batch.filter((g) => g.id !== grant.id) : [];
    return { ...to, message: outcomeMessage([grant, ...together], reader), occasion: news, past };
  }
  return known ? { ...to, message: past } : undefined;
}
