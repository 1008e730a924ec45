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
  pastExtensionLine,
  reasonOf,
  serviceDetail,
  serviceName,
} from './words.ts';

/** The wish for an extension in the channel: a message of its own, decided like a request. */
export function extensionMessage(grant: Grant): Message {
  const asked = 'extension' in grant ? grant.extension : undefined;
  const told = asked ?? grant.lastExtension;
  const title = extensionTitle(grant, told);
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
  const end = asked.deadlineAt >= grant.appliedEndsAt ? ', when the access ends' : '';
  const line = `:hourglass_flowing_sand: ${progress} until ${when(asked.deadlineAt)}${end}`;
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

/** What a message says once there is a later one: what became of its extension, and nothing that could become untrue. */
export function pastExtensionMessage(grant: Grant): Message {
  const closed = grant.lastExtension;
  const isOfThis = closed && grant.announcements.refs.extension?.occasion === String(closed.requestedAt);
  if (!isOfThis) return plain(`An earlier extension of ${serviceName(grant)} was answered.`);
  return plain(`${extensionTitle(grant, closed)}\n${pastExtensionLine(closed, grant)}`);
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

/** Who asks for what: an extension counts from its approval, and adds nothing to the end that is. */
function extensionTitle(grant: Grant, asked: Extension | undefined): string {
  const { principal } = grant;
  const length = `*${spellDuration(asked?.minutes ?? grant.minutes)}* from the approval`;
  const by = asked?.by ?? principal;
  return by.userId === principal.userId
    ? `${named(by)} asks to keep ${serviceName(grant)} for ${length}`
    : `${named(by)} asks that ${named(principal)} keeps ${serviceName(grant)} for ${length}`;
}
