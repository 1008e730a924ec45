import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { composeFlows } from '../src/compose/flows.ts';
import { createParts } from '../src/compose/parts.ts';
import { composeSlack } from '../src/compose/slack.ts';
import { composeConverge, composeSweep } from '../src/compose/work.ts';
import { type Config, loadConfig } from '../src/config.ts';
import type { SweepSummary } from '../src/converge/sweep.ts';
import type { Log } from '../src/ports.ts';
import { createVirtualClock, type VirtualClock } from './clock.ts';
import { createFunctions, type Functions, type Invocation, type Triggers } from './functions.ts';
import type { GoogleSeed } from './google/seed.ts';
import { createGoogleServer, type GoogleServer } from './google/server.ts';
import { createLocalStore, LOCAL_PROJECT, type LocalStore } from './local-store.ts';
import type { StoreOperation } from './observed-store.ts';
import { readBody } from './read-body.ts';
import { googleSeed, slackSeed } from './seed.ts';
import { createSlackServer, type SlackServer } from './slack/server.ts';
import type { Seed as SlackSeed, WorkspaceState } from './slack/types.ts';
import { connectSocket, type SocketOptions } from './socket.ts';

export type { Invocation, Triggers } from './functions.ts';

const MINUTE_MS = 60_000;
const SIGNING_SECRET = 'simulated-signing-secret-0123456';
const BOT_TOKEN = 'xoxb-simulated-bot-token';

/** Everything that outlives a restart. */
export interface LocalState {
  readonly nowMs: number;
  readonly slack: WorkspaceState;
  readonly google: GoogleSeed;
  /** Absent where the grants are kept in Firestore. */
  readonly store?: string;
}

export interface LocalOptions {
  readonly entitlements: string;
  /** What messages about the entitlements call the file. */
  readonly entitlementsName?: string;
  readonly startMs: number;
  /** Time stands still until it is moved, unless this is set. */
  readonly realTime?: boolean;
  readonly log?: Log;
  readonly googleSeed?: GoogleSeed;
  readonly slackSeed?: SlackSeed;
  /** What {@link Local.dump} gave. */
  readonly state?: LocalState;
  /** Keeps grants in the Firestore emulator at this address instead of in memory. */
  readonly firestoreHost?: string;
  /** Connects to a real Slack workspace instead of the simulated one. */
  readonly socket?: SocketOptions;
}

export interface Local {
  readonly clock: VirtualClock;
  readonly google: GoogleServer;
  readonly slack: SlackServer;
  readonly store: LocalStore;
  /** What the application that is deployed now runs with. */
  readonly config: Config;
  readonly functions: Functions;
  readonly triggers: Triggers;
  readonly appUrl: string;
  readonly googleUrl: string;
  sweep(): Promise<SweepSummary>;
  /** Replaces the application by one with these entitlements, as a deployment would: what is stored stays. */
  redeploy(entitlements: string): Promise<void>;
  /** Settles when no trigger, sweep or request is at work or waiting. */
  idle(): Promise<void>;
  onInvocation(listener: (invocation: Invocation) => void): () => void;
  onStoreOperation(listener: (operation: StoreOperation) => void): () => void;
  dump(): LocalState;
  close(): Promise<void>;
}

