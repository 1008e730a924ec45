import type { Failure } from '../domain/grant.ts';
import type { ServiceRef } from '../domain/service.ts';
import { hasCode, LatchkeyError } from '../errors.ts';
import type { IapPolicies, Policy } from '../ports.ts';

/** Writes of one run that may meet a conflict or no answer before the next run has its turn. */
const MOST_SETBACKS = 6;

export interface PolicyDeps {
  readonly iap: IapPolicies;
  /** Waits a random part of the time, so that rivals do not meet again. */
  readonly pause: (longestMs: number) => Promise<void>;
}

/** One run's reads and writes of a policy, and what is known of writes that may still take effect. */
export class FencedPolicy {
  writes = 0;
  private setbacks = 0;
  private readonly deps: PolicyDeps;
  private readonly service: ServiceRef;
  private readonly writeBy: number;
  /** The run before ended badly: its last write may still arrive, unless one of ours changes the etag first. */
  private fence: boolean;
  /** The etag of a write that was never answered: while it is current, that write may still take effect. */
  private unansweredEtag: string | undefined;
  /** The etag that the last write went with, if it was not answered well. */
  private triedEtag: string | undefined;
  /** What IAP last threw: the store's errors have the same codes and mean something else. */
  private thrown: unknown;

  /** `suspect` where a write of the run before may still be on its way; writes are to be answered by `writeBy` (ms). */
  constructor(deps: PolicyDeps, service: ServiceRef, suspect: boolean, writeBy: number) {
    this.deps = deps;
    this.service = service;
    this.fence = suspect;
    this.writeBy = writeBy;
  }

  async read(): Promise<Policy> {
    try {
      const policy = await this.deps.iap.get(this.service);
      if (policy.etag !== this.unansweredEtag) this.unansweredEtag = undefined;
      // The etag moved: whatever the run before had on its way is refused from now on.
      if (this.triedEtag !== undefined && policy.etag !== this.triedEtag) this.fence = false;
      return policy;
    } catch (error) {
      this.thrown = error;
      throw error;
    }
  }

  /** Writes with the etag that was read; what another round can mend is not thrown. */
  async write(policy: Policy): Promise<void> {
    try {
      this.writes += 1;
      await this.deps.iap.set(this.service, policy, this.writeBy);
      this.unansweredEtag = undefined;
      this.fence = false;
    } catch (error) {
      this.thrown = error;
      if (!hasCode(error, 'conflict', 'quota', 'timeout', 'unavailable')) throw error;
      // Refused, or it may or may not take effect: the next round reads again and sees. A conflict alone does not
      // prove that the etag moved.
      this.triedEtag = policy.etag;
      if (hasCode(error, 'timeout', 'unavailable')) this.unansweredEtag = policy.etag;
      this.setbacks += 1;
      await this.deps.pause(Math.min(error.retryAfterMs ?? 100 * 2 ** this.setbacks, 2_000));
    }
  }

  /** Whether a write may still take effect that nobody knows of: until the etag moves, nothing can be settled. */
  isSuspect(): boolean {
    return this.fence || this.unansweredEtag !== undefined;
  }

  isWornOut(): boolean {
    return this.setbacks >= MOST_SETBACKS;
  }

  /** What the last write met; a conflict says nothing of its own. */
  lastSetback(onConflict: string): Failure {
    const error = this.thrown;
    if (!(error instanceof LatchkeyError) || error.code === 'conflict')
      return { code: 'conflict', reason: onConflict };
    return { code: error.code, reason: error.message };
  }

  hasThrown(error: unknown): boolean {
    return error === this.thrown;
  }
}
