import type { IncomingMessage, ServerResponse } from 'node:http';
import { isObject, type JsonObject, parseJson } from './json.ts';

const BODY_LIMIT_BYTES = 4 * 1024 * 1024;

/** A request's whole body as text; undefined where it is larger than Slack would read. */
export async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size <= BODY_LIMIT_BYTES) chunks.push(bytes);
  }
  return size > BODY_LIMIT_BYTES ? undefined : Buffer.concat(chunks).toString('utf8');
}

/** Arguments from the query and from a form or JSON body; or Slack's error code for a body that is neither. */
export function parseArgs(
  contentType: string,
  body: string,
  query: URLSearchParams,
): JsonObject | 'invalid_json' | 'invalid_post_type' {
  const args: JsonObject = Object.fromEntries(query);
  if (body === '') return args;
  if (contentType.startsWith('application/json')) {
    const parsed = parseJson(body);
    return isObject(parsed) ? { ...args, ...parsed } : 'invalid_json';
  }
  if (contentType.startsWith('application/x-www-form-urlencoded')) {
    return { ...args, ...Object.fromEntries(new URLSearchParams(body)) };
  }
  return 'invalid_post_type';
}

/** The bearer token of a request, or the `token` argument that Slack also takes. */
export function tokenOf(request: IncomingMessage, args: JsonObject): string | undefined {
  const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  return bearer ?? (typeof args.token === 'string' ? args.token : undefined);
}

/** Answers with JSON. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: JsonObject,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  response.end(JSON.stringify(body));
}
