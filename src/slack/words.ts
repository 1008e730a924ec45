import { formatDuration, spellDuration } from '../domain/duration.ts';
import type { Grant, Revocation } from '../domain/grant.ts';
import { servicePath } from '../domain/service.ts';
import { clip, escapeText, mention, when } from './blocks.ts';

// Sentences that several messages share.

export function serviceName(grant: Grant): string {
  return `*${escapeText(grant.service.service)}*`;
}

export function serviceDetail(grant: Grant): string {
  const where = `\`${servicePath(grant.service)}\``;
  return grant.serviceUri ? `${where} · ${grant.serviceUri}` : where;
}

export function forHowLong(grant: Grant): string {
  const length = spellDuration(grant.minutes);
  return grant.requestedStartAt === undefined ? length : `${length} from ${when(grant.requestedStartAt)}`;
}

/** Who asked, and for whom where that is somebody else. */
export function whoAsks(grant: Grant): string {
  const asker = mention(grant.requester.userId);
  return grant.principal.userId === grant.requester.userId
    ? asker
    : `${asker} for ${mention(grant.principal.userId)}`;
}

export function approvedBy(grant: Grant): string {
  const names = grant.approvals.map((a) => mention(a.userId));
  return names.length === 0 ? 'automatically' : `by ${names.join(' and ')}`;
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
      const why = grant.reason ? `: ${clip(escapeText(grant.reason), 600)}` : '';
      return `:no_entry: Denied by ${mention(grant.closedBy.userId)}${why}`;
    }
    case 'WITHDRAWN':
      return `:leftwards_arrow_with_hook: Withdrawn by ${mention(grant.closedBy.userId)}`;
    case 'EXPIRED':
      return ':hourglass: Expired: nobody answered in time';
    case 'SCHEDULED':
      return `:calendar: Approved ${approvedBy(grant)}; starts ${when(grant.term.startsAt ?? grant.term.approvedAt)}, ends ${when(grant.term.endsAt)}`;
    case 'ACTIVATING': {
      const trouble = grant.trouble ? ` Still trying: ${clip(escapeText(grant.trouble.reason), 600)}` : '';
      return `:gear: Approved ${approvedBy(grant)}, applying…${trouble}`;
    }
    case 'ACTIVE': {
      const moving =
        grant.term.endsAt > grant.appliedEndsAt
          ? `; extension to ${when(grant.term.endsAt)} is being applied`
          : '';
      return `:white_check_mark: Active until ${when(grant.appliedEndsAt)}, approved ${approvedBy(grant)}${moving}`;
    }
    case 'ACTIVATION_FAILED':
      return `:warning: Approved ${approvedBy(grant)}, but access could not be given: ${clip(escapeText(grant.failure.reason), 800)}`;
    case 'REVOKING':
      return `:gear: ${endedBy(grant.revocation)}, being removed…`;
    case 'REVOKED':
      return `:lock: ${endedBy(grant.revocation)} ${when(grant.closedAt)}`;
    case 'ENDED':
      return `:checkered_flag: Ended ${when(grant.term.endsAt)}`;
  }
}

function endedBy(revocation: Revocation): string {
  const who = revocation.by ? `Ended by ${mention(revocation.by.userId)}` : 'Ended by Latchkey';
  return revocation.reason ? `${who} (${clip(escapeText(revocation.reason), 600)})` : who;
}

/** What happened already, for somebody who clicked too late. */
export function lateAnswer(grant: Grant): string {
  return `Nothing was changed: the request of ${whoAsks(grant)} for ${serviceName(grant)} has already moved on.\n${stateLine(grant)}`;
}

/** The command that asks for the same again. */
export function againCommand(grant: Grant): string {
  return `/request-access ${servicePath(grant.service)} ${formatDuration(grant.minutes)} ${grant.justification}`.trim();
}
