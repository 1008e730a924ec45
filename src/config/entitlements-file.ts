import type * as z from 'zod/mini';
import type { Entitlement, PeopleRule } from '../domain/entitlement.ts';
import type { Workspace } from '../domain/person.ts';
import type { Project } from '../domain/project.ts';
import { contextOf, crossProblems, field } from './cross-checks.ts';
import { type EntitlementsFile, fileSchema } from './entitlements-schema.ts';
import { pathInWords, shown } from './wording.ts';
import { type Problem, readYaml } from './yaml-document.ts';

export interface WorkspaceRules extends Workspace {
  /** Where requests are posted, unless an entitlement names another. */
  readonly channel: string | undefined;
  /** Who may revoke anything and use the kill switch; nobody unless the file says so. */
  readonly admins: PeopleRule;
}

/** Everything the entitlements file says. */
export interface Rules {
  readonly workspace: WorkspaceRules;
  readonly projects: readonly Project[];
  readonly entitlements: readonly Entitlement[];
}

/** Reads the entitlements file's text; either rules, or every problem as a line `FILE:LINE: where: what`. */
export function loadEntitlements(
  text: string,
  fileName: string,
): { readonly rules: Rules | undefined; readonly problems: readonly string[] } {
  const document = readYaml(text);
  const found = document.problems.map(({ line, message }) => ({ line, text: message }));
  let rules: Rules | undefined;
  if (document.value !== undefined) {
    const file = document.value;
    const parsed = fileSchema(contextOf(file)).safeParse(file);
    const shape = parsed.success ? [] : parsed.error.issues.flatMap((issue) => problemsOf(issue, file));
    for (const { path, message } of [...shape, ...crossProblems(file)]) {
      const where = pathInWords(path, file);
      found.push({ line: document.lineOf(path), text: where ? `${where}: ${message}` : message });
    }
    if (parsed.success) rules = rulesOf(parsed.data);
  }
  const problems = found.sort((a, b) => a.line - b.line).map((p) => `${fileName}:${p.line}: ${p.text}`);
  return { rules: problems.length === 0 ? rules : undefined, problems };
}

function problemsOf(issue: z.core.$ZodIssue, file: unknown): Problem[] {
  if (issue.code === 'unrecognized_keys') {
    const messages = issue.message.split('\n');
    return issue.keys.map((key, i) => ({ path: [...issue.path, key], message: messages[i] ?? '' }));
  }
  const value = issue.path.reduce<unknown>(field, file);
  if (value === undefined) {
    return [{ path: issue.path, message: issue.path.length === 0 ? 'is empty' : 'is missing' }];
  }
  const says = issue.code === 'invalid_type' || typeof value !== 'object' || value === null;
  return [{ path: issue.path, message: says ? `${issue.message}, not ${shown(value)}` : issue.message }];
}

function rulesOf({ workspace, projects, entitlements }: EntitlementsFile): Rules {
  return {
    workspace: { ...workspace, channel: workspace.channel },
    projects,
    entitlements: entitlements.map((e) => ({
      id: e.id,
      services: e.services,
      requesters: e.requesters,
      approvers: e.approvers,
      approvalsNeeded: e.approvalsNeeded,
      approvalTimeoutMinutes: e.approvalTimeout,
      durationsMinutes: e.durations,
      justification: {
        required: e.justification.required,
        pattern: e.justification.pattern,
        hint: e.justification.hint,
      },
      // The cross-checks refuse a file that leaves both out.
      channel: e.channel ?? workspace.channel ?? '',
      accessLevels: e.accessLevels,
      warning: e.warning,
    })),
  };
}
