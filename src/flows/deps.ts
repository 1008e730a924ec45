import type { Entitlement, Memberships, PeopleRule } from '../domain/entitlement.ts';
import { identify, type Person, type Workspace } from '../domain/person.ts';
import type { Project } from '../domain/project.ts';
import { isRefused, type Refused, refused } from '../domain/refused.ts';
import type { CatalogEntry } from '../domain/service.ts';
import type { Clock, Directory, GrantStore } from '../ports.ts';

/** Structured log lines, never with a secret. */
export type Log = (
  severity: 'INFO' | 'WARNING' | 'ERROR',
  event: string,
  facts: Record<string, unknown>,
) => void;

export interface FlowRules {
  readonly workspace: Workspace & { readonly admins: PeopleRule };
  readonly projects: readonly Project[];
  readonly entitlements: readonly Entitlement[];
}

/** What everything that a person can do needs. */
export interface FlowDeps {
  readonly store: GrantStore;
  readonly directory: Directory;
  readonly catalog: Catalog;
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
export async function whoIs(deps: FlowDeps, userId: string): Promise<Person | Refused> {
  const profile = await deps.directory.profile(userId);
  const person = profile
    ? identify(profile, deps.rules.workspace)
    : refused('identity', 'Slack does not know this account, so it cannot use Latchkey.');
  if (isRefused(person)) deps.log('WARNING', 'identity-refused', { userId, reason: person.reason });
  return person;
}

/** Members of user groups, fetched side by side. */
export async function membershipsOf(deps: FlowDeps, groups: Iterable<string>): Promise<Memberships> {
  const ids = [...new Set(groups)];
  return new Map(await Promise.all(ids.map(async (id) => [id, await deps.directory.usergroup(id)] as const)));
}
