import type { ActiveGrant, Failure, Grant, OpenGrant } from '../domain/grant.ts';
import { type ServiceRef, servicePath } from '../domain/service.ts';
import { hasCode, LatchkeyError } from '../errors.ts';
import type { Directory, IapPolicies, Policy } from '../ports.ts';
import { type Admission, createAdmission } from './admission.ts';
import { isOurs, memberOf, shows, standingIn } from './conditions.ts';
import { Hold, type HoldDeps } from './hold.ts';
import { plan, type WantedGrant } from './plan.ts';
import { afterFailure, afterReadBack, afterServiceGone, type Reading } from './settle.ts';
import type { Rules } from './vet.ts';

/** A write must be answered this long before the lease is over, or is taken for unsettled. */
const WRITE_BY_MS = 20_000;
/** A round that begins later than this would not be done in time; the rest is left to the next run. */
const LAST_ROUND_MS = 12_000;
/** Slack is asked who people are no later than this: its answers may take seconds, and the policy comes after them. */
const ASK_BY_MS = 5_000;
/** Writes of one run that may meet a conflict or no answer before the next run has its turn. */
const MOST_SETBACKS = 6;
const EVERYBODY = Number.POSITIVE_INFINITY;

export interface ConvergeDeps extends HoldDeps {
  readonly iap: IapPolicies;
  readonly directory: Directory;
  readonly rules: Rules;
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
  const hold = await Hold.take(deps, service);
  if (!hold) return { kind: 'held' };
  try {
    return await new Run(deps, service, hold).toTheEnd();
  } catch (error) {
    if (!hasCode(error, 'lease-lost')) throw error;
    return await tookTooLong(deps, service, error);
  }
}

/**
 * The lease ran out under a run. Where nobody took it over, the attempt is put on record all the same: what fails like
 * this each time must not fail in silence.
 */
async function tookTooLong(
  deps: ConvergeDeps,
  service: ServiceRef,
  error: LatchkeyError,
): Promise<ConvergeResult> {
  const failure = { code: error.code, reason: error.message };
  const hold = await Hold.take(deps, service);
  if (hold) return await giveUp(deps, service, hold, { failure, final: false, suspect: true });
  deps.log('WARNING', 'converge-unsettled', { service: servicePath(service), ...failure });
  return { kind: 'unsettled', changed: [], failure };
}

/** Puts a failed attempt on record with the grants that waited for it, and gives the lease back. */
async function giveUp(
  deps: ConvergeDeps,
  service: ServiceRef,
  hold: Hold,
  { failure, final, suspect }: { failure: Failure; final: boolean; suspect: boolean },
): Promise<ConvergeResult> {
  await hold.commit((open) => ({
    outcomes: open.map((g) => afterFailure(g, failure, final, deps.clock.now())),
    lease: suspect ? 'suspect' : 'release',
  }));
  deps.log('WARNING', 'converge-unsettled', { service: servicePath(service), ...failure });
  return { kind: 'unsettled', changed: [...hold.changed.values()], failure };
}

/** What a run knows of one round: the policy as it was read, and the grants as they were then. */
interface Round {
  readonly policy: Policy;
  readonly open: readonly OpenGrant[];
  readonly inForce: readonly WantedGrant[];
  readonly now: number;
}

/** One hold of the lease. What lives from round to round is here and nowhere else. */
class Run {
  private readonly deps: ConvergeDeps;
  private readonly service: ServiceRef;
  private readonly hold: Hold;
  private readonly admission: Admission;
  /** The run before ended badly: its last write may still arrive, unless one of ours changes the etag first. */
  private fence: boolean;
  /** The etag of a write that was never answered: while it is current, that write may still take effect. */
  private unansweredEtag: string | undefined;
  /** The etag that the last write went with, if it was not answered well. */
  private triedEtag: string | undefined;
  /** What IAP last threw: the store's errors have the same codes and mean something else. */
  private iapError: unknown;
  /** How many newcomers one write may bring: fewer and fewer, once IAM refused one, until the culprit is alone. */
  private atOnce = EVERYBODY;
  private writes = 0;
  private setbacks = 0;
  private readonly drifted = new Set<string>();
  private readonly strays = new Set<string>();

