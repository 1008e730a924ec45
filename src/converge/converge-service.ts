import { type ActiveGrant, type Failure, type Grant, isOpen, type OpenGrant } from '../domain/grant.ts';
import { type CatalogEntry, type ServiceRef, servicePath } from '../domain/service.ts';
import { hasCode, LatchkeyError } from '../errors.ts';
import type { Clock, Directory, GrantStore, IapPolicies, LeaseTaken, Policy, Settlement } from '../ports.ts';
import { isOurs, memberOf, shows, standingIn } from './conditions.ts';
import { plan, type WantedGrant } from './plan.ts';
import { forEachBounded } from './pool.ts';
import { afterFailure, afterReadBack, afterServiceGone, type Outcome, type Reading } from './settle.ts';
import { verifyAfterMs } from './verify-times.ts';
import { type Rules, vet } from './vet.ts';

/** How long one run may hold a service, as the contract has it. */
const LEASE_MS = 30_000;
/** A write must be answered this long before the lease is over, or is taken for unsettled. */
const WRITE_BY_MS = 20_000;
/** A round that begins later than this would not be done in time; the rest is left to the next run. */
const LAST_ROUND_MS = 12_000;
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
  private readonly lease: LeaseTaken;
  /** What the catalog says of the service, if it knows it. */
  private readonly entry: CatalogEntry | undefined;
  /** The run before ended badly: its last write may still arrive, unless one of ours changes the etag first. */
  private fence: boolean;
  /** The etag of a write that was never answered: while it is current, that write may still take effect. */
  private unansweredEtag: string | undefined;
  /** The etag that the last write went with, if it was not answered well. */
  private triedEtag: string | undefined;
  /** What IAP last threw: the store's errors have the same codes and mean something else. */
  private iapError: unknown;
  private writes = 0;
  private setbacks = 0;
  /** The revision at which each grant was vetted. */
  private readonly vetted = new Map<string, number>();
  private readonly rejected = new Map<string, Failure>();
  private readonly waiting = new Map<string, Failure>();
  private readonly drifted = new Set<string>();
  private readonly strays = new Set<string>();
  private standing: readonly string[] | undefined;
  /** Of the policy as it was last read. */
  private etag: string | undefined;
  private readonly changed = new Map<string, Grant>();

  constructor(deps: ConvergeDeps, service: ServiceRef, { holder, startedAt, lease }: Hold) {
    this.deps = deps;
    this.service = service;
    this.holder = holder;
    this.startedAt = startedAt;
    this.lease = lease;
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
      const isIap = error === this.iapError;
      if (isIap && error.code === 'not-found') return await this.serviceGone();
      return await this.giveUp(failure, isIap && hasCode(error, 'invalid', 'permission-denied'));
    }
  }

  /** Read, plan, and either write or, where nothing differs, settle. True when the lease was given back. */
  private async round(): Promise<boolean> {
    const policy = await this.read();
    const open = await this.deps.store.open(this.service);
    const plannedAt = this.deps.clock.now();
    const { wanted, held } = await this.admitted(open, policy, plannedAt);
    const next = plan(policy, wanted, plannedAt);
    this.noteOthers(policy, open);
    this.etag = policy.etag;
    if (policy.etag !== this.unansweredEtag) this.unansweredEtag = undefined;
    // The etag moved: whatever the run before had on its way is refused from now on.
    if (this.triedEtag !== undefined && policy.etag !== this.triedEtag) this.fence = false;
    if (next.changed || this.fence || this.unansweredEtag !== undefined) {
      await this.write(next.policy);
      return false;
    }
    const unfit = next.unfit.map(({ grant, failure }) => [grant.id, failure] as const);
    for (const { grant, held: stays } of next.unfit) if (stays) held.add(grant.id);
    return await this.settle(open, plannedAt, {
      failures: new Map([...this.rejected, ...unfit]),
      waiting: this.waiting,
      drifted: this.drifted,
      held,
    });
  }

  private async read(): Promise<Policy> {
    try {
      return await this.deps.iap.get(this.service);
    } catch (error) {
      this.iapError = error;
      throw error;
    }
  }

  /** Grants that should be in force now. Whatever a write would newly let in is vetted first. */
  private async admitted(
    open: readonly OpenGrant[],
    policy: Policy,
    now: number,
  ): Promise<{ wanted: WantedGrant[]; held: Set<string> }> {
    const inForce = open.filter((g): g is WantedGrant => g.state !== 'REVOKING' && g.term.endsAt > now);
    const held = new Set<string>();
    if (this.entry?.iapEnabled === false) {
      const reason = `IAP was switched off on ${servicePath(this.service)}, so nothing guards it`;
      for (const { id } of inForce) this.rejected.set(id, { code: 'no-iap', reason });
      return { wanted: [], held };
    }
    for (const grant of inForce) {
      if (grant.state === 'ACTIVE' && !shows(policy, grant, grant.appliedEndsAt)) this.drifted.add(grant.id);
    }
    await this.vet(
      inForce.filter((g) => g.state === 'ACTIVATING' || !shows(policy, g, g.term.endsAt)),
      now,
    );
    const wanted: WantedGrant[] = [];
    for (const grant of inForce) {
      if (!this.rejected.has(grant.id) && !this.waiting.has(grant.id)) {
        wanted.push(grant);
      } else if (keepsItsEnd(grant, policy, now)) {
        wanted.push({ ...grant, term: { ...grant.term, endsAt: grant.appliedEndsAt } });
        held.add(grant.id);
      }
    }
    return { wanted, held };
  }

  /** Judges grants that were not judged yet as they now are. */
  private async vet(grants: readonly WantedGrant[], now: number): Promise<void> {
    const { directory, rules } = this.deps;
    const unvetted = grants.filter((g) => this.vetted.get(g.id) !== g.revision);
    await forEachBounded(unvetted, VETTED_AT_ONCE, async (grant) => {
      const verdict = await vet(grant, rules, directory, now);
      this.vetted.set(grant.id, grant.revision);
      this.rejected.delete(grant.id);
      this.waiting.delete(grant.id);
      if (verdict.kind === 'rejected') this.rejected.set(grant.id, verdict.failure);
      if (verdict.kind === 'unknown') this.waiting.set(grant.id, verdict.failure);
    });
  }

  private async write(policy: Policy): Promise<void> {
    try {
      this.writes += 1;
      await this.deps.iap.set(this.service, policy, this.startedAt + WRITE_BY_MS);
      this.unansweredEtag = undefined;
      this.fence = false;
    } catch (error) {
      this.iapError = error;
      if (!hasCode(error, 'conflict', 'quota', 'timeout', 'unavailable')) throw error;
      // Refused, or it may or may not take effect: the next round reads again and sees. A conflict alone does not
      // prove that the etag moved.
      this.triedEtag = policy.etag;
      if (hasCode(error, 'timeout', 'unavailable')) this.unansweredEtag = policy.etag;
      this.setbacks += 1;
      await this.deps.pause(Math.min(error.retryAfterMs ?? 100 * 2 ** this.setbacks, 2_000));
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
      const busy = stillOpen(open, changes);
      // A grant that failed may have got its binding all the same, from a write that was never read back.
      const doubtful =
        lease === 'suspect' || changes.some((c) => c.grant.state === 'ACTIVATION_FAILED' && !settled);
      const unsettledRuns = settled || gone ? 0 : this.lease.unsettledRuns + 1;
      const verifyAt = now + verifyAfterMs({ busy, doubtful, unsettledRuns });
      const told = this.standing ? { standing: this.standing, strays } : {};
      const shown = settled && this.etag !== undefined ? { etag: this.etag } : {};
      const when = { verifyAt: gone ? null : verifyAt, quiet: !busy, unsettledRuns };
      return { changes, lease, ...when, ...shown, ...told, result: { lease, changes } };
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

/** Whether a grant whose moved end cannot be written has its former end in the policy, which stays. */
function keepsItsEnd(grant: WantedGrant, policy: Policy, now: number): grant is ActiveGrant {
  if (grant.state !== 'ACTIVE') return false;
  const { appliedEndsAt, term } = grant;
  return appliedEndsAt > now && appliedEndsAt < term.endsAt && shows(policy, grant, appliedEndsAt);
}

function stillOpen(open: readonly OpenGrant[], changes: readonly Outcome[]): boolean {
  const after = new Map<string, Grant>(changes.map((c) => [c.grant.id, c.grant]));
  return open.some((g) => isOpen(after.get(g.id) ?? g));
}
