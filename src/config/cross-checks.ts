import type { FileContext } from './entitlements-schema.ts';
import type { Problem } from './yaml-document.ts';

// What no part of the file can know by itself. Everything here reads the unchecked values and passes over what is
// not of the right shape, so that these problems are listed together with those of shape.

type Raw = Readonly<Record<string, unknown>>;

/** What parts of the file know of each other. */
export function contextOf(file: unknown): FileContext {
  const domains = strings(field(field(file, 'workspace'), 'emailDomains')).map((domain) =>
    domain.toLowerCase().replace(/^@/, ''),
  );
  const projects = items(field(file, 'projects')).flatMap((project) => {
    const id = field(project, 'id');
    return typeof id === 'string' ? [{ id, regions: strings(field(project, 'regions')) }] : [];
  });
  return {
    emailDomains: domains.length === 0 ? undefined : domains,
    projects: projects.length === 0 ? undefined : projects,
  };
}

/** Problems between parts of the file: repeated ids, rules that admit nobody, approvals that can never be had. */
export function crossProblems(file: unknown): Problem[] {
  const workspace = field(file, 'workspace');
  return [
    ...repeated(file, 'projects', 'id'),
    ...repeated(file, 'projects', 'number'),
    ...repeated(file, 'entitlements', 'id'),
    ...(field(field(workspace, 'admins'), 'anyone') === true
      ? [{ path: ['workspace', 'admins', 'anyone'], message: 'cannot be true: admins must be named' }]
      : []),
    ...items(field(file, 'entitlements')).flatMap((entitlement, i) =>
      isRaw(entitlement) ? ofEntitlement(entitlement, ['entitlements', i], field(workspace, 'channel')) : [],
    ),
  ];
}

function ofEntitlement(entitlement: Raw, path: Problem['path'], workspaceChannel: unknown): Problem[] {
  const { requesters, approvers, approvalsNeeded: needed = 1, channel } = entitlement;
  const problems: Problem[] = [];
  const say = (key: string, message: string) => problems.push({ path: [...path, key], message });
  if (isRaw(requesters) && field(requesters, 'anyone') !== true && named(requesters).length === 0) {
    say('requesters', 'must name somebody: anyone: true, or emails, users or usergroups');
  }
  if (field(approvers, 'anyone') === true) {
    problems.push({
      path: [...path, 'approvers', 'anyone'],
      message: 'cannot be true: approvers must be named',
    });
  } else if (typeof needed === 'number' && needed > 0 && (approvers === undefined || isRaw(approvers))) {
    const people = approvers === undefined ? [] : named(approvers);
    if (people.length === 0) {
      say('approvers', 'must name somebody, unless approvalsNeeded is 0 (which grants at once)');
    } else if (items(field(approvers, 'usergroups')).length === 0 && people.length < needed) {
      say('approvalsNeeded', `is ${needed}, but approvers has only ${people.length} to give an approval`);
    }
  }
  if (channel === undefined && workspaceChannel === undefined) {
    say('channel', 'is missing, and workspace.channel is not set either: one of them says where requests go');
  }
  return problems;
}

/** Everybody a rule names, each once; one person may still be named both by address and by user id. */
function named(rule: Raw): string[] {
  const emails = strings(rule.emails).map((email) => email.toLowerCase());
  return [...new Set([...emails, ...strings(rule.users), ...strings(rule.usergroups)])];
}

function repeated(file: unknown, list: string, key: string): Problem[] {
  const first = new Map<string, number>();
  return items(field(file, list)).flatMap((item, i) => {
    const value = field(item, key);
    if (typeof value !== 'string') return [];
    const before = first.get(value);
    if (before === undefined) {
      first.set(value, i);
      return [];
    }
    const message = `repeats ${JSON.stringify(value)}, which item ${before + 1} of ${list} has already`;
    return [{ path: [list, i, key], message }];
  });
}

function isRaw(value: unknown): value is Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An own field of an unchecked value, if there is one. */
export function field(value: unknown, key: PropertyKey): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? Reflect.get(value, key)
    : undefined;
}

function items(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function strings(value: unknown): string[] {
  return items(value).filter((item) => typeof item === 'string');
}
