import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLocal, type Local } from '../../simulator/local.ts';
import type { Grant } from '../../src/domain/grant.ts';

// What the world does wrong, and what people see of it.

const MINUTE = 60_000;
const START = Date.parse('2026-03-02T09:00:20Z');
const BILLING = 'projects/123456789012/iap_web/cloud_run-us-central1/services/billing-dashboard';
const service = { project: 'acme-prod', region: 'us-central1', service: 'billing-dashboard' };
const place = { project: 'acme-prod', region: 'us-central1', name: 'billing-dashboard' };

let local: Local;
let logged: [string, Record<string, unknown>][];

beforeEach(async () => {
  logged = [];
  const entitlements = readFileSync('simulator/entitlements.yaml', 'utf8');
  const log = (_: string, event: string, facts: Record<string, unknown>) => void logged.push([event, facts]);
  local = await createLocal({ entitlements, startMs: START, log });
  await local.sweep();
});
afterEach(() => local.close());

async function asked(): Promise<string> {
  await local.slack.people.command(
    'U0ADA',
    'C0GENERAL',
    '/request-access billing-dashboard 1h INC-42 invoices look wrong',
  );
  await local.idle();
  const [grant] = await local.store.ofRequester('U0ADA', 1);
  if (!grant) throw new Error('nothing was asked');
  return grant.id;
}

async function approved(): Promise<string> {
  const id = await asked();
  const card = local.slack.workspace.messages('C0ACCESS').findLast((m) => m.thread_ts === undefined);
  if (!card) throw new Error('no card');
  await local.slack.people.click('U0GRACE', { channel: 'C0ACCESS', ts: card.ts }, 'Approve');
  await local.idle();
  return id;
}

async function minutes(count: number): Promise<void> {
  for (let i = 0; i < count; i += 1) {
    local.clock.advance(MINUTE);
    await local.idle();
  }
}

const grant = async (id: string): Promise<Grant> => {
  const found = await local.store.get(id);
  if (!found) throw new Error('no grant');
  return found;
};
const eventTypes = async (id: string) => (await local.store.events(id)).map((e) => e.type);
const ours = () => JSON.stringify(local.google.policies.current(BILLING)).includes('latchkey');
const seenBy = (user: string) => JSON.stringify(local.slack.workspace.viewAs(user));

describe('drift', () => {
  test('a binding that somebody removed is put back, and one event says so', async () => {
    const id = await approved();
    expect(local.google.outside.wipeOurBindings(BILLING)).toBe(1);
    await minutes(11);
    expect(ours()).toBe(true);
    await minutes(11);
    expect((await eventTypes(id)).filter((t) => t === 'drift')).toHaveLength(1);
  });

  test('a binding with our title that nobody granted is removed, and the log names who was in it', async () => {
    await approved();
    local.google.policies.edit(BILLING, 'somebody', (bindings) => [
      ...bindings,
      {
        role: 'roles/iap.httpsResourceAccessor',
        members: ['user:mallory@acme.example'],
        condition: {
          title: 'latchkey for ever',
          expression: 'request.time < timestamp("2099-01-01T00:00:00Z")',
        },
      },
    ]);
    await minutes(11);
    expect(JSON.stringify(local.google.policies.current(BILLING))).not.toContain('mallory');
    expect(logged.find(([event]) => event === 'drift-removed')?.[1]).toMatchObject({
      members: ['user:mallory@acme.example'],
    });
  });

  test('standing access is seen when the policy is read, and left alone', async () => {
    local.google.outside.addPerson(BILLING, 'ada@acme.example');
    await approved();
    expect(await local.store.standing(service)).toEqual(['ada@acme.example']);
    await minutes(62);
    expect(JSON.stringify(local.google.policies.current(BILLING))).toContain('ada@acme.example');
  });
});

test('somebody whose Google account is deleted loses the grant visibly, and stands in nobody’s way', async () => {
  const id = await approved();
  local.google.policies.deleteAccount('ada@acme.example');
  await minutes(11);
  expect(await grant(id)).toMatchObject({ state: 'REVOKED' });
  expect(seenBy('U0ADA')).toContain('User ada@acme.example does not exist');
  expect(ours()).toBe(false);
});

describe('a service that is no longer guarded', () => {
  test('deleted: its grants end visibly', async () => {
    const id = await approved();
    local.google.outside.deleteService(place);
    await minutes(11);
    expect(await grant(id)).toMatchObject({
      state: 'REVOKED',
      revocation: { reason: expect.stringContaining('no longer exists') },
    });
    expect(seenBy('U0ADA')).toContain('no longer exists');
  });

  test('IAP switched off: its grants end visibly, and their bindings go', async () => {
    const id = await approved();
    local.google.outside.setIapEnabled(place, false);
    await minutes(7);
    expect(await grant(id)).toMatchObject({
      state: 'REVOKED',
      revocation: { reason: expect.stringContaining('IAP was switched off') },
    });
    expect(ours()).toBe(false);
  });
});

