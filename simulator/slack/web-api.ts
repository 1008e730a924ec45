import { CHAT_METHODS } from './api-chat.ts';
import { CONVERSATION_METHODS } from './api-conversations.ts';
import { PEOPLE_METHODS } from './api-people.ts';
import { type ApiContext, type ApiMethod, type Args, refuse } from './api-types.ts';
import { VIEW_METHODS } from './api-views.ts';
import { type JsonObject, own } from './json.ts';

/** Every Web API method that the simulator answers. */
export const WEB_API_METHODS: { readonly [method: string]: ApiMethod } = {
  ...CHAT_METHODS,
  ...CONVERSATION_METHODS,
  ...PEOPLE_METHODS,
  ...VIEW_METHODS,
};

/** Answers one Web API call, given the token that came with it. */
export function answerWebApi(
  method: string,
  args: Args,
  token: { given: string | undefined; wanted: string },
  context: ApiContext,
): JsonObject {
  const handler = own(WEB_API_METHODS, method);
  if (handler === undefined) return refuse('unknown_method');
  if (token.given === undefined) return refuse('not_authed');
  if (token.given !== token.wanted) return refuse('invalid_auth');
  return handler(args, context);
}
