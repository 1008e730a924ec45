import {
  type AnswerProblem,
  applySubmissionAnswer,
  readSuggestions,
  type Suggestions,
  showCommandAnswer,
} from './answers.ts';
import type { Deliverer, Delivery, SendOptions, Sent } from './deliver.ts';
import { elementsOf, findElement, type PlacedElement } from './elements.ts';
import { compact, type JsonObject } from './json.ts';
import {
  blockActionsDelivery,
  closedDelivery,
  commandDelivery,
  homeOpenedDelivery,
  type PayloadContext,
  type Source,
  submissionDelivery,
  suggestionDelivery,
} from './payloads.ts';
import type { FormValues, Outcome, People, Place } from './people-types.ts';
import type { OpenView, StateValues } from './types.ts';
import { clientErrors, type FieldValue, stateValue } from './values.ts';
import { watch } from './watch.ts';

type Deps = PayloadContext & { deliverer: Deliverer };

/** What people do in Slack, turned into Slack's signed requests; the answers are shown to them. */
export function createPeople(deps: Deps, send: SendOptions = {}): People {
  const { workspace, deliverer } = deps;

  const who = (userId: string) => {
    const person = workspace.person(userId);
    if (person === undefined) throw new Error(`no person ${userId} in this workspace`);
    return person;
  };
  const room = (userId: string, channelId: string) => {
    const where = workspace.conversation(channelId);
    if (where === undefined || !workspace.isMember(userId, channelId)) {
      throw new Error(`${userId} is not in ${channelId}`);
    }
    return where;
  };
  const viewOf = (userId: string, viewId: string) => {
    const open = workspace.views.find(viewId);
    if (open === undefined || open.owner !== userId) throw new Error(`${userId} has no view ${viewId} open`);
    return open;
  };
  const sourceOf = (userId: string, place: Place): Source => {
    if ('viewId' in place) return { open: viewOf(userId, place.viewId) };
    const where = room(userId, place.channel);
    const message = workspace.message(place.channel, place.ts);
    if (message === undefined || (message.ephemeral_to ?? userId) !== userId) {
      throw new Error(`${userId} sees no message ${place.ts} in ${place.channel}`);
    }
    return { message, where };
  };
  const elementOf = (source: Source, actionIdOrLabel: string, value?: string) => {
    const blocks = 'open' in source ? source.open.view.blocks : source.message.blocks;
    const placed = findElement(blocks, actionIdOrLabel, value);
    if (placed !== undefined) return placed;
    const known = elementsOf(blocks).map((element) => element.actionId);
    throw new Error(`no element ${actionIdOrLabel} here, only: ${known.join(', ') || 'none'}`);
  };

  /** Sends one request, lets the answer take effect, and reports what the person saw. */
  const perform = async (
    userId: string,
    delivery: Delivery | undefined,
    settle: (sent: Sent) => AnswerProblem | undefined,
  ): Promise<Outcome> => {
    const watching = watch(workspace, userId);
    if (delivery === undefined) return { sent: false, durationMs: 0, ...watching.stop() };
    const sent = await deliverer.send(delivery, send);
    const problem = settle(sent)?.problem ?? sent.failure;
    return {
      sent: true,
      delivery,
      durationMs: sent.durationMs,
      ...(sent.status !== undefined && { status: sent.status }),
      ...(sent.failure !== undefined && { failure: sent.failure }),
      ...watching.stop(),
      ...(problem !== undefined && { problem }),
    };
  };

  const act = (userId: string, source: Source, action: JsonObject, chosen: StateValues = {}) =>
    perform(userId, blockActionsDelivery(deps, who(userId), source, action, chosen), () => undefined);

  const people: People = {
    command: (userId, channelId, line) => {
      const [, name, text = ''] = /^(\/\S+)\s*(.*?)\s*$/s.exec(line) ?? [];
      if (name === undefined) throw new Error(`not a slash command: ${line}`);
      const where = room(userId, channelId);
      return perform(userId, commandDelivery(deps, who(userId), where, { name, text }), (sent) => {
        const answered =
          sent.failure === undefined
            ? showCommandAnswer(workspace, { userId, channel: where.id }, sent)
            : { problem: sent.failure };
        if (answered !== undefined) {
          const error = sent.failure ?? 'invalid_blocks';
          workspace.notice(userId, where.id, `${name} failed with the error "${error}"`);
        }
        return answered;
      });
    },
    say: (userId, channelId, text) =>
      workspace.post({ channel: room(userId, channelId).id, user: userId, text, blocks: [] }),
    click: (userId, place, actionIdOrLabel, { value } = {}) => {
      const source = sourceOf(userId, place);
      const { element, blockId, actionId } = elementOf(source, actionIdOrLabel, value);
      if (element.type !== 'button') throw new Error(`${actionIdOrLabel} is a ${element.type}, not a button`);
      const { text, style } = element;
      const pressed = { action_id: actionId, block_id: blockId, text, value: element.value, style };
      return act(userId, source, compact({ ...pressed, type: 'button' }));
    },
    select: (userId, place, actionIdOrLabel, value) => {
      const source = sourceOf(userId, place);
      const placed = elementOf(source, actionIdOrLabel);
      const { block, blockId, actionId, element } = placed;
      const chosen = inputOf(source, placed, value);
      if ('open' in source && element.type !== 'overflow') {
        workspace.views.setValues(source.open, withValue(source.open.values, blockId, actionId, chosen));
      }
      if (block.type === 'input' && block.dispatch_action !== true) {
        return perform(userId, undefined, () => undefined);
      }
      const action = { ...chosen, action_id: actionId, block_id: blockId };
      return act(userId, source, action, { [blockId]: { [actionId]: chosen } });
    },
    fill: (userId, viewId, values) => {
      const open = viewOf(userId, viewId);
      workspace.views.setValues(open, filled(open, values));
    },
    submit: (userId, viewId, values = {}) => {
      const open = viewOf(userId, viewId);
      if (workspace.views.top(userId) !== open) throw new Error(`${viewId} is not the modal in front`);
      workspace.views.setValues(open, filled(open, values));
      const errors = clientErrors(open.view.blocks, open.values);
      workspace.views.setErrors(open, errors);
      if (Object.keys(errors).length > 0) return perform(userId, undefined, () => undefined);
      workspace.views.setBanner(open, undefined);
      const delivery = submissionDelivery(deps, who(userId), open);
      return perform(userId, delivery, (sent) => applySubmissionAnswer(workspace, open, sent));
    },
    closeView: async (userId, { all = false } = {}) => {
      const top = workspace.views.top(userId);
      if (top === undefined) throw new Error(`${userId} has no modal open`);
      const whole = all || top.view.clear_on_close;
      const closed = whole ? [...workspace.views.stack(userId)].reverse() : [top];
      if (whole) workspace.views.clear(userId);
      else workspace.views.close(top);
      const [first, ...rest] = closed
        .filter((open) => open.view.notify_on_close)
        .map((open) => closedDelivery(deps, who(userId), open, whole));
      const outcome = await perform(userId, first, () => undefined);
      for (const delivery of rest) await deliverer.send(delivery, send);
      return outcome;
    },
    suggest: async (userId, place, blockId, actionId, query) => {
      const source = sourceOf(userId, place);
      const { element } = elementOf(source, actionId);
      const least = typeof element.min_query_length === 'number' ? element.min_query_length : 3;
      let suggestions: Suggestions = { options: [], groups: [] };
      const typed = { blockId, actionId, query };
      const delivery =
        query.length < least ? undefined : suggestionDelivery(deps, who(userId), source, typed);
      const outcome = await perform(userId, delivery, (sent) => {
        const read = readSuggestions(sent);
        if ('problem' in read) return read;
        suggestions = read;
        if ('open' in source) {
          const offered = [...read.options, ...read.groups.flatMap((group) => group.options)];
          workspace.views.setSuggestions(source.open, `${blockId}/${actionId}`, offered);
        }
        return undefined;
      });
      return { ...outcome, ...suggestions };
    },
    openHome: (userId) => perform(userId, homeOpenedDelivery(deps, who(userId)), () => undefined),
    sending: (options) => createPeople(deps, { ...send, ...options }),
  };
  return people;
}

