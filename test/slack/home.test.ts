import { describe, expect, test } from 'vitest';
import { ACCESS, ADA, aWorld, GRACE, GUEST, LINUS, MAX, ROOT } from './world.ts';

const world = aWorld();
const shown = (user: string) =>
  JSON.stringify(world.local.slack.workspace.views.home(user)?.view.blocks ?? []);
const published = () => world.local.slack.calls().filter((c) => c.method === 'views.publish').length;

describe('the Home tab', () => {
  test('shows what runs, waits and was, each with what can be done', async () => {
    expect(await world.home(ADA)).toContain('You have no access and no open request');
    await world.command(ADA, 'playground 1h');
    await world.command(ADA, 'billing-dashboard 15m INC-42');
    expect(shown(ADA)).toContain('*playground*');
    expect(shown(ADA)).toContain('"Extend"');
    expect(shown(ADA)).toContain('"Withdraw"');
    // Two requests for the same are told apart by their reasons.
    expect(shown(ADA)).toContain('INC-42');
    await world.pressAtHome(ADA, 'Withdraw');
    expect(shown(ADA)).toContain('Withdrawn by <@U0ADA>');
    await world.pressAtHome(ADA, 'End access');
    expect(shown(ADA)).toContain('Ended by <@U0ADA>');
    expect((await world.grants()).map((g) => g.state).sort()).toEqual(['REVOKED', 'WITHDRAWN']);
  });

  test('opens the form with what was asked for then', async () => {
    await world.command(ADA, 'billing-dashboard 15m INC-42 invoices');
    await world.press(ADA, 'Withdraw');
    await world.home(ADA);
    await world.pressAtHome(ADA, 'Again');
    expect(world.modal(ADA)).toContain('"initial_value":"INC-42 invoices"');
    expect(await world.submit(ADA)).toEqual({});
    const states = (await world.grants()).map((g) => `${g.state} ${g.minutes} ${g.justification}`);
    expect(states).toContain('APPROVAL_AWAITED 15 INC-42 invoices');
  });

  test('shows approvers what waits for them, to be decided there', async () => {
    await world.home(GRACE);
    await world.home(MAX);
    await world.command(ADA, 'billing-dashboard 15m INC-42 invoices');
    expect(shown(GRACE)).toContain('To decide');
    expect(shown(GRACE)).toContain('INC-42 invoices');
    expect(shown(MAX)).not.toContain('To decide');
    await world.pressAtHome(GRACE, 'Approve');
    expect(shown(GRACE)).not.toContain('To decide');
    expect((await world.grants())[0]?.state).toBe('ACTIVE');
  });

  test('answers a late click with a dialog', async () => {
    await world.home(GRACE);
    await world.home(LINUS);
    await world.command(ADA, 'billing-dashboard 15m INC-42 invoices');
    const stale = structuredClone(world.local.slack.workspace.views.home(LINUS)?.view.blocks ?? []);
    await world.pressAtHome(GRACE, 'Deny');
    const home = world.local.slack.workspace.views.home(LINUS);
    if (!home) throw new Error('no Home');
    home.view.blocks = stale;
    await world.pressAtHome(LINUS, 'Approve');
    expect(world.modal(LINUS)).toContain('Nothing was changed');
    expect(world.modal(LINUS)).toContain('Denied by <@U0GRACE>');
  });

  test('shows admins all that runs, what failed, and the freeze', async () => {
    await world.command(ADA, 'playground 1h');
    await world.command(MAX, 'playground 8h');
    const home = await world.home(ROOT);
    expect(home).toContain('All running');
    expect(home.match(/acme-staging\/us-central1\/playground/g)).toHaveLength(1);
    expect(home.match(/"Revoke"/g)).toHaveLength(2);
    await world.pressAtHome(ROOT, 'Revoke');
    await world.submit(ROOT, { 'Why? Whoever has the access reads this.': 'clean-up' });
    expect(shown(ROOT).match(/"Revoke"/g)).toHaveLength(1);
    await world.pressAtHome(ROOT, 'Freeze approvals');
    await world.submit(ROOT, { 'Why? The channels read this.': 'breach' });
    expect(shown(ROOT)).toContain('Approvals are frozen');
    await world.pressAtHome(ROOT, 'Lift the freeze');
    await world.submit(ROOT);
    expect(shown(ROOT)).not.toContain('Approvals are frozen');
    expect(await world.home(ADA)).not.toContain('All running');
  });

  test('shows approvers what runs under their entitlements, with Revoke', async () => {
    await world.command(ADA, 'billing-dashboard 15m INC-42');
    await world.press(GRACE, 'Approve');
    await world.command(ADA, 'playground 1h');
    const home = await world.home(LINUS);
    expect(home).toContain('Running, yours to revoke');
    expect(home).toContain('acme-prod/us-central1/billing-dashboard');
    expect(home).not.toContain('playground');
    expect(home).not.toContain('All running');
    await world.pressAtHome(LINUS, 'Revoke');
    await world.submit(LINUS, { 'Why? Whoever has the access reads this.': 'done' });
    expect(shown(LINUS)).not.toContain('Running, yours to revoke');
    expect(await world.home(MAX)).not.toContain('yours to revoke');
  });

  test('tells whoever decides what the service is, how sensitive, and what the person had before', async () => {
    await world.command(ADA, 'payroll 15m INC-42 salaries');
    const home = await world.home(GRACE);
    expect(home).toContain('acme-prod/europe-west1/payroll');
    expect(home).toContain('Salaries of real people');
    expect(home).toContain('Has not had this access before');
    expect(home).toContain('Nobody else has access');
  });

  test('says where a service is, since several may have its name', async () => {
    await world.command(ADA, 'playground 1h');
    expect(await world.home(ADA)).toContain('*playground* in acme-staging/us-central1');
  });

  test('has one primary button in a row, and only what one’s own access opens', async () => {
    await world.command(ADA, 'playground 1h');
    await world.command(ADA, 'playground 1h for <@U0MAX|max>');
    const rows = (await world.home(ADA)).split('"type":"actions"').slice(1);
    for (const row of rows) expect((row.match(/"style":"primary"/g) ?? []).length).toBeLessThanOrEqual(1);
    expect(shown(ADA).match(/"Open"/g)).toHaveLength(1);
    expect(shown(ADA).match(/"End access"/g)).toHaveLength(2);
  });

  test('does not lose long access behind what was asked for since', async () => {
    await world.command(ADA, 'playground 8h');
    for (let i = 0; i < 31; i += 1) {
      world.local.clock.advance(1_000);
      await world.command(ADA, 'billing-dashboard 15m INC-42');
      await world.press(ADA, 'Withdraw');
    }
    expect(await world.home(ADA)).toContain('*playground*');
    expect(shown(ADA)).toContain('"End access"');
  });

  test('says that something may be missing while groups cannot be looked up', async () => {
    await world.command(ADA, 'billing-dashboard 15m INC-42');
    world.local.slack.faults.set({ rateLimited: { methods: ['usergroups.users.list'], retryAfterS: 30 } });
    expect(await world.home(MAX)).toContain('Reopen this tab in a minute');
    world.local.slack.faults.clear();
    await world.wait(2);
    expect(await world.home(MAX)).not.toContain('Reopen this tab');
  });

  test('tells admins of failures with their date', async () => {
    world.local.google.faults.set('iap', { permissionDenied: true });
    await world.command(ADA, 'playground 1h');
    await world.wait(3);
    world.local.google.faults.clear();
    const home = await world.home(ROOT);
    expect(home).toContain('What failed');
    expect(home).toMatch(/playground\* in acme-staging\/us-central1 · <@U0ADA>, <!date/);
    expect(home).toContain('An admin has to grant its role on acme-staging.');
    expect(home).toContain('For an admin: failed to getIamPolicy');
  });

  test('costs nothing while nobody looks, and is current for those who do', async () => {
    await world.command(ADA, 'playground 1h');
    expect(published()).toBe(0);
    await world.home(ADA);
    await world.home(MAX);
    const before = published();
    await world.press(ADA, 'End access');
    expect(shown(ADA)).toContain('Ended by <@U0ADA>');
    expect(published()).toBeGreaterThan(before);
    expect(shown(MAX)).not.toContain('playground');
    await world.wait(45);
    const later = published();
    await world.command(ADA, 'playground 1h');
    expect(published()).toBe(later);
  });

  test('tells somebody who may not use Latchkey why', async () => {
    expect(await world.home(GUEST)).toContain('Guests of this workspace cannot use Latchkey');
  });

  test('has a button that opens the form', async () => {
    await world.home(ADA);
    await world.pressAtHome(ADA, 'Request access');
    expect(world.modal(ADA)).toContain('Send request');
    expect(world.channel(ACCESS)).toEqual([]);
  });
});
