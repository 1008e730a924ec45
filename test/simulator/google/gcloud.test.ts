import { beforeEach, describe, expect, it } from 'vitest';
import { gcloud, hasGcloud } from '../../support/gcloud.ts';
import { BILLING, ROLE, type Running, startGoogle, timed } from './fixture.ts';

const COMMAND_TIMEOUT_MS = 60_000;

/** A client that was written elsewhere, as a check on the simulated wire format. */
describe('gcloud against the simulated IAP', { timeout: 2 * COMMAND_TIMEOUT_MS }, () => {
  let google: Running;
  beforeEach(async ({ skip }) => {
    const ci = process.env.CI === 'true';
    if (!hasGcloud() && !ci) skip('the Google Cloud CLI (gcloud) is not on PATH');
    google = await startGoogle();
    return () => google.close();
  });

  const command = async (name: string, ...more: string[]): Promise<unknown> => {
    const where = ['--resource-type=cloud-run', '--service=billing-dashboard', '--region=us-central1'];
    return await gcloud(google.url, ['beta', 'iap', 'web', name, ...where, '--project=acme-prod', ...more]);
  };

  it('reads a policy with its conditions', async () => {
    const ada = timed('ada@acme.example', 15);
    const bob = { role: ROLE, members: ['user:bob@acme.example'] };
    google.policies.edit(BILLING, 'a test', () => [ada, bob]);
    const { etag } = google.policies.current(BILLING);
    const shown = (await command('get-iam-policy')) as { bindings: unknown[] };
    expect(shown).toEqual({ version: 3, etag, bindings: expect.any(Array) });
    expect(shown.bindings).toHaveLength(2);
    // gcloud sorts what it shows.
    expect(shown.bindings).toEqual(expect.arrayContaining([ada, bob]));
  });

  it('writes a conditional binding, which the simulated IAP accepts and shows', async () => {
    const wanted = timed('ada@acme.example', 15, 'by hand');
    await command(
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
    await expect(command('get-iam-policy')).rejects.toMatchObject({
      stderr: expect.stringContaining('NOT_FOUND'),
    });
  });
});
