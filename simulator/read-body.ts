import type { IncomingMessage } from 'node:http';

/** The whole body of a request, as the functions framework leaves it in `rawBody`. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
