import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { freePort } from '../support/ports.ts';

const root = join(import.meta.dirname, '../..');
export const DIST = join(root, 'dist');
const FRAMEWORK = join(root, 'node_modules/.bin/functions-framework');
const CLOCK_OFFSET = pathToFileURL(join(import.meta.dirname, 'clock-offset.mjs')).href;
const START_LIMIT_MS = 20_000;
const POLL_MS = 5;

export type Target = 'slack' | 'converge' | 'sweep';

export interface StartOptions {
  readonly target: Target;
  readonly env: Readonly<Record<string, string>>;
  /** The built folder, where it is not the repository's. */
  readonly source?: string;
  /** How the framework is told; by default `--source` and `--target`. */
  readonly args?: readonly string[];
  /** Of the process's clock against real time. */
  readonly offsetMs?: number;
  /** A module to load before anything else, as a URL. */
  readonly preload?: string;
}

/** A function in a process of its own, under the functions framework. */
export interface RunningFunction {
  readonly url: string;
  /** What it wrote on both of its outputs. */
  output(): string;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** How a process ended that did not come to listen. */
export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** Starts a built function and waits until it listens; says how it ended if it does not. */
export async function tryToStart(options: StartOptions): Promise<RunningFunction | Ended> {
  assertBuilt();
  const { target, env, source = DIST, offsetMs = 0, preload } = options;
  const port = await freePort();
  const imports = [CLOCK_OFFSET, ...(preload ? [preload] : [])].map((url) => `--import=${url}`);
  const child = spawn(FRAMEWORK, [...(options.args ?? [`--source=${source}`, `--target=${target}`])], {
    cwd: root,
    env: {
      PATH: process.env.PATH,
      PORT: String(port),
      NODE_OPTIONS: imports.join(' '),
      CLOCK_OFFSET_MS: String(offsetMs),
      ...env,
    },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const ended = new Promise<Ended>((resolve) => child.once('close', (code) => resolve({ code, output })));
  const url = `http://127.0.0.1:${port}`;
  const listening = await untilListening(child, url);
  if (listening) return { url, output: () => output, stop: (signal) => stop(child, ended, signal) };
  child.kill('SIGKILL');
  return await ended;
}

/** As {@link tryToStart}, where it has to start. */
export async function start(options: StartOptions): Promise<RunningFunction> {
  const started = await tryToStart(options);
  if ('url' in started) return started;
  throw new Error(`${options.target} ended with code ${started.code}:\n${started.output}`);
}

async function untilListening(child: ChildProcess, url: string): Promise<boolean> {
  const limit = performance.now() + START_LIMIT_MS;
  while (child.exitCode === null && performance.now() < limit) {
    // Answered by the framework itself for functions of HTTP, and as an unknown page for those of events.
    const answer = await fetch(`${url}/robots.txt`).catch(() => undefined);
    if (answer) return true;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return false;
}

async function stop(child: ChildProcess, ended: Promise<Ended>, signal: NodeJS.Signals = 'SIGKILL') {
  child.kill(signal);
  await ended;
}

/** These tests are about what was built: a build that is older than the sources would prove nothing. */
function assertBuilt(): void {
  const index = join(DIST, 'index.mjs');
  if (!existsSync(index)) throw new Error('there is no dist/: npm run build');
  const built = statSync(index).mtimeMs;
  for (const folder of ['src', 'functions', 'tools']) {
    for (const name of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })) {
      if (statSync(join(root, folder, name)).mtimeMs <= built) continue;
      throw new Error(`dist/ is older than ${folder}/${name}: npm run build`);
    }
  }
}
