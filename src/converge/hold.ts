import type { Outcome } from '../domain/audit.ts';
import { type Grant, isOpen, type OpenGrant } from '../domain/grant.ts';
import type { CatalogEntry, ServiceRef } from '../domain/service.ts';
import { hasCode, LatchkeyError, messageOf } from '../errors.ts';
import type { Clock, GrantStore, LeaseTaken, Log, Settlement } from '../ports.ts';
import { verifyAfterMs } from './verify-times.ts';

/** How long one run may hold a service, as the contract has it. */
const LEASE_MS = 30_000;
/** Grants that one transaction changes, each with its event: well below what Firestore takes at once. */
const MOST_CHANGES = 200;

export interface HoldDeps {
  readonly store: GrantStore;
  readonly clock: Clock;
  readonly log: Log;
  /** A name for one run that no other run has. */
  readonly newHolder: () => string;
}

/** What one transaction comes to, decided purely from the open grants. */
export interface Decided {
  readonly outcomes: readonly (Outcome | undefined)[];
  readonly lease: Settlement['lease'];
}

interface Told {
  /** The policy that was read equals the plan. */
  readonly settled?: boolean;
  /** There is no policy any more. */
  readonly gone?: boolean;
  /** Of the policy that equals the plan. */
  readonly etag?: string | undefined;
  readonly standing?: readonly string[] | undefined;
  readonly strays?: readonly string[];
}

/** One run's hold of a service: its lease, and what it writes under it. */
export class Hold {
  readonly startedAt: number;
  /** The run before ended badly: a write of it may still be on its way. */
  readonly suspect: boolean;
  /** What the catalog says of the service, if it knows it. */
  readonly entry: CatalogEntry | undefined;
  /** Runs before this one, in a row, that did not settle the service. */
  private readonly unsettledRuns: number;
  /** Members with access of nobody's who are on record already, and were not yet known to be out. */
  readonly strays: readonly string[];
  readonly changed = new Map<string, Grant>();
  private readonly deps: HoldDeps;
  private readonly service: ServiceRef;
  private readonly holder: string;

  private constructor(
    deps: HoldDeps,
    service: ServiceRef,
    of: Pick<Hold, 'startedAt'> & { readonly holder: string; readonly lease: LeaseTaken },
  ) {
    this.deps = deps;
    this.service = service;
    this.holder = of.holder;
    this.startedAt = of.startedAt;
    this.suspect = of.lease.suspect;
    this.entry = of.lease.entry;
    this.strays = of.lease.strays;
    this.unsettledRuns = of.lease.unsettledRuns;
  }

  /** Takes the service's lease; `undefined` where somebody else has it. */
  static async take(deps: HoldDeps, service: ServiceRef): Promise<Hold | undefined> {
    const startedAt = deps.clock.now();
    const holder = deps.newHolder();
    const lease = await deps.store.takeLease(service, holder, startedAt, LEASE_MS);
    if (!lease.taken) return undefined;
    return new Hold(deps, service, { holder, startedAt, lease });
  }

  /** Whether the run before did not settle the service. */
  get isDoubtful(): boolean {
    return this.suspect || this.unsettledRuns > 0;
  }

  elapsed(): number {
    return this.deps.clock.now() - this.startedAt;
  }

  /**
   * Outcomes of the open grants, the lease, and when to verify next: one transaction, or several where there are more
   * outcomes than one should write. A grant whose outcome the store refuses, by a document that contradicts its own
   * history, is found by halves, told of and left as it is: it stands in nobody's way. True when the lease was given
   * back.
   */
  async commit(decide: (open: readonly OpenGrant[]) => Decided, told: Told = {}): Promise<boolean> {
    const so: Progress = { done: new Map(), refused: new Set(), atOnce: MOST_CHANGES, isDoubtful: false };
    for (;;) {
      const part = await this.part(decide, told, so);
      for (const { grant } of part?.changes ?? []) {
        this.changed.set(grant.id, grant);
        so.done.set(grant.id, grant.revision);
      }
      so.isDoubtful ||= !told.settled && (part?.changes ?? []).some(hasFailed);
      if (part?.isRest) return part.lease !== 'keep';
    }
  }

  /** One transaction of a commit; nothing where it was refused, and the next one is to be smaller. */
  private async part(
    decide: (open: readonly OpenGrant[]) => Decided,
    { settled = false, gone = false, etag, standing, strays = [] }: Told,
    so: Progress,
  ) {
    const now = this.deps.clock.now();
    let tried: readonly Outcome[] = [];
    const settling = this.deps.store.settle(this.service, this.holder, now, (open) => {
      const { outcomes, lease } = decide(open.filter((g) => so.done.get(g.id) !== g.revision));
      const all = outcomes.filter((o): o is Outcome => o !== undefined && !so.refused.has(o.grant.id));
      const changes = all.slice(0, so.atOnce);
      tried = changes;
      const isRest = changes.length === all.length;
      const busy = stillOpen(open, changes);
      // The run may die before it is through; and a grant that failed may have got its binding all the same, from a
      // write that was never read back.
      const doubtful =
        !isRest || lease !== 'release' || so.isDoubtful || (!settled && changes.some(hasFailed));
      const unsettledRuns = settled || gone ? 0 : this.unsettledRuns + 1;
      const verifyAt = now + verifyAfterMs({ busy, doubtful, unsettledRuns });
      const when = { verifyAt: gone && isRest ? null : verifyAt, quiet: !busy, unsettledRuns };
      const shown = settled && etag !== undefined ? { etag } : {};
      const toldOf = standing ? { standing, strays: so.done.size === 0 ? strays : [] } : {};
      const kept = isRest ? lease : 'keep';
      return { changes, lease: kept, ...when, ...shown, ...toldOf, result: { lease, changes, isRest } };
    });
    try {
      return await settling;
    } catch (error) {
      const isRefusal = !(error instanceof LatchkeyError) || hasCode(error, 'invalid', 'conflict');
      const [first, ...others] = tried;
      if (!isRefusal || !first) throw error;
      so.atOnce = Math.ceil(others.length / 2) || MOST_CHANGES;
      if (others.length > 0) return undefined;
      so.refused.add(first.grant.id);
      this.deps.log('ERROR', 'converge-impossible', { grant: first.grant.id, cause: messageOf(error) });
      return undefined;
    }
  }
}

/** How far a commit of several transactions has come. */
interface Progress {
  /** Revisions of the grants that were written. */
  readonly done: Map<string, number>;
  /** Grants whose outcome was refused by itself. */
  readonly refused: Set<string>;
  atOnce: number;
  isDoubtful: boolean;
}

/** What was given up may be in the policy all the same, by a write that was never read back. */
function hasFailed(outcome: Outcome): boolean {
  if (outcome.kind !== 'step') return false;
  const { type, from } = outcome.event;
  return type === 'failed' || type === 'extension-failed' || (type === 'revoked' && from === 'ACTIVE');
}

function stillOpen(open: readonly OpenGrant[], changes: readonly Outcome[]): boolean {
  const after = new Map<string, Grant>(changes.map((c) => [c.grant.id, c.grant]));
  return open.some((g) => isOpen(after.get(g.id) ?? g));
}
