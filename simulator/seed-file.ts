import type { z } from 'zod';
import { readYaml } from '../src/config/yaml-document.ts';
import type { GoogleSeed } from './google/seed.ts';
import { type SeedFile, seedSchema } from './seed-schema.ts';
import type { Seed as SlackSeed } from './slack/types.ts';

/** What the workspace page offers to a visitor. */
export interface PageSeed {
  /** Who is shown first, and beside them. */
  readonly people: readonly string[];
  /** The channel that is open first. */
  readonly channel: string;
  /** Slash commands worth trying, the first one for a first visit. */
  readonly commands: readonly string[];
  /** Access levels that a visitor's device can have, by a short name. */
  readonly accessLevels: Readonly<Record<string, string>>;
}

export interface Seed {
  readonly slack: SlackSeed;
  readonly google: GoogleSeed;
  readonly page: PageSeed;
}

type Problem = { readonly path: readonly PropertyKey[]; readonly message: string };

/** Reads a seed file's text; either what it seeds, or every problem as a line `FILE:LINE: where: what`. */
export function loadSeed(
  text: string,
  fileName: string,
): { readonly seed: Seed | undefined; readonly problems: readonly string[] } {
  const document = readYaml(text);
  const found = document.problems.map(({ line, message }) => ({ line, text: message }));
  let seed: Seed | undefined;
  if (document.value !== undefined) {
    const parsed = seedSchema.safeParse(document.value);
    const problems: readonly Problem[] = parsed.success
      ? crossProblems(parsed.data)
      : parsed.error.issues.flatMap((issue) => problemsOf(issue, document.value));
    for (const { path, message } of problems) {
      const where = path.map((part) => (typeof part === 'number' ? `item ${part + 1}` : String(part)));
      found.push({ line: document.lineOf(path), text: `${where.join(', ') || 'the file'}: ${message}` });
    }
    if (parsed.success) seed = seedOf(parsed.data);
  }
  const problems = found.sort((a, b) => a.line - b.line).map((p) => `${fileName}:${p.line}: ${p.text}`);
  return { seed: problems.length === 0 ? seed : undefined, problems };
}

function problemsOf(issue: z.core.$ZodIssue, file: unknown): Problem[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...issue.path, key], message: 'is no key that is known here' }));
  }
  const value = issue.path.reduce<unknown>(
    (held, key) => (typeof held === 'object' && held !== null ? Reflect.get(held, key) : undefined),
    file,
  );
  return [{ path: issue.path, message: value === undefined ? 'is missing' : issue.message }];
}

function crossProblems(file: SeedFile): Problem[] {
  const problems: Problem[] = [];
  const users = new Set(file.people.map((person) => person.id));
  const known = (path: readonly PropertyKey[], ids: readonly string[]) => {
    for (const [i, user] of ids.entries()) {
      if (!users.has(user)) problems.push({ path: [...path, i], message: `nobody here has the id ${user}` });
    }
  };
  const once = (list: 'people' | 'usergroups' | 'channels' | 'projects' | 'services') => {
    const ids = file[list].map((one) => one.id);
    for (const [i, own] of ids.entries()) {
      if (ids.indexOf(own) < i) problems.push({ path: [list, i, 'id'], message: `${own} is here twice` });
    }
  };
  for (const list of ['people', 'usergroups', 'channels', 'projects', 'services'] as const) once(list);
  for (const [i, group] of file.usergroups.entries()) known(['usergroups', i, 'users'], group.users);
  for (const [i, channel] of file.channels.entries()) known(['channels', i, 'members'], channel.members);
  known(['page', 'people'], file.page.people);
  const { channel } = file.page;
  if (channel !== undefined && !file.channels.some(({ id }) => id === channel)) {
    problems.push({ path: ['page', 'channel'], message: `no channel here has the id ${channel}` });
  }
  for (const [i, { id }] of file.services.entries()) {
    const [project, region = ''] = id.split('/');
    if (!file.projects.find((one) => one.id === project)?.regions.includes(region)) {
      problems.push({ path: ['services', i, 'id'], message: `no project here has ${project}/${region}` });
    }
  }
  for (const [i, { on }] of file.standing.entries()) {
    if (resourceOf(file, on) === undefined) {
      problems.push({ path: ['standing', i, 'on'], message: `no service or project here is ${on}` });
    }
  }
  return problems;
}

/** The IAP resource that carries the policy of a service, or of everything in a project. */
function resourceOf(file: SeedFile, on: string): string | undefined {
  const [id, region, service] = on.split('/');
  const project = file.projects.find((one) => one.id === id);
  if (project === undefined) return undefined;
  if (on === project.id) return `projects/${project.number}/iap_web`;
  if (!file.services.some((one) => one.id === on)) return undefined;
  return `projects/${project.number}/iap_web/cloud_run-${region}/services/${service}`;
}

function seedOf(file: SeedFile): Seed {
  const { team, bot, people, usergroups, channels, projects, page } = file;
  return {
    slack: {
      team,
      bot,
      people: people.map((person) => defined(person)),
      usergroups: usergroups.map((group) => defined(group)),
      channels: channels.map((channel) => defined(channel)),
    },
    google: {
      projects,
      services: file.services.map(({ id, uri, ...service }) => {
        const [project = '', region = '', name = ''] = id.split('/');
        const host = `${name}-${region}.run.${team.domain}.example`;
        return { ...service, project, region, name, uri: uri ?? `https://${host}` };
      }),
      policies: file.standing.map(({ on, members }) => ({
        resource: resourceOf(file, on) ?? on,
        bindings: [{ role: 'roles/iap.httpsResourceAccessor', members }],
      })),
      groups: file.groups,
    },
    page: {
      people: page.people.length > 0 ? page.people : people.slice(0, 2).map((person) => person.id),
      channel: page.channel ?? channels[0]?.id ?? '',
      commands: page.commands,
      accessLevels: page.accessLevels,
    },
  };
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** Without the keys that the file left out, which zod keeps as undefined. */
function defined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, held]) => held !== undefined)) as Defined<T>;
}
