import { createServer, type IncomingMessage } from 'node:http';
import { type EmulatorResult, startFirestoreEmulator } from './firestore-emulator.ts';
import { listenOnLoopback } from './ports.ts';

/** What test files can ask of the process that runs them all. */
export interface Parts {
  readonly url: string;
  /** Stops what was started; returns one line for each part that was not run. */
  stop(): Promise<readonly string[]>;
}

/**
 * Serves the parts that test files share. A part starts when the first test file asks for it, so that a run which
 * does not need the emulator does not start a Java machine.
 */
export async function startParts(): Promise<Parts> {
  const notRun = new Set<string>();
  let emulator: Promise<EmulatorResult> | undefined;

  const answer = async (request: IncomingMessage): Promise<unknown> => {
    switch (request.url) {
      case '/firestore': {
        emulator ??= startFirestoreEmulator();
        const result = await emulator;
        return result.kind === 'running' ? { kind: result.kind, host: result.host } : result;
      }
      case '/not-run':
        notRun.add(await textOf(request));
        return {};
      default:
        throw new Error(`no such part: ${request.url}`);
    }
  };

  const server = createServer((request, response) => {
    answer(request).then(
      (body) => response.setHeader('content-type', 'application/json').end(JSON.stringify(body)),
      (error) => response.writeHead(500).end(String(error)),
    );
  });
  const port = await listenOnLoopback(server);
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      server.close();
      server.closeAllConnections();
      const result = await emulator;
      if (result?.kind === 'running') await result.stop();
      return [...notRun].sort();
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}
