import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createLocal } from '../../simulator/local.ts';

// A limit of IAM, all the way to those who asked and approved.

const BILLING = 'projects/123456789012/iap_web/cloud_run-us-central1/services/billing-dashboard';
const ROLE = 'roles/iap.httpsResourceAccessor';

test('a policy with no room fails the one grant, and requester and approver read why', async () => {
  const entitlements = readFileSync('simulator/entitlements.yaml', 'utf8');
  const startMs = Date.parse('2026-03-02T09:00:20Z');
  const local = await createLocal({ entitlements, startMs, log: () => {} });
  try {
    await local.sweep();
    const crowd = Array.from({ length: 1_500 }, (_, i) => `user:p${i}@x.example`);
    local.google.policies.edit(BILLING, 'somebody', () => [{ role: ROLE, members: crowd }]);
    const line = '/request-access billing-dashboard 1h INC-42 invoices look wrong';
    await local.slack.people.command('U0ADA', 'C0GENERAL', line);
    await local.idle();
    const [card] = local.slack.workspace.messages('C0ACCESS');
    await local.slack.people.click('U0GRACE', { channel: 'C0ACCESS', ts: card?.ts ?? '' }, 'Approve');
    await local.idle();
    const [grant] = await local.store.ofRequester('U0ADA', 1);
    expect(grant).toMatchObject({ state: 'ACTIVATION_FAILED', failure: { code: 'limit' } });
    const why = 'already names the 1500 principals that it can hold';
    for (const reader of ['U0ADA', 'U0GRACE']) {
      expect(JSON.stringify(local.slack.workspace.viewAs(reader))).toContain(why);
    }
    expect(local.google.policies.current(BILLING).bindings).toEqual([{ role: ROLE, members: crowd }]);
  } finally {
    await local.close();
  }
});
