import type { JsonObject } from '../../simulator/slack/json.ts';
import type { Stage } from '../../simulator/stage/stage.ts';
import type { Step, Weather } from '../../simulator/stage/steps.ts';

// The words in which scenes are written: each does something in the simulated world, with all that follows from it.

export type Act = (stage: Stage) => Promise<void>;

const MINUTE_MS = 60_000;

/** Any step, and what it brings about. */
export function step(what: Step): Act {
  return async (stage) => {
    await stage.perform(what);
    await stage.local().idle();
  };
}

export function types(who: string, text: string, where = 'C0ACCESS'): Act {
  return step({ do: 'command', who, in: where, text });
}

/** Presses the newest button with this action that the person sees in a channel, or in `dm`. */
export function presses(who: string, action: string, where = 'C0ACCESS'): Act {
  return async (stage) => {
    const { workspace } = stage.local().slack;
    const channel = where === 'dm' ? workspace.dmWith(who).id : where;
    const message = workspace
      .messages(channel)
      .findLast((one) => (one.ephemeral_to ?? who) === who && has(one.blocks, action));
    if (!message) throw new Error(`${who} sees no ${action} in ${where}`);
    await step({ do: 'click', who, at: { channel, ts: message.ts }, what: action })(stage);
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
  return async (stage) => {
    const at = { view: 'modal' } as const;
    const what = 'ask_service';
    const blocks = stage.local().slack.workspace.views.top(who)?.view.blocks ?? [];
    const many = JSON.stringify(blocks.find((one) => has([one], what)) ?? {}).includes('"multi_');
    const value = many ? [path] : path;
    await step({ do: 'suggest', who, at, block: what, what, query: path.split('/').at(-1) ?? '' })(stage);
    await step({ do: 'select', who, at, what, value })(stage);
  };
}

/** Fills one field in, found by its action id, without submitting. */
export function fills(who: string, action: string, value: string | number | string[] | null): Act {
  return async (stage) => {
    const { people, workspace } = stage.local().slack;
    const top = workspace.views.top(who);
    const block = top?.view.blocks.find((one) => has([one], action));
    if (!top || typeof block?.block_id !== 'string') throw new Error(`${who} has no field ${action}`);
    people.fill(who, top.view.id, { [block.block_id]: { [action]: value } });
  };
}

export function submits(who: string): Act {
  return step({ do: 'submit', who, fields: {} });
}

export function minutes(count: number): Act {
  return step({ do: 'advance', ms: count * MINUTE_MS });
}

export function weather(set: Partial<Weather>): Act {
  return step({ do: 'weather', set });
}

function has(blocks: readonly JsonObject[], action: string): boolean {
  return JSON.stringify(blocks).includes(`"action_id":"${action}"`);
}
