import type { RequestListener } from 'node:http';

const http = process.getBuiltinModule('node:http');

/** Slack's requests and Eventarc's events are a few kilobytes. */
const MAX_BODY_BYTES = 1024 * 1024;

/**
 * Makes the server that the functions framework creates next fit for strangers. Express shows stack traces of malformed
 * requests to anybody unless it was created in production mode. The framework reads bodies of up to a gigabyte before it
 * asks the function: what says that it is too large is answered with 413 here, and not kept. And it fails with 500,
 * "try again", at an event without a body, which is answered with 400.
 */
export function guardServer({ bodyNeeded }: { bodyNeeded: boolean }): void {
  const { createServer } = http;
  const { NODE_ENV } = process.env;
  process.env.NODE_ENV = 'production';
  http.createServer = ((listener: RequestListener) => {
    http.createServer = createServer;
    if (NODE_ENV === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = NODE_ENV;
    return createServer((request, response) => {
      const { 'content-length': length = 0, 'transfer-encoding': encoding } = request.headers;
      const refusal =
        Number(length) > MAX_BODY_BYTES
          ? 413
          : bodyNeeded && encoding === undefined && Number(length) === 0
            ? 400
            : undefined;
      if (refusal === undefined) {
        listener(request, response);
        return;
      }
      request.resume();
      response.writeHead(refusal).end();
    });
  }) as typeof createServer;
}
