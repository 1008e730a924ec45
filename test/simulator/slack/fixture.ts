import { createServer, type IncomingMessage } from 'node:http';
import { WebClient, type WebClientOptions } from '@slack/web-api';
import { onTestFinished } from 'vitest';
import { type JsonObject, parseJson } from '../../../simulator/slack/json.ts';
import {
  createSlackServer,
  type SlackServer,
  type SlackServerOptions,
} from '../../../simulator/slack/server.ts';
import type { Seed } from '../../../simulator/slack/types.ts';

const quiet = () => {};
const LEVEL = 'error' as NonNullable<WebClientOptions['logLevel']>;

/** A logger for Slack's clients that keeps the test output clean. */
export const QUIET = {
  debug: quiet,
  info: quiet,
  warn: quiet,
  error: quiet,
  setLevel: quiet,
  setName: quiet,
  getLevel: () => LEVEL,
};

export const BOT_TOKEN = 'xoxb-simulated';
export const SIGNING_SECRET = 'a simulated signing secret';
export const START_MS = Date.parse('2026-11-02T09:00:00Z');

export const SEED: Seed = {
  team: { id: 'T0ACME', name: 'Acme', domain: 'acme' },
  people: [
    { id: 'U0ADA', name: 'ada', real_name: 'Ada Byron', email: 'ada@acme.example', tz: 'Europe/London' },
    {
      id: 'U0GRACE',
      name: 'grace',
      real_name: 'Grace Hopper',
      email: 'grace@acme.example',
      tz: 'America/New_York',
    },
    { id: 'U0GONE', name: 'gone', email: 'gone@acme.example', deleted: true },
    { id: 'U0GUEST', name: 'guest', email: 'guest@else.example', is_restricted: true },
    { id: 'U0OUT', name: 'out', team_id: 'T0ELSE', is_stranger: true },
  ],
  usergroups: [
    { id: 'S0LEADS', handle: 'leads', name: 'Leads', users: ['U0GRACE'] },
    { id: 'S0OLD', handle: 'old', users: [], disabled: true },
  ],
  channels: [
    { id: 'C0ACCESS', name: 'access', members: ['U0ADA', 'U0GRACE', 'U0OUT'] },
    { id: 'C0QUIET', name: 'quiet', members: ['U0ADA'], bot: false },
    { id: 'C0SECRET', name: 'secret', members: ['U0GRACE'], is_private: true, bot: false },
  ],
};

/** A clock that stands still until it is moved. */
export function testClock(startMs = START_MS) {
  let nowMs = startMs;
  return {
    now: () => nowMs,
    advance: (ms: number) => {
      nowMs += ms;
    },
  };
}

/** A simulated Slack for one test, with a real client for it. */
export async function startSlack(
  options: Partial<SlackServerOptions> = {},
): Promise<{ slack: SlackServer; client: WebClient; clock: ReturnType<typeof testClock> }> {
  const clock = testClock();
  const slack = await createSlackServer({
    clock,
    seed: SEED,
    botToken: BOT_TOKEN,
    signingSecret: SIGNING_SECRET,
    ...options,
  });
  onTestFinished(() => slack.close());
  return { slack, client: clientOf(slack), clock };
}

/** The real Web API client, pointed at the simulator and without retries. */
export function clientOf(
  slack: SlackServer,
  token: string | undefined = BOT_TOKEN,
  more: WebClientOptions = {},
) {
  return new WebClient(token, {
    slackApiUrl: `${slack.url}/api/`,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: QUIET,
    ...more,
  });
}

/** The data of a call that Slack refused; fails where the call succeeded. */
export async function refusalOf(call: Promise<unknown>): Promise<{ error: string; messages: string[] }> {
  try {
    await call;
  } catch (error) {
    const data: unknown =
      typeof error === 'object' && error !== null && 'data' in error ? error.data : undefined;
    if (typeof data === 'object' && data !== null && 'error' in data) {
      const { error: code, response_metadata: metadata } = data as {
        error: string;
        response_metadata?: { messages?: string[] };
      };
      return { error: code, messages: metadata?.messages ?? [] };
    }
    throw error;
  }
  throw new Error('Slack did not refuse the call');
}

export type Received = {
  body: string;
  headers: IncomingMessage['headers'];
  form: URLSearchParams;
  payload: JsonObject;
};

export type Reply = { status?: number; json?: unknown; text?: string } | 'never';

/** An app over plain HTTP that keeps what Slack sent and answers as it is told. */
export async function startApp(answer: (received: Received) => Reply | Promise<Reply>) {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      const form = new URLSearchParams(body);
      const payload = parseJson(form.get('payload') ?? (body.startsWith('{') ? body : '{}')) as JsonObject;
      const got = { body, headers: request.headers, form, payload };
      received.push(got);
      void Promise.resolve(answer(got)).then((reply) => {
        if (reply === 'never') return;
        const { status = 200, json, text = '' } = reply;
        response.writeHead(status, {
          'content-type': json === undefined ? 'text/plain' : 'application/json',
        });
        response.end(json === undefined ? text : JSON.stringify(json));
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP address');
  return { url: `http://127.0.0.1:${address.port}/slack/events`, received };
}

export const plain = (text: string) => ({ type: 'plain_text' as const, text });
export const mrkdwn = (text: string) => ({ type: 'mrkdwn' as const, text });
export const button = (text: string, actionId: string, value: string) => ({
  type: 'button' as const,
  text: plain(text),
  action_id: actionId,
  value,
});
