import type { Grant } from '../../src/domain/grant.ts';
import { closedStates, type GrantState, grantStates } from '../../src/domain/grant-state.ts';
import { servicePath } from '../../src/domain/service.ts';
import type { Invocation } from '../functions.ts';
import type { Local } from '../local.ts';
import { type FindGrants, googleEntry, pathOf, policyEntry, slackEntry, storeEntries } from './entries.ts';

export const entryKinds = ['person', 'function', 'transaction', 'message', 'api', 'policy', 'read'] as const;
export type EntryKind = (typeof entryKinds)[number];

/** One thing that happened. */
export interface Entry {
  readonly id: number;
  readonly atMs: number;
  readonly kind: EntryKind;
  readonly title: string;
  readonly detail: string;
  readonly outcome: 'ok' | 'running' | 'failed' | 'refused';
  readonly durationMs: number;
  /** The invocation in which it happened, where that is known. */
  readonly invocation?: number;
  readonly grants: readonly string[];
  /** How often the same happened without anything in between. */
  readonly count: number;
}

export type Draft = Pick<Entry, 'kind' | 'title'> & Partial<Entry>;

export interface GrantLine {
  readonly id: string;
  readonly service: string;
  readonly principal: string;
  readonly requester: string;
  readonly state: GrantState;
  readonly approved: boolean;
  readonly requestedAt: number;
}

export interface Timeline {
  /** Oldest first. */
  entries(): readonly Entry[];
  grants(): readonly GrantLine[];
  /** Tells of something that was done; returns the entry's id. */
  add(entry: Draft): number;
  /** Says which grants an entry turned out to be about. */
  tag(entryId: number, grants: readonly string[]): void;
  /** Told of every new or changed entry. */
  onEntry(listener: (entry: Entry) => void): () => void;
}

const KEPT = 1500;

