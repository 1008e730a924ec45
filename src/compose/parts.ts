import { randomUUID } from 'node:crypto';
import type { WebClient } from '@slack/web-api';
import type { Config } from '../config.ts';
import { messageOf } from '../errors.ts';
import { createTokens } from '../gcp/credentials.ts';
import { createFirestoreStore } from '../gcp/firestore-store.ts';
import { createIapPolicies } from '../gcp/iap.ts';
import { createServiceCatalog } from '../gcp/run.ts';
import type { Clock, Directory, GrantStore, IapPolicies, Log, Messenger, ServiceCatalog } from '../ports.ts';
import { createDirectory, createMessenger, createWebClient } from '../slack/client.ts';
import { createPace } from '../slack/client-pace.ts';

/** Everything outside the core, wired to the configuration. Nothing is called, or loaded, before it is needed. */
export interface Parts {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly client: WebClient;
  readonly store: GrantStore;
  readonly iap: IapPolicies;
  readonly services: ServiceCatalog;
  readonly directory: Directory;
  readonly messenger: Messenger;
  readonly newHolder: () => string;
  readonly pause: (longestMs: number) => Promise<void>;
}

/** What a local run replaces: the truth's home and the time. */
export type Replacements = Partial<Pick<Parts, 'store' | 'clock' | 'log'>>;

export function createParts(config: Config, replace: Replacements = {}): Parts {
  const { google, slack, projects } = config;
  const clock = replace.clock ?? { now: () => Date.now() };
  const client = createWebClient(slack.botToken, slack.apiUrl);
  const numbers = new Map(projects.map((p) => [p.id, p.number]));
  const log = replace.log ?? logLine;
  const onDamaged = (path: string, error: unknown) =>
    log('ERROR', 'document-damaged', { path, cause: messageOf(error) });
  return {
    config,
    clock,
    log,
    client,
    store: replace.store ?? createFirestoreStore({ projectId: google.projectId, onDamaged }),
    iap: createIapPolicies({
      baseUrl: google.iapApiUrl,
      projectNumber: (id) => numbers.get(id),
      token: google.iapCredentials ? createTokens() : async () => undefined,
      clock,
      pause,
    }),
    services: createServiceCatalog({ baseUrl: google.runApiUrl, credentials: google.runCredentials }),
    directory: createDirectory(client),
    messenger: createMessenger(client, createPace(clock, wait)),
    newHolder: () => randomUUID(),
    pause,
  };
}

/** Full jitter: https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter */
async function pause(longestMs: number): Promise<void> {
  await wait(Math.random() * longestMs);
}

async function wait(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}

/** One JSON line, the way Cloud Logging reads it: https://cloud.google.com/logging/docs/structured-logging */
const logLine: Log = (severity, event, facts) => {
  process.stderr.write(`${JSON.stringify({ ...facts, severity, message: event })}\n`);
};
