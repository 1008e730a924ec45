import { parseArgs } from 'node:util';
import { messageOf } from '../src/errors.ts';

export interface StartOptions {
  readonly help: boolean;
  readonly entitlements?: string;
  readonly seed?: string;
  readonly state?: string;
  readonly slackSocket: boolean;
  readonly port: number;
}

export const USAGE = `Latchkey on this machine: the whole product on simulated Slack, IAP and Cloud Run.

npm start -- [options]
  --entitlements FILE  who may ask for what (default: simulator/entitlements.yaml)
  --seed FILE          people, channels, services (default: simulator/seed.yaml)
  --state FILE         keep everything in FILE between starts
  --slack-socket       connect to a real Slack workspace: SLACK_APP_TOKEN and SLACK_BOT_TOKEN
  --help

PORT=8080              the page's port
FIRESTORE_EMULATOR_HOST=127.0.0.1:PORT  keep grants in the Firestore emulator
`;

/** Reads the command line; a string says what is wrong with it. */
export function readOptions(
  args: readonly string[],
  env: Record<string, string | undefined>,
): StartOptions | string {
  const file = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { entitlements: file, seed: file, state: file, 'slack-socket': flag, help: flag },
    });
    const port = Number(env.PORT ?? 8080);
    if (!Number.isInteger(port) || port < 0 || port > 65_535) return `PORT must be a port, not ${env.PORT}`;
    return {
      help: values.help,
      slackSocket: values['slack-socket'],
      port,
      ...(values.entitlements !== undefined && { entitlements: values.entitlements }),
      ...(values.seed !== undefined && { seed: values.seed }),
      ...(values.state !== undefined && { state: values.state }),
    };
  } catch (error) {
    return `${messageOf(error).split('\n')[0]}\n\n${USAGE}`;
  }
}
