import * as z from 'zod/mini';
import { parseDuration } from '../domain/duration.ts';
import { globMatches } from '../domain/entitlement.ts';
import { ADDRESS } from '../domain/person.ts';
import { PROJECT_ID } from '../domain/project.ts';
import { nearest } from './nearest.ts';

/** What one part of the file has to know of another, read before anything is checked. */
export interface FileContext {
  /** `undefined` where the file's own list cannot be read: then nothing is held against it. */
  readonly emailDomains: readonly string[] | undefined;
  readonly projects: readonly { readonly id: string; readonly regions: readonly string[] }[] | undefined;
}

/** IAM allows 12 logical operators in a condition; start and end need two, each access level one. */
const ACCESS_LEVELS_MAX = 10;
/** Slack shows at most 100 options in a menu. */
const DURATIONS_MAX = 100;
/** Slack cuts a placeholder off there. */
const HINT_MAX_LENGTH = 500;
const WARNING_MAX_LENGTH = 200;
const APPROVALS_MAX = 20;

const SERVICE_PATTERN = /^[a-z0-9.:*-]+\/[a-z0-9*-]+\/[a-z0-9*-]+$/;
const DOMAIN = /^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;

/** The shape of the whole file. Messages say what a value must be; what it is instead is added by the reader. */
export function fileSchema(context: FileContext) {
  return mapping({
    workspace: workspaceSchema(context),
    projects: list(projectSchema, 1, 'projects'),
    entitlements: list(entitlementSchema(context), 1, 'entitlements'),
  });
}

export type EntitlementsFile = z.infer<ReturnType<typeof fileSchema>>;

const teamId = shaped(/^T[A-Z0-9]+$/, 'must be a Slack workspace id (T…)');
const channel = shaped(/^[CG][A-Z0-9]+$/, 'must be a Slack channel id (C… or G…)');
const userId = shaped(/^[UW][A-Z0-9]+$/, 'must be a Slack user id (U… or W…)');
const usergroupId = shaped(/^S[A-Z0-9]+$/, 'must be a Slack user group id (S…)');
const flag = z.boolean('must be true or false');

function workspaceSchema(context: FileContext) {
  const domain = 'must be an e-mail domain such as acme.example, without @';
  return mapping({
    teamId,
    emailDomains: list(z.string(domain).check(z.toLowerCase(), z.regex(DOMAIN, domain)), 1, 'e-mail domains'),
    channel: z.optional(channel),
    admins: z._default(people(context), nobody),
  });
}

const projectSchema = mapping({
  id: shaped(PROJECT_ID, 'must be a project id'),
  number: shaped(/^[0-9]{1,20}$/, 'must be the project number, digits in quotes'),
  regions: unique(
    list(shaped(/^[a-z]+-[a-z]+[0-9]+$/, 'must be a region such as us-central1'), 1, 'regions'),
  ),
});

function entitlementSchema(context: FileContext) {
  const level = 'must look like accessPolicies/NUMBER/accessLevels/NAME';
  const accessLevel = shaped(/^accessPolicies\/[0-9]+\/accessLevels\/[A-Za-z][A-Za-z0-9_]*$/, level);
  const approvals = `must be a whole number from 0 to ${APPROVALS_MAX}`;
  return mapping({
    id: shaped(
      /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/,
      'must be a short name of letters, digits, hyphens and dots',
    ),
    services: list(servicePattern(context), 1, 'service patterns'),
    requesters: people(context),
    approvers: z._default(people(context), nobody),
    approvalsNeeded: z._default(
      z.int(approvals).check(z.minimum(0, approvals), z.maximum(APPROVALS_MAX, approvals)),
      1,
    ),
    approvalTimeout: z._default(duration(), 480),
    durations: list(duration(), 1, 'durations').check(
      z.maxLength(DURATIONS_MAX, `must be at most ${DURATIONS_MAX} durations`),
      z.refine((minutes) => minutes.every((m, i) => m > (minutes[i - 1] ?? 0)), 'must grow, without repeats'),
    ),
    justification: z._default(justification(), { required: true }),
    channel: z.optional(channel),
    accessLevels: z._default(
      unique(list(accessLevel, 0, 'access levels')).check(
        z.maxLength(
          ACCESS_LEVELS_MAX,
          `must be at most ${ACCESS_LEVELS_MAX}: IAM allows 12 operators in a condition`,
        ),
      ),
      [],
    ),
    warning: z.optional(text(WARNING_MAX_LENGTH)),
  });
}

