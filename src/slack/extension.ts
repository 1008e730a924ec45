import { spellDuration } from '../domain/duration.ts';
import type { Grant } from '../domain/grant.ts';
import type { Message } from '../ports.ts';
import { actions, type Block, context, mention, message, quote, section, when } from './blocks.ts';
import { ACTIONS, hintBlockId } from './ids.ts';
import { approvedBy, extensionLine, serviceDetail, serviceName, stateLine } from './words.ts';

/** The wish for an extension in the channel: a message of its own, decided like a request. */
export function extensionMessage(grant: Grant): Message {
  const who = mention(grant.principal.userId);
  const asked = 'extension' in grant ? grant.extension : undefined;
  const minutes = asked?.minutes ?? grant.lastExtension?.minutes ?? grant.minutes;
  const title = `${who} asks for *${spellDuration(minutes)}* more of ${serviceName(grant)}`;
  if (grant.state !== 'ACTIVE' || !asked) {
    const closed = grant.lastExtension;
    const line = closed ? extensionLine(closed, grant) : 'The access was over before this was answered.';
    return message(`${title}. ${line}`, [section(`${title}\n${line}`), context(stateLine(grant))]);
  }
  const missing = Math.max(1, grant.approvalsNeeded) - asked.approvals.length;
  const progress =
    asked.approvals.length > 0
      ? `Approved ${approvedBy(asked)}; ${missing} more needed`
      : missing > 1
        ? `Waiting for ${missing} approvals`
        : 'Waiting for approval';
  const line = `:hourglass_flowing_sand: ${progress} until ${when(asked.deadlineAt)}, when the access ends at the latest`;
  const approvers = grant.announcements.background?.approvers ?? [];
  const blocks: Block[] = [
    section(title),
    ...(grant.justification.trim() ? [section(quote(grant.justification))] : []),
    context(
      [
        serviceDetail(grant),
        `Has it until ${when(grant.appliedEndsAt)}, approved ${approvedBy(grant)}`,
        ...(approvers.length > 0 ? [`Can be approved by ${approvers.join(', ')}`] : []),
      ].join('\n'),
    ),
    section(line),
    actions(hintBlockId(grant.entitlementId, 'extension'), [
      {
        label: 'Approve',
        action: ACTIONS.extendApprove,
        value: grant.id,
        style: 'primary',
        says: `Approve the extension for ${grant.service.service}`,
      },
      {
        label: 'Deny',
        action: ACTIONS.extendDeny,
        value: grant.id,
        style: 'danger',
        says: `Deny the extension for ${grant.service.service}`,
      },
    ]),
  ];
  return message(`${title}. ${line}`, blocks);
}