/** Watches a local run and tells what happens in it, in order, with the grants that it is about. */
export function createTimeline(local: Local): Timeline {
  const { clock, functions, google, slack } = local;
  const kept = new Map<number, Entry>();
  const grants = new Map<string, GrantLine>();
  const messages = new Map<string, string>();
  const listeners = new Set<(entry: Entry) => void>();
  const ofInvocation = new Map<number, { entry: number; grants: Set<string>; busy: boolean }>();
  let last = 0;
  let idleSweep: Entry | undefined;

  const put = (entry: Entry) => {
    kept.set(entry.id, entry);
    for (const id of kept.keys()) {
      if (kept.size <= KEPT) break;
      kept.delete(id);
    }
    for (const listener of listeners) listener(entry);
  };
  const add: Timeline['add'] = (draft) => {
    last += 1;
    const invocation =
      draft.kind === 'person' ? undefined : (draft.invocation ?? functions.current() ?? onlyRunning());
    const run = invocation === undefined ? undefined : ofInvocation.get(invocation);
    if (run && draft.kind !== 'read' && draft.kind !== 'function') run.busy = true;
    for (const id of draft.grants ?? []) run?.grants.add(id);
    put({
      atMs: clock.now(),
      detail: '',
      outcome: 'ok',
      durationMs: 0,
      grants: [],
      count: 1,
      ...draft,
      id: last,
      ...(invocation !== undefined && { invocation }),
    });
    if (draft.kind !== 'read' && draft.kind !== 'function') idleSweep = undefined;
    return last;
  };
  /** A call that comes in over HTTP does not say which invocation it is from; mostly there is one. */
  const onlyRunning = () => {
    const running = functions.running();
    return running.length === 1 ? running[0]?.id : undefined;
  };

  const learn = (grant: Grant) => {
    grants.set(grant.id, {
      id: grant.id,
      service: servicePath(grant.service),
      principal: grant.principal.userId,
      requester: grant.requester.userId,
      state: grant.state,
      approved: 'term' in grant,
      requestedAt: grant.requestedAt,
    });
    for (const ref of Object.values(grant.announcements.refs)) {
      messages.set(`${ref.channel} ${ref.ts}`, grant.id);
    }
  };
  const nameOf = (id: string) => grants.get(id)?.service.split('/').at(-1) ?? id.slice(0, 8);
  const titleOf = ({ function: name, subject }: Invocation) =>
    name === 'converge' ? `converge ${nameOf(subject)}` : name;

  const invoked = (invocation: Invocation) => {
    const { id, outcome, subject } = invocation;
    const run = ofInvocation.get(id);
    if (run === undefined) {
      add({
        kind: 'function',
        title: titleOf(invocation),
        outcome: 'running',
        invocation: id,
        grants: invocation.function === 'converge' ? [subject] : [],
      });
      const own = invocation.function === 'converge' ? [subject] : [];
      ofInvocation.set(id, { entry: last, grants: new Set(own), busy: false });
      return;
    }
    ofInvocation.delete(id);
    const entry = kept.get(run.entry);
    if (entry === undefined) return;
    const ok = outcome === 'ok';
    const ended: Entry = {
      ...entry,
      // Its grant may have become known meanwhile.
      title: titleOf(invocation),
      outcome: ok ? 'ok' : 'failed',
      detail: ok ? (run.busy ? '' : 'nothing to do') : outcome,
      durationMs: invocation.durationMs,
      grants: [...run.grants],
    };
    // Sixty sweeps of an idle hour are one line.
    if (invocation.function === 'sweep' && ok && !run.busy) {
      if (idleSweep !== undefined) {
        kept.delete(entry.id);
        for (const listener of listeners) listener({ ...ended, count: 0 });
        idleSweep = { ...idleSweep, atMs: entry.atMs, count: idleSweep.count + 1 };
        put(idleSweep);
        return;
      }
      idleSweep = ended;
    }
    put(ended);
    if (invocation.function === 'sweep') return;
    for (const own of kept.values()) {
      if (own.invocation !== id || own.grants.length > 0 || own.id === ended.id) continue;
      if (run.grants.size > 0) put({ ...own, grants: [...run.grants] });
    }
  };

  const find: FindGrants = {
    ofService(resource) {
      const path = pathOf(local, resource);
      return [...grants.values()]
        .filter((grant) => grant.service === path && !OVER.has(grant.state))
        .map((grant) => grant.id);
    },
    ofMessage: (channel, ts) => messages.get(`${channel} ${ts}`),
    isKnown: (id) => grants.has(id),
  };

  functions.onActivity((activity) => {
    if ('lost' in activity) {
      const grants = [activity.lost];
      // The write that it was for is told of first.
      setImmediate(() => {
        const title = `converge ${nameOf(activity.lost)}: its trigger got lost`;
        add({ kind: 'function', title, outcome: 'failed', grants });
      });
    } else invoked(activity);
  });
  local.onStoreOperation((operation) => {
    for (const { grant } of operation.changes) learn(grant);
    for (const draft of storeEntries(operation)) add(draft);
  });
  google.calls.onCall((call) => add(googleEntry(call, find)));
  google.policies.onChange((change) => add(policyEntry(change, find)));
  slack.onCall((call) => add(slackEntry(local, call, find)));
  // What was saved from an earlier run, or is in Firestore.
  void local.store
    .inStates(grantStates, 200)
    .then((saved) => {
      for (const grant of saved) if (!grants.has(grant.id)) learn(grant);
    })
    .catch(() => {});

  return {
    entries: () => [...kept.values()],
    grants: () => [...grants.values()].sort((a, b) => b.requestedAt - a.requestedAt),
    add,
    tag(entryId, about) {
      const entry = kept.get(entryId);
      if (entry) put({ ...entry, grants: [...new Set([...entry.grants, ...about])] });
    },
    onEntry(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

const OVER: ReadonlySet<GrantState> = new Set(closedStates);
