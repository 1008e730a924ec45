import { memberOf } from '../domain/binding.ts';
import type { ActivatingGrant, ActiveGrant, Failure } from '../domain/grant.ts';
import { servicePath } from '../domain/service.ts';
import type { Binding, Policy } from '../ports.ts';
import { bindingOf, type Demands, demandsKey, demandsOf, expressionOf, isOurs } from './conditions.ts';
import { limitPassed, usageOf } from './limits.ts';
import { presenceIn } from './presence.ts';

/** A grant that should be in force now. */
export type WantedGrant = ActivatingGrant | ActiveGrant;

export interface Unfit {
  readonly grant: WantedGrant;
  readonly failure: Failure;
  /** Only its moved end does not fit: the end it had stays in the plan. */
  readonly held: boolean;
}

export interface Plan {
  /** What the policy should be; the policy that was read where nothing differs. */
  readonly policy: Policy;
  readonly changed: boolean;
  /** Grants that would take the policy past a limit of IAM; everything else is in it. */
  readonly unfit: readonly Unfit[];
}

/**
 * The policy that the grants call for. Touches only bindings that are ours: drops those that are over or wanted no
 * more, keeps the others where they stand, and appends what is missing. Members whose access ends in the same minute
 * under the same conditions share one binding; one person has one binding per set of conditions, ending when the
 * last of their grants does.
 */
export function plan(policy: Policy, wanted: readonly WantedGrant[], now: number): Plan {
  const read = policy.bindings ?? [];
  const { slots, unfit } = pack(policy, wanted, now);
  const open = new Map(slots);
  const bindings: Binding[] = [];
  for (const binding of read) {
    if (!isOurs(binding)) {
      bindings.push(binding);
      continue;
    }
    const expression = binding.condition?.expression ?? '';
    const slot = open.get(expression);
    if (!slot) continue;
    open.delete(expression);
    bindings.push(
      sameMembers(binding, slot.members) ? binding : { ...binding, members: [...slot.members].sort() },
    );
  }
  for (const { demands, endsAt, members } of open.values()) {
    bindings.push(bindingOf(demands, endsAt, [...members].sort()));
  }
  const changed = bindings.length !== read.length || bindings.some((b, i) => b !== read[i]);
  return { policy: changed ? { ...policy, version: 3, bindings } : policy, changed, unfit };
}

interface Slot {
  readonly demands: Demands;
  readonly endsAt: number;
  readonly members: Set<string>;
}

/**
 * Who is in stays in: first whoever is in the policy that was read, whatever others have made of it; then grants in
 * force with the ends they have, then moved ends, then those newly approved, as long as there is room.
 */
function pack(policy: Policy, wanted: readonly WantedGrant[], now: number) {
  const isIn = presenceIn(policy);
  const usage = usageOf((policy.bindings ?? []).filter((b) => !isOurs(b)));
  const totals = { ...usage };
  const slots = new Map<string, Slot>();
  const ends = new Map<string, number>();
  const conditions = new Map(usage.perPrincipal);
  const unfit: Unfit[] = [];

  const inOrder = [...wanted].sort((a, b) => a.term.approvedAt - b.term.approvedAt || (a.id < b.id ? -1 : 1));
  const active = inOrder.filter((g): g is ActiveGrant => g.state === 'ACTIVE');
  const inForce = active.filter((g) => g.appliedEndsAt > now);
  const held = new Set<WantedGrant>();
  for (const grant of inOrder) {
    const end =
      grant.state === 'ACTIVE' ? Math.min(grant.appliedEndsAt, grant.term.endsAt) : grant.term.endsAt;
    if (end > now && isIn(grant, end)) place(grant, end);
  }
  for (const grant of inForce) {
    if (fits([grant], Math.min(grant.appliedEndsAt, grant.term.endsAt))) held.add(grant);
  }
  const moving = active.filter((g) => !inForce.includes(g) || held.has(g));
  const tight = moving.filter((g) => passes([g], g.term.endsAt) !== undefined);
  // Those who move to the same end together may leave a binding behind that none of them could leave alone.
  for (const together of Map.groupBy(tight, (g) => expressionOf(demandsOf(g), g.term.endsAt)).values()) {
    fits(together, together[0]?.term.endsAt ?? 0);
  }
  for (const grant of inOrder) if (grant.state !== 'ACTIVE') fits([grant], grant.term.endsAt);
  return { slots, unfit };

  /** Puts a grant's person in until then, where they are not in for longer; returns how to undo it. */
  function place(grant: WantedGrant, endsAt: number): (() => void) | undefined {
    const member = memberOf(grant);
    const demands = demandsOf(grant);
    const person = `${member} ${demandsKey(demands)}`;
    const before = ends.get(person);
    if (before !== undefined && before >= endsAt) return undefined;
    if (before !== undefined) remove(demands, before, member);
    add(demands, endsAt, member);
    ends.set(person, endsAt);
    return () => {
      remove(demands, endsAt, member);
      if (before !== undefined) add(demands, before, member);
      if (before === undefined) ends.delete(person);
      else ends.set(person, before);
    };
  }

  /** Puts people in until then, all of them or none: then it says which limit is passed. */
  function passes(grants: readonly WantedGrant[], endsAt: number): string | undefined {
    const load = (grant: WantedGrant) => ({
      ...totals,
      conditionsOfMember: conditions.get(memberOf(grant)) ?? 0,
    });
    const before = grants.map(load);
    const undo = grants.map((grant) => place(grant, endsAt));
    const after = grants.map(load);
    const passed = after.flatMap((load, i) => limitPassed(before[i] ?? load, load) ?? [])[0];
    if (passed !== undefined) for (const take of undo.reverse()) take?.();
    return passed;
  }

  function fits(grants: readonly WantedGrant[], endsAt: number): boolean {
    const passed = passes(grants, endsAt);
    if (passed === undefined) return true;
    for (const grant of grants) {
      const reason = `no room on ${servicePath(grant.service)}: ${passed}`;
      unfit.push({ grant, failure: { code: 'limit', reason }, held: held.has(grant) });
    }
    return false;
  }

  function add(demands: Demands, endsAt: number, member: string): void {
    const key = expressionOf(demands, endsAt);
    const slot = slots.get(key) ?? { demands, endsAt, members: new Set<string>() };
    if (slot.members.size === 0) count(slot, 1);
    slots.set(key, slot);
    slot.members.add(member);
    countMember(member, 1);
  }

  function remove(demands: Demands, endsAt: number, member: string): void {
    const key = expressionOf(demands, endsAt);
    const slot = slots.get(key);
    if (!slot?.members.delete(member)) return;
    if (slot.members.size === 0) {
      slots.delete(key);
      count(slot, -1);
    }
    countMember(member, -1);
  }

  function count(slot: Slot, sign: 1 | -1): void {
    totals.conditionalBindings += sign;
    totals.bytes += sign * (Buffer.byteLength(JSON.stringify(bindingOf(slot.demands, slot.endsAt, []))) + 1);
  }

  function countMember(member: string, sign: 1 | -1): void {
    totals.principals += sign;
    totals.bytes += sign * (Buffer.byteLength(member) + 3);
    conditions.set(member, (conditions.get(member) ?? 0) + sign);
  }
}

function sameMembers(binding: Binding, members: ReadonlySet<string>): boolean {
  const present = binding.members ?? [];
  return present.length === members.size && present.every((m) => members.has(m));
}
