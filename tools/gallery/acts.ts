import { elementsOf } from '../../simulator/slack/elements.ts';
import type { JsonObject } from '../../simulator/slack/json.ts';
import type { Message } from '../../simulator/slack/types.ts';
import type { FieldValue } from '../../simulator/slack/values.ts';
import type { Stage } from '../../simulator/stage/stage.ts';
import type { Step, Weather } from '../../simulator/stage/steps.ts';
import type { GrantState } from '../../src/domain/grant-state.ts';
import { ACTIONS } from '../../src/slack/ids.ts';

// The words in which scenes are written: each does something in the simulated world, with all that follows from it.
// One that does not come to what it says throws, or the scene would photograph something else than its name.

export type Act = (stage: Stage) => Promise<void>;

const MINUTE_MS = 60_000;

/** Any step, and what it brings about; throws where Slack or the application says that it failed. */
export function step(what: Step): Act {
  return async (stage) => {
    const { notice, problem } = await stage.perform(what);
    await stage.local().idle();
    if (problem ?? notice) throw new Error(`${JSON.stringify(what)}: ${problem ?? notice}`);
  };
}

/** Types a command, which is answered: privately, with a form, or by asking at once. */
export function types(who: string, text: string, where = 'C0ACCESS'): Act {
  return async (stage) => {
    const { workspace } = stage.local().slack;
    let answered = false;
    const stop = workspace.onChange((change) => {
      if (change.type === 'message_posted') answered ||= change.message.ephemeral_to === who;
      if (change.type === 'modal_changed') answered ||= change.userId === who;
    });
    try {
      await step({ do: 'command', who, in: where, text })(stage);
    } finally {
      stop();
    }
    if (!answered) throw new Error(`nothing answered ${who}: ${text}`);
  };
}

/** Presses the newest button with this action that the person sees in a channel, or in `dm`. */
export function presses(who: string, action: string, where = 'C0ACCESS'): Act {
  return async (stage) => {
    const { channel, ts } = messageWith(stage, who, action, where);
    await step({ do: 'click', who, at: { channel, ts }, what: action })(stage);
  };
}

/** Presses a button that somebody's Slack still shows although `meanwhile` has happened. */
export function pressesLate(who: string, action: string, meanwhile: Act, where = 'C0ACCESS'): Act {
  return async (stage) => {
    const message = messageWith(stage, who, action, where);
    const before = structuredClone(message.blocks);
    await meanwhile(stage);
    message.blocks = before;
    await presses(who, action, where)(stage);
  };
}

export function pressesAtHome(who: string, action: string): Act {
  return step({ do: 'click', who, at: { view: 'home' }, what: action });
}

export function opensHome(who: string): Act {
  return step({ do: 'home', who });
}

/** Chooses in the form's menu of services, as somebody does who types the name. */
export function choosesService(who: string, path: string): Act {
  return chooses(who, ACTIONS.service, path, path.split('/').at(-1));
}

/** Chooses what goes with the service in the same request. */
export function choosesMore(who: string, ...paths: readonly string[]): Act {
  return chooses(who, ACTIONS.more, [...paths], '');
}

export function choosesColleague(who: string, colleague: string): Act {
  return chooses(who, ACTIONS.colleague, colleague);
}

function chooses(who: string, what: string, value: string | string[], typed?: string): Act {
  return async (stage) => {
    const at = { view: 'modal' } as const;
    const block = blockWith(stage, who, what);
    if (typed !== undefined) await step({ do: 'suggest', who, at, block, what, query: typed })(stage);
    await step({ do: 'select', who, at, what, value })(stage);
  };
}

/** Fills one field in, found by its action id, without submitting. */
export function fills(who: string, action: string, value: FieldValue): Act {
  return async (stage) => {
    const { people, workspace } = stage.local().slack;
    const block = blockWith(stage, who, action);
    people.fill(who, workspace.views.top(who)?.view.id ?? '', { [block]: { [action]: value } });
  };
}

/** Submits the form in front, which is taken. */
export function submits(who: string): Act {
  return async (stage) => {
    const errors = await submitted(stage, who);
    if (errors.length > 0) throw new Error(`the form of ${who} has errors: ${errors.join('; ')}`);
  };
}

/** Submits the form in front, which comes back with errors at its fields. */
export function submitsWrongly(who: string): Act {
  return async (stage) => {
    const errors = await submitted(stage, who);
    if (errors.length === 0) throw new Error(`the form of ${who} was taken`);
  };
}

async function submitted(stage: Stage, who: string): Promise<string[]> {
  await step({ do: 'submit', who, fields: {} })(stage);
  return Object.values(stage.local().slack.workspace.views.top(who)?.errors ?? {});
}

export function minutes(count: number): Act {
  return step({ do: 'advance', ms: count * MINUTE_MS });
}

export function weather(set: Partial<Weather>): Act {
  return step({ do: 'weather', set });
}

/** Does something while each call to Slack and to Cloud Run takes this long, until it has been answered. */
export function slowly(latencyMs: number, act: Act): Act {
  return async (stage) => {
    const { google, slack, onInvocation } = stage.local();
    const take = (ms: number) => {
      slack.faults.set({ latencyMs: ms });
      google.faults.set('run', { latencyMs: ms });
    };
    take(latencyMs);
    const stop = onInvocation((ended) => {
      if (ended.function === 'slack') take(0);
    });
    await act(stage).finally(stop);
  };
}

/** All grants have come to these states, in whatever order: a scene in another state shows something else. */
export function come(...states: readonly GrantState[]): Act {
  return async (stage) => {
    const found = stage.timeline().grants();
    const now = found.map(({ state }) => state).sort();
    if (now.join() !== [...states].sort().join()) throw new Error(`grants came to ${now.join()}`);
  };
}

function messageWith(stage: Stage, who: string, action: string, where: string): Message {
  const { workspace } = stage.local().slack;
  const channel = where === 'dm' ? workspace.dmWith(who).id : where;
  const message = workspace
    .messages(channel)
    .findLast((one) => (one.ephemeral_to ?? who) === who && has(one.blocks, action));
  if (!message) throw new Error(`${who} sees no ${action} in ${where}`);
  return message;
}

function blockWith(stage: Stage, who: string, action: string): string {
  const blocks = stage.local().slack.workspace.views.top(who)?.view.blocks ?? [];
  const found = elementsOf(blocks).find(({ actionId }) => actionId === action);
  if (!found) throw new Error(`${who} has no field ${action}`);
  return found.blockId;
}

function has(blocks: readonly JsonObject[], action: string): boolean {
  return elementsOf(blocks).some(({ actionId }) => actionId === action);
}
