import { spellDuration } from '../domain/duration.ts';
import type { Grant } from '../domain/grant.ts';
import type { Message } from '../ports.ts';
import { actions, type Block, type Button, context, mention, message, section, when } from './blocks.ts';
import { ACTIONS } from './ids.ts';
import { forHowLong, serviceDetail, serviceName, stateLine } from './words.ts';

// What the requester, and the colleague they asked for, read in their direct messages.

/** To the requester, from the request to its end. */
export function requestMessage(grant: Grant): Message {
  const forWhom =
    grant.principal.userId === grant.requester.userId ? '' : ` for ${mention(grant.principal.userId)}`;
  const title = `You asked for ${serviceName(grant)}${forWhom} for *${forHowLong(grant)}*`;
  return withState(title, grant, requestButtons(grant));
}

/** To the colleague for whom somebody asked. */
export function principalMessage(grant: Grant): Message {
  const title = `${mention(grant.requester.userId)} asked for ${serviceName(grant)} for you, for *${forHowLong(grant)}*`;
  return withState(title, grant, requestButtons(grant));
}

/** To whoever has the access, once it was read back. */
export function accessMessage(grant: Grant): Message {
  const open: Button = {
    label: 'Open',
    action: ACTIONS.open,
    value: grant.id,
    style: 'primary',
    url: grant.serviceUri,
  };
  const buttons: Button[] =
    grant.state === 'ACTIVE' ? [...(grant.serviceUri ? [open] : []), endButton(grant)] : [];
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
export function outcomeMessage(grant: Grant): Message {
  const again: Button[] =
    grant.state === 'EXPIRED' || grant.state === 'ACTIVATION_FAILED'
      ? [{ label: 'Ask again', action: ACTIONS.again, value: grant.id }]
      : [];
  return withState(`Your request for ${serviceName(grant)}`, grant, again);
}

export function reminderMessage(grant: Grant): Message {
  if (grant.state !== 'ACTIVE') return withState(`Your access to ${serviceName(grant)}`, grant, []);
  const title = `:alarm_clock: Your access to ${serviceName(grant)} ends ${when(grant.appliedEndsAt, 'time')}`;
  return message(title, [section(title), actions(`remind:${grant.id}`.slice(0, 255), [endButton(grant)])]);
}

function withState(
  title: string,
  grant: Grant,
  buttons: readonly Button[],
  extra: readonly Block[] = [],
): Message {
  const blocks: Block[] = [section(`${title}\n${stateLine(grant)}`), context(serviceDetail(grant)), ...extra];
  if (buttons.length > 0) blocks.push(actions(`grant:${grant.id}`.slice(0, 255), buttons));
  return message(`${title}. ${stateLine(grant)}`, blocks);
}

function requestButtons(grant: Grant): Button[] {
  switch (grant.state) {
    case 'APPROVAL_AWAITED':
      return [{ label: 'Withdraw', action: ACTIONS.withdraw, value: grant.id }];
    case 'SCHEDULED':
    case 'ACTIVATING':
      return [endButton(grant)];
    default:
      return [];
  }
}

function endButton(grant: Grant): Button {
  return { label: 'End access', action: ACTIONS.end, value: grant.id, style: 'danger' };
}

export function sentMessage(grants: readonly Grant[]): Message {
  const [first] = grants;
  if (!first) throw new Error('nothing was sent');
  const names = grants.map(serviceName).join(', ');
  const text =
    first.state === 'APPROVAL_AWAITED'
      ? `Asked for ${names} for ${spellDuration(first.minutes)} in <#${first.channel}>. You will hear from me in a direct message.`
      : `${names}: approved automatically and being applied. You will hear from me in a direct message when it works.`;
  return message(text, [section(text)]);
}
