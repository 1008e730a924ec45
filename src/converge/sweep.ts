import { timedArrow } from '../domain/due.ts';
import type { Grant } from '../domain/grant.ts';
import type { Project } from '../domain/project.ts';
import { serviceKey } from '../domain/service.ts';
import { messageOf } from '../errors.ts';
import { createPool, forEachBounded } from '../pool.ts';
import type { ServiceCatalog } from '../ports.ts';
import { announce } from './announce.ts';
import { type Deps, needsPolicy } from './converge-grant.ts';
import { type ConvergeResult, convergeService } from './converge-service.ts';
import { passTime } from './progress-grant.ts';
import { refreshCatalog } from './refresh-catalog.ts';
import { takeToVerify, type Verification, verify } from './verify.ts';

/** Due grants that one run looks at; the rest is looked at in the next minute. */
const DUE_AT_ONCE = 1_000;
const GRANTS_IN_PARALLEL = 8;
const SERVICES_IN_PARALLEL = 8;
/**
 * No work of its kind is begun later than this after the start, so that a run ends inside its minute. Policies have
 * less of it: an IAP that hangs for as long as a lease lasts must leave time for the messages.
 */
const BEGIN_WITHIN_MS = { progress: 25_000, policy: 25_000, message: 45_000 } as const;

export interface SweepDeps extends Deps {
  readonly services: ServiceCatalog;
  readonly projects: readonly Project[];
}

export interface SweepSummary {
  /** Grants that were due. */
  due: number;
  /** Arrows that time alone brought about. */
  arrows: number;
  services: number;
  /** Services whose policy was as it had been settled; the others that were verified count as services. */
  verified: number;
  writes: number;
  announced: number;
  /** What could not be done now and is due again. */
  failed: number;
  /** What was due and not begun, for lack of time. */
  left: number;
}

type Kind = keyof typeof BEGIN_WITHIN_MS;

/** Everything that is due or overdue: what time brought about, what triggers missed, what failed before. */
export async function sweep(deps: SweepDeps): Promise<SweepSummary> {
  const run = new SweepRun(deps);
  // The catalog is listed beside the rest, so that a Cloud Run that hangs holds up nothing that is due.
  await Promise.all([run.guarded('refresh', 'catalog', () => refreshCatalog(deps)), run.allThatIsDue()]);
  const { summary } = run;
  if (summary.left > 0) deps.log('WARNING', 'sweep-left', { ...summary });
  return summary;
}

/** One sweep: its time, and what came of it. */
class SweepRun {
  readonly summary: SweepSummary = {
    due: 0,
    arrows: 0,
    services: 0,
    verified: 0,
    writes: 0,
    announced: 0,
    failed: 0,
    left: 0,
  };
  private readonly deps: SweepDeps;
  private readonly startedAt: number;
  private readonly messages = createPool(GRANTS_IN_PARALLEL);
  private readonly leads = new Set<string>();

  constructor(deps: SweepDeps) {
    this.deps = deps;
    this.startedAt = deps.clock.now();
  }

  async allThatIsDue(): Promise<void> {
    await this.guarded('find', 'what is due', async () => {
      const grants = await this.progressed();
      const services = new Map<string, Grant[]>();
      const others: Grant[] = [];
      for (const grant of grants) {
        const key = serviceKey(grant.service);
        if (!needsPolicy(grant, this.startedAt)) others.push(grant);
        else services.set(key, [...(services.get(key) ?? []), grant]);
      }
      // Messages that wait for no policy wait for none.
      await Promise.all([
        this.announced(others),
        this.converged([...services.values()]),
        this.verified(new Set(services.keys())),
      ]);
      // The card of a submission stands at its first grant, and tells of the others' changes.
      await this.announcedIds([...this.leads]);
    });
  }

