import { spellDuration } from '../domain/duration.ts';
import type { ClosedExtension, Grant, Revocation } from '../domain/grant.ts';
import { type ServiceRef, servicePath } from '../domain/service.ts';
import { clip, escapeText, mention, when } from './blocks.ts';

// Sentences that several messages share.

export const SORRY = 'Something on the way to Latchkey’s records or to Slack did not answer.';

export function serviceName(grant: { readonly service: ServiceRef }): string {
  return `*${escapeText(grant.service.service)}*`;
}

export function serviceNames(batch: readonly Grant[]): string {
  const names = batch.map(serviceName);
  const last = names.pop();
  return names.length > 0 ? `${names.join(', ')} and ${last}` : (last ?? '');
}

export function serviceDetail(grant: Grant): string {
  const where = `\`${servicePath(grant.service)}\``;
  return grant.serviceUri ? `${where} · ${escapeText(grant.serviceUri)}` : where;
}

export function forHowLong(grant: Grant): string {
  const length = spellDuration(grant.askedMinutes);
  return grant.requestedStartAt === undefined ? length : `${length} from ${when(grant.requestedStartAt)}`;
}

/** Who asked, and for whom where that is somebody else. */
export function whoAsks(grant: Grant): string {
  const asker = mention(grant.requester.userId);
  return grant.principal.userId === grant.requester.userId
    ? asker
    : `${asker} for ${mention(grant.principal.userId)}`;
}

type Approved = Pick<Grant, 'approvals'> & Partial<Pick<Grant, 'minutes' | 'askedMinutes'>>;

/** By whom, and for how long where that is less than was asked for. */
export function approvedBy({ approvals, minutes = 0, askedMinutes = 0 }: Approved): string {
  const names = approvals.map((a) => mention(a.userId));
  const shortened = minutes < askedMinutes ? ` for ${spellDuration(minutes)}` : '';
  return names.length === 0 ? 'automatically' : `by ${names.join(' and ')}${shortened}`;
}

/** What people typed as a reason, short and harmless. */
export function reasonOf(text: string, max = 600): string {
  return clip(escapeText(text.replace(/\s+/g, ' ').trim()), max);
}

/** Where a grant stands, for everyone to read: what is true now, and who did it. */
export function stateLine(grant: Grant): string {
  switch (grant.state) {
    case 'APPROVAL_AWAITED': {
      const missing = grant.approvalsNeeded - grant.approvals.length;
      if (grant.approvals.length === 0) {
        const many = missing > 1 ? `${missing} approvals` : 'approval';
        return `:hourglass_flowing_sand: Waiting for ${many} until ${when(grant.deadlineAt)}`;
      }
      return `:hourglass_flowing_sand: Approved ${approvedBy(grant)}; ${missing} more needed until ${when(grant.deadlineAt)}`;
    }
    case 'DENIED': {
      const why = grant.reason ? `: ${reasonOf(grant.reason)}` : '';
      return `:no_entry: Denied by ${mention(grant.closedBy.userId)}${why}`;
    }
    case 'WITHDRAWN':
      return `:leftwards_arrow_with_hook: Withdrawn by ${mention(grant.closedBy.userId)}`;
    case 'EXPIRED':
      return ':hourglass: Expired: nobody answered in time';
    case 'SCHEDULED':
      return `:calendar: Approved ${approvedBy(grant)}; starts ${when(grant.term.startsAt ?? grant.term.approvedAt)}, ends ${when(grant.term.endsAt)}`;
    case 'ACTIVATING':
      return `:gear: Approved ${approvedBy(grant)}, applying…${troubleOf(grant)}`;
    case 'ACTIVE':
      return `:white_check_mark: Active until ${when(grant.appliedEndsAt)}, approved ${approvedBy(grant)}${movingOf(grant)}`;
    case 'ACTIVATION_FAILED':
      return `:warning: Approved ${approvedBy(grant)}, but access could not be given: ${reasonOf(grant.failure.reason, 800)}`;
    case 'REVOKING':
      return `:gear: ${endedBy(grant.revocation)}, being removed…${troubleOf(grant)}`;
    case 'REVOKED':
      return `:lock: ${endedBy(grant.revocation)} ${when(grant.closedAt)}`;
    case 'ENDED':
      return `:checkered_flag: Ended ${when(grant.term.endsAt)}`;
  }
}

function troubleOf({ trouble }: Grant): string {
  return trouble ? ` Still trying: ${reasonOf(trouble.reason)}` : '';
}

function movingOf(grant: Extract<Grant, { state: 'ACTIVE' }>): string {
  if (grant.term.endsAt > grant.appliedEndsAt) {
    return `; extension to ${when(grant.term.endsAt)} is being applied`;
  }
  return grant.extension ? `; ${spellDuration(grant.extension.minutes)} more asked for` : '';
}

function endedBy(revocation: Revocation): string {
  const who = revocation.by ? `Ended by ${mention(revocation.by.userId)}` : 'Ended by Latchkey';
  return revocation.reason ? `${who} (${reasonOf(revocation.reason)})` : who;
}

/** What became of an extension. */
export function extensionLine(closed: ClosedExtension, grant: Grant): string {
  switch (closed.outcome) {
    case 'approved': {
      const end = 'term' in grant ? `, to ${when(grant.term.endsAt)}` : '';
      return `:white_check_mark: Extended ${approvedBy(closed)}${end}`;
    }
    case 'denied': {
      const who = closed.closedBy ? ` by ${mention(closed.closedBy.userId)}` : '';
      return `:no_entry: Extension denied${who}${closed.reason ? `: ${reasonOf(closed.reason)}` : ''}`;
    }
    case 'expired':
      return ':hourglass: Nobody answered the wish for an extension in time';
    case 'failed':
      return `:warning: The extension could not be applied${closed.reason ? `: ${reasonOf(closed.reason)}` : ''}`;
  }
}

/** What happened already, for somebody who clicked too late. */
export function lateAnswer(grant: Grant): string {
  return `Nothing was changed: the request of ${whoAsks(grant)} for ${serviceName(grant)} has already moved on.\n${stateLine(grant)}`;
}

/** The same for a click on an extension. */
export function lateExtensionAnswer(grant: Grant): string {
  const { lastExtension } = grant;
  return lastExtension && grant.state === 'ACTIVE'
    ? `Nothing was changed: the extension for ${serviceName(grant)} was decided already.\n${extensionLine(lastExtension, grant)}`
    : lateAnswer(grant);
}
