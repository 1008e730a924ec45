import { writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { getTestServer } from '@google-cloud/functions-framework/testing';
import { signature } from '../simulator/slack/deliver.ts';
import { listenOnLoopback } from '../test/support/ports.ts';

// node tools/prime-target.ts DIST TARGET UNIT…
// Runs one target of dist/ as the framework would, sends it a request, and writes the code caches of the named units:
// what was compiled by then, functions that are first called after loading among it.

/** There is no Firestore here: what needs it is cut short, having loaded and begun. */
const PATIENCE_MS = 1_500;
const SECRET = 'throwaway-signing-secret';

const [, , dist = '', target = '', ...names] = process.argv;
const answerOk: RequestListener = (request, response) => {
  const body = JSON.stringify({ ok: true, view: { id: 'V0PRIME' }, services: [] });
  request.resume().once('end', () => response.setHeader('content-type', 'application/json').end(body));
};
const outside = await listen(createServer(answerOk));
Object.assign(process.env, {
  SLACK_SIGNING_SECRET: SECRET,
  SLACK_BOT_TOKEN: 'xoxb-throwaway',
  SLACK_API_URL: `${outside}/api/`,
  GOOGLE_CLOUD_PROJECT: 'throwaway',
  FIRESTORE_EMULATOR_HOST: '127.0.0.1:1',
  IAP_API_URL: outside,
  RUN_API_URL: outside,
  ENTITLEMENTS_FILE: join(import.meta.dirname, '../entitlements.example.yaml'),
});
// As if the framework had been started: the deployed code looks for it, and for its target, where these say.
process.argv = [
  process.execPath,
  createRequire(import.meta.url).resolve('@google-cloud/functions-framework'),
  `--target=${target}`,
];
const { load, units } = (await import(
  pathToFileURL(join(dist, 'index.mjs')).href
)) as typeof import('../functions/index.ts');

const server = await listen(getTestServer(target) as Server);
const { path, headers, body } = firstRequest();
const signal = AbortSignal.timeout(PATIENCE_MS);
await fetch(`${server}${path}`, { method: 'POST', headers, body, signal }).then(
  (response) => {
    if (target === 'slack' && response.status !== 200) throw new Error(`slack answered ${response.status}`);
  },
  () => {},
);
for (const name of names) {
  load(name);
  const unit = units.get(name);
  if (unit) writeFileSync(`${unit.file}.cache`, unit.script.createCachedData());
}
process.exit(0);

function firstRequest(): { path: string; headers: Record<string, string>; body: string } {
  if (target !== 'slack') {
    const event = {
      'content-type': 'application/json',
      'ce-id': '1',
      'ce-source': 'prime',
      'ce-specversion': '1.0',
      'ce-type': 'google.cloud.firestore.document.v1.written',
      'ce-subject': 'documents/grants/prime',
    };
    return { path: '/', headers: target === 'converge' ? event : {}, body: '{}' };
  }
  const timestamp = Math.floor(Date.now() / 1000);
  const form = { command: '/request-access', text: '', team_id: 'T0', user_id: 'U0', trigger_id: '1.2.3' };
  const body = new URLSearchParams(form).toString();
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    'x-slack-request-timestamp': String(timestamp),
    'x-slack-signature': signature(SECRET, timestamp, body),
  };
  return { path: '/slack/events', headers, body };
}

async function listen(to: Server): Promise<string> {
  return `http://127.0.0.1:${await listenOnLoopback(to)}`;
}