/** The whole product in one process: the real application against simulated Slack, IAP and Cloud Run over HTTP. */
export async function createLocal(options: LocalOptions): Promise<Local> {
  const { state, socket } = options;
  // A file that is wrong is refused before anything is started.
  configOf(options, 'http://127.0.0.1:1', 'http://127.0.0.1:1');
  const clock = createVirtualClock({
    startMs: Math.max(options.startMs, state?.nowMs ?? 0),
    realTime: options.realTime ?? false,
  });
  const google = createGoogleServer({ clock, seed: state?.google ?? options.googleSeed ?? googleSeed });
  const googleServer = await google.listen();
  const slack = await createSlackServer({
    clock,
    // Bolt judges signatures by real time, whatever the virtual clock says.
    signatureClock: { now: () => Date.now() },
    seed: options.slackSeed ?? slackSeed,
    botToken: BOT_TOKEN,
    signingSecret: SIGNING_SECRET,
    ...(state && { state: state.slack }),
  });
  const { store, base, onOperation } = createLocalStore(options, clock);
  const deploy = (entitlements: string) => {
    const config = configOf({ ...options, entitlements }, slack.url, googleServer.url);
    const parts = createParts(config, { clock, store, ...(options.log ? { log: options.log } : {}) });
    const targets = {
      slack: composeSlack(parts),
      converge: composeConverge(parts),
      sweep: composeSweep(parts),
    };
    return { config, parts, targets };
  };
  let app = deploy(options.entitlements);
  const functions = createFunctions(clock, (subject) => app.targets.converge(subject));
  base.onWrite(functions.trigger);

  const sweep = () => functions.invoke('sweep', '', () => app.targets.sweep());
  let cancelSweep = () => {};
  const scheduleSweep = () => {
    const next = Math.floor(clock.now() / MINUTE_MS) * MINUTE_MS + MINUTE_MS;
    cancelSweep = clock.at(next, () => {
      void sweep().catch(() => {});
      scheduleSweep();
    });
  };

  const entrance = createServer((request, response) => {
    const work = async () => {
      const body = await readBody(request);
      const done = new Promise((resolve) => response.once('close', resolve));
      app.targets.slack(Object.assign(request, { rawBody: body }), response);
      await done;
    };
    void functions.invoke('slack', request.url ?? '', work).catch(() => response.destroy());
  });
  const appUrl = await listen(entrance);
  slack.setAppUrl(`${appUrl}/slack/events`);
  let disconnect = async () => {};
  const connect = async () => {
    if (!socket) return;
    const flows = composeFlows(app.parts);
    disconnect = await connectSocket(socket, { ...app.parts, flows, functions });
  };
  scheduleSweep();

  const local: Local = {
    clock,
    google,
    slack,
    store: { ...store, dump: base.dump },
    get config() {
      return app.config;
    },
    functions,
    triggers: functions.triggers,
    appUrl,
    googleUrl: googleServer.url,
    sweep,
    async redeploy(entitlements) {
      // A file with problems is refused before anything is replaced.
      app = deploy(entitlements);
      await disconnect();
      await connect();
    },
    idle: functions.idle,
    onInvocation: functions.onInvocation,
    onStoreOperation: onOperation,
    dump: () => ({
      nowMs: clock.now(),
      slack: slack.workspace.dump(),
      google: google.dump(),
      ...(options.firestoreHost === undefined && { store: base.dump() }),
    }),
    async close() {
      cancelSweep();
      clock.pause();
      functions.stop();
      await disconnect();
      await functions.idle();
      await Promise.all([slack.close(), googleServer.close(), closed(entrance), base.close()]);
    },
  };
  try {
    await connect();
  } catch (error) {
    await local.close();
    throw error;
  }
  return local;
}

function configOf(options: LocalOptions, slackUrl: string, googleUrl: string): Config {
  const { socket, entitlementsName = 'entitlements.yaml' } = options;
  const slack = socket
    ? { SLACK_BOT_TOKEN: socket.botToken, ...(socket.apiUrl && { SLACK_API_URL: socket.apiUrl }) }
    : { SLACK_BOT_TOKEN: BOT_TOKEN, SLACK_API_URL: `${slackUrl}/api/` };
  return loadConfig(
    {
      ...slack,
      // Socket Mode has no signatures; the setting is required all the same.
      SLACK_SIGNING_SECRET: SIGNING_SECRET,
      GOOGLE_CLOUD_PROJECT: LOCAL_PROJECT,
      IAP_API_URL: googleUrl,
      RUN_API_URL: googleUrl,
      ...(options.firestoreHost && { FIRESTORE_EMULATOR_HOST: options.firestoreHost }),
    },
    () => options.entitlements,
    entitlementsName,
  );
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
