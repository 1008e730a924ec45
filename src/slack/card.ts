import { formatDuration, spellDuration } from '../domain/duration.ts';
import type { Background, Grant } from '../domain/grant.ts';
import type { Message } from '../ports.ts';
import {
  actions,
  type Block,
  type Button,
  button,
  context,
  escapeText,
  mention,
  message,
  quote,
  section,
  when,
} from './blocks.ts';
import { ACTIONS, hintBlockId } from './ids.ts';
import { forHowLong, serviceDetail, serviceName, serviceNames, stateLine, whoAsks } from './words.ts';

/** The message in the channel: what an approver needs to decide, then what became of it. */
export function card(batch: readonly Grant[]): Message {
  const [lead] = batch;
  if (!lead) throw new Error('a card needs a grant');
  const services = serviceNames(batch);
  const title = `${whoAsks(lead)} asks for ${services} for *${forHowLong(lead)}*`;
  const blocks: Block[] = [section(title)];
  if (lead.justification.trim()) blocks.push(section(quote(lead.justification)));
  blocks.push(...batch.map(details));
  if (lead.warning) blocks.push(section(`:warning: *${escapeText(lead.warning)}*`));
  blocks.push(...standings(batch));
  if (batch.some((g) => g.state === 'APPROVAL_AWAITED')) {
    blocks.push(context(whoCanApprove(lead)));
    blocks.push(actions(hintBlockId(lead.entitlementId, 'decide'), decisionButtons(lead)));
  }
  const states = [...new Set(batch.map(stateLine))];
  return message(
    `${whoAsks(lead)} asks for ${services} for ${forHowLong(lead)}. ${states.join(' ')}`,
    blocks,
  );
}

/** Where each grant stands; once for all while they stand together. */
function standings(batch: readonly Grant[]): Block[] {
  const [lead] = batch;
  const together = lead && batch.every((g) => g.state === lead.state && g.state === 'APPROVAL_AWAITED');
  if (together) return [section(stateLine(lead))];
  return batch.map((grant) => {
    const label = batch.length > 1 ? `${serviceName(grant)}: ` : '';
    return section(
      `${label}${stateLine(grant)}`,
      isRunning(grant) ? revokeButton(grant) : undefined,
      hintBlockId(grant.entitlementId, `state:${grant.id}`),
    );
  });
}

/** Whether there is access, or soon will be, that can be taken away. */
export function isRunning(grant: Grant): boolean {
  return grant.state === 'SCHEDULED' || grant.state === 'ACTIVATING' || grant.state === 'ACTIVE';
}

export function revokeButton(grant: Grant): Block {
  return button({
    label: 'Revoke',
    action: ACTIONS.revoke,
    value: grant.id,
    style: 'danger',
    says: `Revoke access to ${grant.service.service}`,
  });
}

function whoCanApprove({ announcements: { background } }: Grant): string {
  if (!background) return 'Can be approved by the approvers of this service';
  return background.approvers.length > 0
    ? `Can be approved by ${background.approvers.join(', ')}`
    : ':warning: Nobody who may approve this could be found in Slack. An admin has to look at the approvers of this service.';
}

function details(grant: Grant): Block {
  const lines = [serviceDetail(grant)];
  if (grant.serviceDescription) lines.push(escapeText(grant.serviceDescription));
  if (grant.announcements.background) lines.push(...past(grant.announcements.background));
  return context(lines.join('\n'));
}

function past({ earlier, lastEndedAt, others, standing }: Background): string[] {
  const lines: string[] = [];
  const last = lastEndedAt === undefined ? '' : `, last until ${when(lastEndedAt)}`;
  lines.push(
    earlier === 0 ? 'Has not had this access before' : `Had this access ${times(earlier)} before${last}`,
  );
  lines.push(
    others.length > 0
      ? `Has access now: ${others.slice(0, 5).map(mention).join(', ')}${more(others.length - 5)}`
      : 'Nobody else has access through Latchkey now',
  );
  if (standing) lines.push(':information_source: Has standing access beside Latchkey');
  return lines;
}

/** Approve, for a shorter time where that makes sense, or deny. */
export function decisionButtons(grant: Grant): Button[] {
  const shorter = shorterMinutes(grant);
  const { service } = grant.service;
  return [
    {
      label: 'Approve',
      action: ACTIONS.approve,
      value: grant.id,
      style: 'primary',
      says: `Approve access to ${service}`,
    },
    ...(shorter === undefined
      ? []
      : [
          {
            label: `Approve ${formatDuration(shorter)}`,
            action: ACTIONS.approveShorter,
            value: grant.id,
            says: `Approve only ${spellDuration(shorter)} of access to ${service}`,
          },
        ]),
    {
      label: 'Deny',
      action: ACTIONS.deny,
      value: grant.id,
      style: 'danger',
      says: `Deny access to ${service}`,
    },
  ];
}

/** How long the button for a shorter approval grants: half; short requests have no such button. */
export function shorterMinutes(grant: Grant): number | undefined {
  return grant.askedMinutes >= 30 ? Math.floor(grant.askedMinutes / 2) : undefined;
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}

function more(count: number): string {
  return count > 0 ? ` and ${count} more` : '';
}
