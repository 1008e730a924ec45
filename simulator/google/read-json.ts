import type { IncomingMessage } from 'node:http';
import { type Failure, failure } from './failures.ts';

export const LARGEST_BODY_BYTES = 1024 * 1024;

/** Reads a request's JSON body, an empty one as an empty object. What is too large is not kept in memory. */
export async function readJson(
  request: IncomingMessage,
): Promise<{ kind: 'json'; value: unknown } | Failure> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= LARGEST_BODY_BYTES) chunks.push(chunk);
    else chunks.length = 0;
  }
  if (bytes > LARGEST_BODY_BYTES) {
    const message = `Request payload size exceeds the limit: ${LARGEST_BODY_BYTES} bytes.`;
    return failure('INVALID_ARGUMENT', message, { httpCode: 413 });
  }
  const text = Buffer.concat(chunks).toString();
  try {
    return { kind: 'json', value: text === '' ? {} : JSON.parse(text) };
  } catch {
    return failure('INVALID_ARGUMENT', 'Invalid JSON payload received. Unable to parse the request body.');
  }
}
