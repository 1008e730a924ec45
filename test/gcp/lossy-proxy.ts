import { connect, createServer, type Socket } from 'node:net';
import { listenOnLoopback } from '../support/ports.ts';

/** A TCP proxy that can let requests through and lose the answers to them. */
export interface LossyProxy {
  readonly host: string;
  /** From now on nothing comes back. */
  loseAnswers(): void;
  /** Cuts the connections that lost something; new ones work. */
  heal(): void;
  stop(): Promise<void>;
}

/** Starts the proxy in front of `host:port`. */
export async function startLossyProxy(target: string): Promise<LossyProxy> {
  const [hostname = '', port = ''] = target.split(':');
  const sockets = new Set<Socket>();
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
    client.on('data', (data) => upstream.write(data));
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
    loseAnswers() {
      losing = true;
    },
    heal() {
      losing = false;
      cut();
    },
    async stop() {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
