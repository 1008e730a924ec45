import { UNDELIVERABLE } from '../domain/announcements.ts';
import type { ClosedExtension, Grant } from '../domain/grant.ts';
import type { Message } from '../ports.ts';
import { actions, type Block, button, context, mention, message, plain, section, when } from './blocks.ts';
import { endButton, extendButton, openButtons, withdrawButton } from './buttons.ts';
import { smallPrint } from './failures.ts';
import { ACTIONS, hintBlockId } from './ids.ts';
import { newsFor, type Reader, tellerOf, wasActive } from './readers.ts';
import {
  extensionLine,
  forHowLong,
  onlyFrom,
  serviceDetail,
  serviceName,
  serviceNames,
  stateLine,
} from './words.ts';

// What the requester, and the colleague they asked for, read in their direct messages. Mentions here notify nobody
// but the reader.

/** Instead of a second copy of what another message tells. */
const SEE_BELOW = 'See below for what came of it.';

/** The end of shorter access is near from the start on, and its reminder has the button. */
const EXTENDED_FROM_MINUTES = 60;

/** What was asked for; and where it stands, as long as no other message tells that. */
export function askedMessage(batch: readonly Grant[], reader: Reader): Message {
  const [lead] = batch;
  if (!lead) throw new Error('a request needs a grant');
  const title = `${askedBy(lead, reader, serviceNames(batch))} *${forHowLong(lead)}*`;
  if (batch.every((g) => g.state === 'APPROVAL_AWAITED')) return waitingMessage(title, batch, lead);
  const own = batch.filter((g) => tellerOf(g, lead, reader) === reader.asked);
  if (own.length === 0) return message(`${title}. ${SEE_BELOW}`, [section(title), context(SEE_BELOW)]);
  const told = batch.filter((g) => !own.includes(g));
  const blocks: Block[] = [section(title)];
  for (const grant of own) blocks.push(...standing(grant, batch.length > 1), ...smallPrint(grant));
  if (told.length > 0) blocks.push(context(`See below for ${serviceNames(told)}.`));
  blocks.push(context(...own.map(serviceDetail)));
  const states = [...new Set(own.map(stateLine))];
  return message(`${title}. ${states.join(' ')}`, blocks);
}

function askedBy({ requester, principal }: Grant, { is }: Reader, services: string): string {
  switch (is) {
    case 'both':
      return `You asked for ${services} for`;
    case 'requester':
      return `You asked for ${services} for ${mention(principal.userId)} for`;
    case 'principal':
      return `${mention(requester.userId)} asked for ${services} for you, for`;
  }
}

function waitingMessage(title: string, batch: readonly Grant[], lead: Grant): Message {
  const lost = lead.announcements.refs.card?.digest === UNDELIVERABLE ? notPosted(lead) : undefined;
  const blocks: Block[] = [
    section(title),
    section(stateLine(lead)),
    ...(lost ? [section(lost)] : []),
    context(...batch.map(serviceDetail)),
    actions(hintBlockId(lead.entitlementId, 'request'), [withdrawButton(lead)]),
  ];
  return message(`${title}. ${stateLine(lead)}${lost ? ` ${lost}` : ''}`, blocks);
}

/** Where a grant stands, with a way out as long as there is one. */
function standing(grant: Grant, isOneOfSeveral: boolean): Block[] {
  const label = isOneOfSeveral ? `${serviceName(grant)}: ` : '';
  const ends = grant.state === 'SCHEDULED' || grant.state === 'ACTIVATING';
  return [
    section(
      `${label}${stateLine(grant)}`,
      ends ? button(endButton(grant)) : undefined,
      hintBlockId(grant.entitlementId, `state:${grant.id}`),
    ),
  ];
}

/** The request stands where nobody sees it: better said than waited for. */
function notPosted({ channel }: Grant): string {
  return `:warning: I could not post this in <#${channel}>, so *nobody has been asked yet*: the channel is archived, or I am not in it. Ask a Latchkey admin to invite me there, or ask an approver yourself: it is under “To decide” in my Home tab for them.`;
}

