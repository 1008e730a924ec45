import { timedArrow } from '../domain/due.ts';
import type { Grant } from '../domain/grant.ts';
import type { Change } from '../ports.ts';

/** {@link timedArrow} as a change for the store; the result is the grant as it then is. */
export function passTime(now: number): (grant: Grant) => Change<Grant> {
  return (grant) => {
    const step = timedArrow(grant, now);
    return step ? { commit: step, result: step.grant } : { result: grant };
  };
}
