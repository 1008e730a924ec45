import type { Api } from './faults.ts';

/** One call that reached the simulated Google. Headers are never in it: they hold bearer tokens. */
export interface Call {
  /** Virtual time. */
  atMs: number;
  api: Api | 'unknown';
  /** As in the coverage table, or the HTTP verb where no method matched. */
  method: string;
  resource: string;
  summary: string;
  /** HTTP status; 0 where the caller got no answer. */
  status: number;
  outcome: string;
  /** Real milliseconds. */
  durationMs: number;
}

export interface CallLog {
  /** The last calls, oldest first. */
  recent(): readonly Call[];
  add(call: Call): void;
  clear(): void;
  /** Returns unsubscribe. */
  onCall(listener: (call: Call) => void): () => void;
}

const CALLS_KEPT = 1_000;

/** Creates an empty log that keeps a bounded number of calls. */
export function createCallLog(): CallLog {
  const calls: Call[] = [];
  const listeners = new Set<(call: Call) => void>();
  return {
    recent: () => [...calls],
    add(call) {
      calls.push(call);
      if (calls.length > CALLS_KEPT) calls.shift();
      for (const listener of listeners) listener(call);
    },
    clear() {
      calls.length = 0;
    },
    onCall(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
