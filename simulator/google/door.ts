import type { Clock } from '../clock.ts';
import { evaluateCondition, type RequestAttributes } from './cel.ts';
import type { PolicyStore } from './policies.ts';
import { ACCESSOR_ROLE, type Binding, type Policy } from './policy.ts';
import { withParents } from './resources.ts';
import type { ServiceKey, ServiceRegistry } from './services.ts';

/** Somebody's request at a service's address. */
export interface Visit {
  service: ServiceKey;
  email: string;
  /** Default: the host of the service's own URI. */
  host?: string;
  /** Default: `/`. */
  path?: string;
  accessLevels?: readonly string[];
}

/** A binding that was looked at, and why it lets the person in or does not. */
export interface BindingConsidered {
  resource: string;
  role: string;
  members: readonly string[];
  title?: string;
  /** The member that names the visitor. */
  matched?: string;
  opens: boolean;
  why: string;
}

export type Via =
  /** IAP is off: everybody gets past it. */
  { kind: 'unguarded' } | { kind: 'binding'; resource: string; member: string; title?: string };

export interface Allowed {
  allowed: true;
  via: Via;
  note: string;
}

export interface Refused {
  allowed: false;
  reason: string;
  details: readonly BindingConsidered[];
}

export interface Door {
  /** Decides as IAP would, now, on the policies that are in effect by now. */
  open(visit: Visit): Allowed | Refused;
  propagationDelayMs(): number;
  /** How long a policy change takes to work. An expiry through `request.time` needs none. */
  setPropagationDelayMs(delayMs: number): void;
}

type Groups = Readonly<Record<string, readonly string[]>>;

/** Creates IAP's door in front of the services. */
export function createDoor(parts: {
  clock: Clock;
  services: ServiceRegistry;
  policies: PolicyStore;
  groups?: Groups | undefined;
}): Door {
  const { clock, services, policies, groups = {} } = parts;
  let delayMs = 0;
  return {
    propagationDelayMs: () => delayMs,
    setPropagationDelayMs(ms) {
      delayMs = ms;
    },
    open({ service: key, email, host, path = '/', accessLevels = [] }) {
      const service = services.get(key);
      const project = services.project(key.project);
      if (!service || !project) {
        return {
          allowed: false,
          reason: `There is no service ${key.name} in ${key.project}/${key.region}.`,
          details: [],
        };
      }
      if (!service.iapEnabled) {
        const note = `IAP is off for ${key.name}: it does not guard this service, and anyone gets past it.`;
        return { allowed: true, via: { kind: 'unguarded' }, note };
      }
      const request = { timeMs: clock.now(), host: host ?? new URL(service.uri).host, path, accessLevels };
      const resources = withParents(project.number, key);
      const consider = (policyOf: (resource: string) => Policy) =>
        resources.flatMap((resource) =>
          policyOf(resource).bindings.map((binding) =>
            considerBinding(resource, binding, email, request, groups),
          ),
        );
      const inEffect = consider((resource) => policies.effective(resource, delayMs));
      const written = consider((resource) => policies.current(resource));
      const open = inEffect.find((one) => one.opens);
      if (open)
        return allowed(
          open,
          written.some((one) => one.opens),
        );
      return { allowed: false, reason: refusal(email, key, inEffect, written), details: inEffect };
    },
  };
}

function considerBinding(
  resource: string,
  { role, members, condition }: Binding,
  email: string,
  request: RequestAttributes,
  groups: Groups,
): BindingConsidered {
  const about = { resource, role, members, ...(condition && { title: condition.title }) };
  if (role !== ACCESSOR_ROLE)
    return { ...about, opens: false, why: `${role} does not let anybody through IAP` };
  const matched = members.find((member) => names(member, email, groups));
  if (matched === undefined) return { ...about, opens: false, why: `it does not name ${email}` };
  if (!condition) return { ...about, matched, opens: true, why: `it names ${matched}, with no condition` };
  const result = evaluateCondition(condition.expression, request);
  if (result.holds)
    return { ...about, matched, opens: true, why: `its condition holds: ${condition.expression}` };
  const why = result.error ? `its condition fails (${result.error})` : 'its condition does not hold';
  return { ...about, matched, opens: false, why: `${why}: ${condition.expression}` };
}

function names(member: string, email: string, groups: Groups): boolean {
  if (member === 'allUsers' || member === 'allAuthenticatedUsers') return true;
  const address = email.toLowerCase();
  const [kind, value = ''] = member.toLowerCase().split(':', 2);
  if (kind === 'user' || kind === 'serviceaccount') return value === address;
  if (kind === 'domain') return address.endsWith(`@${value}`);
  if (kind !== 'group') return false;
  const group = Object.entries(groups).find(([name]) => name.toLowerCase() === value);
  return group?.[1].some((person) => person.toLowerCase() === address) ?? false;
}

function allowed({ resource, matched = '', title, why }: BindingConsidered, stillWritten: boolean): Allowed {
  const via: Via = { kind: 'binding', resource, member: matched, ...(title !== undefined && { title }) };
  const fading = 'It was taken away already, but that change has not reached IAP yet.';
  return {
    allowed: true,
    via,
    note: `A binding on ${resource} opens: ${why}.${stillWritten ? '' : ` ${fading}`}`,
  };
}

function refusal(
  email: string,
  { name }: ServiceKey,
  inEffect: readonly BindingConsidered[],
  written: readonly BindingConsidered[],
) {
  if (written.some((one) => one.opens)) {
    return `${email} has been given access to ${name}, but that change has not reached IAP yet.`;
  }
  const near = inEffect.filter((one) => one.matched !== undefined);
  if (near.length === 0) return `No binding gives ${email} access to ${name}.`;
  return `${email} is named on ${name}, but ${near.map((one) => one.why).join('; ')}.`;
}
