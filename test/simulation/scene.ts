import type { Entitlement, PeopleRule } from '../../src/domain/entitlement.ts';
import type { SlackProfile } from '../../src/domain/person.ts';
import type { CatalogEntry, ServiceRef } from '../../src/domain/service.ts';
import type { FlowRules } from '../../src/flows/deps.ts';

// Where every run takes place: four services under three entitlements, and seven people.

export const START_MS = Date.UTC(2026, 2, 2, 9, 0, 20, 0);

const service = (name: string): ServiceRef => ({
  project: 'acme-prod',
  region: 'us-central1',
  service: name,
});
export const SOLO = service('solo');
export const SOLO_TWIN = service('solo-twin');
export const PAIR = service('pair');
export const AUTO = service('auto');
export const SERVICES = [SOLO, SOLO_TWIN, PAIR, AUTO] as const;

export const REQUESTERS = ['U0ADA', 'U0BOB', 'U0GRACE'] as const;
export const APPROVERS = ['U0GRACE', 'U0LINUS', 'U0LEAD'] as const;
export const ADMIN = 'U0ROOT';
export const EVERYBODY = [...new Set([...REQUESTERS, ...APPROVERS, 'U0EVE', ADMIN])];
export const LEADS = 'S0LEADS';
export const LEADS_MEMBERS: ReadonlySet<string> = new Set(['U0LEAD', 'U0GRACE']);

export function emailOf(userId: string): string {
  return `${userId.slice(2).toLowerCase()}@acme.example`;
}

/** The address that somebody has after a change of name. */
export function newEmailOf(userId: string): string {
  return `${userId.slice(2).toLowerCase()}.new@acme.example`;
}

const nobody: PeopleRule = { anyone: false, emails: [], users: [], usergroups: [] };

function entitlement(id: string, more: Partial<Entitlement>): Entitlement {
  return {
    id,
    services: [`acme-prod/us-central1/${id}*`],
    requesters: { ...nobody, anyone: true },
    approvers: nobody,
    approvalsNeeded: 1,
    approvalTimeoutMinutes: 120,
    durationsMinutes: [5, 15, 60, 240],
    justification: { required: true, pattern: /^INC-\d+$/, hint: undefined },
    channel: 'C0ACCESS',
    accessLevels: [],
    warning: undefined,
    ...more,
  };
}

export const RULES: FlowRules = {
  workspace: { teamId: 'T0ACME', emailDomains: ['acme.example'], admins: { ...nobody, users: [ADMIN] } },
  projects: [{ id: 'acme-prod', number: '123456789012', regions: ['us-central1'] }],
  entitlements: [
    entitlement('solo', {
      approvers: { ...nobody, emails: [emailOf('U0GRACE')], users: ['U0LINUS', 'U0LEAD'] },
    }),
    entitlement('pair', {
      approvers: { ...nobody, emails: [emailOf('U0LINUS')], usergroups: [LEADS] },
      approvalsNeeded: 2,
      accessLevels: ['accessPolicies/1/accessLevels/corp'],
    }),
    entitlement('auto', {
      approvalsNeeded: 0,
      justification: { required: false, pattern: undefined, hint: undefined },
    }),
  ],
};

export function profileOf(userId: string): SlackProfile | undefined {
  if (!EVERYBODY.includes(userId)) return undefined;
  return {
    userId,
    teamId: 'T0ACME',
    email: emailOf(userId),
    emailConfirmed: true,
    deleted: false,
    bot: false,
    guest: false,
    stranger: false,
  };
}

export function entryOf(ref: ServiceRef, iapEnabled: boolean): CatalogEntry {
  return { ref, iapEnabled, uri: `https://${ref.service}.run.example`, description: '', labels: {} };
}
