import type { Step } from '../../src/domain/audit.ts';
import { approve, type Decision, deny, end, type Judgement, withdraw } from '../../src/domain/decide.ts';
import type { Entitlement, PeopleRule } from '../../src/domain/entitlement.ts';
import { approveExtension, requestExtension } from '../../src/domain/extend.ts';
import type {
  ActivatingGrant,
  ActiveGrant,
  AwaitedGrant,
  DeniedGrant,
  EndedGrant,
  ExpiredGrant,
  FailedGrant,
  Grant,
  RevokedGrant,
  RevokingGrant,
  ScheduledGrant,
  WithdrawnGrant,
} from '../../src/domain/grant.ts';
import type { GrantState } from '../../src/domain/grant-state.ts';
import type { Person } from '../../src/domain/person.ts';
import { activated, ended, expire, failed, revoked } from '../../src/domain/progress.ts';
import { type Ask, request } from '../../src/domain/request.ts';
import type { CatalogEntry } from '../../src/domain/service.ts';

// Grants in every state, each come by the way that a real one comes there: through the domain's own functions.

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;

/** When things begin in tests: on purpose not a whole minute. */
export const T0 = Date.UTC(2026, 10, 23, 9, 0, 17, 250);

export const ada: Person = { userId: 'U0ADA', email: 'ada@acme.example' };
export const grace: Person = { userId: 'U0GRACE', email: 'grace@acme.example' };
export const linus: Person = { userId: 'U0LINUS', email: 'linus@acme.example' };
/** A member of the workspace whom no rule names. */
export const eve: Person = { userId: 'U0EVE', email: 'eve@acme.example' };

export const nobody: PeopleRule = { anyone: false, emails: [], users: [], usergroups: [] };
export const anyone: PeopleRule = { ...nobody, anyone: true };

export function anEntitlement(overrides: Partial<Entitlement> = {}): Entitlement {
  return {
    id: 'billing',
    services: ['acme-prod/us-central1/billing-*'],
    requesters: anyone,
    approvers: { ...nobody, emails: [grace.email], users: [linus.userId] },
    approvalsNeeded: 1,
    approvalTimeoutMinutes: 8 * 60,
    durationsMinutes: [15, 60, 240],
    justification: { required: true, pattern: undefined, hint: undefined },
    channel: 'C0ACCESS',
    accessLevels: [],
    warning: undefined,
    ...overrides,
  };
}

/** A catalog entry by its path, `project/region/service`. */
export function anEntry(
  path = 'acme-prod/us-central1/billing-dashboard',
  overrides: Partial<CatalogEntry> = {},
): CatalogEntry {
  const [project = '', region = '', service = ''] = path.split('/');
  return {
    ref: { project, region, service },
    iapEnabled: true,
    uri: `https://${service}.run.example`,
    description: '',
    labels: {},
    ...overrides,
  };
}

export function anAsk(overrides: Partial<Ask> = {}): Ask {
  return {
    requester: ada,
    principal: ada,
    minutes: 15,
    justification: 'INC-42 invoices look wrong',
    now: T0,
    ...overrides,
  };
}

/** What a grant is made of, where a test wants something else than the usual. */
export interface Making {
  readonly id?: string;
  readonly ask?: Partial<Ask>;
  readonly entitlement?: Partial<Entitlement>;
  readonly entry?: CatalogEntry;
}

/** The first steps of a grant: the request, and the approval where none is needed. */
export function requestSteps({ id = 'g1', ask, entitlement, entry = anEntry() }: Making = {}): Step[] {
  const services = [{ id, entry, entitlement: anEntitlement(entitlement) }];
  return request(anAsk(ask), services).flat();
}

/** A judgement of a person by the usual entitlement, a second after {@link T0}. */
export function judge(person: Person, overrides: Partial<Judgement> = {}): Judgement {
  const memberships = new Map<string, ReadonlySet<string>>();
  return { person, entitlement: anEntitlement(), memberships, now: T0 + SECOND_MS, ...overrides };
}

/** The step that a decision came to; throws where it was refused or too late. */
export function stepOf(decision: Decision): Step {
  if (decision.kind !== 'step') throw new Error(`expected a step, got ${JSON.stringify(decision)}`);
  return decision;
}

/** The grant, which has to be in the given state. */
export function inState<S extends GrantState>(grant: Grant, state: S): Extract<Grant, { state: S }> {
  if (grant.state !== state) throw new Error(`expected ${state}, got ${grant.state}`);
  return grant as Extract<Grant, { state: S }>;
}

