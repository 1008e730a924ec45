import type { Step } from './audit.ts';
import { approved } from './decide.ts';
import { ceilToMinute, MINUTE_MS, spellDuration } from './duration.ts';
import { type Entitlement, JUSTIFICATION_MAX_LENGTH, longestMinutes } from './entitlement.ts';
import type { AwaitedGrant } from './grant.ts';
import type { Person } from './person.ts';
import { type Refused, refused } from './refused.ts';
import { type CatalogEntry, servicePath } from './service.ts';
import { eventOf, take } from './transition.ts';

/** The latest start that may be asked for ahead of time. */
const LATEST_START_MS = 29 * 24 * 60 * MINUTE_MS;

/** Services in one request: their card must stay readable, and inside Slack's limits. */
export const SERVICES_MAX = 10;

/** One service of a submission, with everything that is known when it is asked for. */
export interface RequestedService {
  readonly id: string;
  readonly entry: CatalogEntry;
  readonly entitlement: Entitlement;
}

export interface Ask {
  readonly requester: Person;
  readonly principal: Person;
  readonly minutes: number;
  readonly justification: string;
  readonly startAt?: number;
  readonly now: number;
  /** Nothing new is approved while an admin has frozen approvals, not even what needs no approver. */
  readonly frozen?: boolean;
}

/** Why what was asked for cannot be asked for, if so; the first thing wrong, in the order people fill it in. */
export function checkAsk(entitlement: Entitlement, entry: CatalogEntry, ask: Ask): Refused | undefined {
  const path = servicePath(entry.ref);
  if (!entry.iapEnabled) {
    return refused(
      'no-iap',
      `${path} is not behind IAP, so there is no access to ask for. Ask its owner to switch IAP on.`,
    );
  }
  if (ask.frozen && entitlement.approvalsNeeded === 0) return frozenForNow();
  const longest = longestMinutes(entitlement);
  if (ask.minutes > longest) {
    return refused('duration', `${path} can be had for at most ${spellDuration(longest)} at a time.`);
  }
  return checkJustification(entitlement, ask.justification) ?? checkStart(ask);
}

export function frozenForNow(): Refused {
  return refused(
    'frozen',
    'An admin has frozen approvals for now, automatic ones too. Please ask again later.',
  );
}

export function checkJustification(entitlement: Entitlement, justification: string): Refused | undefined {
  const { required, pattern, hint } = entitlement.justification;
  const said = hint ? ` (${hint})` : '';
  if (justification.trim() === '') {
    return required
      ? refused('justification', `Say why you need it${said}: a justification is required.`)
      : undefined;
  }
  if (justification.length > JUSTIFICATION_MAX_LENGTH) {
    return refused(
      'justification',
      `The justification may have at most ${JUSTIFICATION_MAX_LENGTH} characters.`,
    );
  }
  if (pattern && !pattern.test(justification)) {
    return refused(
      'justification',
      `The justification lacks what the approvers need: ${hint ?? `it must match ${pattern.source}`}.`,
    );
  }
  return undefined;
}

function checkStart(ask: Ask): Refused | undefined {
  if (ask.startAt === undefined) return undefined;
  if (ask.startAt <= ask.now)
    return refused('start', 'The start must be in the future. Leave it empty to start at once.');
  if (ask.startAt > ask.now + LATEST_START_MS)
    return refused('start', 'The start can be at most 29 days ahead.');
  return undefined;
}

/** The grants of one submission with their first events; auto-approved where no approval is needed. */
export function request(ask: Ask, services: readonly RequestedService[]): Step[][] {
  const batch = services.map((s) => s.id);
  return services.map((service) => requestOne(ask, service, batch));
}

function requestOne(ask: Ask, { id, entry, entitlement }: RequestedService, batch: string[]): Step[] {
  const start = ask.startAt === undefined ? undefined : ceilToMinute(ask.startAt);
  const shorter = entitlement.durationsMinutes.findLast((minutes) => minutes < ask.minutes);
  const grant: AwaitedGrant = {
    state: 'APPROVAL_AWAITED',
    id,
    revision: 1,
    changedAt: ask.now,
    batch,
    entitlementId: entitlement.id,
    service: entry.ref,
    serviceUri: entry.uri,
    serviceDescription: entry.description || labelsOf(entry),
    requester: ask.requester,
    principal: ask.principal,
    askedMinutes: ask.minutes,
    minutes: ask.minutes,
    ...(shorter === undefined ? {} : { shorterMinutes: shorter }),
    justification: ask.justification,
    requestedAt: ask.now,
    deadlineAt: ask.now + entitlement.approvalTimeoutMinutes * MINUTE_MS,
    ...(start === undefined ? {} : { requestedStartAt: start }),
    approvals: [],
    approvalsNeeded: entitlement.approvalsNeeded,
    accessLevels: entitlement.accessLevels,
    channel: entitlement.channel,
    ...(entitlement.warning ? { warning: entitlement.warning } : {}),
    announcements: { refs: {}, revision: 0 },
  };
  const what = { type: 'requested', now: ask.now, actor: ask.requester, reason: ask.justification } as const;
  const asked: Step = { kind: 'step', grant, event: eventOf(1, null, grant.state, what) };
  if (entitlement.approvalsNeeded > 0) return [asked];
  const reason = 'approved automatically: this entitlement needs no approval';
  return [asked, take(grant, approved(grant, ask.now), { type: 'approved', now: ask.now, reason })];
}

/** What a service without a description says of itself. */
function labelsOf({ labels }: CatalogEntry): string {
  return Object.entries(labels)
    .map(([name, value]) => (value ? `${name}: ${value}` : name))
    .join(', ');
}
