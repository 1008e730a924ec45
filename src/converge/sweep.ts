import type { Grant } from '../domain/grant.ts';
import type { Project } from '../domain/project.ts';
import { type ServiceRef, serviceKey } from '../domain/service.ts';
import { messageOf } from '../errors.ts';
import type { ServiceCatalog } from '../ports.ts';
import { announce } from './announce.ts';
import { type Deps, needsPolicy } from './converge-grant.ts';
import { convergeService } from './converge-service.ts';
import { forEachBounded } from './pool.ts';
import { passTime, timedArrow } from './progress-grant.ts';
import { refreshCatalog } from './refresh-catalog.ts';

/** Due grants that one run looks at; the rest is looked at in the next minute. */
const DUE_AT_ONCE = 1_000;
/** Services whose policy one run verifies without being asked to, oldest check first. */
const VERIFIED_AT_ONCE = 5;
const GRANTS_IN_PARALLEL = 8;
const SERVICES_IN_PARALLEL = 8;
/** No new work is begun later than this, so that a run ends inside its minute. */
const BUDGET_MS = 40_000;

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
  writes: number;
  announced: number;
  /** What could not be done now and is due again. */
  failed: number;
  /** What was due and not begun, for lack of time. */
  left: number;
}

/** Everything that is due or overdue: what time brought about, what triggers missed, what failed before. */
export async function sweep(deps: SweepDeps): Promise<SweepSummary> {
  const startedAt = deps.clock.now();
  const summary: SweepSummary = {
    due: 0,
    arrows: 0,
    services: 0,
    writes: 0,
    announced: 0,
    failed: 0,
    left: 0,
  };
  const guarded = async (what: string, subject: string, work: () => Promise<void>): Promise<void> => {
    if (deps.clock.now() - startedAt > BUDGET_MS) {
      summary.left += 1;
      return;
    }
    try {
      await work();
    } catch (error) {
      summary.failed += 1;
      deps.log('ERROR', 'sweep-failed', { what, subject, cause: messageOf(error) });
    }
  };

  await guarded('refresh', 'catalog', () => refreshCatalog(deps));

  const due = await deps.store.due(startedAt, DUE_AT_ONCE);
  summary.due = due.length;
  if (due.length === DUE_AT_ONCE) summary.left += 1;

  const grants: Grant[] = [];
  await forEachBounded(due, GRANTS_IN_PARALLEL, (grant) =>
    guarded('progress', grant.id, async () => {
      const now = deps.clock.now();
      const after = timedArrow(grant, now) ? await deps.store.update(grant.id, passTime(now)) : grant;
      if (!after) return;
      if (after.revision !== grant.revision) summary.arrows += 1;
      grants.push(after);
    }),
  );

  const services = new Map<string, ServiceRef>();
  for (const grant of grants) {
    if (needsPolicy(grant, startedAt)) services.set(serviceKey(grant.service), grant.service);
  }
  await guarded('verify', 'services', async () => {
    for (const service of await deps.store.toVerify(startedAt, VERIFIED_AT_ONCE)) {
      services.set(serviceKey(service), service);
    }
  });
  const changed = new Map(grants.map((g) => [g.id, g]));
  await forEachBounded([...services.values()], SERVICES_IN_PARALLEL, (service) =>
    guarded('converge', serviceKey(service), async () => {
      const result = await convergeService(deps, service);
      summary.services += 1;
      if (result.kind === 'held') return;
      if (result.kind === 'converged') summary.writes += result.writes;
      else summary.failed += 1;
      for (const grant of result.changed) changed.set(grant.id, grant);
    }),
  );

  const announceOne = (id: string) =>
    guarded('announce', id, async () => {
      const result = await announce(deps, id);
      if (result === 'sent') summary.announced += 1;
      if (result === 'failed') summary.failed += 1;
    });
  await forEachBounded([...changed.keys()], GRANTS_IN_PARALLEL, announceOne);
  // The card of a submission stands at its first grant, and tells of the others' changes.
  const leads = [...changed.values()].flatMap(({ id, batch: [lead = id] }) => (lead === id ? [] : [lead]));
  await forEachBounded([...new Set(leads)], GRANTS_IN_PARALLEL, announceOne);
  return summary;
}
