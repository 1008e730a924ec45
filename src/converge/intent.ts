import type { ActiveGrant, OpenGrant } from '../domain/grant.ts';
import type { Policy } from '../ports.ts';
import type { Admission } from './admission.ts';
import { type Plan, plan, type WantedGrant } from './plan.ts';
import type { Presence } from './presence.ts';
import type { Sight } from './sight.ts';

// What is called for in one round, given who is let in: pure.

/** What is known in one round: the policy as it was read, and the grants as they were then. */
export interface Round {
  readonly policy: Policy;
  readonly open: readonly OpenGrant[];
  readonly inForce: readonly WantedGrant[];
  readonly sight: Sight;
  /** Who is in that policy. */
  readonly isIn: Presence;
  /** The runs before did not settle the service: something of theirs may have been written that nobody has read. */
  readonly isDoubtful: boolean;
  readonly now: number;
}

export interface Intent extends Plan {
  /** Whoever is in the policy that is called for, each with the end that they have in it. */
  readonly wanted: readonly WantedGrant[];
  /** Grants whose moved end is kept out or has no room, with the end they had. */
  readonly held: ReadonlySet<string>;
}

/** The policy that is called for, without those who are kept out; a moved end that is kept out leaves the one before. */
export function intentOf(
  round: Round,
  { rejected, waiting }: Pick<Admission, 'rejected' | 'waiting'>,
  isLeftOut: (grant: WantedGrant) => boolean = () => false,
): Intent {
  const called = new Map<string, WantedGrant>();
  const held = new Set<string>();
  const hold = (grant: ActiveGrant) => {
    called.set(grant.id, { ...grant, term: { ...grant.term, endsAt: grant.appliedEndsAt } });
    held.add(grant.id);
  };
  for (const grant of round.inForce) {
    if (!rejected.has(grant.id) && !waiting.has(grant.id) && !isLeftOut(grant)) called.set(grant.id, grant);
    else if (keepsItsEnd(grant, round, rejected.has(grant.id))) hold(grant);
  }
  const planned = plan(round.policy, [...called.values()], round.now);
  for (const { grant, held: keepsEnd } of planned.unfit) {
    if (keepsEnd && grant.state === 'ACTIVE') hold(grant);
    else called.delete(grant.id);
  }
  return { ...planned, wanted: [...called.values()], held };
}

/** Whether Slack has to be asked about a grant before it is in the policy, or in it for longer. */
export function isNew(grant: WantedGrant, sight: Sight): boolean {
  if (grant.state === 'ACTIVATING' || grant.appliedEndsAt !== grant.term.endsAt) return true;
  return !sight.shows(grant, grant.term.endsAt, 'inForce');
}

/**
 * Whether the binding of a grant in force is not where it was, which nobody was told yet; one that is over may go. A
 * longer one that we may have written ourselves, for a grant that failed since, is blamed on nobody.
 */
export function isMissing(grant: WantedGrant, { sight, isIn, isDoubtful, now }: Round): boolean {
  if (grant.state !== 'ACTIVE' || grant.trouble?.drift || grant.appliedEndsAt <= now) return false;
  if (sight.shows(grant, grant.appliedEndsAt)) return false;
  return !(isDoubtful && isIn(grant, grant.appliedEndsAt));
}

/** Whether a grant that is kept out stays in the policy with the end that was read back before. */
function keepsItsEnd(grant: WantedGrant, { isIn, now }: Round, isRejected: boolean): grant is ActiveGrant {
  if (grant.state !== 'ACTIVE') return false;
  const { appliedEndsAt, term } = grant;
  // Who may have no access at all has no former end to fall back to, unless only its move is at stake.
  if (isRejected && appliedEndsAt === term.endsAt) return false;
  return appliedEndsAt > now && appliedEndsAt <= term.endsAt && isIn(grant, appliedEndsAt);
}
