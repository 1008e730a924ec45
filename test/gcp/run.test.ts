import { createServer, type RequestListener, type Server } from 'node:http';
import { afterEach, expect, it } from 'vitest';
import { createServiceCatalog } from '../../src/gcp/run.ts';
import { listenOnLoopback } from '../support/ports.ts';

const TIMEOUT_MS = 700;
/** For a machine that is busy with other tests; without the bound a listing takes seconds or minutes. */
const SLACK_MS = 1_500;

let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** A catalog whose Cloud Run answers so, each time with the number of the request. */
async function catalogOn(answer: (...args: [...Parameters<RequestListener>, number]) => void) {
  let requests = 0;
  server = createServer((request, response) => {
    requests += 1;
    answer(request, response, requests);
  });
  const baseUrl = `http://127.0.0.1:${await listenOnLoopback(server)}`;
  const catalog = createServiceCatalog({ baseUrl, credentials: false, listTimeoutMs: TIMEOUT_MS });
  // The client is loaded with the first listing, and loading is not what is measured.
  await import('@google-cloud/run');
  return {
    async list() {
      const began = performance.now();
      const result = await catalog.list('acme-prod', 'us-central1').catch((error: unknown) => error);
      return { result, tookMs: performance.now() - began };
    },
    requests: () => requests,
  };
}

const json = (body: unknown) => JSON.stringify(body);
const unavailable = json({ error: { code: 503, message: 'busy', status: 'UNAVAILABLE' } });
const page = (name: string, nextPageToken?: string) =>
  json({
    services: [{ name: `projects/acme-prod/locations/us-central1/services/${name}`, iapEnabled: true }],
    ...(nextPageToken && { nextPageToken }),
  });

it('follows the pages of a listing to the last', async () => {
  const { list } = await catalogOn((request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(request.url?.includes('pageToken=second') ? page('b') : page('a', 'second'));
  });
  expect((await list()).result).toMatchObject([
    { ref: { project: 'acme-prod', region: 'us-central1', service: 'a' }, iapEnabled: true },
    { ref: { service: 'b' } },
  ]);
});

it('asks once more where Cloud Run was unavailable for a moment', async () => {
  const { list, requests } = await catalogOn((_, response, number) => {
    response.setHeader('content-type', 'application/json');
    if (number === 1) response.writeHead(503).end(unavailable);
    else response.end(page('a'));
  });
  expect((await list()).result).toMatchObject([{ ref: { service: 'a' } }]);
  expect(requests()).toBe(2);
});

it.each<[string, Parameters<typeof catalogOn>[0]]>([
  ['never answers', () => {}],
  ['is unavailable all the time', (_, response) => response.writeHead(503).end(unavailable)],
  [
    'answers page after page without end',
    (_, response, number) => {
      response.setHeader('content-type', 'application/json');
      setTimeout(() => response.end(page(`s${number}`, `page-${number}`)), 100);
    },
  ],
])('gives up in time where Cloud Run %s', async (_, answer) => {
  const { list } = await catalogOn(answer);
  const { result, tookMs } = await list();
  expect(result).toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining(
      'failed to list services for projects/acme-prod/locations/us-central1: ',
    ),
  });
  expect(tookMs).toBeLessThan(TIMEOUT_MS + SLACK_MS);
});
