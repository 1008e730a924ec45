import { basename } from 'node:path';
import { loadEntitlements, type Rules } from './config/entitlements-file.ts';
import { readEnvironment } from './config/environment.ts';
import { messageOf } from './errors.ts';

/** Everything that is configured, checked. Holds secrets: never log it. */
export interface Config extends Rules {
  readonly slack: {
    readonly signingSecret: string;
    readonly botToken: string;
    /** Ends with a slash, as Slack's client wants it. */
    readonly apiUrl: string;
  };
  readonly google: {
    /** Project of Firestore. */
    readonly projectId: string;
    /** Without a trailing slash. */
    readonly iapApiUrl: string;
    /** Whether calls carry Google credentials: not to a server on this machine. */
    readonly iapCredentials: boolean;
    readonly runApiUrl: string;
    readonly runCredentials: boolean;
  };
}

/** The configuration is wrong; the message lists every problem on a line of its own, and no value of a secret. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
    super([`Latchkey cannot start: its configuration has ${count}.`, ...problems].join('\n'));
    this.problems = problems;
  }
}

/** Reads the environment and the entitlements file; throws one {@link ConfigError} that lists all that is wrong. */
export function loadConfig(
  env: Record<string, string | undefined>,
  readFile: (path: string) => string,
  defaultEntitlementsFile: string,
): Config {
  const { environment, problems } = readEnvironment(env);
  const file = readRules(env.ENTITLEMENTS_FILE?.trim() || defaultEntitlementsFile, readFile);
  if (!environment || !file.rules) throw new ConfigError([...problems, ...file.problems]);
  return {
    slack: {
      signingSecret: environment.slackSigningSecret,
      botToken: environment.slackBotToken,
      apiUrl: `${environment.slackApi.url}/`,
    },
    google: {
      projectId: environment.projectId,
      iapApiUrl: environment.iapApi.url,
      iapCredentials: environment.iapApi.credentials,
      runApiUrl: environment.runApi.url,
      runCredentials: environment.runApi.credentials,
    },
    ...file.rules,
  };
}

function readRules(path: string, readFile: (path: string) => string): ReturnType<typeof loadEntitlements> {
  let text: string;
  try {
    text = readFile(path);
  } catch (error) {
    const cause = messageOf(error).replace(/\s+/g, ' ');
    return { rules: undefined, problems: [`ENTITLEMENTS_FILE: cannot read ${path}: ${cause}`] };
  }
  return loadEntitlements(text, basename(path));
}
