import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { access, realpath } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from './ports.ts';

export type EmulatorResult =
  | { readonly kind: 'running'; readonly host: string; stop(): Promise<void> }
  | { readonly kind: 'unavailable'; readonly reason: string };

const START_LIMIT_MS = 60_000;
const POLL_MS = 100;
const MAIN_CLASS = 'com.google.cloud.datastore.emulator.firestore.CloudFirestore';

/**
 * The official Firestore emulator: the one that `FIRESTORE_EMULATOR_HOST` names, or one started from the Google Cloud
 * CLI's component on a free port. It must be stopped by who started it.
 */
export async function startFirestoreEmulator(): Promise<EmulatorResult> {
  const given = process.env.FIRESTORE_EMULATOR_HOST;
  if (given) {
    const response = await fetch(`http://${given}/`, { signal: AbortSignal.timeout(10_000) }).catch(
      () => undefined,
    );
    if (response?.ok) return { kind: 'running', host: given, stop: async () => {} };
    return { kind: 'unavailable', reason: `nothing answers at FIRESTORE_EMULATOR_HOST=${given}` };
  }
  const jar = await findJar();
  if ('reason' in jar) return { kind: 'unavailable', reason: jar.reason };
  const port = await freePort();
  // The jar itself: gcloud's own start is a Python process around it, which takes seconds and outlives its children.
  const args = ['-Duser.language=en', '-cp', jar.path, MAIN_CLASS, '--host=127.0.0.1', `--port=${port}`];
  const child = spawn('java', args, { detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
  const kill = () => killGroup(child);
  process.once('exit', kill);
  const host = `127.0.0.1:${port}`;
  const problem = await untilReady(child, `http://${host}/`);
  if (problem === undefined) {
    return {
      kind: 'running',
      host,
      async stop() {
        const exited = new Promise((resolve) => child.once('exit', resolve));
        if (!killGroup(child)) return;
        await exited;
        process.removeListener('exit', kill);
      },
    };
  }
  kill();
  return { kind: 'unavailable', reason: problem };
}

/** The emulator's jar beside the `gcloud` on the path, or where gcloud says that its components are. */
async function findJar(): Promise<{ readonly path: string } | { readonly reason: string }> {
  const gcloud = await findOnPath('gcloud');
  if (!gcloud) return { reason: 'no FIRESTORE_EMULATOR_HOST, and no gcloud on the path' };
  if (!(await findOnPath('java'))) return { reason: 'no java on the path' };
  const inRoot = (root: string) =>
    join(root, 'platform', 'cloud-firestore-emulator', 'cloud-firestore-emulator.jar');
  const beside = inRoot(dirname(dirname(await realpath(gcloud))));
  if (await exists(beside)) return { path: beside };
  const format = '--format=value(installation.sdk_root)';
  const root = await promisify(execFile)(gcloud, ['info', format]).catch(() => ({ stdout: '' }));
  const told = inRoot(root.stdout.trim());
  if (await exists(told)) return { path: told };
  return { reason: 'gcloud has no component cloud-firestore-emulator' };
}

async function findOnPath(name: string): Promise<string | undefined> {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, name);
    if (folder !== '' && (await exists(path))) return path;
  }
  return undefined;
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}

/** Waits until the emulator answers; says why where it does not. */
async function untilReady(child: ChildProcess, url: string): Promise<string | undefined> {
  let stderr = '';
  let failure: string | undefined;
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-2000);
  });
  child.once('error', (error) => {
    failure = error.message;
  });
  child.once('exit', (code) => {
    failure ??= `it ended with code ${code}: ${stderr.trim().split('\n').at(-1) ?? ''}`;
  });
  const limit = Date.now() + START_LIMIT_MS;
  while (failure === undefined && Date.now() < limit) {
    const response = await fetch(url).catch(() => undefined);
    if (response && (await response.text()).trim() === 'Ok') return undefined;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return failure ?? `it did not answer within ${START_LIMIT_MS / 1000} s`;
}

/** Ends the process group; false where it has ended already. */
function killGroup(child: ChildProcess): boolean {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return false;
  try {
    process.kill(-child.pid, 'SIGKILL');
    return true;
  } catch {
    return false;
  }
}
