import { type ClosedExtension, type Grant, UNDELIVERABLE } from '../domain/grant.ts';
import type { Message } from '../ports.ts';
import {
  actions,
  type Block,
  type Button,
  button,
  context,
  mention,
  message,
  plain,
  section,
  URL_MAX,
  when,
} from './blocks.ts';
import { ACTIONS, hintBlockId } from './ids.ts';
import { extensionLine, forHowLong, serviceDetail, serviceName, serviceNames, stateLine } from './words.ts';

// What the requester, and the colleague they asked for, read in their direct messages.

/** To the requester, from the request to its end. */
export function requestMessage(batch: readonly Grant[]): Message {
  const [lead] = batch;
  if (!lead) throw new Error('a request needs a grant');
  const forWhom =
    lead.principal.userId === lead.requester.userId ? '' : ` for ${mention(lead.principal.userId)}`;
  return ofSubmission(`You asked for ${serviceNames(batch)}${forWhom} for *${forHowLong(lead)}*`, batch);
}

/** To the colleague for whom somebody asked. */
export function principalMessage(batch: readonly Grant[]): Message {
  const [lead] = batch;
  if (!lead) throw new Error('a request needs a grant');
  const who = mention(lead.requester.userId);
  return ofSubmission(`${who} asked for ${serviceNames(batch)} for you, for *${forHowLong(lead)}*`, batch);
}

function ofSubmission(title: string, batch: readonly Grant[]): Message {
  const [lead] = batch;
  const blocks: Block[] = [section(title)];
  const waiting = lead && batch.every((g) => g.state === 'APPROVAL_AWAITED');
  if (waiting) {
    blocks.push(section(stateLine(lead)));
    if (lead.announcements.refs.card?.digest === UNDELIVERABLE) blocks.push(section(notPosted(lead)));
  }
  for (const grant of batch) {
    if (waiting) continue;
    const label = batch.length > 1 ? `${serviceName(grant)}: ` : '';
    const end = grant.state === 'SCHEDULED' || grant.state === 'ACTIVATING';
    blocks.push(
      section(
        `${label}${stateLine(grant)}`,
        end ? button(endButton(grant)) : undefined,
        hintBlockId(grant.entitlementId, `state:${grant.id}`),
      ),
    );
  }
  blocks.push(context(...batch.map(serviceDetail)));
  if (lead?.state === 'APPROVAL_AWAITED') {
    blocks.push(actions(hintBlockId(lead.entitlementId, 'request'), [withdrawButton(lead)]));
  }
  const states = [...new Set(batch.map(stateLine))];
  return message(`${title}. ${states.join(' ')}`, blocks);
}

/** The request stands where nobody sees it: better said than waited for. */
function notPosted({ channel }: Grant): string {
  return `:warning: I could not post this in <#${channel}>, so *nobody has been asked yet*: the channel is archived, or I am not in it. Ask a Latchkey admin to invite me there, or ask an approver yourself: it is under “To decide” in my Home tab for them.`;
}

/** To whoever has the access, once it was read back. */
export function accessMessage(grant: Grant): Message {
  const buttons: Button[] = grant.state === 'ACTIVE' ? [...openButtons(grant), endButton(grant)] : [];
  const extra =
    grant.state === 'ACTIVE'
      ? [
          context(
            'IAP usually lets you in within 2 minutes; it can take 7 or more. If it refuses you, wait and reload.',
          ),
        ]
      : [];
  return withState(`Your access to ${serviceName(grant)}`, grant, buttons, extra);
}

