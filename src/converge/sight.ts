import { memberOf } from '../domain/binding.ts';
import type { OpenGrant } from '../domain/grant.ts';
import type { Policy } from '../ports.ts';
import { demandsKey, demandsOf, endOf, expressionOf, isOurs } from './conditions.ts';

/** What a policy that was read has of ours, held against the open grants. */
export interface Sight {
  /** Whether the very binding is there that a grant calls for if it ends then. */
  has(grant: OpenGrant, endsAt: number): boolean;
  /**
   * Whether the grant's person is let in until then at least, by a binding that open grants account for; `inForce`
   * where one that is being revoked does not count.
   */
  shows(grant: OpenGrant, endsAt: number, by?: 'inForce'): boolean;
  /** Members with access through our bindings that no open grant accounts for. */
  readonly strays: readonly string[];
}

/** Looks at the bindings of ours in a policy: pure. */
export function look(policy: Policy, open: readonly OpenGrant[], now: number): Sight {
  const grants = Map.groupBy(open, memberOf);
  const present = new Set<string>();
  const ends = new Map<string, number>();
  const strays = new Set<string>();
  const note = (key: string, end: number) => ends.set(key, Math.max(ends.get(key) ?? 0, end));

  for (const binding of (policy.bindings ?? []).filter(isOurs)) {
    const end = endOf(binding);
    const expression = binding.condition?.expression ?? '';
    for (const member of binding.members ?? []) {
      const pair = `${member} ${expression}`;
      present.add(pair);
      const mine = (grants.get(member) ?? []).filter(
        (g) => end !== undefined && accountsFor(g, end) && expression === expressionOf(demandsOf(g), end),
      );
      // What is over lets nobody in, and is cleaned up without a word.
      if (mine.length === 0 && !(end !== undefined && end <= now)) strays.add(member);
      for (const grant of mine) {
        note(personKey(grant), end ?? 0);
        if (grant.state !== 'REVOKING' && grant.term.endsAt > now)
          note(`${personKey(grant)} in force`, end ?? 0);
      }
    }
  }
  return {
    has: (grant, endsAt) => present.has(`${memberOf(grant)} ${expressionOf(demandsOf(grant), endsAt)}`),
    shows: (grant, endsAt, by) =>
      (ends.get(by ? `${personKey(grant)} in force` : personKey(grant)) ?? 0) >= endsAt,
    strays: [...strays],
  };
}

/** Whether a binding with this end can be there on a grant's account: while its end moves, the one it had is too. */
function accountsFor(grant: OpenGrant, end: number): boolean {
  switch (grant.state) {
    case 'ACTIVATING':
      return end === grant.term.endsAt;
    case 'ACTIVE':
      return grant.appliedEndsAt <= end && end <= grant.term.endsAt;
    case 'REVOKING':
      return end <= grant.term.endsAt;
  }
}

function personKey(grant: OpenGrant): string {
  return `${memberOf(grant)} ${demandsKey(demandsOf(grant))}`;
}
