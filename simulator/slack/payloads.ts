import { messageJson } from './api-types.ts';
import { viewJson } from './api-views.ts';
import type { Delivery, DeliveryKind } from './deliver.ts';
import { newToken } from './ids.ts';
import { compact, type JsonObject } from './json.ts';
import type { Clock, Message, OpenView, Person, StateValues } from './types.ts';
import { keptValues } from './values.ts';
import type { Conversation, Workspace } from './workspace.ts';

/** What the payload builders know: who Slack is, and where its response_urls lead. */
export type PayloadContext = { workspace: Workspace; clock: Clock; baseUrl: () => string };

/** Where an element was used: in a message or in a view. */
export type Source = { message: Message; where: Conversation } | { open: OpenView };

/** Slack's deprecated verification token; apps must rely on the signature. */
const VERIFICATION_TOKEN = 'deprecated-verification-token';

const form = (kind: DeliveryKind, userId: string, fields: Record<string, string>): Delivery => ({
  kind,
  userId,
  contentType: 'application/x-www-form-urlencoded',
  body: new URLSearchParams(fields).toString(),
});

const interaction = (kind: DeliveryKind, person: Person, payload: JsonObject): Delivery =>
  form(kind, person.id, { payload: JSON.stringify(payload) });

function envelope({ workspace }: PayloadContext, person: Person): JsonObject {
  const { team, bot } = workspace;
  return {
    user: { id: person.id, username: person.name, name: person.name, team_id: person.team_id },
    api_app_id: bot.appId,
    token: VERIFICATION_TOKEN,
    team: { id: team.id, domain: team.domain },
    enterprise: null,
    is_enterprise_install: false,
  };
}

const responseUrl = (context: PayloadContext, user: string, channel: string, ts?: string) =>
  `${context.baseUrl()}/response/${context.workspace.tokens.issueResponseUrl(user, channel, ts).id}`;

/** A slash command as Slack posts it. */
export function commandDelivery(
  context: PayloadContext,
  person: Person,
  where: Conversation,
  command: { name: string; text: string },
): Delivery {
  const { team, bot, tokens } = context.workspace;
  return form('command', person.id, {
    token: VERIFICATION_TOKEN,
    team_id: team.id,
    team_domain: team.domain,
    channel_id: where.id,
    channel_name: where.name,
    user_id: person.id,
    user_name: person.name,
    command: command.name,
    text: command.text,
    api_app_id: bot.appId,
    is_enterprise_install: 'false',
    response_url: responseUrl(context, person.id, where.id),
    trigger_id: tokens.issueTrigger(person.id).id,
  });
}

function sourceFields(context: PayloadContext, source: Source): JsonObject {
  const { workspace } = context;
  if ('open' in source) {
    const { view } = source.open;
    return { container: { type: 'view', view_id: view.id }, view: viewJson(workspace, source.open) };
  }
  const { message, where } = source;
  const ephemeral = message.ephemeral_to !== undefined;
  return compact({
    container: compact({
      type: 'message',
      message_ts: message.ts,
      channel_id: where.id,
      is_ephemeral: ephemeral,
      thread_ts: message.thread_ts,
    }),
    channel: { id: where.id, name: where.name },
    // Slack does not show an app the ephemeral message again.
    message: ephemeral ? undefined : messageJson(workspace, message),
  });
}

/** The use of a button, a menu or a picker; `chosen` is what a message's element now holds. */
export function blockActionsDelivery(
  context: PayloadContext,
  person: Person,
  source: Source,
  action: JsonObject,
  chosen: StateValues = {},
): Delivery {
  const { tokens } = context.workspace;
  const inView = 'open' in source;
  return interaction('block_actions', person, {
    type: 'block_actions',
    ...envelope(context, person),
    ...sourceFields(context, source),
    trigger_id: tokens.issueTrigger(person.id, inView ? source.open.view.id : undefined).id,
    ...(inView
      ? {}
      : {
          state: { values: keptValues(source.message.blocks, chosen) },
          response_url: responseUrl(context, person.id, source.where.id, source.message.ts),
        }),
    actions: [{ ...action, action_ts: context.workspace.nextTs() }],
  });
}

/** A submitted modal. */
export function submissionDelivery(context: PayloadContext, person: Person, open: OpenView): Delivery {
  const { workspace } = context;
  return interaction('view_submission', person, {
    type: 'view_submission',
    ...envelope(context, person),
    trigger_id: workspace.tokens.issueTrigger(person.id, open.view.id).id,
    view: viewJson(workspace, open),
    response_urls: [],
  });
}

/** A closed modal, for apps that asked to be told. */
export function closedDelivery(
  context: PayloadContext,
  person: Person,
  open: OpenView,
  cleared: boolean,
): Delivery {
  return interaction('view_closed', person, {
    type: 'view_closed',
    ...envelope(context, person),
    view: viewJson(context.workspace, open),
    is_cleared: cleared,
  });
}

/** What was typed into a menu with an external data source. */
export function suggestionDelivery(
  context: PayloadContext,
  person: Person,
  source: Source,
  typed: { blockId: string; actionId: string; query: string },
): Delivery {
  return interaction('block_suggestion', person, {
    type: 'block_suggestion',
    ...envelope(context, person),
    ...sourceFields(context, source),
    block_id: typed.blockId,
    action_id: typed.actionId,
    value: typed.query,
  });
}

/** The Events API's envelope around an event. */
export function eventDelivery(context: PayloadContext, userId: string, event: JsonObject): Delivery {
  const { workspace, clock } = context;
  const { team, bot } = workspace;
  const body: JsonObject = {
    token: VERIFICATION_TOKEN,
    team_id: team.id,
    context_team_id: team.id,
    context_enterprise_id: null,
    api_app_id: bot.appId,
    event: { ...event, event_ts: workspace.nextTs() },
    type: 'event_callback',
    event_id: `Ev${newToken(5).toUpperCase()}`,
    event_time: Math.floor(clock.now() / 1000),
    authorizations: [
      {
        enterprise_id: null,
        team_id: team.id,
        user_id: bot.userId,
        is_bot: true,
        is_enterprise_install: false,
      },
    ],
    is_ext_shared_channel: false,
  };
  return { kind: 'event', userId, contentType: 'application/json', body: JSON.stringify(body) };
}

/** The App Home was opened by a person. */
export function homeOpenedDelivery(context: PayloadContext, person: Person): Delivery {
  const { workspace } = context;
  const home = workspace.views.home(person.id);
  return eventDelivery(
    context,
    person.id,
    compact({
      type: 'app_home_opened',
      user: person.id,
      channel: workspace.dmWith(person.id).id,
      tab: 'home',
      view: home && viewJson(workspace, home),
    }),
  );
}

/** Slack's check of a request URL, answered with the challenge. */
export function verificationDelivery(challenge: string): Delivery {
  const body = { token: VERIFICATION_TOKEN, challenge, type: 'url_verification' };
  return { kind: 'event', contentType: 'application/json', body: JSON.stringify(body) };
}
