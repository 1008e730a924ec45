import { memberOf } from '../domain/binding.ts';
import type { Condition, OpenGrant, RevokingGrant } from '../domain/grant.ts';
import type { Policy } from '../ports.ts';
import { bindingOf, demandsOf, expressionOf, isOurs } from './conditions.ts';

/** The last reading of a policy, with the grants as they were then. */
interface LastRead {
  readonly policy: Policy;
  readonly open: readonly OpenGrant[];
}

/**
 * The conditions of the bindings that are to go for a grant: those of ours that name its person and that none of their
 * other grants calls for. Where the policy was never read, what the grant's binding must look like.
 */
export function leftoversIn(last: LastRead | undefined, grant: RevokingGrant): Condition[] {
  const member = memberOf(grant);
  const called = (last?.open ?? []).flatMap((g) => {
    if (g.state === 'REVOKING' || memberOf(g) !== member) return [];
    const ends = g.state === 'ACTIVE' ? [g.appliedEndsAt, g.term.endsAt] : [g.term.endsAt];
    return ends.map((end) => expressionOf(demandsOf(g), end));
  });
  const found = (last?.policy.bindings ?? []).flatMap(({ members, condition, ...rest }) =>
    condition && isOurs({ ...rest, condition }) && members?.includes(member) ? [condition] : [],
  );
  const leftovers = found.filter(({ expression }) => !called.includes(expression));
  // While its end moved, the binding may have the one or the other.
  const ends = new Set([grant.appliedEndsAt ?? grant.term.endsAt, grant.term.endsAt]);
  const expected = [...ends].flatMap((end) => bindingOf(demandsOf(grant), end, [member]).condition ?? []);
  return (last ? leftovers : expected).map(plain);
}

/** Without what IAM may have added, and without what cannot be stored. */
function plain({ title, description, expression }: Condition): Condition {
  return { expression, ...(title ? { title } : {}), ...(description ? { description } : {}) };
}
