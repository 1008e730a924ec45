import type { RequestListener } from 'node:http';

const http = process.getBuiltinModule('node:http');

/** Slack's requests and Eventarc's events are a few kilobytes. */
const MAX_BODY_BYTES = 1024 * 1024;

/**
 * Makes the server that the functions framework creates next fit for strangers. Express shows stack traces of malformed
 * requests to anybody unless it was created in production mode; and the framework reads bodies of up to a gigabyte
 * before it asks the function, so that what says it is too large is answered with 413 here, and not kept.
 */
export function guardServer(): void {
  const { createServer } = http;
  const { NODE_ENV } = process.env;
  process.env.NODE_ENV = 'production';
  http.createServer = ((listener: RequestListener) => {
    http.createServer = createServer;
    if (NODE_ENV === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = NODE_ENV;
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
