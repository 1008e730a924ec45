import { type Grant, isOpen, type OpenGrant } from '../domain/grant.ts';
import type { CatalogEntry, ServiceRef } from '../domain/service.ts';
import type { Clock, GrantStore, Settlement } from '../ports.ts';
import type { Outcome } from './settle.ts';

/** How long one run may hold a service, as the contract has it. */
const LEASE_MS = 30_000;
/** Services with grants in force are looked at again this often, whether or not anything happens. */
const VERIFY_EVERY_MS = 10 * 60_000;
/** The others too, but rarely: for strays, and to know who has standing access. */
const VERIFY_QUIET_EVERY_MS = 6 * 60 * 60_000;
/** After a run that ended badly, a write of it may still be on its way. */
const VERIFY_SOON_MS = 60_000;

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
  readonly changed = new Map<string, Grant>();
  private readonly deps: HoldDeps;
  private readonly service: ServiceRef;
  private readonly holder: string;

  private constructor(
    deps: HoldDeps,
    service: ServiceRef,
    of: Pick<Hold, 'startedAt' | 'suspect' | 'entry'> & { readonly holder: string },
  ) {
    this.deps = deps;
    this.service = service;
    this.holder = of.holder;
    this.startedAt = of.startedAt;
    this.suspect = of.suspect;
    this.entry = of.entry;
  }

  /** Takes the service's lease; `undefined` where somebody else has it. */
  static async take(deps: HoldDeps, service: ServiceRef): Promise<Hold | undefined> {
    const startedAt = deps.clock.now();
    const holder = deps.newHolder();
    const lease = await deps.store.takeLease(service, holder, startedAt, LEASE_MS);
    if (!lease.taken) return undefined;
    return new Hold(deps, service, { holder, startedAt, suspect: lease.suspect, entry: lease.entry });
  }

  elapsed(): number {
    return this.deps.clock.now() - this.startedAt;
  }

  /** One transaction: outcomes of the open grants, the lease, and when to verify next. True when it was given back. */
  async commit(
    decide: (open: readonly OpenGrant[]) => Decided,
    { settled = false, gone = false, standing, strays = [] }: Told = {},
  ): Promise<boolean> {
    const now = this.deps.clock.now();
    const { lease, changes } = await this.deps.store.settle(this.service, this.holder, now, (open) => {
      const { outcomes, lease } = decide(open);
      const changes = outcomes.filter((o) => o !== undefined);
      const quiet = settled && !stillOpen(open, changes);
      // The run may die before it is through; and a grant that failed may have got its binding all the same, from a
      // write that was never read back.
      const doubtful =
        lease !== 'release' || changes.some((c) => c.grant.state === 'ACTIVATION_FAILED' && !settled);
      const verifyAt = now + (doubtful ? VERIFY_SOON_MS : quiet ? VERIFY_QUIET_EVERY_MS : VERIFY_EVERY_MS);
      const told = standing ? { standing, strays } : {};
      return { changes, lease, verifyAt: gone ? null : verifyAt, ...told, result: { lease, changes } };
    });
    for (const { grant } of changes) this.changed.set(grant.id, grant);
    return lease !== 'keep';
  }
}

function stillOpen(open: readonly OpenGrant[], changes: readonly Outcome[]): boolean {
  const after = new Map<string, Grant>(changes.map((c) => [c.grant.id, c.grant]));
  return open.some((g) => isOpen(after.get(g.id) ?? g));
}
