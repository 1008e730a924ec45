import { formatDuration } from '../domain/duration.ts';
import type { Background, Grant } from '../domain/grant.ts';
import type { Message } from '../ports.ts';
import {
  actions,
  type Block,
  type Button,
  context,
  escapeText,
  mention,
  message,
  quote,
  section,
  when,
} from './blocks.ts';
import { ACTIONS, decideBlockId } from './ids.ts';
import { forHowLong, serviceDetail, serviceName, stateLine, whoAsks } from './words.ts';

/** The message in the channel: what an approver needs to decide, then what became of it. */
export function card(batch: readonly Grant[]): Message {
  const [lead] = batch;
  if (!lead) throw new Error('a card needs a grant');
  const services = batch.map(serviceName).join(', ');
  const title = `${whoAsks(lead)} asks for ${services} for *${forHowLong(lead)}*`;
  const blocks: Block[] = [section(title)];
  if (lead.justification) blocks.push(section(quote(lead.justification)));
  blocks.push(...batch.flatMap(details));
  if (lead.warning) blocks.push(section(`:warning: *${escapeText(lead.warning)}*`));
  for (const grant of batch) {
    const label = batch.length > 1 ? `${serviceName(grant)}: ` : '';
    blocks.push(section(`${label}${stateLine(grant)}`));
  }
  if (lead.state === 'APPROVAL_AWAITED') {
    const approvers = lead.announcements.background?.approvers ?? [];
    if (approvers.length > 0) blocks.push(context(`Can be approved by ${approvers.join(', ')}`));
    blocks.push(actions(decideBlockId(lead.entitlementId), decisionButtons(lead)));
  }
  return message(`${whoAsks(lead)} asks for ${services}. ${batch.map(stateLine).join(' ')}`, blocks);
}

function details(grant: Grant): Block[] {
  const lines = [serviceDetail(grant)];
  if (grant.serviceDescription) lines.push(escapeText(grant.serviceDescription));
  if (grant.announcements.background) lines.push(...past(grant.announcements.background));
  return [context(lines.join('\n'))];
}

function past({ earlier, lastEndedAt, others, standing }: Background): string[] {
  const lines: string[] = [];
  const last = lastEndedAt === undefined ? '' : `, last until ${when(lastEndedAt)}`;
  lines.push(
    earlier === 0 ? 'Has not had this access before' : `Had this access ${times(earlier)} before${last}`,
  );
  if (others.length > 0)
    lines.push(`Has access now: ${others.slice(0, 5).map(mention).join(', ')}${more(others.length - 5)}`);
  if (standing) lines.push(':information_source: Has standing access beside Latchkey');
  return lines;
}

function decisionButtons(grant: Grant): Button[] {
  const shorter = shorterMinutes(grant);
  return [
    { label: 'Approve', action: ACTIONS.approve, value: grant.id, style: 'primary' },
    ...(shorter === undefined
      ? []
      : [{ label: `Approve ${formatDuration(shorter)}`, action: ACTIONS.approveShorter, value: grant.id }]),
    { label: 'Deny', action: ACTIONS.deny, value: grant.id, style: 'danger' },
  ];
}

/** How long the button for a shorter approval grants: half; short requests have no such button. */
export function shorterMinutes(grant: Grant): number | undefined {
  return grant.minutes >= 30 ? Math.floor(grant.minutes / 2) : undefined;
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}

function more(count: number): string {
  return count > 0 ? ` and ${count} more` : '';
}
