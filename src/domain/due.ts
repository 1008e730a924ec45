import type { Step } from './audit.ts';
import type { Grant } from './grant.ts';
import { expire, expireExtension, nudge, nudgeAt, remind, remindAt, start } from './progress.ts';

/**
 * When a sweep has to look at a grant next (ms), or `null` where nothing is left to do. Everything that needs doing
 * later follows from the grant alone, so one query finds all of it, and an idle sweep finds nothing.
 */
export function dueAt(grant: Grant): number | null {
  const times = [stateDueAt(grant), announcementDueAt(grant)].filter((t) => t !== null);
  return times.length === 0 ? null : Math.min(...times);
}

function stateDueAt(grant: Grant): number | null {
  switch (grant.state) {
    case 'APPROVAL_AWAITED':
      return grant.nudgedAt === undefined ? Math.min(nudgeAt(grant), grant.deadlineAt) : grant.deadlineAt;
    case 'SCHEDULED':
      return grant.term.startsAt ?? grant.changedAt;
    case 'ACTIVATING':
    case 'REVOKING':
      return grant.trouble?.retryAt ?? grant.changedAt;
    case 'ACTIVE': {
      const isBehind = grant.appliedEndsAt !== grant.term.endsAt;
      const work = grant.trouble?.retryAt ?? (isBehind ? grant.changedAt : grant.term.endsAt);
      const reminder = grant.remindedAt === undefined ? remindAt(grant) : grant.term.endsAt;
      return Math.min(work, reminder, grant.term.endsAt, grant.extension?.deadlineAt ?? grant.term.endsAt);
    }
    case 'DENIED':
    case 'WITHDRAWN':
    case 'EXPIRED':
    case 'ACTIVATION_FAILED':
    case 'REVOKED':
    case 'ENDED':
      return null;
  }
}

function announcementDueAt({ announcements, revision, changedAt }: Grant): number | null {
  if (announcements.revision < revision) return announcements.retryAt ?? changedAt;
  return announcements.settlesAt ?? null;
}

/** The arrow that time alone has brought about, if any. The end of access is not here: IAP is read for that. */
export function timedArrow(grant: Grant, now: number): Step | undefined {
  switch (grant.state) {
    case 'APPROVAL_AWAITED':
      if (grant.deadlineAt <= now) return expire(grant, now);
      return grant.nudgedAt === undefined && nudgeAt(grant) <= now ? nudge(grant, now) : undefined;
    case 'SCHEDULED':
      return (grant.term.startsAt ?? 0) <= now ? start(grant, now) : undefined;
    case 'ACTIVE':
      if (grant.extension && grant.extension.deadlineAt <= now) return expireExtension(grant, now);
      if (grant.term.endsAt <= now || grant.remindedAt !== undefined) return undefined;
      return remindAt(grant) <= now ? remind(grant, now) : undefined;
    case 'ACTIVATING':
    case 'REVOKING':
    case 'DENIED':
    case 'WITHDRAWN':
    case 'EXPIRED':
    case 'ACTIVATION_FAILED':
    case 'REVOKED':
    case 'ENDED':
      return undefined;
  }
}