  constructor(deps: ConvergeDeps, service: ServiceRef, hold: Hold) {
    this.deps = deps;
    this.service = service;
    this.hold = hold;
    this.fence = hold.suspect;
    this.admission = createAdmission(deps.rules, deps.directory, deps.clock, hold.startedAt + ASK_BY_MS);
  }

  async toTheEnd(): Promise<ConvergeResult> {
    try {
      while (this.hold.elapsed() < LAST_ROUND_MS && this.setbacks < MOST_SETBACKS) {
        if (await this.round()) return this.converged();
      }
      const what = `failed to write the IAP policy of ${servicePath(this.service)}`;
      const failure =
        this.setbacks < MOST_SETBACKS
          ? { code: 'timeout', reason: `${what}: there was more to do than one run has time for` }
          : { code: 'conflict', reason: `${what}: it kept changing` };
      return await this.giveUp(failure, false);
    } catch (error) {
      if (!(error instanceof LatchkeyError) || error.code === 'lease-lost') throw error;
      const failure = { code: error.code, reason: error.message };
      const isIap = error === this.iapError;
      if (isIap && error.code === 'not-found') return await this.serviceGone();
      return await this.giveUp(failure, isIap && hasCode(error, 'invalid', 'permission-denied'));
    }
  }

  /** Read, plan, and either write or, where nothing differs, settle. True when the lease was given back. */
  private async round(): Promise<boolean> {
    const policy = await this.read();
    const open = await this.deps.store.open(this.service);
    const now = this.deps.clock.now();
    const inForce = this.inForce(open, now);
    const round = { policy, open, inForce, now };
    this.noteEtag(policy);
    this.noteOthers(policy, open);
    for (const grant of inForce) {
      if (grant.state === 'ACTIVE' && !shows(policy, grant, grant.appliedEndsAt)) this.drifted.add(grant.id);
    }

    const isNew = (g: WantedGrant) => g.state === 'ACTIVATING' || !shows(policy, g, g.term.endsAt);
    const undecided = this.admission.undecided(inForce.filter(isNew));
    if (undecided.length > 0 || this.atOnce < EVERYBODY) {
      // What goes is taken out before anybody is asked about what comes, and apart from what IAM may refuse.
      const { wanted } = this.intent(round, (g) => !shows(policy, g, g.term.endsAt));
      const removal = plan(policy, wanted, now);
      if (removal.changed) {
        await this.write(removal.policy, []);
        return false;
      }
      await this.admission.judge(undecided, now);
    }
    const { wanted, held } = this.intent(round, () => false);
    const next = plan(policy, wanted, now);
    const unfitIds = new Set(next.unfit.map(({ grant }) => grant.id));
    const newcomers = wanted.filter((g) => !unfitIds.has(g.id) && !shows(policy, g, g.term.endsAt));
    if (next.changed || this.fence || this.unansweredEtag !== undefined) {
      const later = new Set(newcomers.slice(this.atOnce).map(({ id }) => id));
      const some = this.intent(round, ({ id }) => later.has(id));
      const part = later.size === 0 ? next : plan(policy, some.wanted, now);
      await this.write(part.policy, newcomers.slice(0, this.atOnce));
      return false;
    }
    const unfit = next.unfit.map(({ grant, failure }) => [grant.id, failure] as const);
    for (const { grant, held: stays } of next.unfit) if (stays) held.add(grant.id);
    return await this.settle(round, {
      failures: new Map([...this.admission.rejected, ...unfit]),
      waiting: this.admission.waiting,
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

  private noteEtag({ etag }: Policy): void {
    if (etag !== this.unansweredEtag) this.unansweredEtag = undefined;
    // The etag moved: whatever the run before had on its way is refused from now on.
    if (this.triedEtag !== undefined && etag !== this.triedEtag) this.fence = false;
  }

  /** Grants that should be in force now, where IAP guards the service. */
  private inForce(open: readonly OpenGrant[], now: number): WantedGrant[] {
    const inForce = open.filter((g): g is WantedGrant => g.state !== 'REVOKING' && g.term.endsAt > now);
    if (this.hold.entry?.iapEnabled !== false) return inForce;
    const reason = `IAP was switched off on ${servicePath(this.service)}, so nothing guards it`;
    for (const grant of inForce) this.admission.reject(grant, { code: 'no-iap', reason });
    return [];
  }

  /** What the policy should have, without those that are kept out; who was let in with another end keeps that one. */
  private intent({ policy, inForce, now }: Round, isLeftOut: (grant: WantedGrant) => boolean) {
    const wanted: WantedGrant[] = [];
    const held = new Set<string>();
    for (const grant of inForce) {
      const isOut = this.admission.rejected.has(grant.id) || this.admission.waiting.has(grant.id);
      if (!isOut && !isLeftOut(grant)) {
        wanted.push(grant);
      } else if (keepsItsEnd(grant, policy, now)) {
        wanted.push({ ...grant, term: { ...grant.term, endsAt: grant.appliedEndsAt } });
        held.add(grant.id);
      }
    }
    return { wanted, held };
  }

  private async write(policy: Policy, newcomers: readonly WantedGrant[]): Promise<void> {
    try {
      this.writes += 1;
      await this.deps.iap.set(this.service, policy, this.hold.startedAt + WRITE_BY_MS);
      this.unansweredEtag = undefined;
      this.fence = false;
      this.atOnce *= 2;
    } catch (error) {
      this.iapError = error;
      if (hasCode(error, 'invalid') && newcomers.length > 0) return this.refused(newcomers, error);
      if (!hasCode(error, 'conflict', 'quota', 'timeout', 'unavailable')) throw error;
      // Refused, or it may or may not take effect: the next round reads again and sees. A conflict alone does not
      // prove that the etag moved.
      this.triedEtag = policy.etag;
      if (hasCode(error, 'timeout', 'unavailable')) this.unansweredEtag = policy.etag;
      this.setbacks += 1;
      await this.deps.pause(Math.min(error.retryAfterMs ?? 100 * 2 ** this.setbacks, 2_000));
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
  private async settle({ policy, open: seen, now: plannedAt }: Round, reading: Reading): Promise<boolean> {
    const revisions = new Map(seen.map((g) => [g.id, g.revision]));
    const strays = [...this.strays];
    const released = await this.hold.commit(
      (open) => {
        const now = this.deps.clock.now();
        const known = open.filter(
          (g) => revisions.get(g.id) === g.revision && g.term.endsAt <= plannedAt === g.term.endsAt <= now,
        );
        const outcomes = known.map((g) => afterReadBack(g, reading, now));
        return { outcomes, lease: known.length < open.length ? 'keep' : 'release' };
      },
      { settled: true, standing: standingIn(policy), strays },
    );
    if (strays.length > 0) {
      this.deps.log('WARNING', 'drift-removed', { service: servicePath(this.service), members: strays });
      this.strays.clear();
    }
    return released;
  }

  private async giveUp(failure: Failure, final: boolean): Promise<ConvergeResult> {
    const suspect = this.fence || this.unansweredEtag !== undefined;
    return await giveUp(this.deps, this.service, this.hold, { failure, final, suspect });
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

  /** Whose bindings of ours no grant accounts for. */
  private noteOthers(policy: Policy, open: readonly OpenGrant[]): void {
    const known = new Set(open.map(memberOf));
    for (const binding of (policy.bindings ?? []).filter(isOurs)) {
      for (const member of binding.members ?? []) if (!known.has(member)) this.strays.add(member);
    }
  }

  private converged(): ConvergeResult {
    return { kind: 'converged', changed: [...this.hold.changed.values()], writes: this.writes };
  }
}

/** Whether a grant whose moved end cannot be written has its former end in the policy, which stays. */
function keepsItsEnd(grant: WantedGrant, policy: Policy, now: number): grant is ActiveGrant {
  if (grant.state !== 'ACTIVE') return false;
  const { appliedEndsAt, term } = grant;
  return appliedEndsAt > now && appliedEndsAt < term.endsAt && shows(policy, grant, appliedEndsAt);
}
