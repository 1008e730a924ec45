import { createServer } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { callJson } from '../../src/gcp/http.ts';
import { listenOnLoopback } from '../support/ports.ts';

let stop = () => {};
afterEach(() => stop());

/** What a call comes to that is answered like this. */
async function answered(
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<unknown> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const server = createServer((_, response) => response.writeHead(status, headers).end(text));
  const port = await listenOnLoopback(server);
  stop = () => void server.close();
  return await callJson({
    operation: 'getIamPolicy',
    subject: 'acme-prod/us-central1/billing',
    url: `http://127.0.0.1:${port}/`,
    body: {},
    timeoutMs: 5_000,
    token: undefined,
  });
}

const google = (status: string) => ({ error: { status, message: 'no' } });

describe('a call of Google', () => {
  it.each([
    [400, google('INVALID_ARGUMENT'), 'invalid'],
    [401, google('UNAUTHENTICATED'), 'unavailable'],
    [403, google('PERMISSION_DENIED'), 'permission-denied'],
    [404, google('NOT_FOUND'), 'not-found'],
    [404, '<html>404 Not Found</html>', 'unavailable'],
    [404, { message: 'no such route' }, 'unavailable'],
    [404, google('SOMETHING_ELSE'), 'unavailable'],
    [409, google('ABORTED'), 'conflict'],
    [412, google('FAILED_PRECONDITION'), 'conflict'],
    [429, google('RESOURCE_EXHAUSTED'), 'quota'],
    [418, 'a teapot', 'invalid'],
    [503, 'upstream', 'unavailable'],
    [200, 'no JSON', 'unavailable'],
  ])('that is answered %i with %j is "%s"', async (status, body, code) => {
    await expect(answered(status, body)).rejects.toMatchObject({ code });
  });

  it('says what failed, of what, and why', async () => {
    await expect(answered(403, google('PERMISSION_DENIED'))).rejects.toThrow(
      'failed to getIamPolicy for acme-prod/us-central1/billing: HTTP 403 PERMISSION_DENIED: no',
    );
    await expect(answered(429, 'slow down', { 'retry-after': '3' })).rejects.toMatchObject({
      retryAfterMs: 3_000,
    });
  });

  it('returns what came', async () => {
    expect(await answered(200, { etag: 'BwE=' })).toEqual({ etag: 'BwE=' });
  });
});
