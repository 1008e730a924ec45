import { type Grant, isOpen, type OpenGrant } from '../domain/grant.ts';
import type { CatalogEntry, ServiceRef } from '../domain/service.ts';
import type { Clock, GrantStore, LeaseTaken, Settlement } from '../ports.ts';
import type { Outcome } from './settle.ts';
import { verifyAfterMs } from './verify-times.ts';

/** How long one run may hold a service, as the contract has it. */
const LEASE_MS = 30_000;
/** Grants that one transaction changes, each with its event: well below what Firestore takes at once. */
const MOST_CHANGES = 200;

export interface HoldDeps {
  readonly store: GrantStore;
  readonly clock: Clock;
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

  elapsed(): number {
    return this.deps.clock.now() - this.startedAt;
  }

  /**
   * Outcomes of the open grants, the lease, and when to verify next: one transaction, or several where there are more
   * outcomes than one should write. True when the lease was given back.
   */
  async commit(
    decide: (open: readonly OpenGrant[]) => Decided,
    { settled = false, gone = false, etag, standing, strays = [] }: Told = {},
  ): Promise<boolean> {
    const done = new Map<string, number>();
    for (let isDoubtful = false; ; ) {
      const now = this.deps.clock.now();
      const { lease, changes, isRest } = await this.deps.store.settle(
        this.service,
        this.holder,
        now,
        (open) => {
          const { outcomes, lease } = decide(open.filter((g) => done.get(g.id) !== g.revision));
          const all = outcomes.filter((o) => o !== undefined);
          const changes = all.slice(0, MOST_CHANGES);
          const isRest = changes.length === all.length;
          const busy = stillOpen(open, changes);
          // The run may die before it is through; and a grant that failed may have got its binding all the same, from a
          // write that was never read back.
          const doubtful =
            !isRest || lease !== 'release' || isDoubtful || (!settled && changes.some(hasFailed));
          const unsettledRuns = settled || gone ? 0 : this.unsettledRuns + 1;
          const verifyAt = now + verifyAfterMs({ busy, doubtful, unsettledRuns });
          const when = { verifyAt: gone && isRest ? null : verifyAt, quiet: !busy, unsettledRuns };
          const shown = settled && etag !== undefined ? { etag } : {};
          const told = standing ? { standing, strays: done.size === 0 ? strays : [] } : {};
          const result = { lease, changes, isRest };
          const kept = isRest ? lease : 'keep';
          return { changes, lease: kept, ...when, ...shown, ...told, result };
        },
      );
      for (const { grant } of changes) {
        this.changed.set(grant.id, grant);
        done.set(grant.id, grant.revision);
      }
      isDoubtful ||= !settled && changes.some(hasFailed);
      if (isRest) return lease !== 'keep';
    }
  }
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
