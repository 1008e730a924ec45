import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createParts } from '../src/compose/parts.ts';
import { composeSlack } from '../src/compose/slack.ts';
import { composeConverge, composeSweep } from '../src/compose/work.ts';
import { loadConfig } from '../src/config.ts';
import type { Log } from '../src/converge/converge-service.ts';
import type { SweepSummary } from '../src/converge/sweep.ts';
import { createVirtualClock, type VirtualClock } from './clock.ts';
import { createEmbeddedStore, type EmbeddedStore } from './embedded-store.ts';
import type { GoogleServer } from './google/server.ts';
import { createGoogleServer } from './google/server.ts';
import { readBody } from './read-body.ts';
import { googleSeed, slackSeed } from './seed.ts';
import { createSlackServer, type SlackServer } from './slack/server.ts';

const MINUTE_MS = 60_000;
const SIGNING_SECRET = 'simulated-signing-secret-0123456';
const BOT_TOKEN = 'xoxb-simulated-bot-token';

export interface LocalOptions {
  readonly entitlements: string;
  readonly startMs: number;
  /** Time stands still until it is moved, unless this is set. */
  readonly realTime?: boolean;
  readonly log?: Log;
  readonly googleSeed?: typeof googleSeed;
  readonly slackSeed?: typeof slackSeed;
}

/** The function invocations of the local run, as they end. */
export interface Invocation {
  readonly function: 'slack' | 'converge' | 'sweep';
  readonly subject: string;
  readonly atMs: number;
  readonly durationMs: number;
  readonly outcome: string;
}

/** The weather over triggers: how many of the next ones get lost, or come twice. */
export interface Triggers {
  lose: number;
  double: number;
}

export interface Local {
  readonly clock: VirtualClock;
  readonly google: GoogleServer;
  readonly slack: SlackServer;
  readonly store: EmbeddedStore;
  readonly triggers: Triggers;
  readonly appUrl: string;
  readonly googleUrl: string;
  sweep(): Promise<SweepSummary>;
  /** Settles when no trigger, sweep or request is at work or waiting. */
  idle(): Promise<void>;
  onInvocation(listener: (invocation: Invocation) => void): () => void;
  close(): Promise<void>;
}

/** The whole product in one process: the real application against simulated Slack, IAP and Cloud Run over HTTP. */
export async function createLocal(options: LocalOptions): Promise<Local> {
  const clock = createVirtualClock({ startMs: options.startMs, realTime: options.realTime ?? false });
  const google = createGoogleServer({ clock, seed: options.googleSeed ?? googleSeed });
  const googleServer = await google.listen();
  const slack = await createSlackServer({
    clock,
    // Bolt judges signatures by real time, whatever the virtual clock says.
    signatureClock: { now: () => Date.now() },
    seed: options.slackSeed ?? slackSeed,
    botToken: BOT_TOKEN,
    signingSecret: SIGNING_SECRET,
  });
  const store = createEmbeddedStore();
  const config = loadConfig(
    {
      SLACK_SIGNING_SECRET: SIGNING_SECRET,
      SLACK_BOT_TOKEN: BOT_TOKEN,
      SLACK_API_URL: `${slack.url}/api/`,
      GOOGLE_CLOUD_PROJECT: 'latchkey-local',
      IAP_API_URL: googleServer.url,
      RUN_API_URL: googleServer.url,
    },
    () => options.entitlements,
    'entitlements.yaml',
  );
  const parts = createParts(config, { clock, store, ...(options.log ? { log: options.log } : {}) });
  const converge = composeConverge(parts);
  const runSweep = composeSweep(parts);

  const listeners = new Set<(invocation: Invocation) => void>();
  const atWork = new Set<Promise<unknown>>();
  const triggers: Triggers = { lose: 0, double: 0 };

  const invoke = <T>(name: Invocation['function'], subject: string, work: () => Promise<T>): Promise<T> => {
    const atMs = clock.now();
    const started = performance.now();
    const told = (outcome: string) => {
      for (const listener of listeners) {
        listener({ function: name, subject, atMs, durationMs: performance.now() - started, outcome });
      }
    };
    const run = work().then(
      (result) => {
        told('ok');
        return result;
      },
      (error: unknown) => {
        told(error instanceof Error ? error.message : String(error));
        throw error;
      },
    );
    const tracked = run.catch(() => {}).finally(() => atWork.delete(tracked));
    atWork.add(tracked);
    return run;
  };

  store.onWrite(({ grantId }) => {
    if (triggers.lose > 0) {
      triggers.lose -= 1;
      return;
    }
    const times = triggers.double > 0 ? 2 : 1;
    if (triggers.double > 0) triggers.double -= 1;
    for (let i = 0; i < times; i += 1) {
      void invoke('converge', grantId, async () => {
        // A trigger comes after the answer, never inside it.
        await new Promise((resolve) => setImmediate(resolve));
        await converge(`documents/grants/${grantId}`);
      }).catch(() => {});
    }
  });

  const handler = composeSlack(parts);
  const app = createServer((request, response) => {
    void invoke('slack', request.url ?? '', async () => {
      const body = await readBody(request);
      const done = new Promise((resolve) => response.once('close', resolve));
      handler(Object.assign(request, { rawBody: body }), response);
      await done;
    }).catch(() => response.destroy());
  });
  const appUrl = await listen(app);
  slack.setAppUrl(`${appUrl}/slack/events`);

  const sweep = () => invoke('sweep', '', runSweep);
  let cancel = () => {};
  const scheduleSweep = () => {
    const next = Math.floor(clock.now() / MINUTE_MS) * MINUTE_MS + MINUTE_MS;
    cancel = clock.at(next, () => {
      void sweep().catch(() => {});
      scheduleSweep();
    });
  };
  scheduleSweep();

  return {
    clock,
    google,
    slack,
    store,
    triggers,
    appUrl,
    googleUrl: googleServer.url,
    sweep,
    async idle() {
      while (atWork.size > 0) await Promise.all(atWork);
    },
    onInvocation(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      cancel();
      clock.pause();
      await Promise.all(atWork);
      await Promise.all([slack.close(), googleServer.close(), closed(app)]);
    },
  };
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
