import { WebClient } from '@slack/web-api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRateLimiter } from '../../../simulator/slack/rate-limits.ts';
import { BOT_TOKEN, clientOf, QUIET, refusalOf, startSlack, testClock } from './fixture.ts';

const codeOf = async (call: Promise<unknown>) => {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : error;
};
const hello = { channel: 'C0ACCESS', text: 'hello' };

it('slow Slack answers late, and the effect is there although the caller gave up', async () => {
  const { slack } = await startSlack();
  slack.faults.set({ latencyMs: 150 });
  const done = new Promise((resolve) => slack.onCall(resolve));
  const hasty = clientOf(slack, BOT_TOKEN, { timeout: 30 });
  expect(await codeOf(hasty.chat.postMessage(hello))).toBe('slack_webapi_request_error');
  expect(await done).toMatchObject({ ok: true, durationMs: expect.toSatisfy((ms: number) => ms >= 140) });
  expect(slack.workspace.messages('C0ACCESS')).toHaveLength(1);
});

it('closes at once although slow answers are outstanding', async () => {
  const { slack, client } = await startSlack();
  slack.faults.set({ latencyMs: 3_600_000 });
  const call = codeOf(client.auth.test());
  await slack.close();
  expect(await call).toBe('slack_webapi_request_error');
});

it.each([
  ['unreachable', 'slack_webapi_request_error'],
  ['error500', 'slack_webapi_http_error'],
] as const)('Slack that is down (%s) does nothing, and is well again afterwards', async (down, code) => {
  const { slack, client } = await startSlack();
  slack.faults.set({ down });
  expect(await codeOf(client.chat.postMessage(hello))).toBe(code);
  expect(slack.workspace.messages()).toEqual([]);
  expect(slack.calls()[0]?.ok).toBe(false);
  slack.faults.clear();
  expect((await client.chat.postMessage(hello)).ok).toBe(true);
});

it('drops the answer after the effect, as often and for the methods as told', async () => {
  const { slack, client } = await startSlack();
  slack.faults.set({ dropAfterEffect: { methods: ['chat.postMessage'], times: 1 } });
  expect((await client.auth.test()).ok).toBe(true);
  expect(await codeOf(client.chat.postMessage(hello))).toBe('slack_webapi_request_error');
  expect(slack.workspace.messages('C0ACCESS')).toHaveLength(1);
  expect((await client.chat.postMessage(hello)).ok).toBe(true);
});

describe('rate limits', () => {
  it('by switch answer 429 with Retry-After, and without effect', async () => {
    const { slack, client } = await startSlack();
    slack.faults.set({ rateLimited: { retryAfterS: 7, methods: ['chat.postMessage'], times: 1 } });
    await expect(client.chat.postMessage(hello)).rejects.toMatchObject({
      code: 'slack_webapi_rate_limited_error',
      retryAfter: 7,
    });
    expect(slack.workspace.messages()).toEqual([]);
    expect((await client.chat.postMessage(hello)).ok).toBe(true);
  });

  it('of Slack let a small burst through per channel, then one a second of the clock', async () => {
    const { slack, client, clock } = await startSlack();
    slack.faults.set({ rateLimited: 'realistic' });
    const post = (channel: string) => codeOf(client.chat.postMessage({ channel, text: 'x' }));
    const burst = [];
    for (let i = 0; i < 6; i += 1) burst.push(await post('C0ACCESS'));
    expect(burst.filter((code) => code === undefined)).toHaveLength(4);
    expect(burst.at(-1)).toBe('slack_webapi_rate_limited_error');
    expect(await post('U0ADA')).toBeUndefined();
    clock.advance(1000);
    expect(await post('C0ACCESS')).toBeUndefined();
    expect(await post('C0ACCESS')).toBe('slack_webapi_rate_limited_error');
  });

  it('are kept over any stretch of time, and whoever waits as told gets through', () => {
    const calls = fc.array(fc.integer({ min: 0, max: 3000 }), { minLength: 1, maxLength: 300 });
    const methods = fc.constantFrom(['chat.postMessage', 60, 4] as const, ['chat.update', 50, 50] as const);
    fc.assert(
      fc.property(methods, calls, ([method, perMinute, burst], waits) => {
        const clock = testClock();
        const limiter = createRateLimiter(clock);
        const from = clock.now();
        let passed = 0;
        for (const wait of waits) {
          clock.advance(wait);
          const retryAfterS = limiter.take(method, 'C1');
          if (retryAfterS === undefined) passed += 1;
          else {
            clock.advance(retryAfterS * 1000);
            expect(limiter.take(method, 'C1')).toBeUndefined();
            passed += 1;
          }
          expect(passed).toBeLessThanOrEqual(burst + ((clock.now() - from) / 60_000) * perMinute + 1e-6);
        }
      }),
    );
  });
});

it('is obeyed by the real client: it waits for Retry-After and the message comes once', async () => {
  const { slack } = await startSlack();
  slack.faults.set({ rateLimited: { retryAfterS: 0, times: 1 } });
  const patient = new WebClient(BOT_TOKEN, {
    logger: QUIET,
    slackApiUrl: `${slack.url}/api/`,
    retryConfig: { retries: 1, minTimeout: 1, maxTimeout: 1 },
  });
  expect((await patient.chat.postMessage(hello)).ok).toBe(true);
  expect(slack.calls().map(({ status }) => status)).toEqual([429, 200]);
  expect(slack.workspace.messages('C0ACCESS')).toHaveLength(1);
});

it('refuses tokens as ever while faults are on', async () => {
  const { slack } = await startSlack();
  slack.faults.set({ rateLimited: 'realistic' });
  expect((await refusalOf(clientOf(slack, 'xoxb-wrong').auth.test())).error).toBe('invalid_auth');
});
