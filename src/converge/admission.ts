import type { Failure, OpenGrant } from '../domain/grant.ts';
import { forEachBounded } from '../pool.ts';
import type { Clock, Directory } from '../ports.ts';
import { briefDirectory } from './brief-directory.ts';
import type { WantedGrant } from './plan.ts';
import { saysTheSame } from './says-the-same.ts';
import { examine, type Rules, vet } from './vet.ts';

const VETTED_AT_ONCE = 10;

/** Whom one run lets in: each grant is judged once as it now is. */
export interface Admission {
  /** Begins a round: a verdict about a grant that says something else by now is none. */
  review(open: readonly OpenGrant[]): void;
  /** Those that were not judged yet, and that Slack has to be asked about. */
  undecided(grants: readonly WantedGrant[], now: number): WantedGrant[];
  judge(grants: readonly WantedGrant[], now: number): Promise<void>;
  /** A verdict that comes from elsewhere: IAP is off, or IAM does not take the principal. */
  reject(grant: WantedGrant, failure: Failure): void;
  /** The same where it cannot be known now. */
  defer(grant: WantedGrant, failure: Failure): void;
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
  const forget = (id: string) => {
    judged.delete(id);
    rejected.delete(id);
    waiting.delete(id);
  };
  const note = (grant: WantedGrant, verdicts?: Map<string, Failure>, failure?: Failure) => {
    forget(grant.id);
    judged.set(grant.id, grant);
    if (failure) verdicts?.set(grant.id, failure);
  };
  return {
    rejected,
    waiting,
    review(open) {
      const now = new Map(open.map((g) => [g.id, g]));
      for (const [id, then] of [...judged]) {
        const grant = now.get(id);
        if (!grant || !saysTheSame(then, grant)) forget(id);
      }
    },
    undecided(grants, now) {
      return grants.filter((grant) => {
        if (judged.has(grant.id)) return false;
        const papers = examine(grant, rules, now);
        if ('failure' in papers) note(grant, rejected, papers.failure);
        return !('failure' in papers);
      });
    },
    async judge(grants, now) {
      await forEachBounded(grants, VETTED_AT_ONCE, async (grant) => {
        const verdict = await vet(grant, rules, directory, now);
        if (verdict.kind === 'admitted') note(grant);
        else note(grant, verdict.kind === 'rejected' ? rejected : waiting, verdict.failure);
      });
    },
    reject: (grant, failure) => note(grant, rejected, failure),
    defer: (grant, failure) => note(grant, waiting, failure),
  };
}
