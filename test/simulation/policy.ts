import type { Grant } from '../../src/domain/grant.ts';
import type { Binding, Policy } from '../../src/ports.ts';

// What the contract says of bindings, written down once more and without the source's help: the checks must not
// share a mistake with what they check.

export const ACCESSOR = 'roles/iap.httpsResourceAccessor';

/** Title and role mark a binding as ours. */
export function isOurs({ role, condition }: Binding): boolean {
  return role === ACCESSOR && condition?.title !== undefined && condition.title.startsWith('latchkey');
}

/** One person's access by a binding of ours. */
export interface Access {
  readonly member: string;
  readonly expression: string;
  readonly endsAt: number;
  /** What the condition demands besides its end. */
  readonly demands: string;
}

export function accessesIn(policy: Policy | undefined): Access[] {
  return (policy?.bindings ?? []).filter(isOurs).flatMap(({ members, condition }) => {
    const expression = condition?.expression ?? '';
    const [first = '', ...rest] = expression.split(' && ');
    const endsAt = Date.parse(/^request\.time < timestamp\("(.+)"\)$/.exec(first)?.[1] ?? '');
    return (members ?? []).map((member) => ({
      member,
      expression,
      endsAt: Number.isNaN(endsAt) ? Number.POSITIVE_INFINITY : endsAt,
      demands: rest.sort().join(' && '),
    }));
  });
}

/** What the condition of a grant demands besides its end. */
export function demandsOf(grant: Grant): string {
  const startsAt = 'term' in grant ? grant.term.startsAt : undefined;
  return [
    ...(startsAt === undefined ? [] : [`request.time >= timestamp("${seconds(startsAt)}")`]),
    ...grant.accessLevels.map((level) => `"${level}" in request.auth.access_levels`),
  ]
    .sort()
    .join(' && ');
}

export function memberOf(grant: Grant): string {
  return `user:${grant.principal.email}`;
}

function seconds(timeMs: number): string {
  return new Date(timeMs).toISOString().replace(/\.\d+Z$/, 'Z');
}
