import { ACCESSOR_ROLE } from '../domain/binding.ts';
import type { OpenGrant } from '../domain/grant.ts';
import type { Binding, Policy } from '../ports.ts';

/** With the role, what marks a binding as ours. */
const TITLE_PREFIX = 'latchkey';

/** Whether a binding is Latchkey's own; every other one is left exactly as it was read. */
export function isOurs(binding: Binding): boolean {
  return binding.role === ACCESSOR_ROLE && (binding.condition?.title?.startsWith(TITLE_PREFIX) ?? false);
}

/** What a binding demands besides its end: grants with equal demands can share one. */
export interface Demands {
  readonly startsAt: number | undefined;
  readonly accessLevels: readonly string[];
}

export function demandsOf(grant: OpenGrant): Demands {
  return { startsAt: grant.term.startsAt, accessLevels: [...grant.accessLevels].sort() };
}

export function demandsKey({ startsAt, accessLevels }: Demands): string {
  return JSON.stringify([startsAt ?? null, accessLevels]);
}

/** A condition in CEL, as IAP evaluates it: end, then start, then access levels. */
export function expressionOf(demands: Demands, endsAt: number): string {
  return [
    `request.time < timestamp("${timestamp(endsAt)}")`,
    ...(demands.startsAt === undefined
      ? []
      : [`request.time >= timestamp("${timestamp(demands.startsAt)}")`]),
    ...demands.accessLevels.map((level) => `"${level}" in request.auth.access_levels`),
  ].join(' && ');
}

export function bindingOf(demands: Demands, endsAt: number, members: readonly string[]): Binding {
  return {
    role: ACCESSOR_ROLE,
    members,
    condition: {
      title: `${TITLE_PREFIX} until ${timestamp(endsAt).slice(0, 16)}Z`,
      description:
        'Granted through Latchkey. It is removed when its time is up; changes made here are undone.',
      expression: expressionOf(demands, endsAt),
    },
  };
}

/** The end of one of our bindings (ms), as its expression says. */
export function endOf(binding: Binding): number | undefined {
  const match = /request\.time < timestamp\("([^"]+)"\)/.exec(binding.condition?.expression ?? '');
  const time = Date.parse(match?.[1] ?? '');
  return Number.isNaN(time) ? undefined : time;
}

/** Addresses that the policy gives access without a condition: beside Latchkey, and stronger than any end of ours. */
export function standingIn(policy: Policy): string[] {
  const members = (policy.bindings ?? [])
    .filter((b) => b.role === ACCESSOR_ROLE && !b.condition)
    .flatMap((b) => b.members ?? []);
  const addresses = members
    .filter((m) => m.startsWith('user:'))
    .map((m) => m.slice('user:'.length).toLowerCase());
  return [...new Set(addresses)].sort();
}

/** RFC 3339 in whole seconds. */
function timestamp(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 19)}Z`;
}
