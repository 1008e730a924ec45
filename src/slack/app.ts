import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  App,
  type AuthorizeResult,
  type BlockAction,
  type Context,
  HTTPReceiver,
  type LogLevel,
  type Receiver,
} from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import { messageOf } from '../errors.ts';
import type { FlowDeps } from '../flows/deps.ts';
import { createHomes } from '../flows/homes.ts';
import type { Log, Message } from '../ports.ts';
import { plain } from './blocks.ts';
import { ANSWER_WITHIN_MS, createDelivery } from './delivery.ts';
import { httpFetch } from './http-fetch.ts';
import { ACTIONS, VIEWS } from './ids.ts';
import { inTime } from './in-time.ts';
import { type Answer, isInHome, logged, type Submitted } from './listeners/answer.ts';
import { createListeners } from './listeners.ts';
import { answerView, noticeView } from './reason-views.ts';
import { stillWorking } from './wish-messages.ts';

/** Slack's own requests are a few kilobytes; views and messages in them at most some hundred. */
const MAX_BODY_BYTES = 1024 * 1024;
/** An instance that is younger may have been started for the request that it answers. */
const COLD_MS = 5_000;
/** What is left after that for saying so. */
const SAY_WITHIN_MS = 350;

export interface SlackAppOptions {
  readonly client: WebClient;
  readonly flows: FlowDeps;
  readonly log: Log;
  /** After how long people are told to wait. */
  readonly answerWithinMs?: number;
}

export type HttpHandler = (request: IncomingMessage & { rawBody?: Buffer }, response: ServerResponse) => void;