const nobody = { anyone: false, emails: [], users: [], usergroups: [] };

function people({ emailDomains }: FileContext) {
  const inDomain = (address: string) =>
    emailDomains === undefined || emailDomains.includes(address.slice(address.lastIndexOf('@') + 1));
  const email = z
    .string('must be an e-mail address')
    .check(
      z.toLowerCase(),
      z.regex(ADDRESS, { error: 'must be an e-mail address', abort: true }),
      z.refine(inDomain, `must be an address in ${emailDomains?.join(' or ')} (workspace.emailDomains)`),
    );
  return mapping({
    anyone: z._default(flag, false),
    emails: z._default(list(email, 0, 'e-mail addresses'), []),
    users: z._default(list(userId, 0, 'Slack user ids'), []),
    usergroups: z._default(list(usergroupId, 0, 'Slack user group ids'), []),
  });
}

function justification() {
  return mapping({
    required: z._default(flag, true),
    pattern: z.optional(pattern()),
    hint: z.optional(text(HINT_MAX_LENGTH)),
  });
}

/** Compiled with the `u` flag where that is possible; a pattern with needless escapes means the same without it. */
function pattern() {
  const message = 'must be a regular expression';
  return z.pipe(
    z.string(message),
    z.transform((source, context): RegExp => {
      try {
        return compiled(source);
      } catch (error) {
        const why = error instanceof Error ? error.message.split(': ').at(-1) : 'cannot be compiled';
        context.issues.push({ code: 'custom', message: `${message} (${why})`, input: source });
        return z.NEVER;
      }
    }),
  );
}

function compiled(source: string): RegExp {
  try {
    return new RegExp(source, 'u');
  } catch {
    return new RegExp(source);
  }
}

function servicePattern({ projects }: FileContext) {
  const isKnown = (path: string) => {
    const [project = '', region = ''] = path.split('/');
    return (
      projects === undefined ||
      projects.some((p) => globMatches(project, p.id) && p.regions.some((r) => globMatches(region, r)))
    );
  };
  const message = 'must be project/region/service, with * inside a segment';
  return z
    .string(message)
    .check(
      z.regex(SERVICE_PATTERN, { error: message, abort: true }),
      z.refine(isKnown, 'must name a project and one of its regions as listed under projects'),
    );
}

function duration() {
  const message = 'must be a duration such as 15m, 4h or 2d, from 1m to 29d';
  return z.pipe(
    z.string(message),
    z.transform((written, context): number => {
      const minutes = parseDuration(written);
      if (minutes !== undefined) return minutes;
      context.issues.push({ code: 'custom', message, input: written });
      return z.NEVER;
    }),
  );
}

function text(maxLength: number) {
  const message = `must be text of at most ${maxLength} characters`;
  return z.string(message).check(z.minLength(1, message), z.maxLength(maxLength, message));
}

function shaped(shape: RegExp, message: string) {
  return z.string(message).check(z.regex(shape, message));
}

function list<T extends z.core.$ZodType>(item: T, minimum: number, what: string) {
  return z
    .array(item, `must be a list of ${what}`)
    .check(z.minLength(minimum, `must list at least ${minimum}`));
}

function unique<T extends z.ZodMiniArray<z.ZodMiniString>>(schema: T) {
  return schema.check(z.refine((items) => new Set(items).size === items.length, 'must not repeat anything'));
}

/** A mapping that knows all its keys. For unknown ones the message has a line for each, in their order. */
function mapping<T extends z.core.$ZodShape>(shape: T) {
  const known = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => unknownKey(key, known)).join('\n')
        : `must be a mapping with ${known.join(', ')}`,
  });
}

function unknownKey(key: string, known: readonly string[]): string {
  const meant = nearest(key, known);
  return meant
    ? `is not a known key: did you mean ${meant}?`
    : `is not a known key; known are ${known.join(', ')}`;
}
