import type { IncomingMessage, ServerResponse } from 'node:http';
import { configure } from '../src/compose/configure.ts';
import { createParts } from '../src/compose/parts.ts';
import { composeSweep } from '../src/compose/work.ts';

const run = composeSweep(createParts(configure(import.meta.dirname)));

export const sweep = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  if (request.url?.split('?')[0] !== '/') {
    response.writeHead(404).end();
    return;
  }
  if (request.method !== 'POST') {
    response.writeHead(405, { allow: 'POST' }).end();
    return;
  }
  const summary = await run();
  response
    .writeHead(summary.failed > 0 ? 500 : 200, { 'content-type': 'application/json' })
    .end(JSON.stringify(summary));
};