export function awaitedGrant(making: Making = {}): AwaitedGrant {
  const [first] = requestSteps(making);
  if (!first) throw new Error('no step');
  return inState(first.grant, 'APPROVAL_AWAITED');
}

/** Approved by as many as it needs, of grace and linus. */
function approvedGrant(making: Making): Grant {
  const entitlement = anEntitlement(making.entitlement);
  let { grant } = requestSteps(making).at(-1) ?? {};
  for (const person of [grace, linus]) {
    if (grant?.state !== 'APPROVAL_AWAITED') break;
    grant = stepOf(approve(grant, judge(person, { entitlement, now: grant.requestedAt + SECOND_MS }))).grant;
  }
  if (!grant) throw new Error('no step');
  return grant;
}

export function activatingGrant(making: Making = {}): ActivatingGrant {
  return inState(approvedGrant(making), 'ACTIVATING');
}

/** To start at ten o'clock. */
export function scheduledGrant(making: Making = {}): ScheduledGrant {
  const startAt = Date.UTC(2026, 10, 23, 10, 0);
  return inState(approvedGrant({ ...making, ask: { startAt, ...making.ask } }), 'SCHEDULED');
}

export function activeGrant(making: Making = {}): ActiveGrant {
  const grant = activatingGrant(making);
  return activated(grant, grant.changedAt + SECOND_MS).grant;
}

/** A grant in force whose end was moved, which was approved four minutes before the end and is not in the policy yet. */
export function extendedGrant(making: Making = {}): ActiveGrant {
  const grant = activeGrant(making);
  const before = (minutes: number) => ({ now: grant.term.endsAt - minutes * MINUTE_MS });
  const asked = stepOf(requestExtension(grant, judge(grant.principal, before(5))));
  return inState(stepOf(approveExtension(asked.grant, judge(grace, before(4)))).grant, 'ACTIVE');
}

export function revokingGrant(making: Making = {}): RevokingGrant {
  const grant = activeGrant(making);
  return inState(stepOf(end(grant, grant.requester, grant.changedAt + SECOND_MS)).grant, 'REVOKING');
}

export function deniedGrant(making: Making = {}): DeniedGrant {
  const entitlement = anEntitlement(making.entitlement);
  const decision = deny(awaitedGrant(making), judge(grace, { entitlement }), 'use the staging copy');
  return inState(stepOf(decision).grant, 'DENIED');
}

export function withdrawnGrant(making: Making = {}): WithdrawnGrant {
  const grant = awaitedGrant(making);
  return inState(stepOf(withdraw(grant, grant.requester, grant.changedAt + SECOND_MS)).grant, 'WITHDRAWN');
}

export function expiredGrant(making: Making = {}): ExpiredGrant {
  const grant = awaitedGrant(making);
  return expire(grant, grant.deadlineAt).grant;
}

export function failedGrant(making: Making = {}): FailedGrant {
  const grant = activatingGrant(making);
  const failure = { code: 'permission-denied', reason: 'failed to write the policy: permission denied' };
  return failed(grant, failure, grant.changedAt + SECOND_MS).grant;
}

export function revokedGrant(making: Making = {}): RevokedGrant {
  const grant = revokingGrant(making);
  return revoked(grant, grant.changedAt + SECOND_MS).grant;
}

export function endedGrant(making: Making = {}): EndedGrant {
  const grant = activeGrant(making);
  return ended(grant, grant.term.endsAt).grant;
}

/** A grant in each of the states. */
export const grantIn: { readonly [S in GrantState]: (making?: Making) => Extract<Grant, { state: S }> } = {
  APPROVAL_AWAITED: awaitedGrant,
  DENIED: deniedGrant,
  WITHDRAWN: withdrawnGrant,
  EXPIRED: expiredGrant,
  SCHEDULED: scheduledGrant,
  ACTIVATING: activatingGrant,
  ACTIVE: activeGrant,
  ACTIVATION_FAILED: failedGrant,
  REVOKING: revokingGrant,
  REVOKED: revokedGrant,
  ENDED: endedGrant,
};

/** The grant with all its messages up to date. */
export function announced<G extends Grant>(grant: G): G {
  return { ...grant, announcements: { ...grant.announcements, revision: grant.revision } };
}
