import { approve, type Decision, deny, explain, type Judgement } from '../domain/decide.ts';
import type { Entitlement } from '../domain/entitlement.ts';
import { approveExtension, denyExtension } from '../domain/extend.ts';
import type { Grant } from '../domain/grant.ts';
import { isRefused, type Refused, refused } from '../domain/refused.ts';
import type { BatchChange, Control } from '../ports.ts';
import { type FlowDeps, type Groups, groupsOf, whoIs } from './deps.ts';

/** How long the message under a click may still be overwritten by the click itself. */
const CLICK_SETTLES_MS = 5_000;

export interface DecideInput {
  readonly grantId: string;
  readonly userId: string;
  /** The entitlement that the card's buttons name: lets its approver groups be fetched before the grant is read. */
  readonly entitlementHint?: string;
  /** When they clicked (ms), where it is carried out later. */
  readonly clickedAt?: number;
}

export type Decided =
  /** The grant as it is now, with all of its submission. */
  | { readonly kind: 'done'; readonly grant: Grant; readonly batch: readonly Grant[] }
  | { readonly kind: 'late'; readonly grant: Grant; readonly batch: readonly Grant[] }
  | Refused;

export async function approveGrant(
  deps: FlowDeps,
  input: DecideInput,
  shorten?: (grant: Grant) => number | undefined,
): Promise<Decided> {
  return await judged(
    deps,
    input,
    submission((grant, by) => approve(grant, by, shorten?.(grant))),
  );
}

export async function denyGrant(deps: FlowDeps, input: DecideInput, reason: string): Promise<Decided> {
  return await judged(
    deps,
    input,
    submission((grant, by) => deny(grant, by, reason)),
  );
}

export async function approveExtensionOf(deps: FlowDeps, input: DecideInput): Promise<Decided> {
  return await judged(deps, input, { groups: approverGroups, judge: approveExtension });
}

export async function denyExtensionOf(deps: FlowDeps, input: DecideInput): Promise<Decided> {
  return await judged(deps, input, {
    groups: approverGroups,
    judge: (grant, by) => denyExtension(grant, by, ''),
  });
}

/** The one who denied a request, or an extension, says why. */
export async function explainDenial(
  deps: FlowDeps,
  input: Pick<DecideInput, 'grantId' | 'userId'> & { readonly what: 'request' | 'extension' },
  reason: string,
): Promise<Decided> {
  const { grantId, userId, what } = input;
  const person = await whoIs(deps, userId);
  if (isRefused(person)) return person;
  return await changed(deps, grantId, what === 'request', (grant) =>
    explain(grant, person, reason, deps.clock.now(), what),
  );
}

export interface Judging {
  /** The user groups that the judgement needs to know. */
  readonly groups: (entitlement: Entitlement) => readonly string[];
  /** Whether all grants of the submission are judged as one. */
  readonly wholeSubmission?: boolean;
  readonly judge: (grant: Grant, by: Judgement) => Decision;
}

const approverGroups = (entitlement: Entitlement) => entitlement.approvers.usergroups;

function submission(judge: Judging['judge']): Judging {
  return { groups: approverGroups, wholeSubmission: true, judge };
}

/** One decision at the click: who clicked and the groups side by side, then one transaction that sees a freeze too. */
export async function judged(
  deps: FlowDeps,
  { grantId, userId, entitlementHint, clickedAt }: DecideInput,
  { groups, wholeSubmission = false, judge }: Judging,
): Promise<Decided> {
  const wanted = (id: string | undefined) => {
    const entitlement = deps.rules.entitlements.find((e) => e.id === id);
    return entitlement ? groups(entitlement) : [];
  };
  const [person, hinted] = await Promise.all([
    whoIs(deps, userId),
    groupsOf(deps.directory, wanted(entitlementHint)),
  ]);
  if (isRefused(person)) return person;
  let asked = new Set(wanted(entitlementHint));
  let known: Groups = hinted;
  for (;;) {
    let missing: readonly string[] = [];
    const outcome = await changed(deps, grantId, wholeSubmission, (grant, { freeze }) => {
      const entitlement = deps.rules.entitlements.find((e) => e.id === grant.entitlementId);
      missing = wanted(grant.entitlementId).filter((id) => !asked.has(id));
      if (missing.length > 0) return { kind: 'late', grant };
      const memberships = known.members;
      return judge(grant, {
        person,
        entitlement,
        memberships,
        now: deps.clock.now(),
        frozen: freeze != null,
        ...(clickedAt === undefined ? {} : { clickedAt }),
      });
    });
    if (missing.length > 0) {
      asked = new Set(missing);
      known = await groupsOf(deps.directory, missing);
      continue;
    }
    // A no because a group could not be looked up is no answer to give to an approver.
    if (known.failure && isRefused(outcome) && ['not-approver', 'not-entitled'].includes(outcome.code)) {
      throw known.failure;
    }
    return outcome;
  }
}

/** One transaction that takes an arrow of a grant, or of every grant of its submission. */
export async function changed(
  deps: FlowDeps,
  grantId: string,
  wholeSubmission: boolean,
  decide: (grant: Grant, control: Control) => Decision,
): Promise<Decided> {
  const outcome = await deps.store.updateBatch(grantId, (batch, control) =>
    changeOf(batch, grantId, wholeSubmission, (grant) => decide(grant, control)),
  );
  return outcome ?? refused('gone', 'This request no longer exists.');
}

/** Decisions over a submission as one change: all of them or, where one is refused, none. */
function changeOf(
  batch: readonly Grant[],
  grantId: string,
  wholeSubmission: boolean,
  decide: (grant: Grant) => Decision,
): BatchChange<Decided> {
  const decisions = batch.filter((g) => wholeSubmission || g.id === grantId).map(decide);
  const refusal = decisions.find(isRefused);
  if (refusal) return { changes: [], result: refusal };
  const steps = decisions.flatMap((d) => (d.kind === 'step' ? [{ ...d, grant: settling(d.grant) }] : []));
  const after = batch.map((g) => steps.find((s) => s.grant.id === g.id)?.grant ?? g);
  const grant = after.find((g) => g.id === grantId);
  if (!grant) return { changes: [], result: refused('gone', 'This request no longer exists.') };
  return { changes: steps, result: { kind: steps.length > 0 ? 'done' : 'late', grant, batch: after } };
}

/** The clicked message is rendered once more when the click has settled. */
function settling(grant: Grant): Grant {
  const settlesAt = grant.changedAt + CLICK_SETTLES_MS;
  return { ...grant, announcements: { ...grant.announcements, settlesAt } };
}
