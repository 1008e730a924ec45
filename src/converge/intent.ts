import type { ActiveGrant, OpenGrant } from '../domain/grant.ts';
import type { Policy } from '../ports.ts';
import type { Admission } from './admission.ts';
import { type Plan, plan, type WantedGrant } from './plan.ts';
import { presenceIn } from './presence.ts';
import type { Sight } from './sight.ts';

// What is called for in one round, given who is let in: pure.

/** What is known in one round: the policy as it was read, and the grants as they were then. */
export interface Round {
  readonly policy: Policy;
  readonly open: readonly OpenGrant[];
  readonly inForce: readonly WantedGrant[];
  readonly sight: Sight;
  readonly now: number;
}

export interface Intent extends Plan {
  readonly wanted: readonly WantedGrant[];
  /** Grants whose moved end is kept out, with the end they had. */
  readonly held: ReadonlySet<string>;
}

/** The policy that is called for, without those who are kept out; a moved end that is kept out leaves the one before. */
export function intentOf(
  round: Round,
  { rejected, waiting }: Pick<Admission, 'rejected' | 'waiting'>,
  isLeftOut: (grant: WantedGrant) => boolean = () => false,
): Intent {
  const wanted: WantedGrant[] = [];
  const held = new Set<string>();
  for (const grant of round.inForce) {
    if (!rejected.has(grant.id) && !waiting.has(grant.id) && !isLeftOut(grant)) {
      wanted.push(grant);
    } else if (keepsItsEnd(grant, round, rejected.has(grant.id))) {
      wanted.push({ ...grant, term: { ...grant.term, endsAt: grant.appliedEndsAt } });
      held.add(grant.id);
    }
  }
  return { ...plan(round.policy, wanted, round.now), wanted, held };
}

/** Whether Slack has to be asked about a grant before it is in the policy, or in it for longer. */
export function isNew(grant: WantedGrant, sight: Sight): boolean {
  if (grant.state === 'ACTIVATING' || grant.appliedEndsAt !== grant.term.endsAt) return true;
  return !sight.shows(grant, grant.term.endsAt, 'inForce');
}

/** Whether the binding of a grant in force is not where it was, which nobody was told yet; one that is over may go. */
export function isMissing(grant: WantedGrant, { sight, now }: Pick<Round, 'sight' | 'now'>): boolean {
  if (grant.state !== 'ACTIVE' || grant.trouble?.drift || grant.appliedEndsAt <= now) return false;
  return !sight.shows(grant, grant.appliedEndsAt);
}

/** Whether a grant that is kept out stays in the policy with the end that was read back before. */
function keepsItsEnd(grant: WantedGrant, { policy, now }: Round, isRejected: boolean): grant is ActiveGrant {
  if (grant.state !== 'ACTIVE') return false;
  const { appliedEndsAt, term } = grant;
  // Who may have no access at all has no former end to fall back to, unless only its move is at stake.
  if (isRejected && appliedEndsAt === term.endsAt) return false;
  return appliedEndsAt > now && appliedEndsAt <= term.endsAt && presenceIn(policy)(grant, appliedEndsAt);
}
