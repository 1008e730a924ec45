import { spellDuration } from '../domain/duration.ts';
import type { Extension, Grant } from '../domain/grant.ts';
import type { Message } from '../ports.ts';
import {
  actions,
  type Block,
  type Button,
  context,
  escapeText,
  message,
  plain,
  quote,
  section,
  when,
} from './blocks.ts';
import { smallPrint } from './failures.ts';
import { ACTIONS, hintBlockId } from './ids.ts';
import {
  approvedBy,
  approversLeft,
  extensionLine,
  listed,
  named,
  reasonOf,
  serviceDetail,
  serviceName,
} from './words.ts';

/** The wish for an extension in the channel: a message of its own, decided like a request. */
export function extensionMessage(grant: Grant): Message {
  const asked = 'extension' in grant ? grant.extension : undefined;
  const told = asked ?? grant.lastExtension;
  const minutes = told?.minutes ?? grant.minutes;
  const title = `${whoAsked(grant, told)} *${spellDuration(minutes)}* more of ${whatOf(grant, told)}`;
  if (grant.state !== 'ACTIVE' || !asked) {
    // The card tells where the access stands.
    const closed = grant.lastExtension;
    const line = closed ? extensionLine(closed, grant) : 'The access was over before this was answered.';
    return message(`${title}. ${line}`, [section(`${title}\n${line}`), ...smallPrint(grant)]);
  }
  const missing = Math.max(1, grant.approvalsNeeded) - asked.approvals.length;
  const progress =
    asked.approvals.length > 0
      ? `Approved ${approvedBy(asked)}; ${missing} more needed`
      : missing > 1
        ? `Waiting for ${missing} approvals`
        : 'Waiting for approval';
  const line = `:hourglass_flowing_sand: ${progress} until ${when(asked.deadlineAt)}, when the access ends at the latest`;
  const approvers = approversLeft(grant, asked.approvals);
  const why = grant.justification.trim();
  const details = [
    serviceDetail(grant),
    `${escapeText(grant.principal.email)} has it until ${when(grant.appliedEndsAt)}`,
    ...(approvers.length > 0 ? [`Can be approved by ${listed(approvers)}`] : []),
  ];
  const blocks: Block[] = [
    section(title),
    ...(why ? [section(quote(why))] : []),
    context(details.join('\n')),
    section(line),
    actions(hintBlockId(grant.entitlementId, 'extension'), extensionButtons(grant)),
  ];
  return message(
    [`${title}.`, ...(why ? [`Why: ${reasonOf(why)}`] : []), line, ...details].join('\n'),
    blocks,
  );
}

/** What the message of a wish says once there is a later one: nothing that could become untrue. */
export function pastExtensionMessage(grant: Grant): Message {
  return plain(`An earlier wish for more of ${whatOf(grant)} was answered.`);
}

export function extensionButtons(grant: Grant): Button[] {
  const { id: value, service } = grant;
  return [
    {
      label: 'Approve',
      action: ACTIONS.extendApprove,
      value,
      style: 'primary',
      says: `Approve the extension for ${service.service}`,
    },
    {
      label: 'Deny',
      action: ACTIONS.extendDeny,
      value,
      style: 'danger',
      says: `Deny the extension for ${service.service}`,
    },
  ];
}

function whoAsked({ principal }: Grant, asked: Extension | undefined): string {
  return `${named(asked?.by ?? principal)} asks for`;
}

/** The service, and whose access it is where they did not ask themselves. */
function whatOf(grant: Grant, asked?: Extension): string {
  const isOwn = asked?.by === undefined || asked.by.userId === grant.principal.userId;
  return isOwn ? serviceName(grant) : `${serviceName(grant)} for ${named(grant.principal)}`;
}
