import * as z from 'zod/mini';
import { PROJECT_ID } from '../domain/project.ts';

/** The environment, checked; secrets are in here, so it is never logged. */
export interface Environment {
  readonly slackSigningSecret: string;
  readonly slackBotToken: string;
  readonly slackApi: BaseUrl;
  readonly projectId: string;
  readonly iapApi: BaseUrl;
  readonly runApi: BaseUrl;
}

/** Where an API is; `credentials` is whether it gets ours, which a server on this machine does not. */
export interface BaseUrl {
  /** Without a trailing slash. */
  readonly url: string;
  readonly credentials: boolean;
}

const shaped = (pattern: RegExp, message: string) => z.string().check(z.regex(pattern, message));

/** Every variable, once: its name, its shape and its default. No message may repeat a value: some are secrets. */
const environmentSchema = z.object({
  SLACK_SIGNING_SECRET: shaped(
    /^(?!xox)[\x21-\x7e]+$/,
    'must be the app\'s signing secret ("Basic Information" in its settings), without spaces, and no token',
  ),
  SLACK_BOT_TOKEN: shaped(
    /^(xoxe\.)?xoxb-[\x21-\x7e]+$/,
    "must be the app's bot token, which begins with xoxb-",
  ),
  SLACK_API_URL: baseUrl('https://slack.com/api/'),
  GOOGLE_CLOUD_PROJECT: shaped(PROJECT_ID, 'must be a project id: lower-case letters, digits and hyphens'),
  // Google's client reads it by itself.
  FIRESTORE_EMULATOR_HOST: z.optional(
    shaped(/^(\[[0-9A-Fa-f:]+\]|[A-Za-z0-9._-]+):\d{1,5}$/, 'must be host:port, without http://'),
  ),
  IAP_API_URL: baseUrl('https://iap.googleapis.com'),
  RUN_API_URL: baseUrl('https://run.googleapis.com'),
  // Read beside this, so that problems of both are told at once.
  ENTITLEMENTS_FILE: z.optional(z.string()),
});

/** Reads the environment; every problem is one line that begins with the variable's name and holds no value. */
export function readEnvironment(env: Record<string, string | undefined>): {
  readonly environment: Environment | undefined;
  readonly problems: readonly string[];
} {
  const names = Object.keys(environmentSchema.shape);
  // A blank variable is an unset one, and secrets that were stored with a line break at the end are common.
  const given = Object.fromEntries(names.map((name) => [name, env[name]?.trim() || undefined]));
  const parsed = environmentSchema.safeParse(given);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => {
      const name = String(issue.path[0]);
      return `${name}: ${given[name] === undefined ? 'is required' : issue.message}`;
    });
    return { environment: undefined, problems };
  }
  const { data } = parsed;
  const environment = {
    slackSigningSecret: data.SLACK_SIGNING_SECRET,
    slackBotToken: data.SLACK_BOT_TOKEN,
    slackApi: data.SLACK_API_URL,
    projectId: data.GOOGLE_CLOUD_PROJECT,
    iapApi: data.IAP_API_URL,
    runApi: data.RUN_API_URL,
  };
  return { environment, problems: [] };
}

function baseUrl(fallback: string) {
  return z.pipe(
    z._default(z.string(), fallback),
    z.transform((text, context): BaseUrl => {
      const read = readBaseUrl(text);
      if (typeof read !== 'string') return read;
      context.issues.push({ code: 'custom', message: read, input: text });
      return z.NEVER;
    }),
  );
}

/** The base URL, or what is wrong with it. */
function readBaseUrl(text: string): BaseUrl | string {
  const url = URL.parse(text);
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    return 'must be a URL that begins with https://';
  }
  if (url.username || url.password || url.search || url.hash) {
    return 'must be a plain base URL, without user, password, ? or #';
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    return `must begin with https:// (plain http:// is only for this machine, and ${url.hostname} is not)`;
  }
  return {
    url: url.origin + url.pathname.replace(/\/+$/, ''),
    credentials: url.protocol === 'https:',
  };
}

/** By name or number, never by looking it up. `URL` has already written IPv4 addresses out in full. */
function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' || hostname === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname)
  );
}
