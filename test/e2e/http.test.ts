import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningFunction, start, type Target } from './functions.ts';

// What strangers may send; nothing of it needs Firestore, Slack or Google.

const TARGETS = ['slack', 'converge', 'sweep'] as const;
const NOWHERE = 'http://127.0.0.1:1';
const ENV = {
  SLACK_SIGNING_SECRET: '8f742231b10e8888abcd99yyyzzz85a5',
  SLACK_BOT_TOKEN: 'xoxb-strangers',
  SLACK_API_URL: `${NOWHERE}/api/`,
  GOOGLE_CLOUD_PROJECT: 'strangers',
  FIRESTORE_EMULATOR_HOST: '127.0.0.1:1',
  IAP_API_URL: NOWHERE,
  RUN_API_URL: NOWHERE,
  ENTITLEMENTS_FILE: join(import.meta.dirname, '../../simulator/entitlements.yaml'),
};
const JSON_TYPE = { 'content-type': 'application/json' };
const LARGE = new Uint8Array(1024 * 1024 + 1);

interface Case {
  readonly name: string;
  readonly path?: string;
  readonly init: RequestInit;
  readonly status: Partial<Record<Target, number>>;
}

const cases: readonly Case[] = [
  {
    name: 'malformed JSON',
    path: '/slack/events',
    init: { method: 'POST', headers: JSON_TYPE, body: '{"payload":' },
    status: { slack: 400, converge: 400, sweep: 400 },
  },
  {
    name: 'a malformed event',
    init: { method: 'POST', headers: { 'content-type': 'application/cloudevents+json' }, body: '[' },
    status: { slack: 400, converge: 400, sweep: 400 },
  },
  {
    name: 'a body of more than a mebibyte',
    path: '/slack/events',
    init: { method: 'POST', body: LARGE },
    status: { slack: 413, converge: 413, sweep: 413 },
  },
  {
    name: 'a body that cannot be decoded',
    init: { method: 'POST', headers: { ...JSON_TYPE, 'content-encoding': 'gzip' }, body: 'plain' },
    status: { slack: 400, converge: 400, sweep: 400 },
  },
  {
    name: 'an alphabet that nobody knows',
    init: { method: 'POST', headers: { 'content-type': 'application/json; charset=klingon' }, body: '{}' },
    status: { slack: 415, converge: 415, sweep: 415 },
  },
  { name: 'GET', init: {}, status: { slack: 404, converge: 400, sweep: 405 } },
  {
    name: 'an unknown path',
    path: '/admin?debug=1',
    init: { method: 'POST', body: 'x' },
    status: { slack: 404, sweep: 404 },
  },
  {
    name: 'a path that cannot be decoded',
    path: '/%ff',
    init: { method: 'POST', body: 'x' },
    status: { slack: 400, converge: 400, sweep: 400 },
  },
  {
    name: 'a signature that is none',
    path: '/slack/events',
    init: {
      method: 'POST',
      headers: { 'x-slack-signature': 'v0', 'x-slack-request-timestamp': 'now' },
      body: 'x',
    },
    status: { slack: 401 },
  },
  {
    name: 'nothing at all',
    path: '/slack/events',
    init: { method: 'POST' },
    status: { slack: 401, converge: 400 },
  },
];

describe('requests of strangers', () => {
  const running = new Map<Target, RunningFunction>();
  beforeAll(async () => {
    await Promise.all(TARGETS.map(async (target) => running.set(target, await start({ target, env: ENV }))));
  });
  afterAll(async () => {
    await Promise.all([...running.values()].map((one) => one.stop()));
  });

  const rows = cases.flatMap(({ name, path = '/', init, status }) =>
    TARGETS.flatMap((target) =>
      status[target] ? [{ name, path, init, target, status: status[target] }] : [],
    ),
  );

  test.each(rows)(
    '$target answers $name with $status, and tells nothing of itself',
    async ({ target, path, init, status }) => {
      const response = await fetch(`${running.get(target)?.url}${path}`, init);
      const body = await response.text();
      expect(response.status).toBe(status);
      expect(body).not.toMatch(/\n\s+at |node_modules|\.[cm]?js|node:|Error\b.*:/);
      expect(body.length).toBeLessThan(300);
      expect(response.headers.get('x-powered-by')).toBeNull();
    },
  );

  test.each([
    ['no event', { 'content-type': 'application/json' }],
    ['an event of another document', eventOf('documents/services/acme-prod~us-central1~payroll')],
    ['an event of a grant’s history', eventOf('documents/grants/g1/events/0001')],
  ])('converge acknowledges %s, so that it is not repeated, and does nothing', async (_, headers) => {
    const response = await fetch(running.get('converge')?.url ?? '', { method: 'POST', headers, body: '{}' });
    expect(response.status).toBe(204);
  });

  test('every process is still there afterwards', async () => {
    for (const one of running.values()) expect((await fetch(one.url)).status).toBeLessThan(500);
  });
});

function eventOf(subject: string): Record<string, string> {
  return {
    'content-type': 'application/protobuf',
    'ce-id': '1',
    'ce-source': '//firestore.googleapis.com/projects/strangers/databases/(default)',
    'ce-specversion': '1.0',
    'ce-type': 'google.cloud.firestore.document.v1.written',
    'ce-subject': subject,
  };
}
