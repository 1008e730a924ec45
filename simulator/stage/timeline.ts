import type { AuditEvent } from '../../src/domain/audit.ts';
import { type Grant, type GrantState, grantStates } from '../../src/domain/grant.ts';
import { servicePath } from '../../src/domain/service.ts';
import type { Invocation } from '../functions.ts';
import type { Call as GoogleCall } from '../google/call-log.ts';
import type { PolicyChange } from '../google/policies.ts';
import type { Local } from '../local.ts';
import type { StoreOperation } from '../observed-store.ts';
import type { Call as SlackCall } from '../slack/call-log.ts';
import { isObject } from '../slack/json.ts';

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
  /** What a person or the weather did; grants are found by its words where they are known. */
  add(entry: Pick<Entry, 'kind' | 'title'> & Partial<Entry>): void;
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
    const invocation = draft.invocation ?? functions.current() ?? onlyRunning();
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
  const ofService = (path: string) =>
    [...grants.values()].filter((grant) => grant.service === path && !DONE.has(grant.state)).map((g) => g.id);

  const invoked = (invocation: Invocation) => {
    const { id, outcome, subject } = invocation;
    const run = ofInvocation.get(id);
    if (run === undefined) {
      add({
        kind: 'function',
        title: invocation.function === 'converge' ? `converge ${nameOf(subject)}` : invocation.function,
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

  const stored = (operation: StoreOperation) => {
    for (const { grant } of operation.changes) learn(grant);
    const { op, failure, durationMs, startedMs, service } = operation;
    const base = { atMs: startedMs, durationMs, grants: operation.grants };
    if (failure !== undefined) {
      add({ ...base, kind: 'transaction', title: op, detail: failure, outcome: 'failed' });
      return;
    }
    for (const { grant, event } of operation.changes) {
      add({
        ...base,
        grants: [grant.id],
        kind: event ? 'transaction' : 'read',
        title: event ? arrow(event) : `${op}: bookkeeping`,
        detail: [servicePath(grant.service), event?.actor && `by ${event.actor.email}`, event?.reason]
          .filter(Boolean)
          .join(' · '),
      });
    }
    if (operation.changes.length === 0) add({ ...base, kind: 'read', title: op, detail: service ?? '' });
  };

  const called = (call: GoogleCall) => {
    const { api, method, resource, outcome, status, atMs, durationMs, summary } = call;
    const [, number, region, name] = GUARDED.exec(resource) ?? [];
    const project = google.services.project(number ?? '')?.id;
    add({
      kind: 'api',
      title: `${api === 'run' ? 'Cloud Run' : api === 'iap' ? 'IAP' : api} ${method.split('.').at(-1)}`,
      detail: [name ?? resource, summary, outcome === 'OK' ? '' : `${status || ''} ${outcome}`]
        .filter(Boolean)
        .join(' · '),
      outcome: status === 200 ? 'ok' : status === 409 || status === 412 ? 'refused' : 'failed',
      atMs,
      durationMs,
      grants: ofService(`${project}/${region}/${name}`),
    });
  };

  const messaged = (call: SlackCall) => {
    const { method, args, ok, error, at, durationMs } = call;
    const blocks = isObject(args.blocks) ? args.blocks : isObject(args.view) ? args.view.blocks : undefined;
    const values = isObject(blocks) && Array.isArray(blocks.values) ? blocks.values : [];
    const known = messages.get(`${args.channel} ${args.ts}`);
    const about = values.filter((value): value is string => typeof value === 'string' && grants.has(value));
    add({
      kind: method.startsWith('chat.') || method.startsWith('views.') ? 'message' : 'api',
      title: `Slack ${method}`,
      detail: [
        where(local, String(args.channel ?? args.user_id ?? args.user ?? '')),
        typeof args.text === 'string' ? args.text : '',
        error ?? '',
        ...(call.messages ?? []),
      ]
        .filter(Boolean)
        .join(' · '),
      outcome: ok ? 'ok' : 'failed',
      atMs: at,
      durationMs,
      grants: about.length > 0 ? about : known === undefined ? [] : [known],
    });
  };

  const edited = (change: PolicyChange) => {
    const [, number, region, name] = GUARDED.exec(change.resource) ?? [];
    const { before, after } = change;
    const added = after.bindings.length - before.bindings.length;
    add({
      kind: 'policy',
      title: `Policy of ${name ?? change.resource} changed`,
      detail: `by ${change.by} · ${after.bindings.length} bindings (${added >= 0 ? '+' : ''}${added}) · etag ${after.etag}`,
      grants: ofService(`${google.services.project(number ?? '')?.id}/${region}/${name}`),
    });
  };

  functions.onActivity((activity) => {
    if ('lost' in activity) {
      const title = `converge ${nameOf(activity.lost)}: its trigger got lost`;
      add({ kind: 'function', title, outcome: 'failed', grants: [activity.lost] });
    } else invoked(activity);
  });
  local.onStoreOperation(stored);
  google.calls.onCall(called);
  google.policies.onChange(edited);
  slack.onCall(messaged);
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
    onEntry(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

const GUARDED = /^projects\/([^/]+)\/iap_web\/cloud_run-([^/]+)\/services\/([^/]+)$/;
const DONE: ReadonlySet<GrantState> = new Set([
  'DENIED',
  'WITHDRAWN',
  'EXPIRED',
  'ACTIVATION_FAILED',
  'REVOKED',
]);

function arrow({ type, from, to }: AuditEvent): string {
  const words = type.replaceAll('-', ' ');
  return from === to ? words : `${words}: ${from ?? 'new'} → ${to}`;
}

/** A channel or person as people call it. */
function where({ slack }: Local, id: string): string {
  const conversation = slack.workspace.conversation(id);
  if (conversation?.kind === 'channel') return `#${conversation.name}`;
  const person = slack.workspace.person(conversation?.kind === 'im' ? conversation.dm.user : id);
  return person ? `to ${person.real_name}` : id;
}
