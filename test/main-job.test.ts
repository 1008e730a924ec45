import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLocal, type Local } from '../simulator/local.ts';

const START = Date.parse('2026-03-02T09:00:20Z');
const BILLING = 'projects/123456789012/iap_web/cloud_run-us-central1/services/billing-dashboard';
let local: Local;

beforeEach(async () => {
  const entitlements = readFileSync('simulator/entitlements.yaml', 'utf8');
  local = await createLocal({ entitlements, startMs: START, log: () => {} });
});
afterEach(() => local.close());

const seenBy = (user: string) => JSON.stringify(local.slack.workspace.viewAs(user));

describe('the main job', () => {
  test('asked, approved, in force, over, removed', async () => {
    const before = local.google.policies.current(BILLING).bindings;
    await local.slack.people.command(
      'U0ADA',
      'C0GENERAL',
      '/request-access billing-dashboard 15m INC-42 invoices look wrong',
    );
    await local.idle();
    const [card] = local.slack.workspace.messages('C0ACCESS');
    if (!card) throw new Error('no card was posted');
    const click = await local.slack.people.click('U0GRACE', { channel: 'C0ACCESS', ts: card.ts }, 'Approve');
    expect(JSON.stringify(click.messages)).toContain('Approved by <@U0GRACE>, applying…');
    await local.idle();

    expect(local.google.policies.current(BILLING).bindings).toEqual([
      ...(before ?? []),
      {
        role: 'roles/iap.httpsResourceAccessor',
        members: ['user:ada@acme.example'],
        condition: expect.objectContaining({
          title: expect.stringMatching(/^latchkey/),
          expression: 'request.time < timestamp("2026-03-02T09:16:00Z")',
        }),
      },
    ]);
    expect(seenBy('U0ADA')).toContain('Active until');
    expect(seenBy('U0ADA')).toContain('End access');

    local.clock.advance(17 * 60_000);
    await local.idle();
    expect(local.google.policies.current(BILLING).bindings).toEqual(before);
    expect(seenBy('U0ADA')).toContain('Ended');
    expect(seenBy('U0ADA')).not.toContain('End access');
  });
});
