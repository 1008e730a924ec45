import type { Clock, Directory } from '../ports.ts';

/** How long an instance believes what Slack said of people and groups, for showing alone. */
const KEPT_MS = 60_000;
const KEPT_MAX = 2_000;

/**
 * A directory that remembers for a minute: good enough to show what somebody may do, never to decide it. Slack lets a
 * group's members be asked for only 20 times a minute, which a few open forms would use up.
 */
export function keepKnown(directory: Directory, clock: Clock): Directory {
  const remember = <T>(ask: (key: string) => Promise<T>) => {
    const kept = new Map<string, { readonly at: number; readonly answer: Promise<T> }>();
    return (key: string): Promise<T> => {
      const now = clock.now();
      const known = kept.get(key);
      if (known && now - known.at < KEPT_MS) return known.answer;
      const answer = ask(key);
      kept.delete(key);
      kept.set(key, { at: now, answer });
      answer.catch(() => kept.delete(key));
      for (const oldest of kept.keys()) {
        if (kept.size <= KEPT_MAX) break;
        kept.delete(oldest);
      }
      return answer;
    };
  };
  return {
    profile: remember((userId) => directory.profile(userId)),
    usergroup: remember((id) => directory.usergroup(id)),
    userByEmail: remember((email) => directory.userByEmail(email)),
  };
}