/** Of access that was read back: to whoever has it, and to whoever asked for it on their behalf. */
export function accessMessage(grant: Grant, reader: Reader): Message {
  const title = accessOf(grant, reader);
  if (newsFor(grant, reader) && tellerOf(grant, grant, reader) === reader.outcome) {
    return message(`${title}. ${SEE_BELOW}`, [section(title), context(SEE_BELOW)]);
  }
  const isActive = grant.state === 'ACTIVE';
  const opens = isActive && reader.is !== 'requester';
  const hints = opens ? howToGetIn(grant) : [];
  const blocks: Block[] = [
    section(`${title}\n${stateLine(grant)}`),
    ...smallPrint(grant),
    context(serviceDetail(grant)),
    ...hints.map((hint) => context(hint)),
  ];
  if (isActive) {
    const isExtendable = grant.extension === undefined && grant.minutes >= EXTENDED_FROM_MINUTES;
    const buttons = [
      ...(opens ? openButtons(grant) : []),
      ...(isExtendable ? [extendButton(grant)] : []),
      endButton(grant),
    ];
    blocks.push(actions(hintBlockId(grant.entitlementId, 'access'), buttons));
  }
  return message([`${title}. ${stateLine(grant)}`, ...hints].join(' '), blocks);
}

/** What is known of when and from where it opens. */
function howToGetIn(grant: Grant): string[] {
  const only = onlyFrom(grant);
  return [
    ...(only ? [`Opens *${only}*; from any other, IAP refuses you.`] : []),
    'IAP usually lets you in within 2 minutes; it can take 7 or more. If it refuses you, wait and reload.',
  ];
}

/** What came of a request, or that access was taken away: a new message, since an edited one notifies nobody. */
export function outcomeMessage(batch: readonly Grant[], reader: Reader): Message {
  const [lead] = batch;
  if (!lead) throw new Error('an outcome needs a grant');
  const grants = batch.filter((g) => g.state === lead.state);
  const title = wasActive(lead) ? accessOf(lead, reader) : requestOf(lead, reader, serviceNames(grants));
  const again = lead.state === 'EXPIRED' || lead.state === 'ACTIVATION_FAILED';
  const ends = lead.state === 'SCHEDULED' || lead.state === 'ACTIVATING';
  const states = ends
    ? [section(title), ...grants.flatMap((g) => standing(g, grants.length > 1))]
    : [section(`${title}\n${stateLine(lead)}`)];
  const blocks: Block[] = [
    ...states,
    ...smallPrint(lead),
    context(...grants.map(serviceDetail)),
    ...(again && reader.is !== 'principal' ? [askAgain(lead)] : []),
  ];
  return message(`${title}. ${stateLine(lead)}`, blocks);
}

/** What became of the extension that somebody asked for, and what that leaves of the access. */
export function extensionOutcomeMessage(grant: Grant, closed: ClosedExtension, reader: Reader): Message {
  const left = endLeft(grant, closed);
  const text = [accessOf(grant, reader), extensionLine(closed, grant), ...(left ? [left] : [])].join('\n');
  const again = closed.outcome === 'expired' && grant.state === 'ENDED' && reader.is !== 'principal';
  return message(text, [section(text), ...(again ? [askAgain(grant)] : [])]);
}

/** An extension that came to nothing takes nothing away; nothing is said of an end that a later one may move. */
function endLeft(grant: Grant, { outcome }: ClosedExtension): string | undefined {
  if (outcome !== 'denied' && outcome !== 'expired') return undefined;
  if (grant.state === 'ENDED') return `The access ended ${when(grant.term.endsAt)}.`;
  return grant.state === 'ACTIVE' && !grant.extension
    ? `The access goes on, and still ends ${when(grant.appliedEndsAt)}.`
    : undefined;
}

