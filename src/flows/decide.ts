import { approve, type Decision, deny, explain, type Judgement } from '../domain/decide.ts';
import type { Grant } from '../domain/grant.ts';
import { isRefused, type Refused, refused } from '../domain/refused.ts';
import type { Change } from '../ports.ts';
import { type FlowDeps, membershipsOf, whoIs } from './deps.ts';

/** How long the message under a click may still be overwritten by the click itself. */
const CLICK_SETTLES_MS = 5_000;

export interface DecideInput {
  readonly grantId: string;
  readonly userId: string;
  /** The entitlement that the card's buttons name: lets its approver groups be fetched before the grant is read. */
  readonly entitlementHint?: string;
}

export type Decided =
  | { readonly kind: 'done'; readonly grant: Grant }
  | { readonly kind: 'late'; readonly grant: Grant }
  | Refused;

export async function approveGrant(
  deps: FlowDeps,
  input: DecideInput,
  shorten?: (grant: Grant) => number | undefined,
): Promise<Decided> {
  return await decide(deps, input, (grant, by) => approve(grant, by, shorten?.(grant)));
}

export async function denyGrant(deps: FlowDeps, input: DecideInput, reason: string): Promise<Decided> {
  return await decide(deps, input, (grant, by) => deny(grant, by, reason));
}

/** The one who denied a request says why. */
export async function explainDenial(
  deps: FlowDeps,
  grantId: string,
  userId: string,
  reason: string,
): Promise<Decided> {
  const person = await whoIs(deps, userId);
  if (isRefused(person)) return person;
  const outcome = await deps.store.update(grantId, (grant) =>
    changeOf(explain(grant, person, reason, deps.clock.now())),
  );
  return outcome ?? refused('gone', 'This request no longer exists.');
}

/** One decision at the click: who clicked and the approver groups side by side, then one transaction. */
async function decide(
  deps: FlowDeps,
  { grantId, userId, entitlementHint }: DecideInput,
  judge: (grant: Grant, by: Judgement) => Decision,
): Promise<Decided> {
  const hinted = groupsOf(deps, entitlementHint);
  const [person, known, control] = await Promise.all([
    whoIs(deps, userId),
    membershipsOf(deps, hinted),
    deps.store.control(),
  ]);
  if (isRefused(person)) return person;
  let memberships = known;
  for (;;) {
    const outcome = await deps.store.update<Decided | 'groups-missing'>(grantId, (grant) => {
      const entitlement = deps.rules.entitlements.find((e) => e.id === grant.entitlementId);
      if (groupsOf(deps, grant.entitlementId).some((g) => !memberships.has(g)))
        return { result: 'groups-missing' };
      const by = { person, entitlement, memberships, now: deps.clock.now(), frozen: control.freeze != null };
      return changeOf(judge(grant, by));
    });
    if (outcome === undefined) return refused('gone', 'This request no longer exists.');
    if (outcome !== 'groups-missing') return outcome;
    const grant = await deps.store.get(grantId);
    memberships = await membershipsOf(deps, groupsOf(deps, grant?.entitlementId));
  }
}

/** A decision as a change for the store; the clicked message is rendered once more when the click has settled. */
export function changeOf(decision: Decision): Change<Decided> {
  if (decision.kind !== 'step') return { result: decision };
  const { grant, event } = decision;
  const announcements = { ...grant.announcements, settlesAt: event.at + CLICK_SETTLES_MS };
  const next = { ...grant, announcements };
  return { commit: { kind: 'step', grant: next, event }, result: { kind: 'done', grant: next } };
}

function groupsOf(deps: FlowDeps, entitlementId: string | undefined): readonly string[] {
  return deps.rules.entitlements.find((e) => e.id === entitlementId)?.approvers.usergroups ?? [];
}
