import { type Failure, type Grant, isOpen, type OpenGrant } from '../domain/grant.ts';
import { type CatalogEntry, type ServiceRef, servicePath } from '../domain/service.ts';
import { hasCode, LatchkeyError } from '../errors.ts';
import type { Clock, Directory, GrantStore, IapPolicies, LeaseTaken, Policy, Settlement } from '../ports.ts';
import { isOurs, memberOf, shows, standingIn } from './conditions.ts';
import { plan, type WantedGrant } from './plan.ts';
import { forEachBounded } from './pool.ts';
import { afterFailure, afterReadBack, afterServiceGone, type Outcome, type Reading } from './settle.ts';
import { type Rules, vet } from './vet.ts';

/** How long one run may hold a service, as the contract has it. */
const LEASE_MS = 30_000;
/** A write must be answered this long before the lease is over, or is taken for unsettled. */
const WRITE_BY_MS = 20_000;
/** A round that begins later than this would not be done in time; the rest is left to the next run. */
const LAST_ROUND_MS = 12_000;
/** Services with grants in force are looked at again this often, whether or not anything happens. */
const VERIFY_EVERY_MS = 10 * 60_000;
/** The others too, but rarely: for strays, and to know who has standing access. */
const VERIFY_QUIET_EVERY_MS = 6 * 60 * 60_000;
/** After a run that ended badly, a write of it may still be on its way. */
const VERIFY_SOON_MS = 60_000;
const VETTED_AT_ONCE = 10;
/** Writes of one run that may meet a conflict or no answer before the next run has its turn. */
const MOST_SETBACKS = 6;

export interface ConvergeDeps {
  readonly store: GrantStore;
  readonly iap: IapPolicies;
  readonly directory: Directory;
  readonly clock: Clock;
  readonly rules: Rules;
  /** A name for one run that no other run has. */
  readonly newHolder: () => string;
  /** Waits a random part of the time, so that rivals do not meet again. */
  readonly pause: (longestMs: number) => Promise<void>;
  readonly log: Log;
}

/** Structured log lines: an event's name and its facts, never a secret. */
export type Log = (
  severity: 'INFO' | 'WARNING' | 'ERROR',
  event: string,
  facts: Record<string, unknown>,
) => void;

export type ConvergeResult =
  /** The policy shows what the grants call for, and the grants say so. */
  | { readonly kind: 'converged'; readonly changed: readonly Grant[]; readonly writes: number }
  /** Somebody else is at it, and will see what was committed before they are done. */
  | { readonly kind: 'held' }
  /** It could not be done now; what is due stays due. */
  | { readonly kind: 'unsettled'; readonly changed: readonly Grant[]; readonly failure: Failure };

/** Makes one service's IAP policy match its grants, and its grants say what the policy shows. */
export async function convergeService(deps: ConvergeDeps, service: ServiceRef): Promise<ConvergeResult> {
  const startedAt = deps.clock.now();
  const holder = deps.newHolder();
  const lease = await deps.store.takeLease(service, holder, startedAt, LEASE_MS);
  if (!lease.taken) return { kind: 'held' };
  return new Run(deps, service, { holder, startedAt, lease }).toTheEnd();
}

interface Hold {
  readonly holder: string;
  readonly startedAt: number;
  readonly lease: LeaseTaken;
}

/** One hold of the lease. What lives from round to round is here and nowhere else. */
class Run {
  private readonly deps: ConvergeDeps;
  private readonly service: ServiceRef;
  private readonly holder: string;
  private readonly startedAt: number;
  /** What the catalog says of the service, if it knows it. */
  private readonly entry: CatalogEntry | undefined;
  /** The run before ended badly: its last write may still arrive, unless one of ours changes the etag first. */
  private fence: boolean;
  /** The etag of a write that was never answered: while it is current, that write may still take effect. */
  private unansweredEtag: string | undefined;
  /** The etag that the last write went with, if it was not answered well. */
  private triedEtag: string | undefined;
  private writes = 0;
  private setbacks = 0;
  private readonly vetted = new Set<string>();
  private readonly rejected = new Map<string, Failure>();
  private readonly waiting = new Map<string, Failure>();
  private readonly drifted = new Set<string>();
  private readonly strays = new Set<string>();
  private standing: readonly string[] | undefined;
  private readonly changed = new Map<string, Grant>();

