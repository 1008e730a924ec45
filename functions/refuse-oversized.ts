import type { RequestListener } from 'node:http';

const http = process.getBuiltinModule('node:http');

/** Slack's requests and Eventarc's events are a few kilobytes. */
const MAX_BODY_BYTES = 1024 * 1024;

/**
 * The framework reads bodies of up to a gigabyte before it asks the function. Puts a guard in front of the server that
 * it creates next: what says that it is too large is answered with 413 and not kept.
 */
export function refuseOversized(): void {
  const { createServer } = http;
  http.createServer = ((listener: RequestListener) => {
    http.createServer = createServer;
    return createServer((request, response) => {
      if (Number(request.headers['content-length'] ?? 0) <= MAX_BODY_BYTES) {
        listener(request, response);
        return;
      }
      request.resume();
      response.writeHead(413).end();
    });
  }) as typeof createServer;
}
