import { beforeEach, describe, expect, it } from 'vitest';
import type { Condition } from '../../../src/domain/grant.ts';
import { alarm } from '../../../src/domain/progress.ts';
import { alarmCommand } from '../../../src/slack/alarm-command.ts';
import { gcloud, hasGcloud, shell } from '../../support/gcloud.ts';
import { revokingGrant, T0 } from '../../support/grants.ts';
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

  it('takes out exactly the bindings that the command of an alarm names', async () => {
    const [of, standing] = ['ada@acme.example', { role: ROLE, members: ['user:ada@acme.example'] }];
    const onCall = timed(of, 15, 'on call');
    const odd = timed(of, 30, "latchkey, Ada's; by hand");
    const ours = { ...timed(of, 15), members: ['user:ada@acme.example', 'user:bob@acme.example'] };
    const condition = { ...ours.condition, description: 'Granted through Latchkey; changes are undone.' };
    const shared = { ...ours, condition: condition as NonNullable<typeof ours.condition> };
    google.policies.edit(BILLING, 'a test', () => [standing, onCall, shared, odd]);
    const leftovers = [shared, odd].flatMap((b) => (b.condition as Condition | undefined) ?? []);
    const alarmed = alarm(revokingGrant(), T0, 'refused', leftovers).grant;
    for (const line of alarmCommand(alarmed).split('\n')) await shell(google.url, line);
    const rest = google.policies.current(BILLING).bindings;
    expect(rest).toHaveLength(3);
    expect(rest).toEqual(
      expect.arrayContaining([standing, onCall, { ...shared, members: ['user:bob@acme.example'] }]),
    );
  });

  it('reports a service that is not there', async () => {
    google.outside.deleteService({ project: 'acme-prod', region: 'us-central1', name: 'billing-dashboard' });
    await expect(command('get-iam-policy')).rejects.toMatchObject({
      stderr: expect.stringContaining('NOT_FOUND'),
    });
  });
});
