import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type PageServer, servePage } from '../../../simulator/page/server.ts';
import { defaultSeed } from '../../../simulator/seed.ts';
import type { Stage } from '../../../simulator/stage/stage.ts';
import { newStage } from '../stage/fixture.ts';

let stage: Stage;
let page: PageServer;

beforeEach(async () => {
  stage = await newStage();
  const facts = { mode: 'simulated', entitlements: '', store: '', page: defaultSeed.page } as const;
  page = await servePage({ stage, facts, port: 0 });
});
afterEach(async () => {
  await page.close();
  await stage.close();
});

const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(page.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
const ask = { do: 'command', who: 'U0ADA', in: 'C0ACCESS', text: '/request-access help' };

/** The status for a request with headers that fetch does not let one set. */
function statusFor(headers: Record<string, string>, method = 'GET'): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(page.url, { method, headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

describe('the page server', () => {
  test('serves the page, its style and its code, and nothing from elsewhere', async () => {
    for (const [path, type] of [
      ['/', 'text/html'],
      ['/page.css', 'text/css'],
      ['/page.js', 'text/javascript'],
      ['/icon.svg', 'image/svg+xml'],
    ]) {
      const response = await fetch(page.url + path);
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toContain(type);
      expect(response.headers.get('content-security-policy')).toContain(
        "default-src 'none'; script-src 'self'",
      );
    }
    const text = await (await fetch(`${page.url}/`)).text();
    expect(text).not.toMatch(/https?:\/\//);
    expect(await (await fetch(`${page.url}/page.css`)).text()).not.toMatch(/@import|url\("?https?:/);
  });

  test('has nothing at other paths', async () => {
    expect((await fetch(`${page.url}/../package.json`)).status).toBe(404);
    expect((await fetch(`${page.url}/main.ts`)).status).toBe(404);
    expect((await post('/elsewhere', {})).status).toBe(404);
  });

  test('answers no other host than this machine, whatever name is pointed at it', async () => {
    expect(await statusFor({ host: 'evil.example' })).toBe(403);
    expect(await statusFor({ host: 'evil.example:80' })).toBe(403);
    expect(await statusFor({ host: new URL(page.url).host })).toBe(200);
    expect(await statusFor({ host: `localhost:${new URL(page.url).port}` })).toBe(200);
  });

  test.each([
    ['from another origin', { origin: 'https://evil.example' }],
    ['from another site, as the browser says', { 'sec-fetch-site': 'cross-site' }],
    ['as a form would send it', { 'content-type': 'text/plain' }],
  ])('does nothing %s', async (_, headers) => {
    expect((await post('/do', ask, headers)).status).toBe(403);
    expect(stage.local().slack.workspace.messages()).toEqual([]);
  });

  test.each([
    ['no JSON', '{', 400],
    ['no step', { do: 'explode' }, 400],
    ['a step with more than belongs to it', { ...ask, extra: 1 }, 400],
    ['too much', 'x'.repeat(300_000), 400],
    ['somebody who is not there', { ...ask, who: 'U0NOBODY' }, 409],
    ['a form that is not open', { do: 'submit', who: 'U0ADA' }, 409],
    [
      'a message that is not there',
      { do: 'click', who: 'U0ADA', at: { channel: 'C0ACCESS', ts: '1.2' }, what: 'x' },
      409,
    ],
    ['a service that is not there', { do: 'open', who: 'U0ADA', service: 'a/b/c' }, 409],
  ])('refuses %s with a sentence and no stack', async (_, body, status) => {
    const response = await post('/do', body);
    expect(response.status).toBe(status);
    const { error } = (await response.json()) as { error: string };
    expect(error).toMatch(/\w/);
    expect(error).not.toContain('node:');
  });

  test('does a step and tells what came of it', async () => {
    const response = await post('/do', {
      do: 'open',
      who: 'U0ROOT',
      service: 'acme-prod/us-central1/billing-dashboard',
    });
    expect(await response.json()).toMatchObject({ door: { allowed: true } });
  });

  test('reads the entitlements again and says whether they could be used', async () => {
    expect(await (await post('/reload', {})).json()).toEqual({ done: true });
  });

  test('tells what changed, and only that, as it happens', async () => {
    const response = await fetch(`${page.url}/events?viewers=U0ADA`);
    const events = eventsOf(response);
    const first = JSON.parse((await next(events, 'parts')).data);
    expect(Object.keys(first)).toEqual(
      expect.arrayContaining(['meta', 'directory', 'clock', 'doors', 'weather', 'guide', 'viewer:U0ADA']),
    );
    await stage.perform({ do: 'weather', set: { iap: 'down' } });
    const second = JSON.parse((await next(events, 'parts')).data);
    expect(Object.keys(second)).toEqual(['weather']);
    expect(second.weather).toMatchObject({ iap: 'down' });
    await events.return(undefined);
  });
});

interface Event {
  readonly event: string;
  readonly data: string;
}

async function* eventsOf(response: Response): AsyncGenerator<Event> {
  if (response.body === null) throw new Error('the stream has no body');
  let text = '';
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const whole = text.split('\n\n');
    text = whole.pop() ?? '';
    for (const one of whole) {
      const [, event = '', data = ''] = /^event: (.*)\ndata: (.*)$/.exec(one) ?? [];
      yield { event, data };
    }
  }
}

async function next(events: AsyncGenerator<Event>, name: string): Promise<Event> {
  for (;;) {
    const { value, done } = await events.next();
    if (done) throw new Error(`the stream ended before ${name}`);
    if (value.event === name) return value;
  }
}
