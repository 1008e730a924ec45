import { hasCode, LatchkeyError } from '../errors.ts';
import type { Clock, Directory } from '../ports.ts';

/**
 * Slack's directory for one run: each person and each group is asked for once, and nobody is any more once Slack did
 * not answer, which throws what it threw, or the time for asking is up (`until`, ms), which throws `no-time`.
 */
export function briefDirectory(directory: Directory, clock: Clock, until: number): Directory {
  const answers = new Map<string, Promise<unknown>>();
  let outage: unknown;

  const ask = async <T>(work: () => Promise<T>): Promise<T> => {
    if (outage !== undefined) throw outage;
    if (clock.now() >= until) {
      throw new LatchkeyError(
        'no-time',
        'failed to ask Slack: answers about others took the time that there was',
      );
    }
    try {
      return await work();
    } catch (error) {
      if (hasCode(error, 'unavailable', 'timeout', 'rate-limited')) outage = error;
      throw error;
    }
  };
  const once = <T>(key: string, work: () => Promise<T>): Promise<T> => {
    const answer = answers.get(key) ?? ask(work);
    answers.set(key, answer);
    return answer as Promise<T>;
  };

  return {
    profile: (userId) => once(`user ${userId}`, () => directory.profile(userId)),
    usergroup: (id) => once(`group ${id}`, () => directory.usergroup(id)),
    userByEmail: (email) => once(`email ${email}`, () => directory.userByEmail(email)),
  };
}
