import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { postToResponseUrl } from './api-response-url.ts';
import { refuse } from './api-types.ts';
import { type CallLog, summarize } from './call-log.ts';
import type { Faults } from './faults.ts';
import { parseArgs, readBody, sendJson, tokenOf } from './http.ts';
import { isObject, type JsonObject, stringOf } from './json.ts';
import type { RateLimiter } from './rate-limits.ts';
import type { Clock } from './types.ts';
import { answerWebApi } from './web-api.ts';
import type { Workspace } from './workspace.ts';

type Deps = {
  workspace: Workspace;
  clock: Clock;
  botToken: string;
  faults: Faults;
  limiter: RateLimiter;
  log: CallLog;
};

type Answer = { status: number; body: JsonObject | 'ok'; headers?: Record<string, string> };

/** The HTTP server of the Web API (`/api/METHOD`) and of the response_urls (`/response/ID`). */
export function createApiServer(deps: Deps): { server: Server; close(): Promise<void> } {
  const closing = new AbortController();
  const server = createServer((request, response) => {
    handle(deps, closing.signal, request, response).catch(() => request.socket.destroy());
  });
  return {
    server,
    close: () =>
      new Promise((resolve) => {
        closing.abort();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function handle(
  deps: Deps,
  closing: AbortSignal,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const started = performance.now();
  const url = new URL(request.url ?? '/', 'http://slack.invalid');
  const [, area, name = ''] = url.pathname.split('/');
  const method = area === 'response' ? 'response_url' : name;
  const body = await readBody(request);
  const { faults } = deps;
  if (faults.current.latencyMs > 0) await delay(faults.current.latencyMs, undefined, { signal: closing });

  const args = parseArgs(request.headers['content-type'] ?? '', body ?? '', url.searchParams);
  const shown = typeof args === 'string' ? {} : args;
  const record = (answer: Answer | undefined) => {
    const reply = isObject(answer?.body) ? answer.body : undefined;
    const ok = answer !== undefined && answer.status === 200 && (reply === undefined || reply.ok === true);
    const error = stringOf(reply?.error) ?? (answer === undefined ? 'unreachable' : undefined);
    const messages = reply?.errors;
    deps.log.record({
      at: deps.clock.now(),
      method,
      args: summarize(shown),
      ok,
      status: answer?.status ?? 0,
      ...(!ok && error !== undefined && { error }),
      ...(Array.isArray(messages) && { messages: messages.map(String) }),
      durationMs: Math.round(performance.now() - started),
    });
  };

  if (faults.current.down === 'unreachable') {
    record(undefined);
    request.socket.destroy();
    return;
  }
  const answer = answerTo(deps, { area, name, method, body, args, request });
  record(answer);
  if (faults.hits('dropAfterEffect', method)) {
    request.socket.destroy();
    return;
  }
  if (answer.body === 'ok') {
    response.writeHead(answer.status, { 'content-type': 'text/plain' });
    response.end('ok');
  } else sendJson(response, answer.status, answer.body, answer.headers);
}

function answerTo(
  deps: Deps,
  call: {
    area: string | undefined;
    name: string;
    method: string;
    body: string | undefined;
    args: ReturnType<typeof parseArgs>;
    request: IncomingMessage;
  },
): Answer {
  const { workspace, clock, faults } = deps;
  const { area, name, method, body, args, request } = call;
  if (faults.current.down === 'error500') return { status: 500, body: refuse('internal_error') };
  if (body === undefined) return { status: 413, body: refuse('request_too_large') };
  if (typeof args === 'string') return { status: 200, body: refuse(args) };
  const retryAfterS = overLimit(deps, method, args);
  if (retryAfterS !== undefined) {
    return { status: 429, body: refuse('ratelimited'), headers: { 'retry-after': String(retryAfterS) } };
  }
  const context = { workspace, nowMs: clock.now() };
  if (area === 'response' && request.method === 'POST') {
    const reply = postToResponseUrl(name, args, context);
    return reply.error === undefined
      ? { status: reply.status, body: 'ok' }
      : { status: reply.status, body: refuse(reply.error, reply.messages) };
  }
  if (area !== 'api') return { status: 404, body: refuse('not_found') };
  const token = { given: tokenOf(request, args), wanted: deps.botToken };
  return { status: 200, body: answerWebApi(name, args, token, context) };
}

function overLimit({ faults, limiter }: Deps, method: string, args: JsonObject): number | undefined {
  const { rateLimited } = faults.current;
  if (rateLimited === 'realistic') return limiter.take(method, stringOf(args.channel));
  if (rateLimited === false) return undefined;
  return faults.hits('rateLimited', method) ? rateLimited.retryAfterS : undefined;
}