describe('IAP that refuses', () => {
  test('for ever: the grant fails after three sweeps and says what, where and why', async () => {
    const id = await asked();
    local.google.faults.set('iap', { permissionDenied: true });
    const [card] = local.slack.workspace.messages('C0ACCESS');
    await local.slack.people.click('U0GRACE', { channel: 'C0ACCESS', ts: card?.ts ?? '' }, 'Approve');
    await local.idle();
    expect(seenBy('U0ADA')).toMatch(/still trying/i);
    await minutes(4);
    expect(await grant(id)).toMatchObject({
      state: 'ACTIVATION_FAILED',
      failure: {
        code: 'permission-denied',
        reason: expect.stringMatching(/getIamPolicy for acme-prod\/us-central1\/billing-dashboard: HTTP 403/),
      },
    });
    expect(seenBy('U0ADA')).toContain('could not be given');
  });

  test('for a while: the grant waits, says that it is still being tried, and works when IAP does', async () => {
    const id = await asked();
    local.google.faults.set('iap', { down: true });
    const [card] = local.slack.workspace.messages('C0ACCESS');
    await local.slack.people.click('U0GRACE', { channel: 'C0ACCESS', ts: card?.ts ?? '' }, 'Approve');
    await local.idle();
    expect(await grant(id)).toMatchObject({
      state: 'ACTIVATING',
      trouble: { attempts: 1, code: 'unavailable' },
    });
    local.google.faults.clear();
    await minutes(2);
    expect(await grant(id)).toMatchObject({ state: 'ACTIVE' });
    expect(await grant(id)).not.toHaveProperty('trouble');
  });

  test('after the card said that it is applied: the card says what is in the way, and that it is over', async () => {
    const id = await asked();
    await local.store.takeLease(service, 'somebody else', local.clock.now(), 150_000);
    const [card] = local.slack.workspace.messages('C0ACCESS');
    await local.slack.people.click('U0GRACE', { channel: 'C0ACCESS', ts: card?.ts ?? '' }, 'Approve');
    await local.idle();
    await minutes(2);
    expect(seenBy('U0GRACE')).toContain('applying…');
    local.google.faults.set('iap', { down: true });
    await minutes(2);
    expect(seenBy('U0GRACE')).toMatch(/still trying/i);
    local.google.faults.clear();
    await minutes(2);
    expect(await grant(id)).toMatchObject({ state: 'ACTIVE' });
    expect(seenBy('U0GRACE')).not.toMatch(/still trying/i);
  });

  test('a revoke: it is tried again and again, a person is called with the command, and it happens in the end', async () => {
    const id = await approved();
    local.google.faults.set('iap', { permissionDenied: true });
    const dm = local.slack.workspace.viewAs('U0ADA').dm;
    const message = dm?.messages.findLast((m) => JSON.stringify(m.blocks).includes('End access'));
    if (!dm || !message) throw new Error('no message to end access with');
    await local.slack.people.click('U0ADA', { channel: dm.id, ts: message.ts }, 'End access');
    await local.idle();
    expect(await grant(id)).toMatchObject({ state: 'REVOKING', trouble: { attempts: 1 } });
    await minutes(4);
    expect((await eventTypes(id)).filter((t) => t === 'alarm')).toHaveLength(1);
    expect(seenBy('U0GRACE')).toContain('gcloud beta iap web remove-iam-policy-binding');
    local.google.faults.clear();
    await minutes(16);
    expect(await grant(id)).toMatchObject({ state: 'REVOKED' });
    expect(ours()).toBe(false);
    expect(seenBy('U0GRACE')).toContain('has been removed after all');
  });

  test('a write whose answer was lost is read back and not repeated', async () => {
    const id = await asked();
    local.google.faults.set('iap', { timeoutAfterEffect: 1 });
    const [card] = local.slack.workspace.messages('C0ACCESS');
    await local.slack.people.click('U0GRACE', { channel: 'C0ACCESS', ts: card?.ts ?? '' }, 'Approve');
    await local.idle();
    expect(await grant(id)).toMatchObject({ state: 'ACTIVE' });
    expect(
      local.google.calls
        .recent()
        .filter((c) => c.method === 'setIamPolicy' || c.method.endsWith('setIamPolicy')),
    ).toHaveLength(1);
  });

  test('a conflict is met by reading again', async () => {
    const id = await asked();
    local.google.faults.conflictNext(2);
    const [card] = local.slack.workspace.messages('C0ACCESS');
    await local.slack.people.click('U0GRACE', { channel: 'C0ACCESS', ts: card?.ts ?? '' }, 'Approve');
    await local.idle();
    expect(await grant(id)).toMatchObject({ state: 'ACTIVE' });
  });
});

describe('lost triggers', () => {
  test('a sweep posts, activates and ends what no trigger told of', async () => {
    local.triggers.lose = Number.POSITIVE_INFINITY;
    const id = await asked();
    await minutes(1);
    const [card] = local.slack.workspace.messages('C0ACCESS');
    await local.slack.people.click('U0GRACE', { channel: 'C0ACCESS', ts: card?.ts ?? '' }, 'Approve');
    await local.idle();
    expect((await grant(id)).state).toBe('ACTIVATING');
    await minutes(1);
    expect((await grant(id)).state).toBe('ACTIVE');
    await minutes(62);
    expect((await grant(id)).state).toBe('ENDED');
    expect(ours()).toBe(false);
  });

  test('an unanswered request is mentioned once more, and expires', async () => {
    const id = await asked();
    await minutes(3);
    local.clock.advance(5 * 60 * MINUTE);
    await local.idle();
    local.clock.advance(4 * 60 * MINUTE);
    await local.idle();
    expect(await grant(id)).toMatchObject({ state: 'EXPIRED' });
    expect((await eventTypes(id)).filter((t) => t === 'nudged')).toHaveLength(1);
  });
});
