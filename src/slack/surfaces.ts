import type { Grant, MessageSlot } from '../domain/grant.ts';
import type { Message } from '../ports.ts';
import { mention, plain } from './blocks.ts';
import { card } from './card.ts';
import {
  accessMessage,
  outcomeMessage,
  principalMessage,
  reminderMessage,
  requestMessage,
} from './direct.ts';
import { serviceName, whoAsks } from './words.ts';

/** A message that a grant has at present: a pure function of the grant. */
export interface Surface {
  readonly slot: MessageSlot;
  /** A channel, or a person's user id for their direct messages. */
  readonly channel: string;
  /** Posted as a reply under the message in this slot. */
  readonly threadOf?: MessageSlot;
  readonly message: Message;
}

/**
 * Every message that a grant has, given all grants of its submission. The first
 * grant of a submission carries the card for all.
 */
export function surfaces(grant: Grant, batch: readonly Grant[]): Surface[] {
  const { requester, principal } = grant;
  const colleague = principal.userId !== requester.userId;
  const list: Surface[] = [];
  if (grant.batch[0] === grant.id) list.push({ slot: 'card', channel: grant.channel, message: card(batch) });
  list.push({ slot: 'request', channel: requester.userId, message: requestMessage(grant) });
  if (colleague)
    list.push({ slot: 'principal', channel: principal.userId, message: principalMessage(grant) });
  if ('activatedAt' in grant && grant.activatedAt !== undefined) {
    list.push({ slot: 'access', channel: principal.userId, message: accessMessage(grant) });
  }
  if (needsOutcome(grant))
    list.push({ slot: 'outcome', channel: requester.userId, message: outcomeMessage(grant) });
  if (grant.state === 'ACTIVE' ? grant.remindedAt !== undefined : grant.announcements.refs.reminder) {
    list.push({ slot: 'reminder', channel: principal.userId, message: reminderMessage(grant) });
  }
  if (grant.nudgedAt !== undefined && grant.batch[0] === grant.id) {
    list.push({ slot: 'nudge', channel: grant.channel, threadOf: 'card', message: nudge(grant) });
  }
  if ('alarmedAt' in grant && grant.alarmedAt !== undefined) {
    list.push({ slot: 'alarm', channel: grant.channel, threadOf: 'card', message: alarmMessage(grant) });
  }
  return list;
}

/** Whether the requester must be told by a new message: edited ones notify nobody. */
function needsOutcome(grant: Grant): boolean {
  switch (grant.state) {
    case 'DENIED':
    case 'EXPIRED':
    case 'ACTIVATION_FAILED':
      return true;
    case 'REVOKED':
      return grant.revocation.by?.userId !== grant.requester.userId;
    default:
      return false;
  }
}

function nudge(grant: Grant): Message {
  if (grant.state !== 'APPROVAL_AWAITED') return plain(`The request for ${serviceName(grant)} was answered.`);
  const approvers = grant.announcements.background?.approvers ?? [];
  const who = approvers.length > 0 ? `${approvers.join(', ')}: ` : '';
  return plain(`${who}the request of ${whoAsks(grant)} for ${serviceName(grant)} is still waiting.`);
}

function alarmMessage(grant: Grant): Message {
  const { service, principal } = grant;
  if (grant.state === 'REVOKED')
    return plain(`:white_check_mark: The access of ${mention(principal.userId)} has been removed after all.`);
  const command = [
    'gcloud beta iap web remove-iam-policy-binding --resource-type=cloud-run',
    `--project=${service.project} --region=${service.region} --service=${service.service}`,
    `--role=roles/iap.httpsResourceAccessor --member=user:${principal.email} --all`,
  ].join(' ');
  const cause = grant.trouble ? `\nCause: ${grant.trouble.reason}` : '';
  return plain(
    `:rotating_light: The access of ${mention(principal.userId)} to ${serviceName(grant)} could not be removed; it ends by itself with its condition. Still trying. To remove it by hand:\n\`\`\`${command}\`\`\`${cause}`,
  );
}
