import type { Failure } from '../domain/grant.ts';
import type { Clock, Directory } from '../ports.ts';
import { briefDirectory } from './brief-directory.ts';
import { saysTheSame } from './claim.ts';
import type { WantedGrant } from './plan.ts';
import { forEachBounded } from './pool.ts';
import { examine, type Rules, vet } from './vet.ts';

const VETTED_AT_ONCE = 10;

/** Whom one run lets in: each grant is judged once as it now is. */
export interface Admission {
  /** Those that were not judged yet, or have changed since, and that Slack has to be asked about. */
  undecided(grants: readonly WantedGrant[]): WantedGrant[];
  judge(grants: readonly WantedGrant[], now: number): Promise<void>;
  /** A verdict that comes from elsewhere: IAP is off, or IAM does not take the principal. */
  reject(grant: WantedGrant, failure: Failure): void;
  /** Grants that must not be in the policy, with the reason, by id. */
  readonly rejected: ReadonlyMap<string, Failure>;
  /** Grants of which it cannot be known now, by id. */
  readonly waiting: ReadonlyMap<string, Failure>;
}

/** The verdicts of one run, which asks Slack until `askUntil` (ms) at the latest. */
export function createAdmission(rules: Rules, slack: Directory, clock: Clock, askUntil: number): Admission {
  const directory = briefDirectory(slack, clock, askUntil);
  /** What each grant said when it was judged. */
  const judged = new Map<string, WantedGrant>();
  const rejected = new Map<string, Failure>();
  const waiting = new Map<string, Failure>();
  const settle = (grant: WantedGrant) => {
    judged.set(grant.id, grant);
    rejected.delete(grant.id);
    waiting.delete(grant.id);
  };
  const reject = (grant: WantedGrant, failure: Failure) => {
    settle(grant);
    rejected.set(grant.id, failure);
  };
  return {
    rejected,
    waiting,
    undecided(grants) {
      return grants.filter((grant) => {
        if (saysTheSame(judged.get(grant.id), grant)) return false;
        const papers = examine(grant, rules);
        if ('failure' in papers) reject(grant, papers.failure);
        return !('failure' in papers);
      });
    },
    async judge(grants, now) {
      await forEachBounded(grants, VETTED_AT_ONCE, async (grant) => {
        const verdict = await vet(grant, rules, directory, now);
        settle(grant);
        if (verdict.kind === 'rejected') rejected.set(grant.id, verdict.failure);
        if (verdict.kind === 'unknown') waiting.set(grant.id, verdict.failure);
      });
    },
    reject,
  };
}
