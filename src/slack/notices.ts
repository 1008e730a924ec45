import { concerns } from '../domain/decide.ts';
import type { Grant } from '../domain/grant.ts';
import { type ServiceRef, servicePath } from '../domain/service.ts';
import type { Already } from '../flows/already.ts';
import type { Asked } from '../flows/ask.ts';
import type { Message } from '../ports.ts';
import { alarmCommand } from './alarm-command.ts';
import { context, escapeText, mention, message, plain, section, when } from './blocks.ts';
import { causeOf, STILL_LET_IN, tryingWords } from './failures.ts';
import {
  approversLeft,
  forHowLong,
  listed,
  named,
  onlyFrom,
  reasonOf,
  serviceName,
  serviceNames,
  stateLine,
} from './words.ts';

// Messages of a sentence or two.

/** Mentions those approvers once more who have not approved, in the card's thread. */
export function nudgeMessage(batch: readonly Grant[]): Message {
  const [lead] = batch;
  if (lead?.state !== 'APPROVAL_AWAITED')
    return plain(`The request for ${serviceNames(batch)} is no longer waiting.`);
  const approvers = approversLeft(lead, lead.approvals);
  const forWhom = lead.principal.userId === lead.requester.userId ? '' : ` for ${named(lead.principal)}`;
  const who = approvers.length > 0 ? `${listed(approvers)}: ` : '';
  return plain(
    `${who}the request of ${named(lead.requester)} for ${serviceNames(batch)}${forWhom} is still waiting. It expires ${when(lead.deadlineAt)}.`,
  );
}

/** Calls for a person, where access cannot be removed: in the channel itself, since few look into threads. */
export function alarmMessage(grant: Grant): Message {
  const { principal } = grant;
  const access = `access of ${escapeText(principal.email)} to ${serviceName(grant)}`;
  if (grant.state === 'REVOKED') return plain(`:white_check_mark: The ${access} has been removed after all.`);
  const command = alarmCommand(grant);
  const { trouble } = grant;
  const called = whoCanAct(grant);
  const what = [
    `:rotating_light: ${called.length > 0 ? `${listed(called)}: the` : 'The'} ${access} could not be removed. It ends by itself when its time is up.`,
    ...(trouble ? [tryingWords(trouble, grant)] : []),
  ].join('\n');
  const byHand = `To remove it by hand:\n\`\`\`${escapeText(command)}\`\`\``;
  const cause = trouble ? [causeOf(trouble)] : [];
  return message(`${what}\n${byHand}`, [section(what), section(byHand), ...cause]);
}

/** Whoever revoked it, and the approvers; not the one who is done with their own access. */
function whoCanAct(grant: Grant): string[] {
  const by = 'revocation' in grant ? grant.revocation.by : undefined;
  const revoker = by && !concerns(grant, by) ? [mention(by.userId)] : [];
  return [...new Set([...revoker, ...approversLeft(grant, [])])];
}

/** The answer to a command that asked, with what was there before. */
export function sentMessage({ grants, already, frozen }: Omit<Asked, 'kind'>): Message {
  const [first] = grants;
  if (!first) throw new Error('nothing was sent');
  const names = serviceNames(grants);
  const forWhom =
    first.principal.userId === first.requester.userId ? '' : ` for ${mention(first.principal.userId)}`;
  const notes = already.map(
    (a) => `\n${alreadyLine(a, forWhom === '' ? 'You have' : `${mention(first.principal.userId)} has`)}`,
  );
  if (frozen && first.state === 'APPROVAL_AWAITED')
    notes.push('\n:snowflake: Approvals are frozen just now: it waits until an admin lifts the freeze.');
  const only = onlyFrom(first);
  const levels = only ? `\nIt opens ${only}.` : '';
  return plain(`${sentLine(first, names, forWhom)}${levels}${notes.join('')}`);
}

function sentLine(first: Grant, names: string, forWhom: string): string {
  switch (first.state) {
    case 'APPROVAL_AWAITED':
      return `Asked for ${names}${forWhom} for ${forHowLong(first)} in <#${first.channel}>. You will hear from me in a direct message.`;
    case 'SCHEDULED':
      return first.approvals.length === 0
        ? `${names}${forWhom}: approved automatically, starts ${when(first.term.startsAt ?? first.term.approvedAt)}. You will hear from me in a direct message when it works.`
        : `${names}${forWhom}\n${stateLine(first)}`;
    case 'ACTIVATING':
      return first.approvals.length === 0
        ? `${names}${forWhom}: approved automatically and being applied. You will hear from me in a direct message when it works.`
        : `${names}${forWhom}\n${stateLine(first)}`;
    default:
      return `You asked for ${names}${forWhom} already.\n${stateLine(first)}`;
  }
}

/** What somebody has before they ask, as a note: asking is not forbidden. */
export function alreadyLine({ service, standing, grant }: Already, who = 'You have'): string {
  const name = serviceName({ service });
  const lines = [
    ...(standing
      ? [`${who} standing access to ${name} that does not come from me, and needs no request.`]
      : []),
    ...(grant?.state === 'ACTIVE' ? [`${who} ${name} already, until ${when(grant.appliedEndsAt)}.`] : []),
    ...(grant && grant.state !== 'ACTIVE'
      ? [`${who} a request for ${name} already: ${stateLine(grant)}`]
      : []),
  ];
  return lines.map((line) => `:information_source: ${line}`).join('\n');
}

/** Why nothing was asked for once more: this grant of the last request still waits or runs. */
export function unfinishedMessage(grant: Grant): Message {
  const what = alreadyLine({ service: grant.service, standing: false, grant });
  return plain(`Nothing was asked for: your last request is not over yet.\n${what}`);
}

/** To the channel that approvals are asked for in: nothing is approved for now, or again. */
export function freezeNotice(userId: string, reason: string | null): Message {
  return plain(
    reason === null
      ? `:sunny: ${mention(userId)} lifted the freeze: requests can be approved again.`
      : `:snowflake: ${mention(userId)} froze approvals: nothing new is approved until the freeze is lifted. What runs goes on. Reason: ${reasonOf(reason)}`,
  );
}

/** What a revoke of several came to. */
export function revokedMessage(
  grants: readonly Grant[],
  of: { userId?: string; service?: ServiceRef },
): Message {
  const whose = of.userId ? ` of ${mention(of.userId)}` : '';
  const where = of.service ? ` to \`${servicePath(of.service)}\`` : '';
  if (grants.length === 0)
    return plain(`Nothing was running any more: no access${whose}${where} was left to revoke.`);
  const many = grants.length === 1 ? 'One grant' : `${grants.length} grants`;
  const told = `${many}${whose}${where} revoked; being removed from IAP now. The cards in the channels show when it is done.`;
  return message(`${told} ${STILL_LET_IN}`, [section(told), context(STILL_LET_IN)]);
}