/** To the requester, where it came to nothing or was taken away: a new message, since an edited one notifies nobody. */
export function outcomeMessage(batch: readonly Grant[]): Message {
  const [lead] = batch;
  if (!lead) throw new Error('an outcome needs a grant');
  const again = lead.state === 'EXPIRED' || lead.state === 'ACTIVATION_FAILED';
  const grants = batch.filter((g) => g.state === lead.state);
  const what = lead.state === 'REVOKED' ? 'access to' : 'request for';
  const title = `Your ${what} ${serviceNames(grants)}`;
  const blocks: Block[] = [
    section(`${title}\n${stateLine(lead)}`),
    context(...grants.map(serviceDetail)),
    ...(again
      ? [
          actions(hintBlockId(lead.entitlementId, 'again'), [
            { label: 'Ask again', action: ACTIONS.again, value: lead.id, style: 'primary' },
          ]),
        ]
      : []),
  ];
  return message(`${title}. ${stateLine(lead)}`, blocks);
}

/** To whoever has the access, what became of the extension they asked for. */
export function extensionOutcomeMessage(grant: Grant, closed: ClosedExtension): Message {
  return withState(`Your access to ${serviceName(grant)}\n${extensionLine(closed, grant)}`, grant, []);
}

/** Before the end, with the way to have more; afterwards what came of it. */
export function reminderMessage(grant: Grant): Message {
  const yours = `Your access to ${serviceName(grant)}`;
  if (grant.state !== 'ACTIVE') return withState(yours, grant, []);
  if (grant.remindedAt === undefined) {
    const { lastExtension } = grant;
    return plain(
      lastExtension ? `${yours}\n${extensionLine(lastExtension, grant)}` : `${yours}\n${stateLine(grant)}`,
    );
  }
  const title = `:alarm_clock: ${yours} ends ${when(grant.appliedEndsAt, 'time')}`;
  const blocks: Block[] = [section(title)];
  if (grant.extension) {
    const lost = grant.announcements.refs.extension?.digest === UNDELIVERABLE;
    blocks.push(
      section(
        lost
          ? `:warning: I could not post your wish for an extension in <#${grant.channel}>, so nobody has been asked: I am not in that channel, or it is archived.`
          : `:hourglass_flowing_sand: Extension asked for in <#${grant.channel}>; your access ends as above unless it is approved.`,
      ),
    );
  } else if (grant.lastExtension && grant.lastExtension.outcome !== 'approved') {
    blocks.push(section(extensionLine(grant.lastExtension, grant)));
  }
  const buttons = [...(grant.extension ? [] : [extendButton(grant)]), endButton(grant)];
  blocks.push(actions(hintBlockId(grant.entitlementId, 'reminder'), buttons));
  return message(title, blocks);
}

/** A grant's state with nothing to press: what is left of a message whose occasion has passed. */
export function pastMessage(grant: Grant): Message {
  return withState(`Access to ${serviceName(grant)}`, grant, []);
}

function withState(
  title: string,
  grant: Grant,
  buttons: readonly Button[],
  extra: readonly Block[] = [],
): Message {
  const blocks: Block[] = [section(`${title}\n${stateLine(grant)}`), context(serviceDetail(grant)), ...extra];
  if (buttons.length > 0) blocks.push(actions(hintBlockId(grant.entitlementId, 'access'), buttons));
  return message(`${title}. ${stateLine(grant)}`, blocks);
}

/** The link to the service, where it has one that a button can hold. */
export function openButtons({ id, service, serviceUri }: Grant): Button[] {
  if (!serviceUri || serviceUri.length > URL_MAX) return [];
  const says = `Open ${service.service}`;
  return [{ label: 'Open', action: ACTIONS.open, value: id, style: 'primary', url: serviceUri, says }];
}

export function endButton(grant: Grant): Button {
  return {
    label: 'End access',
    action: ACTIONS.end,
    value: grant.id,
    style: 'danger',
    says: `End access to ${grant.service.service}`,
  };
}

export function extendButton(grant: Grant): Button {
  return {
    label: 'Extend',
    action: ACTIONS.extend,
    value: grant.id,
    style: 'primary',
    says: `Extend access to ${grant.service.service}`,
  };
}

export function withdrawButton(grant: Grant): Button {
  return {
    label: 'Withdraw',
    action: ACTIONS.withdraw,
    value: grant.id,
    says: `Withdraw the request for ${grant.service.service}`,
  };
}