function askAgain(grant: Grant): Block {
  return actions(hintBlockId(grant.entitlementId, 'again'), [
    { label: 'Ask again', action: ACTIONS.again, value: grant.id, style: 'primary' },
  ]);
}

/** What an outcome says once another message tells where the grant stands: nothing that could become untrue. */
export function pastOutcomeMessage(grant: Grant, reader: Reader, occasion = ''): Message {
  const closed = grant.lastExtension;
  if (closed && occasion === extensionOccasion(closed)) return extensionOutcomeMessage(grant, closed, reader);
  const [what, , outcome = 'answered'] = occasion.split(' ');
  if (what === 'extension') return plain(`${accessOf(grant, reader)}: an extension was ${outcome}.`);
  return plain(
    `${requestOf(grant, reader, serviceName(grant))} was approved for a later start. ${SEE_BELOW}`,
  );
}

export function extensionOccasion({ requestedAt, outcome }: ClosedExtension): string {
  return `extension ${requestedAt} ${outcome}`;
}

/** Before the end, with the way to have more; afterwards no more than that its occasion has passed. */
export function reminderMessage(grant: Grant): Message {
  const yours = `Your access to ${serviceName(grant)}`;
  if (grant.state === 'REVOKING') return plain(`${yours} is being removed.`);
  const { otherUntil } = grant.announcements.background ?? {};
  const other = otherUntil === undefined ? '' : `another one lets you in until ${when(otherUntil)}`;
  const one = `One of your grants for ${serviceName(grant)}`;
  if (grant.state !== 'ACTIVE') return plain(other ? `${one} has ended.` : `${yours} has ended.`);
  if (grant.remindedAt === undefined) {
    const { lastExtension: closed } = grant;
    const isOwn =
      closed?.approvals.length === 0 && (closed.by ?? grant.principal).userId === grant.principal.userId;
    // Granted at the click on this very message: no other one tells.
    return plain(
      closed && isOwn ? `${yours}\n${extensionLine(closed, grant)}` : `${yours} was about to end.`,
    );
  }
  const end = `ends at ${when(grant.appliedEndsAt, 'time')}`;
  const title = `:alarm_clock: ${other ? `${one} ${end}; ${other}` : `${yours} ${end}`}`;
  const asked = grant.extension ? extensionAsked(grant) : undefined;
  const buttons = [
    ...(asked ? [] : [{ ...extendButton(grant), style: 'primary' as const }]),
    endButton(grant),
  ];
  return message(asked ? `${title}. ${asked}` : title, [
    section(title),
    ...(asked ? [section(asked)] : []),
    actions(hintBlockId(grant.entitlementId, 'reminder'), buttons),
  ]);
}

function extensionAsked(grant: Grant): string {
  return grant.announcements.refs.extension?.digest === UNDELIVERABLE
    ? `:warning: I could not post the request for an extension in <#${grant.channel}>, so nobody has been asked: I am not in that channel, or it is archived.`
    : `:hourglass_flowing_sand: Extension asked for in <#${grant.channel}>; your access ends as above unless it is approved.`;
}

/** What a reminder says from the next one on. */
export function pastReminderMessage(grant: Grant): Message {
  return plain(`Your access to ${serviceName(grant)} was about to end.`);
}

function accessOf(grant: Grant, { is }: Reader): string {
  return is === 'requester'
    ? `Access of ${mention(grant.principal.userId)} to ${serviceName(grant)}`
    : `Your access to ${serviceName(grant)}`;
}

function requestOf({ requester, principal }: Grant, { is }: Reader, services: string): string {
  switch (is) {
    case 'both':
      return `Your request for ${services}`;
    case 'requester':
      return `Your request for ${services} for ${mention(principal.userId)}`;
    case 'principal':
      return `The request of ${mention(requester.userId)} for ${services} for you`;
  }
}
