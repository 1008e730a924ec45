import type { IncomingMessage, ServerResponse } from 'node:http';

/** Everything the page needs comes from here, and nothing else may be loaded, framed or posted to. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Sets the headers that every answer carries. */
export function guardHeaders(response: ServerResponse): void {
  response.setHeader('content-security-policy', POLICY);
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('referrer-policy', 'no-referrer');
  response.setHeader('cross-origin-resource-policy', 'same-origin');
  response.setHeader('cache-control', 'no-store');
}

/**
 * Why a request is not from this page, or undefined where it may be. The host must be this machine by name, so that no
 * foreign name can be pointed here (DNS rebinding); what changes something must come from the page itself (CSRF).
 */
export function refusal(request: IncomingMessage, port: number): string | undefined {
  const { host = '', origin } = request.headers;
  const hosts = ['127.0.0.1', 'localhost', '[::1]'].map((name) => `${name}:${port}`);
  if (!hosts.includes(host)) return `the host must be ${hosts.join(' or ')}`;
  if (request.method === 'GET' || request.method === 'HEAD') return undefined;
  if (origin !== undefined && origin !== `http://${host}`) return 'only the page itself may do this';
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') return 'only the page itself may do this';
  if (request.headers['content-type'] !== 'application/json') return 'send application/json';
  return undefined;
}
