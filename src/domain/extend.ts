import {
  concerns,
  type Decision,
  entitlementGone,
  isCarriedOut,
  isSame,
  type Judgement,
  late,
  mayDecide,
  notYours,
} from './decide.ts';
import { ceilToMinute, MINUTE_MS, spellDuration } from './duration.ts';
import { admits, covers, type Entitlement, longestMinutes } from './entitlement.ts';
import type { ActiveGrant, Approval, ClosedExtension, Extension, Grant } from './grant.ts';
import { type Refused, refused } from './refused.ts';
import { take } from './transition.ts';

// An extension is asked for while access runs, is approved like a request, and moves the end: it never stacks, and
// never brings the end nearer.

/** The requester, or whoever has the access, asks for as long again as before; granted at once where no approval is needed. */
export function requestExtension(grant: Grant, by: Judgement): Decision {
  if (!concerns(grant, by.person)) return notYours();
  if (grant.state !== 'ACTIVE' || by.now >= grant.term.endsAt) return late(grant);
  // The same click carried out a second time: what it asked for is there, whatever has become of it.
  const asked = grant.extension ?? grant.lastExtension;
  if (asked && by.clickedAt !== undefined && asked.requestedAt >= by.clickedAt) return late(grant);
  if (grant.extension) {
    return refused('already-decided', 'An extension was asked for already and waits for an answer.');
  }
  const { entitlement } = by;
  const stopped = rulesChanged(grant, entitlement, by);
  if (stopped || !entitlement) return stopped ?? entitlementGone();
  const minutes = Math.min(grant.minutes, longestMinutes(entitlement));
  if (endAfter(minutes, by.now) <= grant.term.endsAt) {
    return refused(
      'duration',
      `An extension lasts ${spellDuration(minutes)} from its approval, so it would not lengthen your access now. Ask again nearer to the end.`,
    );
  }
  const extension: Extension = {
    minutes,
    by: by.person,
    requestedAt: by.now,
    deadlineAt: Math.min(grant.term.endsAt, by.now + entitlement.approvalTimeoutMinutes * MINUTE_MS),
    approvals: [],
  };
  const what = { now: by.now, actor: by.person } as const;
  if (entitlement.approvalsNeeded > 0) {
    return take(grant, { ...grant, extension }, { ...what, type: 'extension-requested' });
  }
  if (by.frozen) {
    return refused(
      'frozen',
      'An admin has frozen approvals for now, automatic ones too. Your access runs on to its end.',
    );
  }
  const reason = 'extended automatically: this entitlement needs no approval';
  return take(grant, moved(grant, extension, minutes, by.now), {
    ...what,
    type: 'extension-approved',
    reason,
  });
}

/** One approval of an extension; the last one needed moves the end. */
export function approveExtension(grant: Grant, by: Judgement): Decision {
  const extension = extensionMeant(grant, by);
  if (grant.state !== 'ACTIVE' || !extension || isCarriedOut(extension.approvals, by)) return late(grant);
  if (by.now >= Math.min(extension.deadlineAt, grant.term.endsAt))
    return refused('already-decided', 'The access ended before this extension was answered.');
  const stopped = mayDecide(grant, by);
  if (stopped) return stopped;
  if (by.frozen)
    return refused('frozen', 'Approvals are frozen by an admin for now. You can still deny this extension.');
  const { entitlement } = by;
  if (!entitlement) return entitlementGone();
  if (!sameLevels(grant, entitlement)) return levelsChanged();
  if (extension.approvals.some((a) => isSame(a, by.person))) {
    return refused('already-decided', 'You approved this already. It waits for somebody else.');
  }
  const approvals: Approval[] = [...extension.approvals, { ...by.person, at: by.now }];
  const next = { ...extension, approvals };
  const what = { type: 'extension-approved', now: by.now, actor: by.person } as const;
  if (approvals.length < Math.max(1, entitlement.approvalsNeeded)) {
    return take(grant, { ...grant, extension: next }, what);
  }
  return take(
    grant,
    moved(grant, next, Math.min(extension.minutes, longestMinutes(entitlement)), by.now),
    what,
  );
}

export function denyExtension(grant: Grant, by: Judgement, reason: string): Decision {
  const extension = extensionMeant(grant, by);
  if (grant.state !== 'ACTIVE' || !extension) return late(grant);
  const stopped = mayDecide(grant, by);
  if (stopped) return stopped;
  const { extension: _, ...rest } = grant;
  const lastExtension: ClosedExtension = {
    ...extension,
    outcome: 'denied',
    closedAt: by.now,
    closedBy: by.person,
    ...(reason ? { reason } : {}),
  };
  return take<Grant>(
    grant,
    { ...rest, lastExtension },
    { type: 'extension-denied', now: by.now, actor: by.person, reason },
  );
}

/** The extension that waits, unless it was asked for after the click. */
function extensionMeant(grant: Grant, { clickedAt }: Judgement): Extension | undefined {
  const extension = grant.state === 'ACTIVE' ? grant.extension : undefined;
  return extension && extension.requestedAt <= (clickedAt ?? extension.requestedAt) ? extension : undefined;
}

/** The grant with its end moved; it will be reminded of again, before the new end. */
function moved(grant: ActiveGrant, asked: Extension, minutes: number, now: number): ActiveGrant {
  const { extension: _e, remindedAt: _r, ...rest } = grant;
  const endsAt = Math.max(grant.term.endsAt, endAfter(minutes, now));
  const lastExtension: ClosedExtension = { ...asked, minutes, outcome: 'approved', closedAt: now };
  const before = grant.term.extended;
  const earlier = before ? { before: { at: before.at, approvals: before.approvals } } : {};
  const term = { ...grant.term, endsAt, extended: { at: now, approvals: asked.approvals, ...earlier } };
  return { ...rest, term, lastExtension };
}

function endAfter(minutes: number, now: number): number {
  return ceilToMinute(now + minutes * MINUTE_MS);
}

/** Why the rules of today do not extend what the rules of then gave, if so. */
function rulesChanged(
  grant: ActiveGrant,
  entitlement: Entitlement | undefined,
  { memberships }: Judgement,
): Refused | undefined {
  if (!entitlement || entitlement.id !== grant.entitlementId || !covers(entitlement, grant.service)) {
    return entitlementGone();
  }
  const who = entitlement.approvalsNeeded === 0 ? [grant.requester, grant.principal] : [grant.requester];
  if (!who.every((person) => admits(entitlement.requesters, person, memberships))) {
    return refused(
      'not-entitled',
      'You are no longer among those who may ask for this. Your access runs on to its end.',
    );
  }
  return sameLevels(grant, entitlement) ? undefined : levelsChanged();
}

function sameLevels(grant: ActiveGrant, { accessLevels }: Entitlement): boolean {
  return (
    accessLevels.length === grant.accessLevels.length &&
    accessLevels.every((level) => grant.accessLevels.includes(level))
  );
}

function levelsChanged(): Refused {
  return refused(
    'not-entitled',
    'The access levels that this service asks for have changed, so this access cannot be extended. Please ask for it anew.',
  );
}
