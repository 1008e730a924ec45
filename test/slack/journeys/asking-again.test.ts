import { describe, expect, test } from 'vitest';
import { ACTIONS } from '../../../src/slack/ids.ts';
import { ADA, aWorld, GRACE, LINUS } from '../world.ts';
import {
  BILLING,
  buttons,
  cards,
  choose,
  click,
  clickLate,
  isLetIn,
  PAYROLL,
  states,
  toldDuring,
} from './journey.ts';

const world = aWorld();

describe('asking again with one button', () => {
  test('after a failure: the same request, which works once the fault is gone', async () => {
    world.local.google.faults.set('iap', { permissionDenied: true });
    await world.command(ADA, 'billing-dashboard 15m INC-42 invoices');
    await click(world, GRACE, ACTIONS.approve);
    await world.wait(20);
    expect(await states(world)).toEqual(['ACTIVATION_FAILED']);
    world.local.google.faults.set('iap', { permissionDenied: false });
    await click(world, ADA, ACTIONS.again);
    expect(await states(world)).toEqual(['ACTIVATION_FAILED', 'APPROVAL_AWAITED']);
    await click(world, GRACE, ACTIONS.approve);
    expect((await world.grants())[0]).toMatchObject({
      state: 'ACTIVE',
      minutes: 15,
      justification: 'INC-42 invoices',
    });
    expect(isLetIn(world, 'ada@acme.example')).toBe(true);
  });

  test('after expiry: all services of the request, with one card, however often it is pressed', async () => {
    await world.command(ADA, 'billing-dashboard,billing-export 1h INC-42 month end');
    await world.wait(8 * 60 + 2);
    expect(await states(world)).toEqual(['EXPIRED', 'EXPIRED']);
    const before = cards(world).length;
    await clickLate(world, ADA, ACTIONS.again, () => click(world, ADA, ACTIONS.again));
    expect(await states(world)).toEqual(['APPROVAL_AWAITED', 'APPROVAL_AWAITED', 'EXPIRED', 'EXPIRED']);
    expect(cards(world)).toHaveLength(before + 1);
  });

  test('is the requester’s alone', async () => {
    await world.command(ADA, 'billing-dashboard 15m INC-42 invoices');
    await world.wait(8 * 60 + 2);
    for (const message of world.channel()) expect(buttons(message)).not.toContain(ACTIONS.again);
    expect(world.direct(GRACE)).toEqual([]);
  });
});

describe('a quorum that is not complete in time', () => {
  test('expires with the approvals that there were; nothing is given, and the requester is told once', async () => {
    await world.command(ADA, 'payroll 1h INC-42 salaries', PAYROLL);
    await click(world, GRACE, ACTIONS.approve, PAYROLL);
    const [told] = await toldDuring(world, [ADA], () => world.wait(122));
    expect(told).toBe(1);
    const [grant] = await world.grants();
    expect(grant).toMatchObject({ state: 'EXPIRED', approvals: [{ userId: GRACE }] });
    for (const message of world.channel(PAYROLL)) expect(buttons(message)).toEqual([]);
  });

  test('hears the second approver’s late click, and stays expired', async () => {
    await world.command(ADA, 'payroll 1h INC-42 salaries', PAYROLL);
    await click(world, GRACE, ACTIONS.approve, PAYROLL);
    const answer = await clickLate(world, LINUS, ACTIONS.approve, () => world.wait(122), PAYROLL);
    expect(answer).toMatch(/expired/i);
    expect(await states(world)).toEqual(['EXPIRED']);
  });

  test('starts anew with what is asked again: an approval counts for one request', async () => {
    await world.command(ADA, 'payroll 1h INC-42 salaries', PAYROLL);
    await click(world, GRACE, ACTIONS.approve, PAYROLL);
    await world.wait(122);
    await click(world, ADA, ACTIONS.again);
    expect((await world.grants())[0]).toMatchObject({ state: 'APPROVAL_AWAITED', approvals: [] });
  });
});

describe('what somebody has already', () => {
  test('standing access is said in the form, for the service chosen, and is left alone', async () => {
    const resource = 'projects/123456789012/iap_web/cloud_run-us-central1/services/billing-dashboard';
    world.local.google.outside.addPerson(resource, 'ada@acme.example');
    const before = structuredClone(world.local.google.policies.current(resource).bindings);
    // The converger has seen the policy once, for somebody else.
    await world.command(LINUS, 'billing-dashboard 15m INC-1');
    await click(world, GRACE, ACTIONS.approve);
    await world.command(ADA, '');
    await choose(world, ADA, BILLING);
    expect(world.modal(ADA)).toMatch(/standing access/i);
    await choose(world, ADA, 'acme-prod/us-central1/billing-export');
    expect(world.modal(ADA)).not.toMatch(/standing access/i);
    await world.wait(20);
    expect(world.local.google.policies.current(resource).bindings).toEqual(before);
  });
});
