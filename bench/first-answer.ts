import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { freePort } from '../test/support/ports.ts';

const root = join(import.meta.dirname, '..');
const FRAMEWORK = join(root, 'node_modules/@google-cloud/functions-framework/build/src/main.js');
const POLL_MS = 1;
const LIMIT_MS = 20_000;

/** A function to start, and the request that it is to answer first. */
export interface Contender {
  readonly source: string;
  readonly target: string;
  readonly env: Readonly<Record<string, string>>;
  firstRequest(): { path: string; headers: Record<string, string>; body: string };
}

/** From the start of the process to the end of its first answer. */
export interface Measured {
  readonly elapsedMs: number;
  /** The most memory that the process ever held. */
  readonly peakBytes: number;
}

/** Starts a function in a process of its own and asks at once, and again until it answers; throws if that is no 200. */
export async function measureFirstAnswer(contender: Contender): Promise<Measured> {
  const port = await freePort();
  const { path, headers, body } = contender.firstRequest();
  const startedAt = performance.now();
  const child = spawn(
    process.execPath,
    [FRAMEWORK, `--source=${contender.source}`, `--target=${contender.target}`, `--port=${port}`],
    { stdio: ['ignore', 'ignore', 'inherit'], env: { PATH: process.env.PATH, ...contender.env } },
  );
  const ended = new Promise((resolve) => child.once('exit', resolve));
  try {
    for (;;) {
      const status = await post(port, path, headers, body);
      const elapsedMs = performance.now() - startedAt;
      if (status === 200) return { elapsedMs, peakBytes: await peakBytes(child.pid) };
      if (status !== undefined) throw new Error(`${contender.target} answered ${status}`);
      if (child.exitCode !== null) throw new Error(`${contender.target} ended with code ${child.exitCode}`);
      if (elapsedMs > LIMIT_MS) throw new Error(`${contender.target} did not answer`);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
}

/** The status of the whole answer, or nothing where nobody listens yet. */
async function post(
  port: number,
  path: string,
  headers: Record<string, string>,
  body: string,
): Promise<number | undefined> {
  return await new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path, method: 'POST', headers, agent: false };
    const sent = request(options, (response) => {
      response.resume().once('end', () => resolve(response.statusCode));
    });
    sent.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED') resolve(undefined);
      else reject(error);
    });
    sent.end(body);
  });
}

/** https://docs.kernel.org/filesystems/proc.html: VmHWM is the peak of the resident set. */
async function peakBytes(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  if (kilobytes === undefined) throw new Error(`no VmHWM for process ${pid}`);
  return Number(kilobytes) * 1024;
}
