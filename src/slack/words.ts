import { concerns } from '../domain/decide.ts';
import { spellDuration } from '../domain/duration.ts';
import type { ClosedExtension, Grant, RevokedGrant, RevokingGrant } from '../domain/grant.ts';
import type { Person } from '../domain/person.ts';
import { type ServiceRef, servicePath } from '../domain/service.ts';
import { clip, escapeText, mention, when } from './blocks.ts';
import { failedWords, tryingWords } from './failures.ts';

// Sentences that several messages share.

export const SORRY = 'Something on the way to Latchkey’s records or to Slack did not answer.';

export function serviceName(grant: { readonly service: ServiceRef }): string {
  return `*${escapeText(grant.service.service)}*`;
}

/** A service among others that may have the same name elsewhere. */
export function serviceIn({ service }: { readonly service: ServiceRef }): string {
  return `${serviceName({ service })} in ${service.project}/${service.region}`;
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

/**
 * Somebody named without being notified: Slack pings whoever a new message mentions. The address is also what was
 * verified, while anybody can choose their own display name.
 */
export function named({ email }: Pick<Person, 'email'>): string {
  return escapeText(email.split('@')[0] || email);
}

/** Who asked, and for whom where that is somebody else; where mentions notify nobody. */
export function whoAsks(grant: Grant): string {
  const asker = mention(grant.requester.userId);
  return grant.principal.userId === grant.requester.userId
    ? asker
    : `${asker} for ${mention(grant.principal.userId)}`;
}

/** What a service demands besides the grant, which waiting and reloading does not give; empty where nothing. */
export function onlyFrom({ accessLevels }: Pick<Grant, 'accessLevels'>): string {
  const names = accessLevels.map((level) => escapeText(level.split('/').at(-1) ?? level));
  return names.length === 0 ? '' : `only from a device that meets ${names.join(' and ')}`;
}

type Approved = Pick<Grant, 'approvals'> & Partial<Pick<Grant, 'minutes' | 'askedMinutes'>>;

/** By whom, and for how long where that is less than was asked for. */
export function approvedBy({ approvals, minutes = 0, askedMinutes = 0 }: Approved): string {
  const names = approvals.map((a) => mention(a.userId));
  const shortened = minutes < askedMinutes ? ` for ${spellDuration(minutes)}` : '';
  return names.length === 0 ? 'automatically' : `by ${names.join(' and ')}${shortened}`;
}

/** Mentions of those who may approve, without those who have by now. */
export function approversLeft(
  { announcements: { background } }: Grant,
  approvals: readonly Person[],
): readonly string[] {
  const done = approvals.map((a) => mention(a.userId));
  return background?.approvers.filter((approver) => !done.includes(approver)) ?? [];
}

/** Names in a row, as many as there is room for. */
export function listed(names: readonly string[], most = 20): string {
  const left = names.length - most;
  return `${names.slice(0, most).join(', ')}${left > 0 ? ` and ${left} more` : ''}`;
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
      return `:hourglass: Expired: ${answersInTime(grant.approvals.length, grant.approvalsNeeded)}`;
    case 'SCHEDULED':
      return `:calendar: Approved ${approvedBy(grant)}; starts ${when(grant.term.startsAt ?? grant.term.approvedAt)}, ends ${when(grant.term.endsAt)}`;
    case 'ACTIVATING':
      return `:gear: Approved ${approvedBy(grant)}, applying…${troubleOf(grant)}`;
    case 'ACTIVE':
      return `:white_check_mark: Active until ${when(grant.appliedEndsAt)}, approved ${approvedBy(grant)}${movingOf(grant)}`;
    case 'ACTIVATION_FAILED':
      return `:warning: Approved ${approvedBy(grant)}, but access could not be given. ${failedWords(grant.failure, grant)}`;
    case 'REVOKING':
      return `:gear: ${endedBy(grant)}, being removed…${troubleOf(grant)}`;
    case 'REVOKED':
      return `:lock: ${endedBy(grant)} ${when(grant.closedAt)}`;
    case 'ENDED':
      return `:checkered_flag: Ended ${when(grant.term.endsAt)}`;
  }
}

/** How far it came, for what was not answered in time. */
export function answersInTime(came: number, needed: number): string {
  return came === 0 ? 'nobody answered in time' : `${came} of ${Math.max(1, needed)} approvals came in time`;
}

function troubleOf(grant: Grant): string {
  return grant.trouble ? ` ${tryingWords(grant.trouble, grant)}` : '';
}

function movingOf(grant: Extract<Grant, { state: 'ACTIVE' }>): string {
  if (grant.term.endsAt > grant.appliedEndsAt) {
    return `; extension to ${when(grant.term.endsAt)} is being applied…${troubleOf(grant)}`;
  }
  return grant.extension
    ? `; extension asked for (${spellDuration(grant.extension.minutes)} from the approval)`
    : '';
}

/** By whom access was ended: its owner's own end is no revoke. */
export function endedBy(grant: RevokingGrant | RevokedGrant): string {
  const { by, reason } = grant.revocation;
  const verb = by && !concerns(grant, by) ? 'Revoked' : 'Ended';
  const who = `${verb} by ${by ? mention(by.userId) : 'Latchkey'}`;
  return reason ? `${who} (${reasonOf(reason)})` : who;
}

/** What became of an extension. */
export function extensionLine(closed: ClosedExtension, grant: Grant): string {
  switch (closed.outcome) {
    case 'approved': {
      if (grant.state === 'ACTIVE' && grant.appliedEndsAt < grant.term.endsAt) {
        return `:gear: Extension to ${when(grant.term.endsAt)} approved ${approvedBy(closed)}, being applied…`;
      }
      // Ended in another way since, perhaps before the later end was ever in IAP.
      if (grant.state !== 'ACTIVE' && grant.state !== 'ENDED') {
        return pastExtensionLine(closed, grant);
      }
      return `:white_check_mark: Extended ${approvedBy(closed)}, until ${when(grant.term.endsAt)}`;
    }
    case 'denied': {
      const who = closed.closedBy ? ` by ${mention(closed.closedBy.userId)}` : '';
      return `:no_entry: Extension denied${who}${closed.reason ? `: ${reasonOf(closed.reason)}` : ''}`;
    }
    case 'expired':
      return `:hourglass: Extension expired: ${answersInTime(closed.approvals.length, grant.approvalsNeeded)}`;
    case 'failed':
      return `:warning: The extension could not be applied, the end stays${closed.reason ? `: ${reasonOf(closed.reason)}` : ''}`;
  }
}

/** The same once another one follows, which may move the end. */
export function pastExtensionLine(closed: ClosedExtension, grant: Grant): string {
  return closed.outcome === 'approved'
    ? `:white_check_mark: Extension approved ${approvedBy(closed)}`
    : extensionLine(closed, grant);
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