  constructor(deps: ConvergeDeps, service: ServiceRef, { holder, startedAt, lease }: Hold) {
    this.deps = deps;
    this.service = service;
    this.holder = holder;
    this.startedAt = startedAt;
    this.fence = lease.suspect;
    this.entry = lease.entry;
  }

  async toTheEnd(): Promise<ConvergeResult> {
    try {
      while (this.elapsed() < LAST_ROUND_MS && this.setbacks < MOST_SETBACKS) {
        if (await this.round()) return this.converged();
      }
      const reason = `failed to write the IAP policy of ${servicePath(this.service)}: it kept changing`;
      return await this.giveUp({ code: 'conflict', reason }, false);
    } catch (error) {
      if (!(error instanceof LatchkeyError)) throw error;
      const failure = { code: error.code, reason: error.message };
      if (error.code === 'lease-lost') return this.unsettled(failure);
      if (error.code === 'not-found') return await this.serviceGone();
      return await this.giveUp(failure, hasCode(error, 'invalid', 'permission-denied'));
    }
  }

  /** Read, plan, and either write or, where nothing differs, settle. True when the lease was given back. */
  private async round(): Promise<boolean> {
    const { store, iap, clock } = this.deps;
    const policy = await iap.get(this.service);
    const open = await store.open(this.service);
    const plannedAt = clock.now();
    const next = plan(policy, await this.admitted(open, policy, plannedAt));
    this.noteOthers(policy, open);
    if (policy.etag !== this.unansweredEtag) this.unansweredEtag = undefined;
    // The etag moved: whatever the run before had on its way is refused from now on.
    if (this.triedEtag !== undefined && policy.etag !== this.triedEtag) this.fence = false;
    if (next.changed || this.fence || this.unansweredEtag !== undefined) {
      await this.write(next.policy);
      return false;
    }
    const unfit = next.unfit.map(({ grant, failure }) => [grant.id, failure] as const);
    const failures = new Map([...this.rejected, ...unfit]);
    return await this.settle(open, plannedAt, { failures, waiting: this.waiting, drifted: this.drifted });
  }

  /** Grants that should be in force now. Those that a write would newly let in are vetted first. */
  private async admitted(open: readonly OpenGrant[], policy: Policy, now: number): Promise<WantedGrant[]> {
    const { directory, rules } = this.deps;
    const inForce = open.filter((g): g is WantedGrant => g.state !== 'REVOKING' && g.term.endsAt > now);
    if (this.entry?.iapEnabled === false) {
      const reason = `IAP was switched off on ${servicePath(this.service)}, so nothing guards it`;
      for (const { id } of inForce) this.rejected.set(id, { code: 'no-iap', reason });
      return [];
    }
    const missing = inForce.filter((g) => g.state === 'ACTIVATING' || !shows(policy, g, g.appliedEndsAt));
    for (const grant of missing) if (grant.state === 'ACTIVE') this.drifted.add(grant.id);
    const unvetted = missing.filter((g) => !this.vetted.has(g.id));
    await forEachBounded(unvetted, VETTED_AT_ONCE, async (grant) => {
      const verdict = await vet(grant, rules, directory, now);
      this.vetted.add(grant.id);
      if (verdict.kind === 'rejected') this.rejected.set(grant.id, verdict.failure);
      if (verdict.kind === 'unknown') this.waiting.set(grant.id, verdict.failure);
    });
    return inForce.filter((g) => !this.rejected.has(g.id) && !this.waiting.has(g.id));
  }

  private async write(policy: Policy): Promise<void> {
    try {
      this.writes += 1;
      await this.deps.iap.set(this.service, policy, this.startedAt + WRITE_BY_MS);
      this.unansweredEtag = undefined;
      this.fence = false;
    } catch (error) {
      if (!hasCode(error, 'conflict', 'timeout', 'unavailable')) throw error;
      // Refused, or it may or may not take effect: the next round reads again and sees. A conflict alone does not
      // prove that the etag moved.
      this.triedEtag = policy.etag;
      if (error.code !== 'conflict') this.unansweredEtag = policy.etag;
      this.setbacks += 1;
      await this.deps.pause(Math.min(100 * 2 ** this.setbacks, 2_000));
    }
  }