/** The Slack app as a handler of HTTP requests: signatures are checked over the raw body by Bolt's receiver. */
export function createSlackHandler({
  signingSecret,
  ...options
}: SlackAppOptions & { readonly signingSecret: string }): HttpHandler {
  const receiver = new HTTPReceiver({
    signingSecret,
    endpoints: ['/slack/events'],
    // The CPU is gone once the answer is sent, so the answer waits for the listener.
    processBeforeResponse: true,
    bodyLimit: MAX_BODY_BYTES,
    customPropertiesExtractor: (request) => ({ waitedMs: waitedFor(request.headers) }),
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

/**
 * Registers what Latchkey listens to, over HTTP or another receiver of Bolt's; what is done then is in `listeners.ts`.
 */
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
  const homes = createHomes(options.flows);
  const on = createListeners({ ...options, homes });

  const onError = logged({ log });
  const limitMs = options.answerWithinMs ?? ANSWER_WITHIN_MS;
  const delivered = (id: string, userId: string, { waitedMs = 0 }: Context) =>
    createDelivery(options.flows, { id, userId, limitMs, waitedMs });

  // One workspace is obeyed. Slack Connect and Enterprise Grid can deliver what people of another one did.
  app.use(async ({ body, next, ack }) => {
    const { team_id: team, team: from } = body as { team_id?: string; team?: { id?: string } | null };
    const teams = [team, from?.id].filter((id) => id !== undefined && id !== '');
    if (teams.every((id) => id === options.flows.rules.workspace.teamId)) return await next();
    log('WARNING', 'workspace-refused', { teams });
    await (ack as undefined | ((answer?: unknown) => Promise<void>))?.(
      'command' in body ? ephemeral(plain('Latchkey is not for this Slack workspace.')) : undefined,
    );
  });

  app.command('/request-access', async ({ command, ack, respond, context }) => {
    const delivery = delivered(`command ${command.trigger_id}`, command.user_id, context);
    const answer = await delivery.answer<Answer>(
      on.command(delivery, command),
      (kept) => plain(stillWorking(kept)),
      async (late) => late && (await respond(ephemeral(late))),
    );
    await (answer ? ack(ephemeral(answer)) : ack());
  });

  app.options(/^ask_(service|more)$/, async ({ body, payload, ack }) => {
    const besides =
      payload.action_id === ACTIONS.more && 'view' in body ? body.view?.state?.values : undefined;
    const options = on.suggestServices(body.user.id, payload.value, besides as never);
    await ack({ options: (await inTime(options, limitMs, () => [], { failed: onError })) as never });
  });

  const submissions = {
    [VIEWS.ask]: on.submitAsk,
    [VIEWS.deny]: on.submitDenialReason,
    [VIEWS.revoke]: on.submitRevoke,
    [VIEWS.freeze]: on.submitFreeze,
  };
  for (const [callbackId, submit] of Object.entries(submissions)) {
    app.view(callbackId, async ({ body, view, ack, context }) => {
      const delivery = delivered(`view ${view.id}`, body.user.id, context);
      const answer = await delivery.answer<Submitted>(submit(delivery, view), (kept) => ({
        view: noticeView(stillWorking(kept)),
      }));
      await ack(answer && (responseTo(answer) as never));
    });
  }

  for (const [action, listener] of Object.entries(on.actions)) {
    app.action<BlockAction>(action, async ({ body, action, ack, respond, context }) => {
      const value = 'value' in action ? action.value : undefined;
      const delivery = delivered(`click ${body.trigger_id} ${action.action_id}`, body.user.id, context);
      const answer = await delivery.answer<Answer>(
        listener({ delivery, body, blockId: action.block_id, value: value ?? '' }),
        (kept) => plain(stillWorking(kept)),
        async (late) => late && (await answerPrivately(body, late, respond)),
      );
      if (answer) {
        const said = answerPrivately(body, answer, respond).catch(onError);
        await inTime<void>(said, delivery.leftMs() + SAY_WITHIN_MS, () => {});
      }
      await ack();
    });
  }

  // Buttons of messages from before an upgrade, say: acknowledged, or Slack shows a warning sign.
  app.action<BlockAction>(/.*/, async ({ action, ack, next }) => {
    if (!Object.hasOwn(on.actions, action.action_id)) await ack();
    await next();
  });

  app.event('app_home_opened', async ({ event }) => {
    if (event.tab === 'home') await on.openHome(event.user);
  });

  app.error(async (error) => {
    log('ERROR', 'listener-failed', { cause: messageOf(error) });
    throw error;
  });
  return app;

  /** To the one who clicked, and nobody else; in a dialog where there is no message to answer under. */
  async function answerPrivately(
    body: BlockAction,
    answer: Message,
    respond: (message: object) => Promise<unknown>,
  ): Promise<void> {
    if (isInHome(body)) {
      await client.views.open({ trigger_id: body.trigger_id, view: answerView(answer) as never });
    } else if (body.response_url) {
      await respond({ ...ephemeral(answer), replace_original: false });
    } else {
      const { text, blocks } = answer;
      const channel = body.channel?.id ?? (body.container?.channel_id as string | undefined);
      if (!channel) return;
      await client.chat.postEphemeral({ text, blocks: blocks as never, channel, user: body.user.id });
    }
  }
}

/** What Slack is to do with a submitted dialog. */
function responseTo(answer: NonNullable<Submitted>) {
  return 'view' in answer
    ? { response_action: 'update', view: answer.view }
    : { response_action: 'errors', errors: answer.errors };
}

/** About how long Slack has been waiting, where an instance had to be started for the request. */
function waitedFor({ 'x-slack-request-timestamp': signedAt }: IncomingMessage['headers']): number {
  const uptimeMs = process.uptime() * 1_000;
  if (uptimeMs > COLD_MS) return 0;
  // The signature tells the second in which Slack began to wait.
  const sinceMs = Date.now() - Number(signedAt) * 1_000 - 500;
  return Number.isFinite(sinceMs) ? Math.max(0, Math.min(sinceMs, uptimeMs)) : 0;
}

function ephemeral({ text, blocks }: Message) {
  return { response_type: 'ephemeral' as const, text, blocks: blocks as never };
}

/** Bolt's and Slack's clients log only what went wrong, as our own lines; payloads and tokens never. */
function quietLogger(log: Log) {
  const say =
    (severity: 'WARNING' | 'ERROR') =>
    (...parts: unknown[]) =>
      log(severity, 'slack-library', { cause: String(parts[0]).slice(0, 300) });
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
