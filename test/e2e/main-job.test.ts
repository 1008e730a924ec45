import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EMULATOR_TEST_TIMEOUT_MS } from '../support/firestore.ts';
import { gcloud, hasGcloud } from '../support/gcloud.ts';
import { notRun } from '../support/not-run.ts';
import { type Deployment, deploy } from './deployment.ts';

const SERVICE = 'billing-dashboard';
const BILLING = 'projects/123456789012/iap_web/cloud_run-us-central1/services/billing-dashboard';
const ROLE = 'roles/iap.httpsResourceAccessor';
const MINUTE_MS = 60_000;

describe('the main job on the deployed functions', { timeout: EMULATOR_TEST_TIMEOUT_MS }, () => {
  let on: Deployment | undefined;
  beforeAll(async () => {
    on = await deploy();
  });
  afterAll(() => on?.close());

  const bindings = () => on?.google.policies.current(BILLING).bindings ?? [];
  const seenBy = (user: string) => JSON.stringify(on?.slack.workspace.viewAs(user));
  const lastCard = () => {
    const card = on?.slack.workspace
      .messages('C0ACCESS')
      .findLast((message) => message.by_bot && !message.thread_ts);
    if (!card) throw new Error('no card was posted');
    return { channel: 'C0ACCESS', ts: card.ts };
  };

  test('asked by command, approved, in force, over, removed', async ({ skip }) => {
    if (!on) return skip('no Firestore emulator');
    const before = bindings();
    expect(before).toHaveLength(1);
    const text = `/request-access ${SERVICE} 15m INC-42 invoices look wrong`;
    const asked = await on.slack.people.command('U0ADA', 'C0GENERAL', text);
    expect(asked).toMatchObject({ sent: true, status: 200 });
    expect(asked.failure).toBeUndefined();
    expect(bindings()).toEqual(before);
    await on.settle();
    expect(seenBy('U0GRACE')).toContain('invoices look wrong');

    const earliest = Date.now() + 15 * MINUTE_MS;
    const click = await on.slack.people.click('U0GRACE', lastCard(), 'Approve');
    const latest = Date.now() + 15 * MINUTE_MS;
    expect(click.status).toBe(200);
    // Until the binding was read back, nothing says that it is there.
    expect(bindings()).toEqual(before);
    expect(seenBy('U0ADA')).not.toContain('Active until');
    await on.settle();

    const wholeMinutes = [...new Set([earliest, latest].map((ms) => Math.ceil(ms / MINUTE_MS) * MINUTE_MS))];
    const expressions = wholeMinutes.map((ms) => {
      return `request.time < timestamp("${new Date(ms).toISOString().replace('.000Z', 'Z')}")`;
    });
    const [untouched, ours, ...more] = bindings();
    expect([untouched]).toEqual(before);
    expect(more).toEqual([]);
    expect(ours).toEqual({
      role: ROLE,
      members: ['user:ada@acme.example'],
      condition: expect.objectContaining({ title: expect.stringMatching(/^latchkey/) }),
    });
    expect(expressions).toContain(ours?.condition?.expression);
    expect(seenBy('U0ADA')).toContain('Active until');
    expect(seenBy('U0GRACE')).toContain('Active until');
    expect(seenBy('U0ADA')).toContain('End access');
    expect(on.google.policies.current(BILLING).version).toBe(3);

    if (hasGcloud()) {
      const where = ['--resource-type=cloud-run', `--service=${SERVICE}`, '--region=us-central1'];
      const command = ['beta', 'iap', 'web', 'get-iam-policy', ...where, '--project=acme-prod'];
      const shown = (await gcloud(on.googleUrl, command)) as { version: number; bindings: unknown[] };
      expect(shown.version).toBe(3);
      expect(shown.bindings).toHaveLength(2);
      expect(shown.bindings).toEqual(expect.arrayContaining([...bindings()]));
    } else {
      await notRun('gcloud reading the binding back', 'no gcloud on the path');
    }

    // All processes die, and come back when the time is up.
    await on.moveOn(17 * MINUTE_MS);
    expect(await on.sweep()).toMatchObject({ status: 200, summary: { failed: 0 } });
    expect(bindings()).toEqual(before);
    expect(seenBy('U0ADA')).toContain('Ended');
    expect(seenBy('U0ADA')).not.toContain('"End access"');
    await on.settle();
    const [grant] = await on.grants();
    expect(grant?.state).toBe('ENDED');
    expect(grant?.events.map((event) => event.to).filter((to) => to === 'ENDED')).toHaveLength(1);
  });

  test('asked by form, denied at the click, with the reason afterwards', async ({ skip }) => {
    if (!on) return skip('no Firestore emulator');
    const before = bindings();
    const known = new Set((await on.grants()).map((grant) => grant.id));
    const opened = await on.slack.people.command('U0MAX', 'C0GENERAL', '/request-access');
    const viewId = opened.modal?.view.id ?? '';
    const fieldOf = (label: string) => {
      const block = on?.slack.workspace.views
        .stack('U0MAX')
        .at(-1)
        ?.view.blocks.find((candidate) => JSON.stringify(candidate.label ?? '').includes(label));
      return String(block?.block_id);
    };
    const service = fieldOf('Service');
    const suggested = await on.slack.people.suggest('U0MAX', { viewId }, service, service, 'billing-d');
    expect(JSON.stringify(suggested.options)).toContain(SERVICE);
    await on.slack.people.select('U0MAX', { viewId }, service, `acme-prod/us-central1/${SERVICE}`);
    const sent = await on.slack.people.submit('U0MAX', viewId, {
      [fieldOf('For how long')]: '1h',
      [fieldOf('Why')]: 'OPS-7 month-end figures',
    });
    expect(sent.errors).toEqual({});
    expect(sent.modal).toBeUndefined();
    await on.settle();
    expect(seenBy('U0GRACE')).toContain('OPS-7 month-end figures');

    const click = await on.slack.people.click('U0GRACE', lastCard(), 'Deny');
    const stateOf = async () => (await on?.grants())?.find(({ id }) => !known.has(id))?.state;
    expect(await stateOf()).toBe('DENIED');
    const reasonView = click.modal?.view.id ?? '';
    const [reason] = click.modal?.view.blocks.map((block) => String(block.block_id)) ?? [];
    await on.slack.people.submit('U0GRACE', reasonView, { [String(reason)]: 'use the export instead' });
    await on.settle();
    expect(await stateOf()).toBe('DENIED');
    expect(seenBy('U0MAX')).toContain('use the export instead');
    expect(bindings()).toEqual(before);
  });
});
