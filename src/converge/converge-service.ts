import { memberOf } from '../domain/binding.ts';
import type { Failure, Grant, OpenGrant } from '../domain/grant.ts';
import { drifted } from '../domain/progress.ts';
import { type CatalogEntry, type ServiceRef, serviceKey, servicePath } from '../domain/service.ts';
import { hasCode, LatchkeyError } from '../errors.ts';
import type { Directory, ServiceCatalog } from '../ports.ts';
import { type Admission, createAdmission } from './admission.ts';
import { standingIn } from './conditions.ts';
import { FencedPolicy, type PolicyDeps } from './fenced-policy.ts';
import { giveUp, tookTooLong, type Unsettled } from './give-up.ts';
import { Hold, type HoldDeps } from './hold.ts';
import { type Intent, intentOf, isMissing, isNew, type Round } from './intent.ts';
import type { WantedGrant } from './plan.ts';
import { presenceIn } from './presence.ts';
import { saysTheSame } from './says-the-same.ts';
import { afterReadBack, afterServiceGone, type Reading } from './settle.ts';
import { look } from './sight.ts';
import type { Rules } from './vet.ts';

/** A write must be answered this long before the lease is over, or is taken for unsettled. */
const WRITE_BY_MS = 20_000;
/** A round that begins later than this would not be done in time; the rest is left to the next run. */
const LAST_ROUND_MS = 12_000;
/** Slack is asked who people are no later than this: its answers may take seconds, and the policy comes after them. */
const ASK_BY_MS = 5_000;
/** Whoever comes back from as long a sleep was overtaken by a sweep, and would only be in the way of the next. */
const OVERTAKEN_MS = 60_000;
const EVERYBODY = Number.POSITIVE_INFINITY;
/** Members that one record of drift names; a policy can have fifteen hundred. */
const MOST_NAMED = 100;

export interface ConvergeDeps extends HoldDeps, PolicyDeps {
  readonly directory: Directory;
  readonly services: ServiceCatalog;
  readonly rules: Rules;
}

export type ConvergeResult =
  /** The policy shows what the grants call for, and the grants say so. */
  | { readonly kind: 'converged'; readonly changed: readonly Grant[]; readonly writes: number }
  /** Somebody else is at it, and will see what was committed before they are done. */
  | { readonly kind: 'held' }
  | Unsettled;

/** Makes one service's IAP policy match its grants, and its grants say what the policy shows. */
export async function convergeService(deps: ConvergeDeps, service: ServiceRef): Promise<ConvergeResult> {
  const hold = await Hold.take(deps, service);
  if (!hold) return { kind: 'held' };
  try {
    return await new ServiceRun(deps, service, hold).toTheEnd();
  } catch (error) {
    if (!hasCode(error, 'lease-lost') || hold.elapsed() > OVERTAKEN_MS) throw error;
    return await tookTooLong(deps, service, error);
  }
}

/** One hold of the lease. What lives from round to round is here and nowhere else. */
class ServiceRun {
  private readonly deps: ConvergeDeps;
  private readonly service: ServiceRef;
  private readonly hold: Hold;
  private readonly admission: Admission;
  private readonly policy: FencedPolicy;
  /** How many newcomers one write may bring: fewer and fewer, once IAM refused one, until the culprit is alone. */
  private atOnce = EVERYBODY;
  private last: Round | undefined;
  private listing: Promise<CatalogEntry | undefined> | undefined;
  /** Members with access of nobody's who are on record already. */
  private readonly told: Set<string>;

  constructor(deps: ConvergeDeps, service: ServiceRef, hold: Hold) {
    const { startedAt, suspect } = hold;
    this.deps = deps;
    this.service = service;
    this.hold = hold;
    this.told = new Set(hold.strays);
    this.policy = new FencedPolicy(deps, service, suspect, startedAt + WRITE_BY_MS);
    this.admission = createAdmission(deps.rules, deps.directory, deps.clock, startedAt + ASK_BY_MS);
  }

