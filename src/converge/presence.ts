import { memberOf } from '../domain/binding.ts';
import type { OpenGrant } from '../domain/grant.ts';
import type { Binding, Policy } from '../ports.ts';
import { demandsOf, endOf, expressionOf, isOurs } from './conditions.ts';

/**
 * Whether a grant's person is in the policy until then: by a binding of its own or, for a grant in force, by any of
 * ours under the same conditions that lasts longer. It may have been shared with another grant of the same person, or
 * prolonged by somebody else.
 */
export type Presence = (grant: OpenGrant, endsAt: number) => boolean;

/** Who is in a policy by bindings of ours, as it was read: pure. */
export function presenceIn({ bindings = [] }: Policy): Presence {
  const ours = new Map<string, Binding[]>();
  for (const binding of bindings.filter(isOurs)) {
    for (const member of binding.members ?? []) {
      const own = ours.get(member);
      if (own) own.push(binding);
      else ours.set(member, [binding]);
    }
  }
  return (grant, endsAt) =>
    (ours.get(memberOf(grant)) ?? []).some((binding) => {
      const end = endOf(binding);
      if (end === undefined || binding.condition?.expression !== expressionOf(demandsOf(grant), end))
        return false;
      return end === endsAt || (grant.state === 'ACTIVE' && end > endsAt);
    });
}
