import {
  type ApiContext,
  type ApiMethod,
  type Args,
  jsonArg,
  missing,
  ok,
  refuse,
  stringArg,
} from './api-types.ts';
import { describeViolation, validateView } from './block-kit.ts';
import { SURFACE_LIMITS } from './block-kit-limits.ts';
import { isObject, type JsonObject, stringOf } from './json.ts';
import type { OpenView, Trigger } from './types.ts';
import type { Workspace } from './workspace.ts';

/** A view as Slack's replies and payloads show it, with its state. */
export function viewJson(workspace: Workspace, open: OpenView): JsonObject {
  const { bot, team } = workspace;
  return {
    ...open.view,
    team_id: team.id,
    state: { values: open.values },
    app_id: bot.appId,
    app_installed_team_id: team.id,
    bot_id: bot.botId,
    submit_disabled: false,
  };
}

/** The view argument, checked; or Slack's refusal. */
function draftOf(
  args: Args,
  type: 'modal' | 'home' | 'any',
): { draft: JsonObject } | { refused: JsonObject } {
  const view = jsonArg(args, 'view');
  if (view === undefined) return { refused: missing('view') };
  if (!isObject(view)) {
    return { refused: refuse('invalid_arguments', ['[ERROR] must provide an object [json-pointer:/view]']) };
  }
  if (Buffer.byteLength(JSON.stringify(view)) > SURFACE_LIMITS.view.json_bytes) {
    return { refused: refuse('view_too_large') };
  }
  const violations = validateView(view, type);
  if (violations.length > 0) {
    return { refused: refuse('invalid_arguments', violations.map(describeViolation)) };
  }
  return { draft: view };
}

function exchange(args: Args, { workspace }: ApiContext): Trigger | { refused: JsonObject } {
  const id = stringArg(args, 'trigger_id');
  if (id === undefined) return { refused: missing('trigger_id') };
  const trigger = workspace.tokens.exchangeTrigger(id);
  if (trigger === 'invalid_trigger_id') {
    return { refused: refuse('invalid_arguments', ['invalid `trigger_id`']) };
  }
  return typeof trigger === 'string' ? { refused: refuse(trigger) } : trigger;
}

function externalIdTaken({ views }: Workspace, draft: JsonObject, except?: OpenView): boolean {
  const id = stringOf(draft.external_id);
  if (id === undefined || id === '') return false;
  const known = views.findByExternalId(id);
  return known !== undefined && known !== except;
}

const open: ApiMethod = (args, context) => {
  const { workspace } = context;
  const checked = draftOf(args, 'modal');
  if ('refused' in checked) return checked.refused;
  if (externalIdTaken(workspace, checked.draft)) return refuse('duplicate_external_id');
  const trigger = exchange(args, context);
  if ('refused' in trigger) return trigger.refused;
  return ok({ view: viewJson(workspace, workspace.views.open(trigger.user, checked.draft)) });
};

const push: ApiMethod = (args, context) => {
  const { workspace } = context;
  const checked = draftOf(args, 'modal');
  if ('refused' in checked) return checked.refused;
  if (externalIdTaken(workspace, checked.draft)) return refuse('duplicate_external_id');
  const trigger = exchange(args, context);
  if ('refused' in trigger) return trigger.refused;
  // Only a trigger that comes from a modal can put a view over it.
  const under = trigger.viewId === undefined ? undefined : workspace.views.find(trigger.viewId);
  if (under === undefined || under.view.type !== 'modal') {
    return refuse('invalid_arguments', ['invalid `trigger_id`']);
  }
  const pushed = workspace.views.push(trigger.user, checked.draft);
  return pushed === undefined ? refuse('push_limit_reached') : ok({ view: viewJson(workspace, pushed) });
};

const update: ApiMethod = (args, { workspace }) => {
  const checked = draftOf(args, 'any');
  if ('refused' in checked) return checked.refused;
  const id = stringArg(args, 'view_id');
  const externalId = stringArg(args, 'external_id');
  if (id === undefined && externalId === undefined) return missing('view_id');
  const { views } = workspace;
  const known = id === undefined ? views.findByExternalId(externalId ?? '') : views.find(id);
  if (known === undefined || known.view.type !== checked.draft.type) return refuse('not_found');
  if (externalIdTaken(workspace, checked.draft, known)) return refuse('duplicate_external_id');
  const hash = stringArg(args, 'hash');
  if (hash !== undefined && hash !== known.view.hash) return refuse('hash_conflict');
  return ok({ view: viewJson(workspace, views.update(known, checked.draft)) });
};

const publish: ApiMethod = (args, { workspace }) => {
  const user = stringArg(args, 'user_id');
  if (user === undefined) return missing('user_id');
  const checked = draftOf(args, 'home');
  if ('refused' in checked) return checked.refused;
  const person = workspace.person(user);
  if (person === undefined || person.deleted || person.is_bot) {
    return refuse('invalid_arguments', ['invalid `user_id`']);
  }
  const known = workspace.views.home(user);
  const hash = stringArg(args, 'hash');
  if (hash !== undefined && known !== undefined && hash !== known.view.hash) return refuse('hash_conflict');
  return ok({ view: viewJson(workspace, workspace.views.publish(user, checked.draft)) });
};

/** The methods of Slack's `views` family. */
export const VIEW_METHODS: { readonly [method: string]: ApiMethod } = {
  'views.open': open,
  'views.push': push,
  'views.update': update,
  'views.publish': publish,
};
