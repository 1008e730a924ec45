import type { DeliveryKind } from './deliver.ts';

export type Coverage = { supported: string; testedBy: string };

const chat = 'test/simulator/slack/web-api-chat.test.ts';
const people = 'test/simulator/slack/web-api-people.test.ts';
const conversations = 'test/simulator/slack/web-api-conversations.test.ts';
const views = 'test/simulator/slack/web-api-views.test.ts';
const tests = 'test/simulator/slack/people';

/** What the simulated Web API answers, how far, and which test shows it. */
export const WEB_API_COVERAGE: { readonly [method: string]: Coverage } = {
  'auth.test': { supported: 'whole', testedBy: people },
  'chat.delete': { supported: "the bot's own messages", testedBy: chat },
  'chat.getPermalink': { supported: 'whole', testedBy: chat },
  'chat.postEphemeral': { supported: 'text, blocks, thread_ts, metadata', testedBy: chat },
  'chat.postMessage': { supported: 'text, blocks, thread_ts, metadata; no attachments', testedBy: chat },
  'chat.update': { supported: 'text, blocks, metadata; no attachments', testedBy: chat },
  'conversations.history': { supported: 'oldest, latest, inclusive, limit, cursor', testedBy: conversations },
  'conversations.info': { supported: 'channels and direct messages', testedBy: conversations },
  'conversations.open': { supported: 'one person; no group messages', testedBy: conversations },
  'conversations.replies': { supported: 'limit, cursor', testedBy: conversations },
  'team.info': { supported: 'the own team', testedBy: people },
  'usergroups.list': { supported: 'include_users, include_disabled', testedBy: people },
  'usergroups.users.list': { supported: 'include_disabled', testedBy: people },
  'users.info': { supported: 'whole', testedBy: people },
  'users.lookupByEmail': { supported: 'whole', testedBy: people },
  'views.open': { supported: 'trigger_id; no interactivity_pointer', testedBy: views },
  'views.publish': { supported: 'whole', testedBy: views },
  'views.push': { supported: 'trigger_id; no interactivity_pointer', testedBy: views },
  'views.update': { supported: 'by view_id or external_id, with hash', testedBy: views },
};

/** What the simulator sends to the app, and the response_urls that it hands out with it. */
export const DELIVERY_COVERAGE: { readonly [kind in DeliveryKind | 'response_url']: Coverage } = {
  command: { supported: 'whole', testedBy: `${tests}-commands.test.ts` },
  block_actions: { supported: 'messages, modals, App Home', testedBy: `${tests}-clicks.test.ts` },
  view_submission: { supported: 'errors, update, push, clear, close', testedBy: `${tests}-modals.test.ts` },
  view_closed: { supported: 'whole', testedBy: `${tests}-modals.test.ts` },
  block_suggestion: { supported: 'options and option_groups', testedBy: `${tests}-modals.test.ts` },
  event: {
    supported: 'app_home_opened, url_verification, retries on request',
    testedBy: `${tests}-events.test.ts`,
  },
  response_url: {
    supported: 'post, replace_original, delete_original, 30 minutes, 5 uses',
    testedBy: 'test/simulator/slack/response-url.test.ts',
  },
};
