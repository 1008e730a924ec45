import type { Announcements, Background, MessageRef, ServiceBackground } from '../domain/announcements.ts';
import { type AuditEvent, auditTypes } from '../domain/audit.ts';
import {
  type Approval,
  type ClosedExtension,
  type Condition,
  type Extension,
  extensionOutcomes,
  type Failure,
  type Grant,
  type GrantCore,
  type Moved,
  type Revocation,
  type Term,
  type Trouble,
} from '../domain/grant.ts';
import { type GrantState, grantStates } from '../domain/grant-state.ts';
import type { Person } from '../domain/person.ts';
import { isServiceRef, type ServiceRef } from '../domain/service.ts';
import {
  type Check,
  type Checks,
  has,
  isBoolean,
  isDocumentId,
  isNumber,
  isString,
  isTime,
  listOf,
  mapOf,
  oneOf,
  optional,
} from './checks.ts';

const isText = has<ServiceRef>({ project: isString, region: isString, service: isString });
const isService: Check<ServiceRef> = (value): value is ServiceRef => isText(value) && isServiceRef(value);

const isPerson = has<Person>({ userId: isString, email: isString });
const approvals = listOf(has<Approval>({ userId: isString, email: isString, at: isTime }));
const failure = { code: isString, reason: isString } satisfies Checks<Failure>;
const moved = { at: isTime, approvals } satisfies Checks<Moved>;

const isTrouble = has<Trouble>({
  ...failure,
  attempts: isNumber,
  lastAt: isTime,
  retryAt: isTime,
  drift: optional(oneOf(true)),
});

const extension = {
  minutes: isNumber,
  by: optional(isPerson),
  requestedAt: isTime,
  deadlineAt: isTime,
  approvals,
} satisfies Checks<Extension>;

const isClosedExtension = has<ClosedExtension>({
  ...extension,
  outcome: oneOf(...extensionOutcomes),
  closedAt: isTime,
  closedBy: optional(isPerson),
  reason: optional(isString),
});

const isBackground = has<Background>({
  approvers: listOf(isString),
  incomplete: optional(isBoolean),
  otherUntil: optional(isTime),
  services: optional(
    mapOf(
      has<ServiceBackground>({
        earlier: isNumber,
        lastEndedAt: optional(isTime),
        hasUntil: optional(isTime),
        others: listOf(isString),
        standing: optional(isBoolean),
      }),
    ),
  ),
});

const isMessageRef = has<MessageRef>({
  channel: isString,
  ts: isString,
  digest: isString,
  occasion: optional(isString),
});

const isAnnouncements = has<Announcements>({
  refs: mapOf(isMessageRef),
  background: optional(isBackground),
  revision: isNumber,
  claim: optional(has({ holder: isString, until: isTime })),
  touches: optional(isNumber),
  settlesAt: optional(isTime),
  retryAt: optional(isTime),
  failedRevision: optional(isNumber),
  failures: optional(isNumber),
  refused: optional(mapOf(has({ revision: isNumber, attempts: isNumber }))),
});

/** What a grant has in every state. */
const core: Checks<GrantCore> = {
  id: isString,
  revision: isNumber,
  changedAt: isTime,
  batch: listOf(isDocumentId),
  entitlementId: isString,
  service: isService,
  serviceUri: isString,
  serviceDescription: isString,
  requester: isPerson,
  principal: isPerson,
  askedMinutes: isNumber,
  minutes: isNumber,
  shorterMinutes: optional(isNumber),
  justification: isString,
  requestedAt: isTime,
  deadlineAt: isTime,
  requestedStartAt: optional(isTime),
  approvals,
  approvalsNeeded: isNumber,
  accessLevels: listOf(isString),
  channel: isString,
  warning: optional(isString),
  announcements: isAnnouncements,
  trouble: optional(isTrouble),
  nudgedAt: optional(isTime),
  lastExtension: optional(isClosedExtension),
};

const approved = {
  term: has<Term>({
    approvedAt: isTime,
    startsAt: optional(isTime),
    endsAt: isTime,
    extended: optional(has<NonNullable<Term['extended']>>({ ...moved, before: optional(has<Moved>(moved)) })),
  }),
};
const closed = { closedAt: isTime };
const revoked = {
  ...approved,
  revocation: has<Revocation>({ by: optional(isPerson), at: isTime, reason: optional(isString) }),
  activatedAt: optional(isTime),
  alarmedAt: optional(isTime),
};
const isCondition = has<Condition>({
  title: optional(isString),
  description: optional(isString),
  expression: isString,
});

type InState<S extends GrantState> = Omit<Extract<Grant, { state: S }>, keyof GrantCore | 'state'>;

/** What a grant has in one state beside that. */
const ofState: { readonly [S in GrantState]: Checks<InState<S>> } = {
  APPROVAL_AWAITED: {},
  DENIED: { ...closed, closedBy: isPerson, reason: isString },
  WITHDRAWN: { ...closed, closedBy: isPerson },
  EXPIRED: closed,
  SCHEDULED: approved,
  ACTIVATING: approved,
  ACTIVE: {
    ...approved,
    activatedAt: isTime,
    appliedEndsAt: isTime,
    remindedAt: optional(isTime),
    extension: optional(has<Extension>(extension)),
    driftedAt: optional(isTime),
  },
  ACTIVATION_FAILED: { ...approved, ...closed, failure: has(failure) },
  REVOKING: { ...revoked, appliedEndsAt: optional(isTime), leftovers: optional(listOf(isCondition)) },
  REVOKED: { ...revoked, ...closed },
  ENDED: { ...approved, ...closed, activatedAt: isTime },
};

/** What a grant has in some state, and may bring along into others: who asks `in` comes upon it in any. */
const broughtAlong = Object.fromEntries(
  Object.values(ofState).flatMap((checks) =>
    Object.entries<Check<unknown>>(checks).map(([name, check]) => [name, optional(check)] as const),
  ),
);

/** A check for every field of a grant in the given state. */
export function fieldsOf(state: GrantState): Readonly<Record<string, Check<unknown>>> {
  return { ...broughtAlong, ...core, ...ofState[state] };
}

/** An audit event's. */
export const eventFields: Checks<AuditEvent> = {
  revision: isNumber,
  type: oneOf(...auditTypes),
  at: isTime,
  from: oneOf(null, ...grantStates),
  to: oneOf(...grantStates),
  actor: optional(isPerson),
  reason: optional(isString),
};