  async toTheEnd(): Promise<ConvergeResult> {
    try {
      while (this.hold.elapsed() < LAST_ROUND_MS && !this.policy.isWornOut()) {
        if (await this.round()) return this.converged();
      }
      const what = `failed to write the IAP policy of ${servicePath(this.service)}`;
      return await this.giveUp(
        this.policy.isWornOut()
          ? this.policy.lastSetback(`${what}: it kept changing`)
          : { code: 'timeout', reason: `${what}: there was more to do than one run has time for` },
      );
    } catch (error) {
      if (!(error instanceof LatchkeyError) || error.code === 'lease-lost') throw error;
      const isIap = this.policy.hasThrown(error);
      if (isIap && error.code === 'not-found' && (await this.isGone())) return await this.serviceGone();
      const failure = { code: error.code, reason: error.message };
      return await this.giveUp(failure, isIap && hasCode(error, 'invalid', 'permission-denied'));
    }
  }

  /** Read, plan, and either write or, where nothing differs, settle. True when the lease was given back. */
  private async round(): Promise<boolean> {
    const policy = await this.policy.read();
    const open = await this.deps.store.open(this.service);
    const now = this.deps.clock.now();
    this.admission.review(open);
    const inForce = await this.inForce(open, now);
    const sight = look(policy, open, now);
    const { isDoubtful } = this.hold;
    const round = { policy, open, inForce, sight, isIn: presenceIn(policy), isDoubtful, now };
    this.last = round;
    if (await this.toldDrift(round)) return false;

    const undecided = this.admission.undecided(
      inForce.filter((g) => isNew(g, sight)),
      now,
    );
    if (undecided.length > 0 || this.atOnce < EVERYBODY) {
      // What goes is taken out before anybody is asked about what comes, and apart from what IAM may refuse.
      const removal = intentOf(round, this.admission, (g) => !sight.has(g, g.term.endsAt));
      if (removal.changed) {
        await this.policy.write(removal.policy);
        return false;
      }
      await this.admission.judge(undecided, now);
    }
    const next = intentOf(round, this.admission);
    if (next.changed || this.policy.isSuspect()) {
      await this.write(round, next);
      return false;
    }
    return await this.settle(round, next);
  }

  /** Grants that should be in force now, where IAP guards the service. */
  private async inForce(open: readonly OpenGrant[], now: number): Promise<WantedGrant[]> {
    const inForce = open.filter((g): g is WantedGrant => g.state !== 'REVOKING' && g.term.endsAt > now);
    if (inForce.length === 0 || this.hold.entry?.iapEnabled !== false) return inForce;
    try {
      if ((await this.listed())?.iapEnabled) return inForce;
    } catch (error) {
      if (!(error instanceof LatchkeyError)) throw error;
      for (const grant of inForce) this.admission.defer(grant, { code: error.code, reason: error.message });
      return inForce;
    }
    const reason = `IAP was switched off on ${servicePath(this.service)}, so nothing guards it`;
    for (const grant of inForce) this.admission.reject(grant, { code: 'no-iap', reason });
    return [];
  }

  /**
   * What Cloud Run itself says of the service, asked at most once in a run. The catalog may be minutes old, and nobody
   * loses access on its word alone.
   */
  private listed(): Promise<CatalogEntry | undefined> {
    const { project, region } = this.service;
    this.listing ??= this.deps.services
      .list(project, region)
      .then((entries) => entries.find(({ ref }) => serviceKey(ref) === serviceKey(this.service)));
    return this.listing;
  }

  /** While Cloud Run lists the service, or does not answer, it may be IAP's answer that is wrong. */
  private async isGone(): Promise<boolean> {
    if (this.hold.entry) return false;
    return await this.listed().then(
      (entry) => entry === undefined,
      () => false,
    );
  }

