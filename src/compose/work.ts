import { convergeGrant } from '../converge/converge-grant.ts';
import { type SweepDeps, type SweepSummary, sweep } from '../converge/sweep.ts';
import type { Grant } from '../domain/grant.ts';
import { hasCode, messageOf } from '../errors.ts';
import { createHomes } from '../flows/homes.ts';
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
  const homes = createHomes(composeFlows(parts), parts.messenger);
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

/** What Cloud Scheduler calls every minute. */
export function composeSweep(parts: Parts): () => Promise<SweepSummary> {
  const deps = composeDeps(parts);
  const homes = createHomes(composeFlows(parts), parts.messenger);
  return async () => {
    const touched: Grant[] = [];
    const summary = await sweep({ ...deps, announced: (grant) => touched.push(grant) });
    await homes.refresh(touched);
    return summary;
  };
}
