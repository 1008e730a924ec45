import type { ServiceRef } from '../domain/service.ts';
import { hasCode } from '../errors.ts';
import type { ToVerify } from '../ports.ts';
import { type ConvergeDeps, type ConvergeResult, convergeService } from './converge-service.ts';
import { verifyAgainAt } from './verify-times.ts';

/** Services that one run verifies: at most so many with grants in force, and quiet ones where those leave room. */
const MOST = { busy: 5, all: 6 } as const;
/** A service whose grants were last read this long ago is verified against them, whatever the etag. */
const READ_AGAIN_AFTER_MS = 60 * 60_000;

/** A service to verify, and whether an unchanged etag is enough. */
export interface Verification extends ToVerify {
  readonly glance: boolean;
}

/**
 * Takes the services whose turn it is. A policy with the etag that it was settled with shows what the grants called
 * for, and what has changed in grants since is due by itself: so a glance is enough, and costs no reading of grants.
 * What an etag cannot tell, a grant's document that was removed or damaged, is found by reading the grants of one
 * service a run again, the one that waits for it longest.
 */
export async function takeToVerify({ store, clock }: ConvergeDeps): Promise<readonly Verification[]> {
  const now = clock.now();
  const found = await store.toVerify(now, MOST, (one) => verifyAgainAt(one, now));
  const readAt = Math.min(...found.map(({ settled }) => settled?.at ?? now));
  const isOld = now - readAt >= READ_AGAIN_AFTER_MS;
  const again = isOld ? found.find(({ settled }) => settled?.at === readAt) : undefined;
  return found.map((one) => ({ ...one, glance: one.settled !== undefined && one !== again }));
}

/** `verified` where the policy is as it was settled; otherwise what came of converging the service. */
export async function verify(
  deps: ConvergeDeps,
  { service, settled, glance }: Verification,
): Promise<ConvergeResult | { readonly kind: 'verified' }> {
  if (glance && (await etagOf(deps, service)) === settled?.etag) return { kind: 'verified' };
  return await convergeService(deps, service);
}

/** The policy's etag; `undefined` where IAP refuses, which converging has to deal with. Throws what may pass. */
async function etagOf({ iap }: ConvergeDeps, service: ServiceRef): Promise<string | undefined> {
  try {
    return (await iap.get(service)).etag;
  } catch (error) {
    if (hasCode(error, 'permission-denied', 'not-found', 'invalid')) return undefined;
    throw error;
  }
}
