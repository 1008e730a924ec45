import type { IncomingMessage } from 'node:http';
import { request as httpRequest } from 'node:http';
import type { WebClientOptions } from '@slack/web-api';

type Fetch = NonNullable<WebClientOptions['fetch']>;

/**
 * What Slack's clients use of `fetch`, on `node:http`: loading Node's own costs about a tenth of a cold start, and the
 * functions framework has loaded `node:http` anyway. Redirects are answers like any other, and never followed.
 */
export const httpFetch: Fetch = async (input, init = {}) => {
  const url = new URL(String(input));
  const request = url.protocol === 'https:' ? (await import('node:https')).request : httpRequest;
  const { method = 'GET', headers, body, signal } = init;
  if (typeof body !== 'string') throw new TypeError('only text can be sent to Slack');
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const options = { method, headers: { ...(headers as Record<string, string>) } };
    const sent = request(url, { ...options, ...(signal ? { signal } : {}) }, resolve);
    sent.once('error', (error) => reject(signal?.aborted ? signal.reason : error));
    sent.end(body);
  });
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of response) chunks.push(chunk as Buffer);
  } catch (error) {
    throw signal?.aborted ? signal.reason : error;
  }
  return responseOf(url, response, Buffer.concat(chunks));
};

function responseOf(
  url: URL,
  { statusCode = 0, statusMessage = '', headers }: IncomingMessage,
  body: Buffer,
) {
  const fields = new Map(Object.entries(headers).map(([name, value]) => [name, String(value)]));
  const response = {
    url: url.href,
    status: statusCode,
    statusText: statusMessage,
    ok: statusCode >= 200 && statusCode < 300,
    headers: {
      get: (name: string) => fields.get(name.toLowerCase()) ?? null,
      entries: () => fields.entries(),
    },
    text: async () => body.toString('utf8'),
    json: async () => JSON.parse(body.toString('utf8')) as unknown,
  };
  return response as unknown as Response;
}
