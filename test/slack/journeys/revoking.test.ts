import { describe, expect, test } from 'vitest';
import { ACTIONS } from '../../../src/slack/ids.ts';
import { ACCESS, ADA, aWorld, GRACE, LINUS, MAX, ROOT } from '../world.ts';
import { BILLING, buttons, choose, click, clickAtHome, isLetIn, states, submit, why } from './journey.ts';

const world = aWorld();

const grantBilling = async (user = ADA) => {
  await world.command(user, 'billing-dashboard 1h INC-42 invoices');
  await click(world, GRACE, ACTIONS.approve);
};
/** Access that begins in an hour. */
const schedule = async (user = MAX) => {
  await world.command(user, '');
  await choose(world, user, BILLING);
  const startS = Math.floor(world.local.clock.now() / 1000) + 3600;
  const fields = { [ACTIONS.duration]: '1h', [ACTIONS.justification]: 'INC-43', [ACTIONS.start]: startS };
  expect(await submit(world, user, fields)).toEqual([]);
  await click(world, GRACE, ACTIONS.approve);
};

describe('revoking all access to a service', () => {
  test('ends what runs and what is scheduled, which then never begins', async () => {
    await grantBilling();
    await schedule();
    await world.command(ADA, 'playground 8h');
    expect(await states(world)).toEqual(['ACTIVE', 'ACTIVE', 'SCHEDULED']);
    await world.command(ROOT, 'revoke-all billing-dashboard');
    expect(world.modal(ROOT)).toContain('<@U0ADA>');
    expect(world.modal(ROOT)).toContain('<@U0MAX>');
    expect(await why(world, ROOT, 'incident')).toEqual([]);
    expect(await states(world)).toEqual(['ACTIVE', 'REVOKED', 'REVOKED']);
    await world.wait(65);
    expect(await states(world)).toEqual(['ACTIVE', 'REVOKED', 'REVOKED']);
    for (const email of ['ada@acme.example', 'max@acme.example']) expect(isLetIn(world, email)).toBe(false);
  });

  test('is an approver’s too, for their own services, and nobody else’s', async () => {
    await grantBilling();
    await world.command(MAX, 'revoke-all billing-dashboard');
    expect(world.modal(MAX)).toBe('""');
    await world.command(LINUS, 'revoke-all billing-dashboard');
    await why(world, LINUS, 'incident');
    expect(await states(world)).toEqual(['REVOKED']);
  });
});

describe('revoking a person’s access as an approver who is no admin', () => {
  test('takes away what they approve, and says in the dialog how much more stays', async () => {
    await grantBilling();
    await world.command(ADA, 'playground 8h');
    await world.command(GRACE, 'revoke <@U0ADA|ada>');
    expect(world.modal(GRACE)).toContain('billing-dashboard');
    expect(world.modal(GRACE)).not.toContain('*playground*');
    expect(world.modal(GRACE)).toMatch(/\b1 more\b.*stay/);
    await why(world, GRACE, 'enough');
    const left = (await world.grants()).map(({ service, state }) => `${service.service} ${state}`).sort();
    expect(left).toEqual(['billing-dashboard REVOKED', 'playground ACTIVE']);
  });

  test('is refused where nothing of it is theirs', async () => {
    await world.command(ADA, 'playground 8h');
    expect(await world.command(GRACE, 'revoke <@U0ADA|ada> playground')).not.toBe('');
    expect(world.modal(GRACE)).toBe('""');
    expect(await states(world)).toEqual(['ACTIVE']);
  });
});

describe('the dialogs', () => {
  test('a revoke wants a reason, and does nothing without', async () => {
    await grantBilling();
    await click(world, GRACE, ACTIONS.revoke);
    for (const empty of [null, '   ', '\n\n']) {
      expect(await why(world, GRACE, empty)).toHaveLength(1);
      expect(await states(world)).toEqual(['ACTIVE']);
    }
    expect(await why(world, GRACE, 'laptop lost')).toEqual([]);
    expect(await states(world)).toEqual(['REVOKED']);
  });

  test('a freeze wants a reason, and stops nothing without', async () => {
    await world.command(ROOT, 'freeze');
    expect(await why(world, ROOT, '  ')).toHaveLength(1);
    expect((await world.local.store.control()).freeze ?? null).toBeNull();
    expect(await why(world, ROOT, 'breach')).toEqual([]);
    expect((await world.local.store.control()).freeze).toMatchObject({ byUserId: ROOT, reason: 'breach' });
  });

  test('one that was opened before somebody else revoked says so, and revokes nothing twice', async () => {
    await grantBilling();
    await click(world, GRACE, ACTIONS.revoke);
    await click(world, LINUS, ACTIONS.revoke);
    await why(world, LINUS, 'first');
    await why(world, GRACE, 'second');
    expect(world.modal(GRACE)).toContain('<@U0LINUS>');
    const [grant] = await world.grants();
    expect(grant).toMatchObject({ state: 'REVOKED', revocation: { by: { userId: LINUS }, reason: 'first' } });
  });

  test('a freeze that is on is not asked for again, and told once', async () => {
    await world.command(ROOT, 'freeze');
    await why(world, ROOT, 'breach');
    const told = world.channel(ACCESS).length;
    await world.home(ROOT);
    const { workspace } = world.local.slack;
    expect(buttons(workspace.views.home(ROOT)?.view)).not.toContain(ACTIONS.freeze);
    expect(await world.command(ROOT, 'freeze')).not.toBe('');
    expect(world.modal(ROOT)).toBe('""');
    expect(world.channel(ACCESS)).toHaveLength(told);
  });
});

describe('Home', () => {
  test('tells admins what failed and what cannot be removed', async () => {
    world.local.google.faults.set('iap', { permissionDenied: true });
    await grantBilling();
    await world.wait(20);
    expect(await states(world)).toEqual(['ACTIVATION_FAILED']);
    world.local.google.faults.set('iap', { permissionDenied: false });
    await grantBilling(MAX);
    world.local.google.faults.set('iap', { permissionDenied: true });
    await click(world, GRACE, ACTIONS.revoke);
    await why(world, GRACE, 'enough');
    await world.wait(10);
    expect(await states(world)).toEqual(['ACTIVATION_FAILED', 'REVOKING']);
    const home = await world.home(ROOT);
    const failed = home.slice(home.lastIndexOf('"header"'));
    expect(failed).toContain('<@U0ADA>');
    expect(failed).toContain('<@U0MAX>');
    expect(failed).toMatch(/permission/i);
    expect(await world.home(GRACE)).not.toMatch(/permission/i);
  });

  test('lets an admin freeze and lift the freeze, which approvers can tell', async () => {
    await world.command(ADA, 'billing-dashboard 15m INC-42');
    await world.home(ROOT);
    await clickAtHome(world, ROOT, ACTIONS.freeze);
    await why(world, ROOT, 'breach');
    expect(await click(world, GRACE, ACTIONS.approve)).toMatch(/fr[eo]ze/i);
    expect(await states(world)).toEqual(['APPROVAL_AWAITED']);
    await clickAtHome(world, ROOT, ACTIONS.unfreeze);
    await submit(world, ROOT, {});
    await click(world, GRACE, ACTIONS.approve);
    expect(await states(world)).toEqual(['ACTIVE']);
  });
});
