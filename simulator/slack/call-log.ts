import { isObject, type Json, type JsonObject, objectsOf, parseJson, shown } from './json.ts';

/** One call that the app made to Slack, fit to be shown: no token, no long text. */
export type Call = {
  at: number;
  method: string;
  args: JsonObject;
  ok: boolean;
  status: number;
  error?: string;
  /** Slack's explanation, for example which block broke which limit. */
  messages?: string[];
  durationMs: number;
};

export type CallLog = {
  calls(): readonly Call[];
  record(call: Call): void;
  onCall(listener: (call: Call) => void): () => void;
};

const KEPT = 1000;
const SHOWN = 120;

/** The calls that the app made, the last thousand kept. */
export function createCallLog(): CallLog {
  const kept: Call[] = [];
  const listeners = new Set<(call: Call) => void>();
  return {
    calls: () => kept,
    record: (call) => {
      kept.push(call);
      if (kept.length > KEPT) kept.shift();
      for (const listener of listeners) listener(call);
    },
    onCall: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}

/** What is worth showing of a call's arguments; `value` of the buttons too, by which a timeline can be filtered. */
export function summarize(args: JsonObject): JsonObject {
  const summary: JsonObject = {};
  for (const [key, raw] of Object.entries(args)) {
    if (key === 'token') continue;
    const value: Json = typeof raw === 'string' ? (decoded(key, raw) ?? raw) : raw;
    if (key === 'blocks') summary[key] = summarizeBlocks(value);
    else if (key === 'view' && isObject(value)) {
      const { type = '', callback_id: callbackId = '', private_metadata: metadata = '' } = value;
      summary[key] = {
        type,
        callback_id: callbackId,
        private_metadata: shorten(metadata),
        blocks: summarizeBlocks(value.blocks ?? []),
      };
    } else summary[key] = shorten(value);
  }
  return summary;
}

const decoded = (key: string, raw: string) =>
  key === 'blocks' || key === 'view' || key === 'metadata' ? parseJson(raw) : undefined;

function shorten(value: Json): Json {
  return typeof value === 'string' && value.length > SHOWN ? `${value.slice(0, SHOWN)}…` : value;
}

function summarizeBlocks(blocks: Json): Json {
  const list = objectsOf(blocks);
  const values = list
    .flatMap((block) => [...objectsOf(block.elements), ...objectsOf([block.accessory ?? null])])
    .map((element) => element.value)
    .filter((value) => typeof value === 'string');
  return { count: list.length, types: list.map((block) => shown(block.type)), values: [...new Set(values)] };
}
