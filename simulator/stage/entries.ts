import type { AuditEvent } from '../../src/domain/audit.ts';
import { servicePath } from '../../src/domain/service.ts';
import type { Call as GoogleCall } from '../google/call-log.ts';
import type { PolicyChange } from '../google/policies.ts';
import { parseIapResource } from '../google/resources.ts';
import type { Local } from '../local.ts';
import type { StoreOperation } from '../observed-store.ts';
import type { Call as SlackCall } from '../slack/call-log.ts';
import { isObject } from '../slack/json.ts';
import type { Draft } from './timeline.ts';

/** Which grants something is about. */
export interface FindGrants {
  /** Those that are not over, of the service with this IAP resource. */
  ofService(resource: string): readonly string[];
  ofMessage(channel: string, ts: string): string | undefined;
  isKnown(id: string): boolean;
}

const joined = (...parts: readonly (string | undefined | false)[]) => parts.filter(Boolean).join(' · ');

/** What the grant store did: a line for each arrow, one for what only read or kept books. */
export function storeEntries(operation: StoreOperation): Draft[] {
  const { op, failure, durationMs, startedMs, service = '', changes } = operation;
  const base = { atMs: startedMs, durationMs, grants: operation.grants };
  if (failure !== undefined) {
    return [{ ...base, kind: 'transaction', title: op, detail: failure, outcome: 'failed' }];
  }
  if (changes.length === 0) return [{ ...base, kind: 'read', title: op, detail: service }];
  return changes.map(({ grant, event }) => ({
    ...base,
    grants: [grant.id],
    kind: event ? 'transaction' : 'read',
    title: event ? arrow(event) : `${op}: bookkeeping`,
    detail: joined(servicePath(grant.service), event?.actor && `by ${event.actor.email}`, event?.reason),
  }));
}

function arrow({ type, from, to }: AuditEvent): string {
  const words = type.replaceAll('-', ' ');
  return from === to ? words : `${words}: ${from ?? 'new'} → ${to}`;
}

const APIS: Readonly<Record<string, string>> = { iap: 'IAP', run: 'Cloud Run' };

/** A call to a Google API. */
export function googleEntry(call: GoogleCall, find: FindGrants): Draft {
  const { api, method, resource, outcome, status, atMs, durationMs, summary } = call;
  return {
    // The catalog is listed every few minutes whether anything happens or not.
    kind: api === 'run' && status === 200 ? 'read' : 'api',
    title: `${APIS[api] ?? api} ${method.split('.').at(-1)}`,
    detail: joined(shortName(resource), summary, outcome !== 'OK' && `${status || ''} ${outcome}`.trim()),
    outcome: status === 200 ? 'ok' : status === 409 || status === 412 ? 'refused' : 'failed',
    atMs,
    durationMs,
    grants: find.ofService(resource),
  };
}

/** A call to Slack; messages and views are about the grant in their buttons, or the one they were posted for. */
export function slackEntry(local: Local, call: SlackCall, find: FindGrants): Draft {
  const { method, args, ok, error, at, durationMs, messages = [] } = call;
  const blocks = isObject(args.blocks) ? args.blocks : isObject(args.view) ? args.view.blocks : undefined;
  const values = isObject(blocks) && Array.isArray(blocks.values) ? blocks.values : [];
  const about = values.filter((value): value is string => typeof value === 'string' && find.isKnown(value));
  const posted = find.ofMessage(String(args.channel), String(args.ts ?? args.thread_ts));
  return {
    kind: /^(chat|views)\./.test(method) ? 'message' : 'api',
    title: `Slack ${method}`,
    detail: joined(
      where(local, String(args.channel ?? args.user_id ?? args.user ?? '')),
      typeof args.text === 'string' && args.text,
      error,
      ...messages,
    ),
    outcome: ok ? 'ok' : 'failed',
    atMs: at,
    durationMs,
    grants: about.length > 0 ? about : posted === undefined ? [] : [posted],
  };
}

/** A policy that was written, by whomever. */
export function policyEntry({ resource, before, after, by }: PolicyChange, find: FindGrants): Draft {
  const more = after.bindings.length - before.bindings.length;
  return {
    kind: 'policy',
    title: `Policy of ${shortName(resource)} changed`,
    detail: joined(
      `by ${by}`,
      `${after.bindings.length} bindings (${more >= 0 ? '+' : ''}${more})`,
      `etag ${after.etag}`,
    ),
    grants: find.ofService(resource),
  };
}

/** `project/region/service` of an IAP resource, where it is a service's. */
export function pathOf({ google }: Local, resource: string): string | undefined {
  const parsed = parseIapResource(resource);
  if (parsed?.kind !== 'service') return undefined;
  return `${google.services.project(parsed.number)?.id}/${parsed.region}/${parsed.service}`;
}

function shortName(resource: string): string {
  const parsed = parseIapResource(resource);
  return parsed?.kind === 'service' ? parsed.service : resource;
}

/** A channel or person as people call it. */
function where({ slack }: Local, id: string): string {
  const conversation = slack.workspace.conversation(id);
  if (conversation?.kind === 'channel') return `#${conversation.name}`;
  const person = slack.workspace.person(conversation?.kind === 'im' ? conversation.dm.user : id);
  return person ? `to ${person.real_name}` : id;
}
