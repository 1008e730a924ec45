import { SURFACE_LIMITS } from './block-kit-limits.ts';
import { newId, newToken, withIds } from './ids.ts';
import { isObject, type JsonObject, objectsOf, stringOf } from './json.ts';
import type { Change, Clock, OpenView, StateValues, View, WorkspaceState } from './types.ts';
import { keptValues } from './values.ts';

export type Views = {
  /** The person's modal stack, the view in front last. */
  stack(userId: string): readonly OpenView[];
  top(userId: string): OpenView | undefined;
  home(userId: string): OpenView | undefined;
  find(viewId: string): OpenView | undefined;
  findByExternalId(externalId: string): OpenView | undefined;
  open(userId: string, draft: JsonObject): OpenView;
  /** Puts a view on the stack; undefined where three are open already, Slack's limit. */
  push(userId: string, draft: JsonObject): OpenView | undefined;
  update(open: OpenView, draft: JsonObject): OpenView;
  publish(userId: string, draft: JsonObject): OpenView;
  /** Closes the view and what lies over it. */
  close(open: OpenView): void;
  clear(userId: string): void;
  setValues(open: OpenView, values: StateValues): void;
  setErrors(open: OpenView, errors: OpenView['errors']): void;
  setBanner(open: OpenView, banner: string | undefined): void;
  setSuggestions(open: OpenView, key: string, options: JsonObject[]): void;
};

/** The modals and App Home views that people have in front of them. */
export function createViews(options: {
  clock: Clock;
  state: () => WorkspaceState;
  emit: (change: Change) => void;
}): Views {
  const { clock, state, emit } = options;
  const newHash = () => `${Math.floor(clock.now() / 1000)}.${newToken(4)}`;
  const stackOf = (userId: string) => {
    state().modals[userId] ??= [];
    return state().modals[userId] ?? [];
  };
  const changed = (open: OpenView) =>
    emit({ type: open.view.type === 'home' ? 'home_changed' : 'modal_changed', userId: open.owner });
  const all = () => [...Object.values(state().modals).flat(), ...Object.values(state().homes)];

  const place = (userId: string, draft: JsonObject, previous: View | undefined): OpenView => {
    const id = newId('V');
    const view: View = {
      ...contentOf(draft),
      id,
      hash: newHash(),
      root_view_id: previous?.root_view_id ?? id,
      previous_view_id: previous?.id ?? null,
    };
    return { view, owner: userId, values: keptValues(view.blocks, {}), errors: {}, suggestions: {} };
  };

  const views: Views = {
    stack: (userId) => state().modals[userId] ?? [],
    top: (userId) => state().modals[userId]?.at(-1),
    home: (userId) => state().homes[userId],
    find: (viewId) => all().find((open) => open.view.id === viewId),
    findByExternalId: (externalId) => all().find((open) => open.view.external_id === externalId),
    open: (userId, draft) => {
      const open = place(userId, draft, undefined);
      state().modals[userId] = [open];
      changed(open);
      return open;
    },
    push: (userId, draft) => {
      const stack = stackOf(userId);
      if (stack.length >= SURFACE_LIMITS.view.stack) return undefined;
      const open = place(userId, draft, stack.at(-1)?.view);
      stack.push(open);
      changed(open);
      return open;
    },
    update: (open, draft) => {
      const { id, root_view_id: root, previous_view_id: previous } = open.view;
      open.view = {
        ...contentOf(draft),
        id,
        hash: newHash(),
        root_view_id: root,
        previous_view_id: previous,
      };
      open.values = keptValues(open.view.blocks, open.values);
      open.errors = {};
      delete open.banner;
      changed(open);
      return open;
    },
    publish: (userId, draft) => {
      const known = state().homes[userId];
      if (known !== undefined) return views.update(known, draft);
      const open = place(userId, draft, undefined);
      state().homes[userId] = open;
      changed(open);
      return open;
    },
    close: (open) => {
      const stack = stackOf(open.owner);
      const index = stack.indexOf(open);
      if (index < 0) return;
      stack.splice(index);
      changed(open);
    },
    clear: (userId) => {
      delete state().modals[userId];
      emit({ type: 'modal_changed', userId });
    },
    setValues: (open, values) => {
      open.values = values;
      changed(open);
    },
    setErrors: (open, errors) => {
      open.errors = errors;
      changed(open);
    },
    setBanner: (open, banner) => {
      if (banner === undefined) delete open.banner;
      else open.banner = banner;
      changed(open);
    },
    setSuggestions: (open, key, suggested) => {
      open.suggestions[key] = suggested;
      changed(open);
    },
  };
  return views;
}

function contentOf(draft: JsonObject): Omit<View, 'id' | 'hash' | 'root_view_id' | 'previous_view_id'> {
  const object = (key: string) => (isObject(draft[key]) ? draft[key] : null);
  return {
    type: draft.type === 'home' ? 'home' : 'modal',
    callback_id: stringOf(draft.callback_id) ?? '',
    private_metadata: stringOf(draft.private_metadata) ?? '',
    external_id: stringOf(draft.external_id) ?? '',
    title: object('title'),
    submit: object('submit'),
    close: object('close'),
    blocks: withIds(objectsOf(draft.blocks)),
    clear_on_close: draft.clear_on_close === true,
    notify_on_close: draft.notify_on_close === true,
  };
}
