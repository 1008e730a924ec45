import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../clock.ts';
import { type CallLog, createCallLog } from './call-log.ts';
import { createDoor, type Door } from './door.ts';
import { type Failure, failure, failureBody } from './failures.ts';
import { createFaults, type Faults } from './faults.ts';
import { createOutsideEdits, type OutsideEdits } from './outside-edits.ts';
import { createPolicyStore, type PolicyStore } from './policies.ts';
import { readJson } from './read-json.ts';
import { type Answer, matchRoute, type Route, type RouteCall } from './routes.ts';
import type { GoogleSeed } from './seed.ts';
import { createServiceRegistry, type ServiceRegistry } from './services.ts';

export interface GoogleServer {
  handler(request: IncomingMessage, response: ServerResponse): void;
  /** Listens on loopback, on any free port unless told one. */
  listen(port?: number): Promise<{ url: string; close(): Promise<void> }>;
  services: ServiceRegistry;
  policies: PolicyStore;
  door: Door;
  faults: Faults;
  outside: OutsideEdits;
  calls: CallLog;
  /** A seed that begins where this server is now. */
  dump(): GoogleSeed;
}

type Ending = Answer | { kind: 'no answer'; outcome: string; by: 'reset' | 'silence' };

/** Creates the simulated Google side: IAP, Cloud Run Admin and Resource Manager, on one base URL. */
export function createGoogleServer(options: { clock: Clock; seed: GoogleSeed }): GoogleServer {
  const { clock, seed } = options;
  const services = createServiceRegistry(clock, seed);
  const policies = createPolicyStore(clock, seed.policies);
  const faults = createFaults();
  const calls = createCallLog();

  const beforeWrite = (resource: string) => {
    if (!faults.strikes('iap', 'conflict')) return;
    policies.edit(resource, 'somebody at the same time', (bindings) => bindings);
  };

  const perform = async (route: Route, call: RouteCall): Promise<Ending> => {
    const { api } = route;
    const { latencyMs, retryAfterSeconds, timeoutBy } = faults.get(api);
    if (latencyMs > 0) await wait(latencyMs);
    if (faults.strikes(api, 'dropConnection')) return { kind: 'no answer', outcome: 'DROPPED', by: 'reset' };
    if (faults.strikes(api, 'down')) return failure('UNAVAILABLE', 'The service is currently unavailable.');
    if (faults.strikes(api, 'quota')) return overQuota(api, retryAfterSeconds);
    if (faults.strikes(api, 'permissionDenied')) {
      return failure('PERMISSION_DENIED', `Permission denied on ${call.resource}: ${route.method}`);
    }
    const answer = route.answer({ services, policies, beforeWrite }, call);
    if (route.writes && answer.kind === 'ok' && faults.strikes(api, 'timeoutAfterEffect')) {
      return { kind: 'no answer', outcome: 'EFFECT WITHOUT ANSWER', by: timeoutBy };
    }
    return answer;
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const startedMs = performance.now();
    const atMs = clock.now();
    const { path, query } = splitUrl(request.url ?? '/');
    const match = path === undefined ? badPath : matchRoute(request.method ?? '', path);
    const read = match.kind === 'match' ? await readJson(request) : match;
    let ending: Ending;
    let summary = '';
    if (match.kind === 'failure') ending = match;
    else if (read.kind === 'failure') ending = read;
    else {
      const caller = request.headers['user-agent']?.split(' ')[0] ?? 'an unnamed client';
      const call = { resource: match.resource, query, body: 'value' in read ? read.value : {}, caller };
      summary = match.route.summary(call);
      ending = await perform(match.route, call);
    }
    calls.add({
      atMs,
      api: match.kind === 'match' ? match.route.api : 'unknown',
      method: match.kind === 'match' ? match.route.method : (request.method ?? ''),
      resource: match.kind === 'match' ? match.resource : (path ?? ''),
      summary,
      ...logged(ending),
      durationMs: performance.now() - startedMs,
    });
    send(response, ending);
  };

  const handler = (request: IncomingMessage, response: ServerResponse): void => {
    handle(request, response).catch((cause: unknown) => {
      // The caller went away in the middle of its body, or there is a mistake in the simulator itself.
      if (request.destroyed && !request.complete) return;
      process.emitWarning(cause instanceof Error ? cause : String(cause));
      send(response, failure('INTERNAL', 'Internal error encountered.'));
    });
  };

  return {
    handler,
    listen: (port = 0) => listen(handler, port),
    services,
    policies,
    door: createDoor({ clock, services, policies, groups: seed.groups }),
    faults,
    outside: createOutsideEdits(services, policies),
    calls,
    dump: () => ({
      projects: seed.projects,
      services: services.all(),
      policies: policies
        .resources()
        .map((resource) => ({ resource, bindings: policies.current(resource).bindings }))
        .filter(({ bindings }) => bindings.length > 0),
      ...(seed.groups && { groups: seed.groups }),
    }),
  };
}

const badPath = failure('INVALID_ARGUMENT', 'The path is not correctly encoded.');

function overQuota(api: string, retryAfterSeconds: number): Failure {
  return failure('RESOURCE_EXHAUSTED', `Quota exceeded for quota metric of ${api}.googleapis.com.`, {
    headers: { 'retry-after': String(retryAfterSeconds) },
    details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: `${retryAfterSeconds}s` }],
  });
}

function splitUrl(url: string): { path: string | undefined; query: URLSearchParams } {
  const [path = '', query = ''] = url.split('?', 2);
  try {
    return { path: decodeURIComponent(path), query: new URLSearchParams(query) };
  } catch {
    return { path: undefined, query: new URLSearchParams() };
  }
}

function logged(ending: Ending): { status: number; outcome: string } {
  if (ending.kind === 'ok') return { status: 200, outcome: 'OK' };
  if (ending.kind === 'no answer') return { status: 0, outcome: ending.outcome };
  return { status: ending.httpCode, outcome: ending.status };
}

function send(response: ServerResponse, ending: Ending): void {
  if (ending.kind === 'no answer') {
    if (ending.by === 'reset') response.destroy();
    return;
  }
  const body = JSON.stringify(ending.kind === 'ok' ? ending.body : failureBody(ending));
  const headers = ending.kind === 'failure' ? ending.headers : undefined;
  const status = ending.kind === 'ok' ? 200 : ending.httpCode;
  response.writeHead(status, { 'content-type': 'application/json; charset=UTF-8', ...headers }).end(body);
}

async function listen(handler: GoogleServer['handler'], port: number) {
  const server = createServer(handler);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${bound}`,
    close: () =>
      new Promise<void>((resolve, reject) => {
        server.close((problem) => (problem ? reject(problem) : resolve()));
        server.closeAllConnections();
      }),
  };
}