  /** Does something unless it is too late; what fails is told, counted, and due again. */
  async guarded(what: string, subject: string, work: () => Promise<void>, kind?: Kind): Promise<void> {
    if (kind && this.deps.clock.now() - this.startedAt > BEGIN_WITHIN_MS[kind]) {
      this.summary.left += 1;
      return;
    }
    try {
      await work();
    } catch (error) {
      this.summary.failed += 1;
      this.deps.log('ERROR', 'sweep-failed', { what, subject, cause: messageOf(error) });
    }
  }

  /** What is due, each grant as time has made it. */
  private async progressed(): Promise<Grant[]> {
    const { store, clock } = this.deps;
    const due = await store.due(this.startedAt, DUE_AT_ONCE);
    this.summary.due = due.length;
    if (due.length === DUE_AT_ONCE) this.summary.left += 1;
    const grants: Grant[] = [];
    const progress = async (grant: Grant) => {
      const now = clock.now();
      const after = timedArrow(grant, now) ? await store.update(grant.id, passTime(now)) : grant;
      if (!after) return;
      if (after.revision !== grant.revision) this.summary.arrows += 1;
      grants.push(after);
    };
    await forEachBounded(due, GRANTS_IN_PARALLEL, (grant) =>
      this.guarded('progress', grant.id, () => progress(grant), 'progress'),
    );
    return grants;
  }

  /** Converges services that are due, each given by its due grants, and announces as each is done. */
  private async converged(services: readonly (readonly Grant[])[]): Promise<void> {
    const announcing: Promise<void>[] = [];
    await forEachBounded(services, SERVICES_IN_PARALLEL, async (grants) => {
      const service = grants[0]?.service;
      if (!service) return;
      let changed: readonly Grant[] = [];
      const converge = async () => {
        changed = this.count(await convergeService(this.deps, service));
      };
      await this.guarded('converge', serviceKey(service), converge, 'policy');
      announcing.push(this.announced([...grants, ...changed]));
    });
    await Promise.all(announcing);
  }

  /** Verifies services whose turn it is, but for those that are converged anyway. */
  private async verified(converging: ReadonlySet<string>): Promise<void> {
    await this.guarded('find', 'services to verify', async () => {
      const found = await takeToVerify(this.deps);
      const services = found.filter(({ service }) => !converging.has(serviceKey(service)));
      await forEachBounded(services, SERVICES_IN_PARALLEL, (one) => this.verifiedOne(one));
    });
  }

  private async verifiedOne(one: Verification): Promise<void> {
    const subject = serviceKey(one.service);
    const work = async () => {
      const result = await verify(this.deps, one);
      if (result.kind === 'verified') {
        this.summary.verified += 1;
        return;
      }
      // Nothing waits for a quiet service that cannot be read, and its next turn comes.
      if (one.quiet && result.kind === 'unsettled' && result.changed.length === 0) return;
      await this.announced(this.count(result));
    };
    if (!one.quiet) return await this.guarded('verify', subject, work, 'policy');
    await work().catch((error) =>
      this.deps.log('WARNING', 'verify-failed', { service: subject, cause: messageOf(error) }),
    );
  }

  private count(result: ConvergeResult): readonly Grant[] {
    this.summary.services += 1;
    if (result.kind === 'held') return [];
    if (result.kind === 'converged') this.summary.writes += result.writes;
    else this.summary.failed += 1;
    return result.changed;
  }

  private async announced(grants: readonly Grant[]): Promise<void> {
    for (const { id, batch } of grants)
      if (batch[0] !== undefined && batch[0] !== id) this.leads.add(batch[0]);
    await this.announcedIds([...new Set(grants.map(({ id }) => id))]);
  }

  private async announcedIds(ids: readonly string[]): Promise<void> {
    const announceOne = (id: string) => async () => {
      const result = await announce(this.deps, id);
      if (result === 'sent') this.summary.announced += 1;
      if (result === 'failed') this.summary.failed += 1;
    };
    await Promise.all(
      ids.map((id) => this.messages(() => this.guarded('announce', id, announceOne(id), 'message'))),
    );
  }
}
