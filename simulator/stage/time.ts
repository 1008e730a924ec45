import { setTimeout as wait } from 'node:timers/promises';
import { dueAt } from '../../src/domain/due.ts';
import { type Grant, isClosed } from '../../src/domain/grant.ts';
import { grantStates } from '../../src/domain/grant-state.ts';
import type { Local } from '../local.ts';

const MINUTE_MS = 60_000;
/** Real time that one movement of the clock waits for the functions: with an API that is slow, they overlap. */
const PATIENCE_MS = 4000;

/** Moves time on, timer by timer, letting the functions finish in between as they do when time runs by itself. */
export async function advance(local: Local, ms: number): Promise<void> {
  const { clock } = local;
  const target = clock.now() + ms;
  const patience = AbortSignal.timeout(PATIENCE_MS);
  for (;;) {
    const next = clock.nextTimerAt();
    if (next === undefined || next > target || patience.aborted) break;
    if (next > clock.now()) clock.set(next);
    else clock.advance(0);
    await quiet(local, patience);
  }
  if (target > clock.now()) clock.set(target);
  await quiet(local, patience);
}

async function quiet(local: Local, patience: AbortSignal): Promise<void> {
  if (patience.aborted) return;
  const done = new AbortController();
  const enough = wait(PATIENCE_MS, undefined, { signal: AbortSignal.any([patience, done.signal]) });
  await Promise.race([local.idle(), enough.catch(() => {})]);
  done.abort();
}

export interface NextThing {
  readonly atMs: number;
  readonly what: string;
}

/** The next thing that will happen, other than a sweep that finds nothing. */
export async function nextThing(local: Local): Promise<NextThing | undefined> {
  const now = local.clock.now();
  const grants = (await local.store.inStates(grantStates, 500)).filter((grant) => !isClosed(grant));
  const things = grants.flatMap((grant) => {
    const due = dueAt(withoutMessages(grant));
    if (due === null) return [];
    // What is due is done by the sweep that comes next after it.
    const atMs = Math.ceil(Math.max(due, now + 1) / MINUTE_MS) * MINUTE_MS;
    return [{ atMs, what: describe(grant, due) }];
  });
  const delayMs = local.google.door.propagationDelayMs();
  for (const resource of local.google.policies.resources()) {
    const [last] = local.google.policies.changes(resource);
    if (last && last.atMs + delayMs > now) {
      things.push({ atMs: last.atMs + delayMs, what: 'a policy change reaches IAP' });
    }
  }
  return things.sort((a, b) => a.atMs - b.atMs)[0];
}

/** Messages that are looked at once more are nothing that anybody waits for. */
function withoutMessages(grant: Grant): Grant {
  const { settlesAt: _, ...announcements } = grant.announcements;
  return { ...grant, announcements: { ...announcements, revision: grant.revision } };
}

function describe(grant: Grant, dueMs: number): string {
  const name = grant.service.service;
  switch (grant.state) {
    case 'APPROVAL_AWAITED':
      return dueMs < grant.deadlineAt
        ? `approvers of ${name} are reminded`
        : `the request for ${name} expires`;
    case 'SCHEDULED':
      return `access to ${name} begins`;
    case 'ACTIVE':
      return dueMs < grant.term.endsAt ? `a reminder for ${name}` : `access to ${name} ends`;
    default:
      return `${name} is looked at again`;
  }
}
