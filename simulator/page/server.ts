import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { messageOf } from '../../src/errors.ts';
import type { Stage } from '../stage/stage.ts';
import { stepSchema } from '../stage/steps.ts';
import { createAssets } from './assets.ts';
import { guardHeaders, refusal } from './guard.ts';
import type { Facts } from './parts.ts';
import { streamTo } from './stream.ts';

const BODY_LIMIT_BYTES = 256 * 1024;

export interface PageServer {
  readonly url: string;
  close(): Promise<void>;
}

export interface PageOptions {
  readonly stage: Stage;
  readonly facts: Omit<Facts, 'build'>;
  /** 0 takes any free port. */
  readonly port: number;
}

/** Serves the workspace page on this machine alone. */
export async function servePage({ stage, facts, port }: PageOptions): Promise<PageServer> {
  const assets = createAssets();
  const server = createServer((request, response) => {
    guardHeaders(response);
    answer(request, response).catch((error: unknown) => {
      sendJson(response, 500, { error: messageOf(error) });
    });
  });

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const refused = refusal(request, portOf(server));
    if (refused !== undefined) return sendJson(response, 403, { error: refused });
    const url = new URL(request.url ?? '/', 'http://page');
    if (request.method === 'GET') {
      if (url.pathname === '/events') {
        const asked = (url.searchParams.get('viewers') ?? '').split(',').filter(Boolean);
        const viewers = asked.length > 0 ? asked : facts.page.people;
        streamTo(request, response, stage, viewers, async () => ({ ...facts, build: await assets.build() }));
        return;
      }
      const asset = await assets.get(url.pathname);
      if (asset === undefined) return sendJson(response, 404, { error: 'there is nothing here' });
      response.writeHead(200, { 'content-type': asset.type }).end(asset.body);
      return;
    }
    if (request.method !== 'POST') return sendJson(response, 405, { error: 'GET or POST' });
    const body = await readJson(request);
    if ('error' in body) return sendJson(response, 400, body);
    await act(url.pathname, body.value, response);
  };

  const act = async (path: string, body: unknown, response: ServerResponse): Promise<void> => {
    switch (path) {
      case '/do': {
        const step = stepSchema.safeParse(body);
        if (!step.success)
          return sendJson(response, 400, { error: 'this is no step', issues: step.error.issues });
        try {
          return sendJson(response, 200, await stage.perform(step.data));
        } catch (error) {
          return sendJson(response, 409, { error: messageOf(error) });
        }
      }
      case '/reset':
        await stage.reset();
        return sendJson(response, 200, {});
      case '/reload':
        return sendJson(response, 200, { done: await stage.reload() });
      case '/record':
        await stage.record();
        return sendJson(response, 200, {});
      case '/finish': {
        const scenario = await stage.finish(nameOf(body));
        return scenario === undefined
          ? sendJson(response, 409, { error: 'nothing is being recorded' })
          : sendJson(response, 200, { scenario });
      }
      case '/dismiss':
        stage.dismiss(Number(field(body, 'id')));
        return sendJson(response, 200, {});
      default:
        return sendJson(response, 404, { error: 'there is nothing here' });
    }
  };

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  // The bundle is ready by the time that somebody has opened the page.
  void assets.build().catch(() => {});
  return {
    url: `http://127.0.0.1:${portOf(server)}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function portOf(server: { address(): AddressInfo | string | null }): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

const field = (body: unknown, key: string): unknown =>
  typeof body === 'object' && body !== null ? Reflect.get(body, key) : undefined;

function nameOf(body: unknown): string {
  const name = field(body, 'name');
  return typeof name === 'string' && name.trim() !== '' ? name.trim().slice(0, 80) : 'recorded';
}

async function readJson(request: IncomingMessage): Promise<{ value: unknown } | { error: string }> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size <= BODY_LIMIT_BYTES) chunks.push(bytes);
  }
  if (size > BODY_LIMIT_BYTES) return { error: 'too long' };
  try {
    return { value: JSON.parse(Buffer.concat(chunks).toString('utf8')) };
  } catch {
    return { error: 'no JSON' };
  }
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}
