import type { GoogleSeed } from './google/seed.ts';
import type { Seed as SlackSeed } from './slack/types.ts';

/** The people, groups and channels of the simulated workspace. */
export const slackSeed: SlackSeed = {
  team: { id: 'T0ACME', name: 'Acme', domain: 'acme' },
  bot: { name: 'latchkey' },
  people: [
    {
      id: 'U0ADA',
      name: 'ada',
      real_name: 'Ada Lovelace',
      title: 'Engineer',
      email: 'ada@acme.example',
      tz: 'Europe/London',
    },
    {
      id: 'U0GRACE',
      name: 'grace',
      real_name: 'Grace Hopper',
      title: 'Lead, approver',
      email: 'grace@acme.example',
      tz: 'America/New_York',
    },
    {
      id: 'U0LINUS',
      name: 'linus',
      real_name: 'Linus Torvalds',
      title: 'Lead, approver',
      email: 'linus@acme.example',
      tz: 'Europe/Helsinki',
    },
    {
      id: 'U0MAX',
      name: 'max',
      real_name: 'Max Planck',
      title: 'Analyst',
      email: 'max@acme.example',
      tz: 'Europe/Berlin',
    },
    {
      id: 'U0ROOT',
      name: 'root',
      real_name: 'Radia Perlman',
      title: 'Latchkey admin',
      email: 'radia@acme.example',
      tz: 'America/Los_Angeles',
    },
    {
      id: 'U0GUEST',
      name: 'gil',
      real_name: 'Gil Guest',
      title: 'Guest',
      email: 'gil@acme.example',
      is_restricted: true,
      tz: 'Europe/Paris',
    },
    {
      id: 'U0STRANGER',
      name: 'olga',
      real_name: 'Olga Outside',
      title: 'From another company',
      email: 'olga@other.example',
      team_id: 'T0OTHER',
      is_stranger: true,
      tz: 'Asia/Tokyo',
    },
  ],
  usergroups: [
    { id: 'S0LEADS', handle: 'leads', name: 'Leads', users: ['U0GRACE', 'U0LINUS'] },
    { id: 'S0ENGINEERS', handle: 'engineers', name: 'Engineers', users: ['U0ADA', 'U0LINUS'] },
  ],
  channels: [
    { id: 'C0ACCESS', name: 'access', members: ['U0ADA', 'U0GRACE', 'U0LINUS', 'U0MAX', 'U0ROOT'] },
    { id: 'C0PAYROLL', name: 'payroll-access', members: ['U0ADA', 'U0GRACE', 'U0LINUS', 'U0ROOT'] },
    {
      id: 'C0GENERAL',
      name: 'general',
      members: ['U0ADA', 'U0GRACE', 'U0LINUS', 'U0MAX', 'U0ROOT', 'U0GUEST', 'U0STRANGER'],
    },
  ],
};

/** The projects and Cloud Run services of the simulated Google Cloud. */
export const googleSeed: GoogleSeed = {
  projects: [
    { id: 'acme-prod', number: '123456789012', regions: ['us-central1', 'europe-west1'] },
    { id: 'acme-staging', number: '210987654321', regions: ['us-central1'] },
  ],
  services: [
    {
      project: 'acme-prod',
      region: 'us-central1',
      name: 'billing-dashboard',
      description: 'Invoices and payments',
      labels: { team: 'billing' },
    },
    {
      project: 'acme-prod',
      region: 'us-central1',
      name: 'billing-export',
      description: 'Nightly ledger exports',
      labels: { team: 'billing' },
    },
    {
      project: 'acme-prod',
      region: 'europe-west1',
      name: 'payroll',
      description: 'Salaries',
      labels: { team: 'people' },
    },
    {
      project: 'acme-prod',
      region: 'us-central1',
      name: 'orders-admin',
      description: 'Orders, returns, refunds',
      labels: { team: 'orders' },
    },
    {
      project: 'acme-prod',
      region: 'europe-west1',
      name: 'orders-admin',
      description: 'Orders in Europe',
      labels: { team: 'orders' },
    },
    {
      project: 'acme-prod',
      region: 'us-central1',
      name: 'billing-public',
      description: 'The public price list',
      iapEnabled: false,
    },
    { project: 'acme-staging', region: 'us-central1', name: 'playground', description: 'Break things here' },
  ].map(({ iapEnabled = true, ...service }) => ({
    ...service,
    iapEnabled,
    uri: `https://${service.name}-${service.region}.run.acme.example`,
  })),
  policies: [
    {
      resource: 'projects/123456789012/iap_web/cloud_run-us-central1/services/billing-dashboard',
      bindings: [{ role: 'roles/iap.httpsResourceAccessor', members: ['group:billing-team@acme.example'] }],
    },
  ],
  groups: { 'billing-team@acme.example': ['radia@acme.example'] },
};
