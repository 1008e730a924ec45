import type { Step } from '../domain/audit.ts';
import type { Grant } from '../domain/grant.ts';
import { expire, expireExtension, nudge, nudgeAt, remind, remindAt, start } from '../domain/progress.ts';
import type { Change } from '../ports.ts';

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
    default:
      return undefined;
  }
}

/** {@link timedArrow} as a change for the store; the result is the grant as it then is. */
export function passTime(now: number): (grant: Grant) => Change<Grant> {
  return (grant) => {
    const step = timedArrow(grant, now);
    return step ? { commit: step, result: step.grant } : { result: grant };
  };
}
