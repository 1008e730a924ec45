import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  App,
  type AuthorizeResult,
  type BlockAction,
  HTTPReceiver,
  type LogLevel,
  type Receiver,
} from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import { messageOf } from '../errors.ts';
import type { FlowDeps, Log } from '../flows/deps.ts';
import { httpFetch } from './http-fetch.ts';
import { ACTIONS, VIEWS } from './ids.ts';
import { createListeners } from './listeners.ts';

/** Slack's own requests are a few kilobytes; views and messages in them at most some hundred. */
const MAX_BODY_BYTES = 1024 * 1024;

export interface SlackAppOptions {
  readonly signingSecret: string;
  readonly client: WebClient;
  readonly flows: FlowDeps;
  readonly log: Log;
  /** Instead of HTTP: Bolt's Socket Mode receiver, say. */
  readonly receiver?: Receiver;
}

export type HttpHandler = (request: IncomingMessage & { rawBody?: Buffer }, response: ServerResponse) => void;

/** The Slack app as a handler of HTTP requests: signatures are checked over the raw body by Bolt's receiver. */
export function createSlackHandler(options: SlackAppOptions): HttpHandler {
  const receiver = new HTTPReceiver({
    signingSecret: options.signingSecret,
    endpoints: ['/slack/events'],
    // The CPU is gone once the answer is sent, so the answer waits for the listener.
    processBeforeResponse: true,
    bodyLimit: MAX_BODY_BYTES,
    logger: quietLogger(options.log),
    processEventErrorHandler: async ({ error, response }) => {
      options.log('ERROR', 'slack-event-failed', { cause: messageOf(error) });
      response.writeHead(500).end();
      return false;
    },
  });
  createSlackApp({ ...options, receiver });
  return (request, response) => {
    // The framework has read the whole body by now, whatever its size.
    if ((request.rawBody?.length ?? 0) > MAX_BODY_BYTES) {
      response.writeHead(413).end();
      return;
    }
    try {
      receiver.requestListener(request, response);
    } catch {
      response.writeHead(404).end();
    }
  };
}

/** Registers what Latchkey listens to; what is done then is in `listeners.ts`. */
export function createSlackApp(options: SlackAppOptions & { readonly receiver: Receiver }): App {
  const { client, log } = options;
  const app = new App({
    receiver: options.receiver,
    // Nothing is asked of Slack at start, and every call goes through the one client with short timeouts.
    authorize: async (): Promise<AuthorizeResult> => ({}),
    clientOptions: { slackApiUrl: client.slackApiUrl, fetch: httpFetch },
    tokenVerificationEnabled: false,
    ignoreSelf: false,
    convoStore: false,
    logger: quietLogger(log),
  });
  const on = createListeners(options);

  app.command('/request-access', async ({ command, ack }) => {
    const answer = await on.command(command);
    await (answer
      ? ack({ response_type: 'ephemeral', text: answer.text, blocks: answer.blocks as never })
      : ack());
  });
  app.options(ACTIONS.service, async ({ body, payload, ack }) => {
    await ack({ options: (await on.suggestServices(body.user.id, payload.value)) as never });
  });
  app.view(VIEWS.ask, async ({ body, view, ack }) => {
    const errors = await on.submitAsk(body.user.id, view.id, view.state.values as never);
    await (errors ? ack({ response_action: 'errors', errors }) : ack());
  });
  app.view(VIEWS.deny, async ({ body, view, ack }) => {
    const errors = await on.submitDenialReason(
      body.user.id,
      view.private_metadata,
      view.state.values as never,
    );
    await (errors ? ack({ response_action: 'errors', errors }) : ack());
  });

  for (const [action, listener] of Object.entries(on.actions)) {
    app.action<BlockAction>(action, async ({ body, action, ack, respond }) => {
      const value = 'value' in action ? action.value : undefined;
      const private_ = await listener({ body, blockId: action.block_id, value: value ?? '' });
      if (private_) await answerPrivately(body, private_, respond);
      await ack();
    });
  }
  app.error(async (error) => {
    log('ERROR', 'listener-failed', { cause: messageOf(error) });
    throw error;
  });
  return app;

  /** To the one who clicked, and nobody else. */
  async function answerPrivately(
    body: BlockAction,
    answer: { text: string; blocks: readonly object[] },
    respond: (message: object) => Promise<unknown>,
  ): Promise<void> {
    const content = { text: answer.text, blocks: answer.blocks as never };
    if (body.response_url) {
      await respond({ ...content, response_type: 'ephemeral', replace_original: false });
    } else if (body.channel) {
      await client.chat.postEphemeral({ ...content, channel: body.channel.id, user: body.user.id });
    }
  }
}

/** Bolt's and Slack's clients log only what went wrong, as our own lines; payloads and tokens never. */
function quietLogger(log: Log) {
  const say =
    (severity: 'WARNING' | 'ERROR') =>
    (...parts: unknown[]) =>
      log(severity, 'slack-library', { message: String(parts[0]).slice(0, 300) });
  return {
    debug() {},
    info() {},
    warn: say('WARNING'),
    error: say('ERROR'),
    setLevel() {},
    getLevel: () => 'error' as LogLevel,
    setName() {},
  };
}
