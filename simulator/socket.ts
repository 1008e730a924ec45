import { type Logger, LogLevel, SocketModeReceiver } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import type { FlowDeps } from '../src/flows/deps.ts';
import type { Log } from '../src/ports.ts';
import { createSlackApp } from '../src/slack/app.ts';
import type { Functions } from './functions.ts';

/** What a connection to a real Slack workspace needs. */
export interface SocketOptions {
  readonly appToken: string;
  readonly botToken: string;
  /** Ends with a slash; Slack's own where it is not given. */
  readonly apiUrl?: string;
}

/** The tokens from the environment, or a sentence that says what is missing. */
export function socketOptions(env: Record<string, string | undefined>): SocketOptions | string {
  const { SLACK_APP_TOKEN: appToken = '', SLACK_BOT_TOKEN: botToken = '', SLACK_API_URL: apiUrl } = env;
  const wanting = [
    ...(appToken.startsWith('xapp-')
      ? []
      : ['SLACK_APP_TOKEN (an app-level token, xapp-…, with connections:write)']),
    ...(botToken.startsWith('xoxb-') ? [] : ["SLACK_BOT_TOKEN (the app's bot token, xoxb-…)"]),
  ];
  if (wanting.length > 0) {
    return `--slack-socket connects to a real Slack workspace and needs ${wanting.join(' and ')} in the environment.`;
  }
  return { appToken, botToken, ...(apiUrl && { apiUrl: `${apiUrl.replace(/\/$/, '')}/` }) };
}

/** Connects the application to a real Slack workspace over Socket Mode. Returns how to disconnect. */
export async function connectSocket(
  options: SocketOptions,
  parts: {
    readonly client: WebClient;
    readonly flows: FlowDeps;
    readonly log: Log;
    readonly functions: Functions;
  },
): Promise<() => Promise<void>> {
  const { client, flows, log, functions } = parts;
  const receiver = new SocketModeReceiver({
    appToken: options.appToken,
    logger: quietly(log),
    ...(options.apiUrl && { installerOptions: { clientOptions: { slackApiUrl: options.apiUrl } } }),
  });
  const app = createSlackApp({ receiver, client, flows, log });
  app.use(async ({ next }) => {
    await functions.invoke('slack', 'over Socket Mode', async () => {
      await next();
    });
  });
  await app.start();
  return async () => {
    await app.stop();
  };
}

/** The socket's own troubles, as the application's log lines. */
function quietly(log: Log): Logger {
  const say =
    (severity: 'WARNING' | 'ERROR') =>
    (...parts: unknown[]) =>
      log(severity, 'slack-socket', { cause: parts.map(String).join(' ').slice(0, 300) });
  return {
    debug() {},
    info() {},
    warn: say('WARNING'),
    error: say('ERROR'),
    setLevel() {},
    getLevel: () => LogLevel.WARN,
    setName() {},
  };
}
