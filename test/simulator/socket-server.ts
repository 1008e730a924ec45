import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { listenOnLoopback } from '../support/ports.ts';

export interface SocketSlack {
  /** Ends with a slash: the app's SLACK_API_URL. */
  readonly apiUrl: string;
  /** Web API calls that were answered, with the token of each. */
  readonly calls: { readonly method: string; readonly token: string; readonly args: URLSearchParams }[];
  /** Settles when an application has connected. */
  readonly connected: Promise<void>;
  /** Sends an envelope over the socket; the answer is the payload of its acknowledgement. */
  send(type: string, payload: object): Promise<unknown>;
  close(): Promise<void>;
}

/** Slack's side of Socket Mode, as far as a slash command needs it: a WebSocket by hand, and a Web API. */
export async function startSocketSlack(answers: Record<string, object>): Promise<SocketSlack> {
  const calls: SocketSlack['calls'] = [];
  const waiting = new Map<string, (payload: unknown) => void>();
  let socket: Duplex | undefined;
  let ready = () => {};
  const connected = new Promise<void>((resolve) => {
    ready = resolve;
  });

  const server = createServer(async (request, response) => {
    const method = (request.url ?? '').split('/').at(-1)?.split('?')[0] ?? '';
    const body = await textOf(request);
    const token = request.headers.authorization?.replace('Bearer ', '') ?? '';
    calls.push({ method, token, args: new URLSearchParams(body) });
    const open = { url: `ws://127.0.0.1:${port}/link` };
    const answer = method === 'apps.connections.open' ? open : answers[method];
    response
      .setHeader('content-type', 'application/json')
      .end(JSON.stringify(answer ? { ok: true, ...answer } : { ok: false, error: 'unknown_method' }));
  });
  server.on('upgrade', (request, duplex) => {
    const accept = createHash('sha1')
      .update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest('base64');
    duplex.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    socket = duplex;
    duplex.on('error', () => {});
    duplex.on('data', (chunk: Buffer) => {
      for (const text of unframe(chunk)) {
        const { envelope_id: id, payload } = JSON.parse(text);
        waiting.get(id)?.(payload);
      }
    });
    duplex.write(frame(JSON.stringify({ type: 'hello', num_connections: 1 })));
    ready();
  });
  const port = await listenOnLoopback(server);
  return {
    apiUrl: `http://127.0.0.1:${port}/api/`,
    calls,
    connected,
    send: (type, payload) =>
      new Promise((resolve) => {
        const id = `envelope-${waiting.size}`;
        waiting.set(id, resolve);
        const envelope = { type, envelope_id: id, payload, accepts_response_payload: true };
        socket?.write(frame(JSON.stringify(envelope)));
      }),
    async close() {
      socket?.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

/** A text frame, unmasked as servers send them: https://www.rfc-editor.org/rfc/rfc6455#section-5.2 */
function frame(text: string): Buffer {
  const body = Buffer.from(text);
  const head = body.length < 126 ? Buffer.from([0x81, body.length]) : Buffer.from([0x81, 126, 0, 0]);
  if (body.length >= 126) head.writeUInt16BE(body.length, 2);
  return Buffer.concat([head, body]);
}

/** The text frames in a chunk; clients mask theirs. */
function unframe(chunk: Buffer): string[] {
  const texts: string[] = [];
  for (let at = 0; at + 6 <= chunk.length; ) {
    const opcode = (chunk[at] ?? 0) & 0x0f;
    const short = (chunk[at + 1] ?? 0) & 0x7f;
    const length = short === 126 ? chunk.readUInt16BE(at + 2) : short;
    const begin = at + (short === 126 ? 8 : 6);
    const mask = chunk.subarray(begin - 4, begin);
    const body = chunk.subarray(begin, begin + length).map((byte, i) => byte ^ (mask[i % 4] ?? 0));
    if (opcode === 1) texts.push(Buffer.from(body).toString('utf8'));
    at = begin + length;
  }
  return texts;
}
