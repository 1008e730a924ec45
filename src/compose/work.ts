import { convergeGrant } from '../converge/converge-grant.ts';
import { type SweepDeps, type SweepSummary, sweep } from '../converge/sweep.ts';
import type { Grant } from '../domain/grant.ts';
import { hasCode, messageOf } from '../errors.ts';
import { createHomes } from '../flows/homes.ts';
import { carryOutKept } from '../flows/kept.ts';
import { composeFlows } from './flows.ts';
import type { Parts } from './parts.ts';

function composeDeps({ config, ...parts }: Parts): SweepDeps {
  const { workspace, projects, entitlements } = config;
  return { ...parts, projects, rules: { workspace, entitlements } };
}

const SUBJECT = /^documents\/grants\/([^/]+)$/;

/**
 * What the Firestore trigger calls, with the event's subject. A subject that is no grant's is ignored: nothing in
 * the event but the name is believed. Throws where the delivery should be repeated.
 */
export function composeConverge(parts: Parts): (subject: string | undefined) => Promise<void> {
  const deps = composeDeps(parts);
  const homes = createHomes(composeFlows(parts));
  return async (subject) => {
    const id = SUBJECT.exec(subject ?? '')?.[1];
    if (id === undefined) {
      parts.log('WARNING', 'converge-ignored', { subject });
      return;
    }
    const touched: Grant[] = [];
    const announced = (grant: Grant) => touched.push(grant);
    try {
      await convergeGrant({ ...deps, announced }, id);
    } catch (error) {
      if (!hasCode(error, 'invalid')) throw error;
      // A damaged document stays damaged however often it is delivered.
      parts.log('ERROR', 'converge-impossible', { grant: id, cause: messageOf(error) });
    } finally {
      await homes.refresh(touched);
    }
  };
}

/** What Cloud Scheduler calls every minute: what is due, and the wishes that took too long to be answered. */
export function composeSweep(parts: Parts): () => Promise<SweepSummary & { readonly wishes: number }> {
  const deps = composeDeps(parts);
  const flows = composeFlows(parts);
  const homes = createHomes(flows);
  return async () => {
    const touched: Grant[] = [];
    const [swept, kept] = await Promise.all([
      sweep({ ...deps, announced: (grant) => touched.push(grant) }),
      carryOutKept(flows),
    ]);
    await homes.refresh(touched);
    return { ...swept, wishes: kept.carriedOut, failed: swept.failed + kept.failed };
  };
}
