import type { AuditEvent } from '../../src/domain/audit.ts';
import type { Grant } from '../../src/domain/grant.ts';
import { serviceKey } from '../../src/domain/service.ts';
import type { Policy } from '../../src/ports.ts';
import { writtenPart } from './at-rest.ts';
import { i6, type ReadBack, rememberApproved, rememberRead } from './claims.ts';
import { i1, i3, i4, i5, i7, isLive, withinLimits } from './invariants.ts';
import type { Deeds } from './operations.ts';
import { accessesIn, memberOf } from './policy.ts';
import { i4Repeats, type Removals, rememberEdit, rememberRepair } from './repeats.ts';
import { type Crowded, rememberDropped, rememberRoom, roomWasLacking } from './room.ts';
import type { Instance } from './scheduler.ts';
import type { Watcher, World } from './world.ts';

export type Invariant =
  | 'I1'
  | 'I2'
  | 'I3'
  | 'I4'
  | 'I5'
  | 'I6'
  | 'I7'
  | 'limits'
  | 'drift'
  | 'messages'
  | 'defects'
  | 'termination';

/** Says that an invariant is broken, where there is a sentence that says how. */
export type Break = (invariant: Invariant, what: string | undefined) => void;

/** What a run has shown so far. */
export interface Seen {
  readonly grants: ReadonlyMap<string, Grant>;
  readonly events: ReadonlyMap<string, readonly AuditEvent[]>;
  /** What we last wrote to each service, as `member expression`. */
  readonly written: ReadonlyMap<string, ReadonlySet<string>>;
  /** Grants in force whose binding was put back, and when it was taken away. */
  readonly repairs: ReadonlyMap<string, number>;
  /** Services that others edited since we last wrote to them. */
  readonly edited: ReadonlySet<string>;
  /** Services of which a call failed since we last wrote to them. */
  readonly failed: ReadonlySet<string>;
}

export interface Watch extends Seen {
  readonly watcher: Watcher;
  changed(grantId: string): void;
  /** Looks at what the last step did to the grants. */
  look(): Promise<void>;
}

/** Whoever takes longer to ask Slack who somebody is may go by what was known before. */
const VETTED_WITHIN_MS = 4_000;

/** Holds every read and write of a policy, every message and every change of a grant against the invariants. */
export function createWatch(broken: Break, deeds: Deeds, world: () => World): Watch {
  const grants = new Map<string, Grant>();
  const events = new Map<string, readonly AuditEvent[]>();
  const written = new Map<string, ReadonlySet<string>>();
  const ends = new Map<string, Set<number>>();
  const stoppedAt = new Map<string, number>();
  const readBack: ReadBack = { until: new Map(), ends, last: new Map() };
  const removals: Removals = new Map();
  const repairs = new Map<string, number>();
  const edited = new Set<string>();
  const failed = new Set<string>();
  const lastRead = new Map<string, Policy>();
  const dropped = new Set<string>();
  const crowded: Crowded = new Set();
  const changed = new Set<string>();
  const lives = { grants, ends, stoppedAt };

  const watcher: Watcher = {
    policyRead(service, policy) {
      rememberRead(readBack, service, policy, grants, world().scheduler.now());
      lastRead.set(serviceKey(service), policy);
      rememberRoom(crowded, service, policy, grants.values());
    },
    policyWritten(service, before, next, writer) {
      broken('I3', i3(service, before, next));
      broken(
        'I1',
        i1(service, before, next, grants, (g) => isVouchedFor(world(), g, writer), world().scheduler.now()),
      );
      broken('I7', i7(service, next, lives, writer.startedAt));
      broken('limits', withinLimits(service, before, next));
      rememberRepair({ repairs, removals }, service, { before, next }, grants);
      rememberDropped(dropped, service, { before, next }, grants.values(), world().scheduler.now());
      edited.delete(serviceKey(service));
      failed.delete(serviceKey(service));
      written.set(serviceKey(service), new Set(accessesIn(next).map((a) => `${a.member} ${a.expression}`)));
    },
    policyEdited(service, before, after) {
      edited.add(serviceKey(service));
      rememberEdit(removals, service, { before, after }, world().scheduler.now());
    },
    callFailed: (service) => void failed.add(serviceKey(service)),
    messageShown: ({ channel, message }) =>
      broken('I6', i6(channel, message, readBack, grants, deeds.forged)),
    defect: (what) => broken('defects', what),
  };

  const lookAt = async (id: string, { store, iap, scheduler }: World): Promise<void> => {
    const grant = await store.get(id);
    if (!grant) return;
    // What a stranger did to the document is no change of ours.
    const before = deeds.touched.delete(id) ? undefined : grants.get(id);
    const told =
      grant.revision === grants.get(id)?.revision ? (events.get(id) ?? []) : await store.events(id);
    const was = grants.get(id);
    grants.set(id, grant);
    events.set(id, told);
    if ('term' in grant) {
      const own = ends.get(id) ?? new Set();
      ends.set(id, own.add(grant.term.endsAt));
      if ('appliedEndsAt' in grant) own.add(grant.appliedEndsAt);
      if (!was || !('term' in was)) {
        rememberApproved(readBack, grant, scheduler.now());
        rememberRoom(crowded, grant.service, lastRead.get(serviceKey(grant.service)) ?? {}, [grant]);
      }
    }
    if (was && isLive(was) && !isLive(grant)) stoppedAt.set(id, scheduler.now());
    broken('I4', i4(before, grant, told));
    if (grant.revision === was?.revision) return;
    broken('I5', i5(grant, told, grants, deeds));
    if (!deeds.forged.has(id) && !deeds.tampered.has(id)) broken('I4', i4Repeats(grant, told, removals));
    broken('limits', roomWasLacking(grant, told, { crowded, dropped }));
    if (grant.state === 'ACTIVATION_FAILED') broken('limits', failedForIts(grant, world()));
    if (grant.state === 'REVOKED') {
      const now = writtenPart(iap.current(grant.service), written.get(serviceKey(grant.service)));
      broken('I7', i7(grant.service, now, lives, scheduler.last()?.startedAt ?? 0));
    }
  };

  return {
    grants,
    events,
    written,
    repairs,
    edited,
    failed,
    watcher,
    changed: (grantId) => void changed.add(grantId),
    async look() {
      if (changed.size === 0) return;
      const ids = [...changed];
      changed.clear();
      for (const id of ids) await lookAt(id, world());
    },
  };
}

/**
 * Whether Slack vouches for a grant's address, or may have done so when the writer asked. One that was not answered,
 * or took its time, goes by the checks made before; that is meant so.
 */
function isVouchedFor({ people, slack, scheduler }: World, grant: Grant, writer: Instance): boolean {
  const since = people.refusedSince(grant.principal.userId, grant.principal.email);
  if (since === undefined || since >= writer.startedAt) return true;
  const slow = writer.wasPaused || scheduler.now() - writer.startedAt > VETTED_WITHIN_MS;
  return slow || slack.wasUnanswered(writer);
}

/** An address that IAM does not know fails the grant of that address, and nobody else's. */
function failedForIts(grant: Grant & { state: 'ACTIVATION_FAILED' }, { iap }: World): string | undefined {
  if (!grant.failure.reason.includes('does not exist')) return undefined;
  if (iap.isUnknown(memberOf(grant))) return undefined;
  return `grant ${grant.id.slice(0, 6)} failed for an address that is not its own: ${grant.failure.reason}`;
}
