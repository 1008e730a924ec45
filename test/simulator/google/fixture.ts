import { createVirtualClock, type VirtualClock } from '../../../simulator/clock.ts';
import type { Binding } from '../../../simulator/google/policy.ts';
import type { GoogleSeed } from '../../../simulator/google/seed.ts';
import { createGoogleServer, type GoogleServer } from '../../../simulator/google/server.ts';

export const START = Date.UTC(2026, 10, 2, 9, 0, 0);
export const MINUTE = 60_000;
export const ROLE = 'roles/iap.httpsResourceAccessor';
export const REGION = 'projects/123456789012/iap_web/cloud_run-us-central1';
export const BILLING = `${REGION}/services/billing-dashboard`;
export const BILLING_KEY = { project: 'acme-prod', region: 'us-central1', name: 'billing-dashboard' };

export const SEED: GoogleSeed = {
  projects: [
    { id: 'acme-prod', number: '123456789012', regions: ['us-central1', 'europe-west1'] },
    { id: 'acme-dev', number: '210987654321', regions: ['us-central1'] },
  ],
  services: [
    {
      ...BILLING_KEY,
      uri: 'https://billing-dashboard-abc-uc.a.run.app',
      iapEnabled: true,
      description: 'Invoices and what is owed',
      labels: { team: 'finance' },
    },
    {
      project: 'acme-prod',
      region: 'us-central1',
      name: 'open-docs',
      uri: 'https://open-docs-abc-uc.a.run.app',
      iapEnabled: false,
      invokerIamDisabled: true,
    },
    {
      project: 'acme-prod',
      region: 'us-central1',
      name: 'reports',
      uri: 'https://reports-abc-uc.a.run.app',
      iapEnabled: true,
    },
  ],
  groups: { 'leads@acme.example': ['grace@acme.example'] },
};

export interface Running extends GoogleServer {
  clock: VirtualClock;
  url: string;
  close(): Promise<void>;
  /** Posts to the IAP API. */
  iap(resource: string, verb: 'getIamPolicy' | 'setIamPolicy', body: unknown): Promise<Reply>;
  /** Calls any path. */
  call(path: string, init?: RequestInit): Promise<Reply>;
}

export interface Reply {
  status: number;
  headers: Headers;
  body: unknown;
}

/** Starts the simulated Google on a loopback port, its clock standing still. */
export async function startGoogle(seed: GoogleSeed = SEED): Promise<Running> {
  const clock = createVirtualClock({ startMs: START });
  const google = createGoogleServer({ clock, seed });
  const { url, close } = await google.listen();
  const call = async (path: string, init?: RequestInit): Promise<Reply> => {
    const response = await fetch(`${url}${path}`, init);
    return { status: response.status, headers: response.headers, body: await response.json() };
  };
  return {
    ...google,
    clock,
    url,
    close,
    call,
    iap: (resource, verb, body) =>
      call(`/v1/${resource}:${verb}`, { method: 'POST', body: JSON.stringify(body) }),
  };
}

/** A binding like those that Latchkey writes, in force until so many minutes after the start. */
export function timed(email: string, minutes: number, title = 'latchkey g1'): Binding {
  const until = new Date(START + minutes * MINUTE).toISOString().replace('.000Z', 'Z');
  return {
    role: ROLE,
    members: [`user:${email}`],
    condition: { title, expression: `request.time < timestamp("${until}")` },
  };
}

/** Reads the billing dashboard's policy over HTTP. */
export function readBilling(google: Running): Promise<Reply> {
  return google.iap(BILLING, 'getIamPolicy', { options: { requestedPolicyVersion: 3 } });
}

/** Makes the given bindings the billing dashboard's policy over HTTP, with the etag that is current. */
export function writeBilling(google: Running, bindings: readonly Binding[]): Promise<Reply> {
  const { etag } = google.policies.current(BILLING);
  return google.iap(BILLING, 'setIamPolicy', { policy: { version: 3, etag, bindings } });
}

/** Google's error body. */
export function errorOf(code: number, status: string, message: unknown) {
  return { error: { code, status, message } };
}
