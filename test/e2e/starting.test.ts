import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { slackSeed } from '../../simulator/seed.ts';
import { createSlackServer } from '../../simulator/slack/server.ts';
import { listenOnLoopback } from '../support/ports.ts';
import { DIST, start, type Target, tryToStart } from './functions.ts';

const SIGNING_SECRET = '8f742231b10e8888abcd99yyyzzz85a5';
const ENTITLEMENTS = join(import.meta.dirname, '../../simulator/entitlements.yaml');
const ENV = {
  SLACK_SIGNING_SECRET: SIGNING_SECRET,
  SLACK_BOT_TOKEN: 'xoxb-starting',
  GOOGLE_CLOUD_PROJECT: 'starting',
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-dist-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A copy of dist/ somewhere else, as a deployment makes one. */
function copied(name: string): string {
  const copy = join(folder, name);
  cpSync(DIST, copy, { recursive: true });
  cpSync(ENTITLEMENTS, join(copy, 'entitlements.yaml'));
  return copy;
}

/** Starts a copy and has somebody open the form. */
async function opensTheForm(options: { source: string; args?: string[]; env?: Record<string, string> }) {
  const clock = { now: () => Date.now() };
  const slack = await createSlackServer({
    clock,
    seed: slackSeed,
    botToken: ENV.SLACK_BOT_TOKEN,
    signingSecret: SIGNING_SECRET,
  });
  onTestFinished(() => slack.close());
  const env = { ...ENV, SLACK_API_URL: `${slack.url}/api/`, ...options.env };
  const running = await start({
    target: 'slack',
    source: options.source,
    ...(options.args ? { args: options.args } : {}),
    env,
  });
  onTestFinished(() => running.stop());
  slack.setAppUrl(`${running.url}/slack/events`);
  const outcome = await slack.people.command('U0ADA', 'C0GENERAL', '/request-access');
  return { status: outcome.status, modal: outcome.modal?.view.type, output: running.output() };
}

describe('the deployed folder', () => {
  test('works where it was copied to, with its entitlements beside it', async () => {
    expect(await opensTheForm({ source: copied('elsewhere') })).toMatchObject({
      status: 200,
      modal: 'modal',
    });
  });

  test('holds nothing but code, its caches and its manifest', () => {
    const kinds = new Set(readdirSync(DIST).map((name) => name.replace(/^(\w+)-[A-Z0-9]{8}/, '*')));
    expect([...kinds].sort()).toEqual(['*.cjs', '*.cjs.cache', 'index.mjs', 'package.json']);
    const manifest = JSON.parse(readFileSync(join(DIST, 'package.json'), 'utf8')) as Record<string, unknown>;
    expect(manifest).toMatchObject({ main: 'index.mjs', engines: { node: '24' } });
    expect(Object.keys(manifest.dependencies ?? {})).toEqual(['@google-cloud/functions-framework']);
  });

  test.each([
    ['is missing', (file: string) => rmSync(file)],
    ['is of another Node', (file: string) => writeFileSync(file, Buffer.alloc(readFileSync(file).length, 1))],
    ['was cut off', (file: string) => writeFileSync(file, readFileSync(file).subarray(0, 1000))],
  ])('works where its code cache %s', async (name, damage) => {
    const source = copied(name.replaceAll(' ', '-'));
    for (const file of readdirSync(source)) if (file.endsWith('.cache')) damage(join(source, file));
    expect(await opensTheForm({ source })).toMatchObject({ status: 200, modal: 'modal' });
  });

  const ways: { name: string; target: Target; args: string[]; env?: Record<string, string> }[] = [
    { name: 'a target in the environment', target: 'slack', args: [], env: { FUNCTION_TARGET: 'slack' } },
    { name: 'a target apart from its flag', target: 'sweep', args: ['--target', 'sweep'] },
    {
      name: 'a target that overrides the environment',
      target: 'sweep',
      args: ['--target=sweep'],
      env: { FUNCTION_TARGET: 'slack' },
    },
    { name: 'the signature http', target: 'slack', args: ['--target=slack', '--signature-type=http'] },
    {
      name: 'the signature cloudevent',
      target: 'converge',
      args: ['--target=converge', '--signature-type=cloudevent'],
    },
    { name: 'no signature', target: 'converge', args: ['--target=converge'] },
  ];
  test.each(ways)('starts $target with $name', async ({ target, args, env = {} }) => {
    const running = await start({
      target,
      args: [`--source=${DIST}`, ...args],
      env: { ...ENV, ENTITLEMENTS_FILE: ENTITLEMENTS, ...env },
    });
    onTestFinished(() => running.stop());
    expect(running.output()).toContain(`Signature type: ${target === 'converge' ? 'cloudevent' : 'http'}`);
    // Each has another answer to a page that it does not have.
    const { status } = await fetch(running.url);
    expect(status).toBe({ slack: 404, converge: 400, sweep: 405 }[target]);
  });
});

describe('what is loaded late, out of the deployed folder', () => {
  test('Slack is called by TLS where its address says so', async () => {
    let firstByte: number | undefined;
    const server = createServer((socket) => {
      socket.once('data', (data) => {
        firstByte ??= data[0];
        socket.destroy();
      });
      socket.on('error', () => {});
    });
    const port = await listenOnLoopback(server);
    onTestFinished(() => void server.close());
    const env = { SLACK_API_URL: `https://127.0.0.1:${port}/api/` };
    // Nobody speaks TLS there, so the person is told that Slack did not answer, in time.
    expect(await opensTheForm({ source: copied('tls'), env })).toMatchObject({
      status: 200,
      modal: undefined,
    });
    expect(firstByte).toBe(0x16);
  });

  test('credentials come from the metadata server', async () => {
    const asked: string[] = [];
    const metadata = createHttpServer((request, response) => {
      asked.push(request.url ?? '');
      response.setHeader('metadata-flavor', 'Google').setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ access_token: 'from-metadata', expires_in: 3600, token_type: 'Bearer' }));
    });
    const port = await listenOnLoopback(metadata);
    onTestFinished(() => {
      vi.unstubAllEnvs();
      metadata.close();
    });
    vi.stubEnv('GCE_METADATA_HOST', `127.0.0.1:${port}`);
    vi.stubEnv('METADATA_SERVER_DETECTION', 'assume-present');
    vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', undefined);
    vi.stubEnv('CLOUDSDK_CONFIG', folder);
    vi.stubEnv('FUNCTION_TARGET', undefined);
    const { load } = (await import(pathToFileURL(join(DIST, 'index.mjs')).href)) as {
      load(name: string): typeof import('google-auth-library');
    };
    const auth = new (load('auth').GoogleAuth)({ scopes: 'https://www.googleapis.com/auth/cloud-platform' });
    expect(await auth.getAccessToken()).toBe('from-metadata');
    expect(asked.some((url) => url.includes('/service-accounts/default/token'))).toBe(true);
  });
});

