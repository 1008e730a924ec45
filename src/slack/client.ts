import { LogLevel, ErrorCode as SlackCode, type WebAPICallError, WebClient } from '@slack/web-api';
import type { SlackProfile } from '../domain/person.ts';
import { type ErrorCode, LatchkeyError, messageOf } from '../errors.ts';
import type { Directory, Messenger } from '../ports.ts';
import type { Pace } from './client-pace.ts';
import { httpFetch } from './http-fetch.ts';

/** Slack is answered within three seconds, so nobody waits long for Slack either. */
const TIMEOUT_MS = 2_000;
const RETRIES = { retries: 1, minTimeout: 100, maxTimeout: 300, randomize: true };

/** Errors of the Web API that callers branch on; every other one is `invalid`. */
const CODES: Readonly<Record<string, ErrorCode>> = {
  channel_not_found: 'not-found',
  is_archived: 'not-found',
  is_inactive: 'not-found',
  restricted_action: 'not-found',
  cannot_dm_bot: 'not-found',
  user_disabled: 'not-found',
  not_in_channel: 'not-found',
  message_not_found: 'not-found',
  cant_update_message: 'not-found',
  edit_window_closed: 'not-found',
  user_not_found: 'not-found',
  users_not_found: 'not-found',
  no_such_subteam: 'not-found',
  subteam_not_found: 'not-found',
  ratelimited: 'rate-limited',
  rate_limited: 'rate-limited',
  internal_error: 'unavailable',
  fatal_error: 'unavailable',
  service_unavailable: 'unavailable',
  team_added_to_org: 'unavailable',
  request_timeout: 'timeout',
  invalid_auth: 'permission-denied',
  not_authed: 'permission-denied',
  account_inactive: 'permission-denied',
  token_revoked: 'permission-denied',
  token_expired: 'permission-denied',
  missing_scope: 'permission-denied',
};

/** Slack's client with short timeouts and few retries; it never waits out a rate limit by itself. */
export function createWebClient(botToken: string, apiUrl: string): WebClient {
  return new WebClient(botToken, {
    slackApiUrl: apiUrl,
    fetch: httpFetch,
    timeout: TIMEOUT_MS,
    retryConfig: RETRIES,
    rejectRateLimitedCalls: true,
    allowAbsoluteUrls: false,
    logLevel: LogLevel.ERROR,
  });
}

/** Slack's surfaces; `pace` keeps to what Slack allows in a channel. */
export function createMessenger(client: WebClient, pace: Pace = (_, work) => work()): Messenger {
  return {
    async post(channel, message, options = {}) {
      const answer = await pace(channel, () =>
        call('post a message', channel, () =>
          client.chat.postMessage({
            channel,
            text: message.text,
            blocks: message.blocks as never,
            unfurl_links: false,
            unfurl_media: false,
            ...(options.threadTs ? { thread_ts: options.threadTs } : {}),
          }),
        ),
      );
      if (!answer.channel || !answer.ts)
        throw new LatchkeyError('invalid', `failed to post a message for ${channel}: no address`);
      return { channel: answer.channel, ts: answer.ts };
    },
    async update({ channel, ts }, message) {
      await call('update a message', channel, () =>
        client.chat.update({ channel, ts, text: message.text, blocks: message.blocks as never }),
      );
    },
    async publishHome(userId, view) {
      await call('publish the Home tab', userId, () =>
        client.views.publish({ user_id: userId, view: view as never }),
      );
    },
  };
}

export function createDirectory(client: WebClient): Directory {
  return {
    async profile(userId) {
      const answer = await found(() =>
        call('look up the user', userId, () => client.users.info({ user: userId })),
      );
      return answer?.user ? profileOf(userId, answer.user as unknown as SlackUser) : undefined;
    },
    async usergroup(id) {
      const answer = await found(() =>
        call('list the user group', id, () => client.usergroups.users.list({ usergroup: id })),
      );
      return new Set(answer?.users ?? []);
    },
    async userByEmail(email) {
      const answer = await found(() =>
        call('look up the address', email, () => client.users.lookupByEmail({ email })),
      );
      return answer?.user?.id;
    },
  };
}

/** What `users.info` answers, as far as it is used: https://docs.slack.dev/reference/objects/user-object */
interface SlackUser {
  readonly team_id?: string;
  readonly deleted?: boolean;
  readonly is_bot?: boolean;
  readonly is_workflow_bot?: boolean;
  readonly is_connector_bot?: boolean;
  readonly is_restricted?: boolean;
  readonly is_ultra_restricted?: boolean;
  readonly is_stranger?: boolean;
  readonly is_email_confirmed?: boolean;
  readonly profile?: { readonly email?: string };
}

function profileOf(userId: string, user: SlackUser): SlackProfile {
  return {
    userId,
    teamId: user.team_id ?? '',
    email: user.profile?.email,
    // Only an explicit yes counts.
    emailConfirmed: user.is_email_confirmed === true,
    deleted: user.deleted === true,
    bot: user.is_bot === true || user.is_workflow_bot === true || user.is_connector_bot === true,
    guest: user.is_restricted === true || user.is_ultra_restricted === true,
    stranger: user.is_stranger === true,
  };
}

async function found<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof LatchkeyError && error.code === 'not-found') return undefined;
    throw error;
  }
}

async function call<T>(operation: string, subject: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw slackError(`failed to ${operation} for ${subject}`, error);
  }
}

function slackError(failed: string, error: unknown): LatchkeyError {
  const known = error as WebAPICallError & { data?: { error?: string }; retryAfter?: number };
  const said = known.data?.error;
  const message = `${failed}: ${said ?? messageOf(error)}`;
  switch (known.code) {
    case SlackCode.RateLimitedError:
      return new LatchkeyError('rate-limited', message, {
        cause: error,
        retryAfterMs: (known.retryAfter ?? 1) * 1000,
      });
    case SlackCode.PlatformError:
      return new LatchkeyError(CODES[said ?? ''] ?? 'invalid', message, { cause: error });
    default:
      return new LatchkeyError('unavailable', message, { cause: error });
  }
}
