import { connect, createServer, type Socket } from 'node:net';
import { listenOnLoopback } from '../support/ports.ts';

/** A TCP proxy that can let requests through and lose the answers to them. */
export interface LossyProxy {
  readonly host: string;
  /** From the first request on that has this text in it, nothing comes back. */
  loseAnswersTo(text: string): void;
  /** Cuts the connections that lost something; new ones work. */
  heal(): void;
  stop(): Promise<void>;
}

/** Starts the proxy in front of `host:port`. */
export async function startLossyProxy(target: string): Promise<LossyProxy> {
  const [hostname = '', port = ''] = target.split(':');
  const sockets = new Set<Socket>();
  let marker: string | undefined;
  let losing = false;
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    const end = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', end).on('close', () => {
        sockets.delete(socket);
        end();
      });
    }
    client.on('data', (data: Buffer) => {
      if (marker !== undefined && data.includes(marker)) losing = true;
      upstream.write(data);
    });
    upstream.on('data', (data) => {
      if (!losing) client.write(data);
    });
  });
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  const host = `127.0.0.1:${await listenOnLoopback(server)}`;
  return {
    host,
    loseAnswersTo(text) {
      marker = text;
    },
    heal() {
      marker = undefined;
      losing = false;
      cut();
    },
    async stop() {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