describe('a broken configuration', () => {
  test.each(['slack', 'converge', 'sweep'] as const)(
    'stops %s at its start with every problem',
    async (target) => {
      const file = join(folder, `${target}.yaml`);
      const broken = readFileSync(ENTITLEMENTS, 'utf8')
        .replace('teamId: T0ACME', 'teamID: T0ACME')
        .replace('durations: [15m, 1h, 4h]', 'durations: [soon]')
        .replace('approvalTimeout: 2h', 'approvalTimeout: 400d');
      writeFileSync(file, broken);
      const secret = 'xoxp-not-to-be-shown';
      const ended = await tryToStart({
        target,
        env: { SLACK_BOT_TOKEN: secret, IAP_API_URL: 'http://iap.example', ENTITLEMENTS_FILE: file },
      });
      if ('url' in ended) {
        await ended.stop();
        throw new Error('it started');
      }
      expect(ended.code).toBe(1);
      for (const name of ['SLACK_SIGNING_SECRET', 'SLACK_BOT_TOKEN', 'GOOGLE_CLOUD_PROJECT', 'IAP_API_URL']) {
        expect(ended.output).toMatch(new RegExp(`^${name}: `, 'm'));
      }
      const lines = broken.split('\n');
      for (const wrong of ['teamID', '[soon]', '400d']) {
        const line = lines.findIndex((text) => text.includes(wrong)) + 1;
        expect(ended.output).toMatch(new RegExp(`^${target}\\.yaml:${line}[: ]`, 'm'));
      }
      expect(ended.output).not.toContain(secret);
      expect(ended.output).not.toMatch(/\n\s+at /);
    },
  );
});
