import { convergeGrant } from '../converge/converge-grant.ts';
import { type SweepDeps, type SweepSummary, sweep } from '../converge/sweep.ts';
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
  return async (subject) => {
    const id = SUBJECT.exec(subject ?? '')?.[1];
    if (id === undefined) {
      parts.log('WARNING', 'converge-ignored', { subject });
      return;
    }
    await convergeGrant(deps, id);
  };
}

/** What Cloud Scheduler calls every minute. */
export function composeSweep(parts: Parts): () => Promise<SweepSummary> {
  const deps = composeDeps(parts);
  return async () => await sweep(deps);
}
