import { admits, type Entitlement, type Memberships, type PeopleRule } from '../domain/entitlement.ts';
import { identify, type Person, type Workspace } from '../domain/person.ts';
import type { Project } from '../domain/project.ts';
import { isRefused, type Refused, refused } from '../domain/refused.ts';
import type { CatalogEntry } from '../domain/service.ts';
import type { Clock, Directory, GrantStore, Log, Messenger } from '../ports.ts';

export interface FlowRules {
  readonly workspace: Workspace & { readonly admins: PeopleRule };
  readonly projects: readonly Project[];
  readonly entitlements: readonly Entitlement[];
}

/** What everything that a person can do needs. */
export interface FlowDeps {
  readonly store: GrantStore;
  /** Asked anew whenever something is decided. */
  readonly directory: Directory;
  /** What Slack said within the last minute: to show things with, never to decide. */
  readonly known: Directory;
  readonly catalog: Catalog;
  readonly messenger: Messenger;
  readonly clock: Clock;
  readonly rules: FlowRules;
  readonly log: Log;
}

/** The services that can be asked for, kept for a while by each instance. */
export interface Catalog {
  /** Every known service; `fresh` asks Cloud Run itself, for what was deployed a moment ago. */
  all(options?: { readonly fresh?: boolean }): Promise<readonly CatalogEntry[]>;
}

/** Who is behind a Slack user id, or why they may not use Latchkey; refusals are put on record. */
export async function whoIs(
  deps: FlowDeps,
  userId: string,
  directory = deps.directory,
): Promise<Person | Refused> {
  const profile = await directory.profile(userId);
  const person = profile
    ? identify(profile, deps.rules.workspace)
    : refused('identity', 'Slack does not know this account, so it cannot use Latchkey.');
  if (isRefused(person)) deps.log('WARNING', 'identity-refused', { userId, reason: person.reason });
  return person;
}

/** Members of user groups, as far as Slack would tell. */
export interface Groups {
  readonly members: Memberships;
  /** Why some are missing: a no that rests on them is no answer. */
  readonly failure?: unknown;
}

/** Members of user groups, fetched side by side; one that cannot be had is missing and stands in nobody's way. */
export async function groupsOf(directory: Directory, groups: Iterable<string>): Promise<Groups> {
  const ids = [...new Set(groups)];
  const answers = await Promise.allSettled(ids.map((id) => directory.usergroup(id)));
  const members = new Map(
    ids.flatMap((id, i) => {
      const answer = answers[i];
      return answer?.status === 'fulfilled' ? [[id, answer.value] as const] : [];
    }),
  );
  const failed = answers.find((a) => a.status === 'rejected');
  return failed ? { members, failure: failed.reason } : { members };
}

export function isAdmin(deps: FlowDeps, person: Person, { members }: Groups): boolean {
  return admits(deps.rules.workspace.admins, person, members);
}
