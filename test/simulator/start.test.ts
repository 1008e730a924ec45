import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { listenOnLoopback } from '../support/ports.ts';

const ROOT = join(import.meta.dirname, '../..');
let folder: string;
const running: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-start-'));
});
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

const file = (name: string, text: string) => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

function launch(args: readonly string[], env: Record<string, string> = {}): ChildProcess {
  const { FIRESTORE_EMULATOR_HOST: _, SLACK_APP_TOKEN: _a, SLACK_BOT_TOKEN: _b, ...rest } = process.env;
  const child = spawn(process.execPath, ['simulator/main.ts', ...args], {
    cwd: ROOT,
    env: { ...rest, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.push(child);
  return child;
}

/** Runs to its end, for starts that cannot be. */
async function outcome(args: readonly string[], env?: Record<string, string>) {
  const child = launch(args, env);
  let [stdout, stderr] = ['', ''];
  child.stdout?.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    stderr += chunk;
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  return { code, stdout, stderr };
}

/** The address that a start prints. */
async function urlOf(child: ChildProcess): Promise<string> {
  let text = '';
  for await (const chunk of child.stdout ?? []) {
    text += chunk;
    const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(text) ?? [];
    if (url) return url;
  }
  throw new Error(`it printed no address: ${text}`);
}

const act = (url: string, step: object) =>
  fetch(`${url}/do`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(step),
  });

describe('npm start', () => {
  test('prints the address of a page that answers, and ends when it is told to', async () => {
    const child = launch([]);
    const url = await urlOf(child);
    expect(await (await fetch(url)).text()).toContain('<title>Latchkey');
    child.kill('SIGTERM');
    expect(await new Promise((resolve) => child.once('close', resolve))).toBe(0);
  });

  test('lists every problem of an entitlements file, and does not start', async () => {
    const path = file(
      'mine.yaml',
      'workspace:\n  teamId: nope\nprojects: []\nentitlements:\n  - id: a\n    colour: red\n',
    );
    const { code, stderr } = await outcome(['--entitlements', path]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/mine\.yaml:2: .*teamId/);
    expect(stderr).toMatch(/mine\.yaml:6: .*colour/);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  test('lists every problem of a seed file', async () => {
    const path = file('seed.yaml', 'team: { id: x }\npeople: []\n');
    const { code, stderr } = await outcome(['--seed', path]);
    expect(code).toBe(1);
    expect(stderr).toContain('seed.yaml:1: team, name: is missing');
    expect(stderr).toContain('seed.yaml:1: channels: is missing');
  });

  test.each([
    [['--entitlements', '/nowhere/at-all.yaml'], {}, /cannot start: .*at-all\.yaml/],
    [['--colour'], {}, /--colour[\s\S]*--entitlements FILE/],
    [[], { PORT: 'eighty' }, /PORT must be a port, not eighty/],
    [['--slack-socket'], {}, /needs SLACK_APP_TOKEN .* and SLACK_BOT_TOKEN .* in the environment\.\n$/],
    [
      ['--slack-socket'],
      { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xoxb-1' },
      /needs SLACK_APP_TOKEN \(an app-level/,
    ],
  ])('says in a sentence what is wrong with %j %j', async (args, env, sentence) => {
    const { code, stderr } = await outcome(args, env);
    expect(code).toBe(1);
    expect(stderr).toMatch(sentence);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  test('says that its port is taken', async () => {
    const server = createServer();
    const port = await listenOnLoopback(server);
    const { code, stderr } = await outcome([], { PORT: String(port) });
    server.close();
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `Port ${port} is taken: stop what runs there, or choose another with PORT=8081 npm start.\n`,
    });
  });

  test('goes on after a restart where it was, with --state', async () => {
    const path = join(folder, 'state.json');
    const first = launch(['--state', path]);
    const url = await urlOf(first);
    await act(url, {
      do: 'command',
      who: 'U0ADA',
      in: 'C0ACCESS',
      text: '/request-access billing-dashboard 15m INC-1 x',
    });
    first.kill('SIGTERM');
    await new Promise((resolve) => first.once('close', resolve));
    expect(existsSync(path)).toBe(true);

    const again = await urlOf(launch(['--state', path]));
    const place = { channel: 'C0ACCESS', nth: 0 };
    const answer = await act(again, { do: 'click', who: 'U0GRACE', at: place, what: 'Approve' });
    expect(answer.status).toBe(200);
    expect(readFileSync(path, 'utf8')).toContain('INC-1 x');
  });

  test('refuses to go on from a file that is something else', async () => {
    const { code, stderr } = await outcome(['--state', file('state.json', '{"a":1}')]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/cannot go on from .*state\.json: it was not written by this program\. Delete it/);
  });
});