  /** Puts what others did to our bindings on record, before it is undone: no crash in between swallows it. */
  private async toldDrift(round: Round): Promise<boolean> {
    const { policy, inForce, sight, now } = round;
    const gone = inForce.filter((g) => isMissing(g, round));
    // Whoever lost their room is not put back, and told of that instead.
    const unfit = gone.length === 0 ? [] : intentOf(round, this.admission).unfit.filter((u) => !u.held);
    const lost = new Set(unfit.map(({ grant }) => grant.id));
    const missing = new Map(gone.filter((g) => !lost.has(g.id)).map((g) => [g.id, g.revision]));
    const strays = sight.strays.filter((member) => !this.told.has(member));
    if (missing.size === 0 && strays.length === 0) return false;
    const members = strays.slice(0, MOST_NAMED);
    await this.hold.commit(
      (open) => ({
        outcomes: open.map((g) =>
          g.state === 'ACTIVE' && missing.get(g.id) === g.revision ? drifted(g, now) : undefined,
        ),
        lease: 'keep',
      }),
      { standing: standingIn(policy), strays: members },
    );
    for (const stray of strays) this.told.add(stray);
    if (members.length > 0) {
      this.deps.log('WARNING', 'drift-removed', { service: servicePath(this.service), members });
    }
    return true;
  }

  /** Writes what is called for, or as many of the newcomers as IAM may be trusted to take at once. */
  private async write(round: Round, next: Intent): Promise<void> {
    const all = next.wanted.filter((g) => !round.sight.shows(g, g.term.endsAt));
    const newcomers = all.slice(0, this.atOnce);
    const later = new Set(all.slice(this.atOnce).map(({ id }) => id));
    // Whoever finds no room beside the others gets none for the time that these are left out.
    const those = { ...round, inForce: next.wanted };
    const part = later.size === 0 ? next : intentOf(those, this.admission, ({ id }) => later.has(id));
    try {
      await this.policy.write(part.policy);
      this.atOnce *= 2;
    } catch (error) {
      if (!hasCode(error, 'invalid') || newcomers.length === 0) throw error;
      this.refused(newcomers, error);
    }
  }

  /** IAM takes a policy or refuses it as a whole: one principal that does not exist must not stand for the others. */
  private refused(newcomers: readonly WantedGrant[], { code, message }: LatchkeyError): void {
    const [culprit, ...others] = newcomers;
    if (culprit && others.length === 0 && this.atOnce < EVERYBODY) {
      this.admission.reject(culprit, { code, reason: `IAM does not take ${memberOf(culprit)}: ${message}` });
    }
    this.atOnce = Math.max(1, Math.floor(newcomers.length / 2));
  }

  /** The policy shows what was planned for the grants that were seen; one that changed or ran out since needs another round. */
  private async settle({ policy, open: seen, now: plannedAt }: Round, next: Intent): Promise<boolean> {
    const unfit = next.unfit.map(({ grant, failure }) => [grant.id, failure] as const);
    const { rejected, waiting } = this.admission;
    const reading: Reading = { failures: new Map([...rejected, ...unfit]), waiting, held: next.held };
    const then = new Map(seen.map((g) => [g.id, g]));
    return await this.hold.commit(
      (open) => {
        const now = this.deps.clock.now();
        const known = open.filter(
          (g) => saysTheSame(then.get(g.id), g) && g.term.endsAt <= plannedAt === g.term.endsAt <= now,
        );
        const outcomes = known.map((g) => afterReadBack(g, reading, now));
        return { outcomes, lease: known.length < open.length ? 'keep' : 'release' };
      },
      { settled: true, standing: standingIn(policy), etag: policy.etag },
    );
  }

  private async giveUp(failure: Failure, permanent = false): Promise<ConvergeResult> {
    const { rejected } = this.admission;
    const defeat = { failure, permanent, suspect: this.policy.isSuspect(), last: this.last, rejected };
    return await giveUp(this.deps, this.service, this.hold, defeat);
  }

  private async serviceGone(): Promise<ConvergeResult> {
    await this.hold.commit(
      (open) => ({
        outcomes: open.map((g) => afterServiceGone(g, this.deps.clock.now())),
        lease: 'release',
      }),
      { gone: true },
    );
    return this.converged();
  }

  private converged(): ConvergeResult {
    return { kind: 'converged', changed: [...this.hold.changed.values()], writes: this.policy.writes };
  }
}