  /** The policy shows what was planned for the grants that were seen; one that changed or ran out since needs another round. */
  private async settle(seen: readonly OpenGrant[], plannedAt: number, reading: Reading): Promise<boolean> {
    const revisions = new Map(seen.map((g) => [g.id, g.revision]));
    const decide = (open: readonly OpenGrant[]) => {
      const now = this.deps.clock.now();
      const known = open.filter(
        (g) => revisions.get(g.id) === g.revision && g.term.endsAt <= plannedAt === g.term.endsAt <= now,
      );
      const outcomes = known.map((g) => afterReadBack(g, reading, now));
      return { outcomes, lease: known.length < open.length ? 'keep' : 'release' } as const;
    };
    return await this.commit(decide, { settled: true });
  }

  private async giveUp(failure: Failure, final: boolean): Promise<ConvergeResult> {
    const suspect = this.fence || this.unansweredEtag !== undefined;
    await this.commit((open) => ({
      outcomes: open.map((g) => afterFailure(g, failure, final, this.deps.clock.now())),
      lease: suspect ? 'suspect' : 'release',
    }));
    this.deps.log('WARNING', 'converge-unsettled', { service: servicePath(this.service), ...failure });
    return this.unsettled(failure);
  }

  private async serviceGone(): Promise<ConvergeResult> {
    await this.commit(
      (open) => ({
        outcomes: open.map((g) => afterServiceGone(g, this.deps.clock.now())),
        lease: 'release',
      }),
      { gone: true },
    );
    return this.converged();
  }

  /** One transaction: outcomes of the open grants, the lease, and when to verify next. True when it was given back. */
  private async commit(
    decide: (open: readonly OpenGrant[]) => Pick<Settlement, 'lease'> & {
      outcomes: readonly (Outcome | undefined)[];
    },
    { gone = false, settled = false } = {},
  ): Promise<boolean> {
    const now = this.deps.clock.now();
    const strays = settled ? [...this.strays] : [];
    const { lease, changes } = await this.deps.store.settle(this.service, this.holder, now, (open) => {
      const { outcomes, lease } = decide(open);
      const changes = outcomes.filter((o) => o !== undefined);
      const quiet = settled && !stillOpen(open, changes);
      // A grant that failed may have got its binding all the same, from a write that was never read back.
      const doubtful =
        lease === 'suspect' || changes.some((c) => c.grant.state === 'ACTIVATION_FAILED' && !settled);
      const verifyAt = now + (doubtful ? VERIFY_SOON_MS : quiet ? VERIFY_QUIET_EVERY_MS : VERIFY_EVERY_MS);
      const told = this.standing ? { standing: this.standing, strays } : {};
      return { changes, lease, verifyAt: gone ? null : verifyAt, ...told, result: { lease, changes } };
    });
    if (strays.length > 0) {
      this.deps.log('WARNING', 'drift-removed', { service: servicePath(this.service), members: strays });
      this.strays.clear();
    }
    for (const { grant } of changes) this.changed.set(grant.id, grant);
    return lease !== 'keep';
  }

  /** Who has access beside Latchkey, and whose bindings of ours no grant accounts for. */
  private noteOthers(policy: Policy, open: readonly OpenGrant[]): void {
    this.standing = standingIn(policy);
    const known = new Set(open.map(memberOf));
    for (const binding of (policy.bindings ?? []).filter(isOurs)) {
      for (const member of binding.members ?? []) if (!known.has(member)) this.strays.add(member);
    }
  }

  private converged(): ConvergeResult {
    return { kind: 'converged', changed: [...this.changed.values()], writes: this.writes };
  }

  private unsettled(failure: Failure): ConvergeResult {
    return { kind: 'unsettled', changed: [...this.changed.values()], failure };
  }

  private elapsed(): number {
    return this.deps.clock.now() - this.startedAt;
  }
}

function stillOpen(open: readonly OpenGrant[], changes: readonly Outcome[]): boolean {
  const after = new Map<string, Grant>(changes.map((c) => [c.grant.id, c.grant]));
  return open.some((g) => isOpen(after.get(g.id) ?? g));
}
