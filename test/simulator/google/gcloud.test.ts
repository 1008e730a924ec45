import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { beforeEach, describe, expect, it } from 'vitest';
import { BILLING, ROLE, type Running, startGoogle, timed } from './fixture.ts';

const run = promisify(execFile);
const installed = (process.env.PATH ?? '')
  .split(delimiter)
  .some((folder) => existsSync(join(folder, 'gcloud')));
const COMMAND_TIMEOUT_MS = 60_000;

/** A client that was written elsewhere, as a check on the simulated wire format. */
describe('gcloud against the simulated IAP', { timeout: 2 * COMMAND_TIMEOUT_MS }, () => {
  let google: Running;
  let config: string;
  beforeEach(async ({ skip }) => {
    const ci = process.env.CI === 'true';
    if (!installed && !ci) skip('the Google Cloud CLI (gcloud) is not on PATH');
    google = await startGoogle();
    config = mkdtempSync(join(tmpdir(), 'latchkey-gcloud-'));
    return async () => {
      await google.close();
      rmSync(config, { recursive: true, force: true });
    };
  });

  const gcloud = async (command: string, ...more: string[]): Promise<unknown> => {
    const where = ['--resource-type=cloud-run', '--service=billing-dashboard', '--region=us-central1'];
    const { stdout } = await run(
      'gcloud',
      ['beta', 'iap', 'web', command, ...where, '--project=acme-prod', '--format=json', '--quiet', ...more],
      {
        timeout: COMMAND_TIMEOUT_MS,
        env: {
          PATH: process.env.PATH,
          HOME: config,
          CLOUDSDK_CONFIG: config,
          CLOUDSDK_API_ENDPOINT_OVERRIDES_IAP: `${google.url}/`,
          CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDRESOURCEMANAGER: `${google.url}/`,
          CLOUDSDK_AUTH_DISABLE_CREDENTIALS: '1',
          CLOUDSDK_CORE_DISABLE_USAGE_REPORTING: 'true',
          CLOUDSDK_COMPONENT_MANAGER_DISABLE_UPDATE_CHECK: 'true',
        },
      },
    );
    return stdout.trim() === '' ? undefined : JSON.parse(stdout);
  };

  it('reads a policy with its conditions', async () => {
    const ada = timed('ada@acme.example', 15);
    const bob = { role: ROLE, members: ['user:bob@acme.example'] };
    google.policies.edit(BILLING, 'a test', () => [ada, bob]);
    const { etag } = google.policies.current(BILLING);
    const shown = (await gcloud('get-iam-policy')) as { bindings: unknown[] };
    expect(shown).toEqual({ version: 3, etag, bindings: expect.any(Array) });
    expect(shown.bindings).toHaveLength(2);
    // gcloud sorts what it shows.
    expect(shown.bindings).toEqual(expect.arrayContaining([ada, bob]));
  });

  it('writes a conditional binding, which the simulated IAP accepts and shows', async () => {
    const wanted = timed('ada@acme.example', 15, 'by hand');
    await gcloud(
      'add-iam-policy-binding',
      '--member=user:ada@acme.example',
      `--role=${ROLE}`,
      `--condition=^:::^expression=${wanted.condition?.expression}:::title=by hand`,
    );
    expect(google.policies.current(BILLING).bindings).toEqual([wanted]);
    expect(google.policies.changes(BILLING)[0]?.by).toContain('google-cloud-sdk');
  });

  it('reports a service that is not there', async () => {
    google.outside.deleteService({ project: 'acme-prod', region: 'us-central1', name: 'billing-dashboard' });
    await expect(gcloud('get-iam-policy')).rejects.toMatchObject({
      stderr: expect.stringContaining('NOT_FOUND'),
    });
  });
});
