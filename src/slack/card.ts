import type { ServiceBackground } from '../domain/announcements.ts';
import { formatDuration, spellDuration } from '../domain/duration.ts';
import { type Grant, isRunning } from '../domain/grant.ts';
import { shorterMinutes } from '../domain/shorter.ts';
import type { Message } from '../ports.ts';
import {
  actions,
  type Block,
  type Button,
  button,
  context,
  escapeText,
  message,
  quote,
  section,
  when,
} from './blocks.ts';
import { smallPrint } from './failures.ts';
import { ACTIONS, hintBlockId } from './ids.ts';
import {
  approversLeft,
  forHowLong,
  listed,
  named,
  onlyFrom,
  reasonOf,
  serviceDetail,
  serviceName,
  serviceNames,
  stateLine,
} from './words.ts';

const OTHERS_NAMED = 5;
const DESCRIPTION_MAX = 300;

/** The message in the channel: what an approver needs to decide, then what became of it. */
export function card(batch: readonly Grant[]): Message {
  const [lead] = batch;
  if (!lead) throw new Error('a card needs a grant');
  const waits = batch.some((g) => g.state === 'APPROVAL_AWAITED');
  const { requester, principal } = lead;
  const forWhom = principal.userId === requester.userId ? '' : ` for ${named(principal)},`;
  const title = `${named(requester)} asks for ${serviceNames(batch)}${forWhom} for *${forHowLong(lead)}*`;
  const why = lead.justification.trim();
  const warning = lead.warning ? `:warning: *${escapeText(lead.warning)}*` : '';
  const details = [[whoGets(lead)], ...batch.map((grant) => detailsOf(grant, lead))];
  const blocks: Block[] = [
    section(title),
    ...(why ? [section(quote(why))] : []),
    ...inContexts(details),
    ...(warning ? [section(warning)] : []),
    ...standings(batch),
  ];
  if (waits) {
    blocks.push(context(whoCanApprove(lead)));
    blocks.push(actions(hintBlockId(lead.entitlementId, 'decide'), decisionButtons(lead)));
  }
  const states = [...new Set(batch.map(stateLine))];
  const about = [why ? `Why: ${reasonOf(why)}` : '', warning, ...details.flat()];
  const told = waits ? [...about, ...states, whoCanApprove(lead)] : [...states, ...about];
  // The whole of it: what is in the blocks is read out to nobody.
  return message([`${title}.`, ...told.filter(Boolean)].join('\n'), blocks);
}

/** Small print: the first two together, since a request is mostly for one service. */
function inContexts([first = [], second = [], ...rest]: readonly (readonly string[])[]): Block[] {
  return [[...first, ...second], ...rest].map((lines) => context(lines.join('\n')));
}

/** Where each grant stands; once for all while they stand together. */
function standings(batch: readonly Grant[]): Block[] {
  const [lead] = batch;
  const together = lead && batch.every((g) => g.state === lead.state && g.state === 'APPROVAL_AWAITED');
  if (together) return [section(stateLine(lead))];
  return batch.flatMap((grant) => {
    const label = batch.length > 1 ? `${serviceName(grant)}: ` : '';
    const state = section(
      `${label}${stateLine(grant)}`,
      isRunning(grant) ? revokeButton(grant) : undefined,
      hintBlockId(grant.entitlementId, `state:${grant.id}`),
    );
    return [state, ...smallPrint(grant, batch.length === 1)];
  });
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

function whoCanApprove(lead: Grant): string {
  const { background } = lead.announcements;
  if (!background) return 'Can be approved by the approvers of this service';
  const left = approversLeft(lead, lead.approvals);
  if (left.length > 0) return `Can be approved by ${listed(left)}`;
  return `:warning: Nobody ${lead.approvals.length > 0 ? 'else ' : ''}who may approve this could be found in Slack. An admin has to look at the approvers of this service.`;
}

/** The address that gets access, and from where: the name above is short, and this is what is written into IAP. */
function whoGets(grant: Grant): string {
  const { requester, principal } = grant;
  const asker = principal.userId === requester.userId ? '' : `${escapeText(requester.email)} for `;
  return [`${asker}${escapeText(principal.email)}`, onlyFrom(grant)].filter(Boolean).join(', ');
}

/** What a service is, and what its principal had and has of it, a line each. */
export function detailsOf(grant: Grant, lead: Grant): string[] {
  const background = lead.announcements.background?.services?.[grant.id];
  return [
    serviceDetail(grant),
    ...(grant.serviceDescription ? [reasonOf(grant.serviceDescription, DESCRIPTION_MAX)] : []),
    ...(background ? past(background) : []),
    ...(background && grant.state === 'APPROVAL_AWAITED' ? present(background) : []),
  ];
}

function past({ earlier, lastEndedAt, hasUntil }: ServiceBackground): string[] {
  // What runs now is told of beside, and is access that they had.
  if (earlier === 0 && hasUntil !== undefined) return [];
  const last = lastEndedAt === undefined ? '' : `, last until ${when(lastEndedAt)}`;
  return [
    earlier === 0 ? 'Has not had this access before' : `Had this access ${times(earlier)} before${last}`,
  ];
}

/** What matters to whoever decides, and would be untrue soon after. */
function present({ hasUntil, others, standing }: ServiceBackground): string[] {
  const names = others.map((email) => named({ email }));
  return [
    ...(hasUntil === undefined ? [] : [`Has it now, until ${when(hasUntil)}`]),
    names.length > 0
      ? `${hasUntil === undefined ? 'Has' : 'Others with'} access now: ${listed(names, OTHERS_NAMED)}`
      : 'Nobody else has access through Latchkey now',
    ...(standing ? [':information_source: Has standing access beside Latchkey'] : []),
  ];
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

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}