function inputOf(source: Source, placed: PlacedElement, value: FieldValue): JsonObject {
  const key = `${placed.blockId}/${placed.actionId}`;
  return stateValue(placed, value, 'open' in source ? source.open.suggestions[key] : []);
}

const withValue = (
  values: StateValues,
  blockId: string,
  actionId: string,
  value: JsonObject,
): StateValues => ({
  ...values,
  [blockId]: { ...values[blockId], [actionId]: value },
});

function filled(open: OpenView, form: FormValues): StateValues {
  let values = open.values;
  for (const [name, given] of Object.entries(form)) {
    const { blocks } = open.view;
    const here = elementsOf(blocks).filter((placed) => placed.blockId === name);
    const labelled = findElement(blocks, name);
    const found = here.length > 0 ? here : labelled === undefined ? [] : [labelled];
    const byAction = typeof given === 'object' && given !== null && !Array.isArray(given);
    const entries = byAction
      ? Object.entries(given as { [actionId: string]: FieldValue })
      : [[found[0]?.actionId ?? '', given as FieldValue] as const];
    for (const [actionId, value] of entries) {
      const placed = found.find((known) => known.actionId === actionId);
      if (placed === undefined) throw new Error(`the view has no field ${name} ${actionId}`);
      values = withValue(values, placed.blockId, actionId, inputOf({ open }, placed, value));
    }
  }
  return values;
}
