import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ConfigError } from '../src/config.ts';
import { messageOf } from '../src/errors.ts';
import type { Log } from '../src/ports.ts';
import type { LocalState } from './local.ts';
import { LOCAL_PROJECT } from './local-store.ts';
import { readOptions, USAGE } from './options.ts';
import { servePage } from './page/server.ts';
import { loadSeed, type Seed } from './seed-file.ts';
import { type SocketOptions, socketOptions } from './socket.ts';
import { createStage, type Stage } from './stage/stage.ts';
import { readState, writeState } from './state-file.ts';

const SAVE_AFTER_MS = 300;

type Env = Record<string, string | undefined>;

interface Inputs {
  readonly port: number;
  readonly entitlementsFile: string;
  readonly seed: Seed;
  readonly stateFile?: string;
  readonly state?: LocalState;
  readonly socket?: SocketOptions;
  readonly firestoreHost?: string;
}

/** Starts the whole product on this machine and prints the page's address; the exit code where that cannot be. */
export async function start(args: readonly string[], env: Env): Promise<number> {
  const options = readOptions(args, env);
  if (typeof options === 'string') return fail(options);
  if (options.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  try {
    const inputs = readInputs(options, env);
    if (typeof inputs === 'string') return fail(inputs);
    return await run(inputs);
  } catch (error) {
    if (error instanceof ConfigError) return fail(error.message);
    if (codeOf(error) === 'EADDRINUSE') {
      return fail(
        `Port ${options.port} is taken: stop what runs there, or choose another with PORT=8081 npm start.`,
      );
    }
    return fail(`Latchkey cannot start: ${messageOf(error)}`);
  }
}

function readInputs(options: Exclude<ReturnType<typeof readOptions>, string>, env: Env): Inputs | string {
  const here = (name: string) => join(import.meta.dirname, name);
  const seedFile = options.seed ?? here('seed.yaml');
  const { seed, problems } = loadSeed(readFileSync(seedFile, 'utf8'), basename(seedFile));
  if (seed === undefined) {
    return [`Latchkey cannot start: its seed file has problems.`, ...problems].join('\n');
  }
  const socket = options.slackSocket ? socketOptions(env) : undefined;
  if (typeof socket === 'string') return socket;
  const entitlementsFile = options.entitlements ?? here('entitlements.yaml');
  const state = options.state === undefined ? undefined : readState(options.state);
  return {
    port: options.port,
    entitlementsFile,
    seed,
    ...(options.state !== undefined && { stateFile: options.state }),
    ...(state && { state }),
    ...(socket && { socket }),
    ...(env.FIRESTORE_EMULATOR_HOST && { firestoreHost: env.FIRESTORE_EMULATOR_HOST }),
  };
}

async function run(inputs: Inputs): Promise<number> {
  const { seed, state, socket, firestoreHost, stateFile, entitlementsFile } = inputs;
  const entitlementsName = basename(entitlementsFile);
  const readEntitlements = () => readFileSync(entitlementsFile, 'utf8');
  const stage = await createStage({
    entitlements: readEntitlements(),
    readEntitlements,
    entitlementsName,
    slackSeed: seed.slack,
    googleSeed: seed.google,
    log: warn,
    ...(state && { state }),
    ...(socket && { socket }),
    ...(firestoreHost && { firestoreHost, forget: () => forgetFirestore(firestoreHost) }),
  });
  const page = await servePage({
    stage,
    port: inputs.port,
    facts: {
      mode: socket ? 'socket' : 'simulated',
      entitlements: entitlementsName,
      store: firestoreHost ? `Firestore emulator at ${firestoreHost}` : 'in memory',
      page: seed.page,
    },
  }).catch(async (error: unknown) => {
    await stage.close();
    throw error;
  });
  const save = stateFile === undefined ? () => {} : keepState(stage, stateFile);
  process.stdout.write(`\n  Latchkey is running: ${page.url}\n\n`);
  if (socket) process.stdout.write('  Connected to your Slack workspace: type /request-access there.\n\n');

  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  // What was begun is finished first, as a deployed instance would; what hangs is not waited for.
  await Promise.race([stage.local().idle(), new Promise((resolve) => setTimeout(resolve, 1000).unref())]);
  save();
  await page.close();
  await Promise.race([stage.close(), new Promise((resolve) => setTimeout(resolve, 1000).unref())]);
  return 0;
}

/** Saves a moment after each change; returns how to save at once. */
function keepState(stage: Stage, path: string): () => void {
  let timer: NodeJS.Timeout | undefined;
  const save = () => {
    clearTimeout(timer);
    timer = undefined;
    writeState(path, stage.local().dump());
  };
  stage.onChange(() => {
    timer ??= setTimeout(save, SAVE_AFTER_MS).unref();
  });
  return save;
}

/** On the terminal only what went wrong; everything else is on the page's timeline. */
const warn: Log = (severity, event, facts) => {
  if (severity !== 'INFO') process.stderr.write(`${JSON.stringify({ severity, event, ...facts })}\n`);
};

/** The emulator's own way to begin anew. */
async function forgetFirestore(host: string): Promise<void> {
  const path = `/emulator/v1/projects/${LOCAL_PROJECT}/databases/(default)/documents`;
  const response = await fetch(`http://${host}${path}`, { method: 'DELETE' });
  if (!response.ok) throw new Error(`failed to empty the Firestore emulator: ${response.status}`);
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

function fail(message: string): number {
  process.stderr.write(`${message}\n`);
  return 1;
}
