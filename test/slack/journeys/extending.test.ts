import { describe, expect, test } from 'vitest';
import { ACTIONS } from '../../../src/slack/ids.ts';
import { ACCESS, ADA, aWorld, GRACE, LINUS, ROOT, textOf } from '../world.ts';
import {
  billingWith,
  buttons,
  click,
  clickAtHome,
  clickLate,
  messageWith,
  PAYROLL,
  RULES,
  states,
  toldDuring,
  why,
} from './journey.ts';

const endOf = async (w: ReturnType<typeof aWorld>) => {
  const [grant] = await w.grants();
  return grant?.state === 'ACTIVE' ? new Date(grant.appliedEndsAt).toISOString().slice(11, 16) : grant?.state;
};
const extendable = (w: ReturnType<typeof aWorld>) =>
  w.direct(ADA).filter((message) => buttons(message).includes(ACTIONS.extend));
/** Beside the message of the access itself, which opens it. */
const reminder = (w: ReturnType<typeof aWorld>) =>
  extendable(w).filter((message) => !buttons(message).includes(ACTIONS.open));
const wishes = (w: ReturnType<typeof aWorld>, channel = ACCESS) =>
  w.channel(channel).filter((message) => buttons(message).includes(ACTIONS.extendApprove));

describe('a wish for an extension', () => {
  const world = aWorld();
  const running = async () => {
    await world.command(ADA, 'billing-dashboard 1h INC-42 invoices');
    await click(world, GRACE, ACTIONS.approve);
  };
  const wished = async () => {
    await running();
    await world.wait(52);
    await click(world, ADA, ACTIONS.extend);
  };

  test('can be made from ten minutes before the end of a long grant, when its holder is reminded once', async () => {
    await running();
    await world.wait(50);
    expect(reminder(world)).toEqual([]);
    await world.wait(1);
    expect(reminder(world)).toHaveLength(1);
    const minutesLeft = (Date.parse('2026-03-02T10:01:00Z') - world.local.clock.now()) / 60_000;
    expect(Math.round(minutesLeft)).toBe(10);
    await world.wait(3);
    expect(reminder(world)).toHaveLength(1);
  });

  test('can be made from the message of long access, until it is made', async () => {
    await running();
    expect(extendable(world)).toHaveLength(1);
    await world.wait(20);
    await click(world, ADA, ACTIONS.extend);
    expect(extendable(world)).toEqual([]);
    await click(world, GRACE, ACTIONS.extendApprove);
    expect(await endOf(world)).toBe('10:21');
    expect(extendable(world)).toHaveLength(1);
  });

  test('is left to the reminder where access is short', async () => {
    await world.command(ADA, 'billing-dashboard 15m INC-42 invoices');
    await click(world, GRACE, ACTIONS.approve);
    expect(extendable(world)).toEqual([]);
    await world.wait(13);
    expect(extendable(world)).toHaveLength(1);
  });

  test('that nobody answers ends with the access, and leaves no button anywhere', async () => {
    await wished();
    expect(wishes(world)).toHaveLength(1);
    await world.wait(12);
    expect(await states(world)).toEqual(['ENDED']);
    expect(wishes(world)).toEqual([]);
    // The end is told with it, and the way to ask anew.
    expect(textOf(world.direct(ADA).at(-1))).toContain('The access ended');
    expect(buttons(world.direct(ADA).at(-1))).toEqual([ACTIONS.again]);
    await click(world, ADA, ACTIONS.again);
    expect(await states(world)).toEqual(['APPROVAL_AWAITED', 'ENDED']);
    for (const message of [...world.direct(ADA), ...world.channel()]) {
      expect(buttons(message)).not.toContain(ACTIONS.extend);
    }
  });

  test('that is denied leaves the access as it was, and its reason stays when another one follows', async () => {
    await wished();
    await click(world, GRACE, ACTIONS.extendDeny);
    await why(world, GRACE, 'not on a Monday');
    const denial = () => world.direct(ADA).find((m) => textOf(m).includes('Extension denied'));
    expect(textOf(denial())).toMatch(/not on a Monday.*The access goes on, and still ends/);
    await world.wait(1);
    await click(world, ADA, ACTIONS.extend);
    expect(textOf(denial())).not.toContain('still ends');
    await click(world, LINUS, ACTIONS.extendApprove);
    expect(textOf(denial())).toContain('not on a Monday');
    const inChannel = world.channel().filter((m) => textOf(m).includes('asks to keep'));
    expect(inChannel.map(textOf).map((t) => /not on a Monday|Extended by/.exec(t)?.[0])).toEqual([
      'not on a Monday',
      'Extended by',
    ]);
    expect([...world.direct(ADA), ...world.channel()].map(textOf).join()).not.toMatch(/\bwish\b/i);
  });

  test('cannot be approved under a freeze, and can be denied', async () => {
    await wished();
    await world.command(ROOT, 'freeze');
    await why(world, ROOT, 'breach');
    expect(await click(world, GRACE, ACTIONS.extendApprove)).toMatch(/fr[eo]ze/i);
    expect(await endOf(world)).toBe('10:01');
    await click(world, GRACE, ACTIONS.extendDeny);
    const [grant] = await world.grants();
    expect(grant).toMatchObject({ state: 'ACTIVE', lastExtension: { outcome: 'denied' } });
  });

  test('is decided once: a later click hears what was decided', async () => {
    await wished();
    const answer = await clickLate(world, LINUS, ACTIONS.extendDeny, () =>
      click(world, GRACE, ACTIONS.extendApprove),
    );
    expect(answer).toContain('<@U0GRACE>');
    expect(await endOf(world)).toBe('10:53');
    expect(world.modal(LINUS)).toBe('""');
  });

  test('that is answered after the end changes nothing, and the click hears it', async () => {
    await wished();
    const answer = await clickLate(world, GRACE, ACTIONS.extendApprove, () => world.wait(12));
    expect(answer).not.toBe('');
    expect(await states(world)).toEqual(['ENDED']);
  });

  test('is not its maker’s to approve', async () => {
    await wished();
    expect(await click(world, ADA, ACTIONS.extendApprove)).not.toBe('');
    expect(await endOf(world)).toBe('10:01');
  });

  test('is made once however often the button is pressed', async () => {
    await running();
    await world.wait(52);
    await clickLate(world, ADA, ACTIONS.extend, () => click(world, ADA, ACTIONS.extend));
    expect(wishes(world)).toHaveLength(1);
  });

  test('waits in the Home of who may decide it, and is decided there', async () => {
    await wished();
    await world.home(LINUS);
    await clickAtHome(world, LINUS, ACTIONS.extendApprove);
    expect(await endOf(world)).toBe('10:53');
    const home = world.local.slack.workspace.views.home(LINUS)?.view.blocks ?? [];
    expect(JSON.stringify(home)).not.toContain(ACTIONS.extendApprove);
    expect(wishes(world)).toEqual([]);
    await world.home(ADA);
    await world.wait(52);
    await clickAtHome(world, ADA, ACTIONS.extend);
    await world.home(GRACE);
    await clickAtHome(world, GRACE, ACTIONS.extendDeny);
    const [grant] = await world.grants();
    expect(grant).toMatchObject({ state: 'ACTIVE', lastExtension: { outcome: 'denied' } });
  });

  test('that cannot be applied leaves the end where it was, and its holder is told', async () => {
    await wished();
    world.local.google.faults.set('iap', { down: true });
    await click(world, GRACE, ACTIONS.extendApprove);
    expect(await endOf(world)).toBe('10:01');
    // Whoever approved it may not any more by the time that it is applied.
    await world.local.redeploy(
      RULES.replaceAll('grace@acme.example', 'radia@acme.example').replaceAll('S0LEADS', 'S0ENGINEERS'),
    );
    world.local.google.faults.set('iap', { down: false });
    const [told] = await toldDuring(world, [ADA], () => world.wait(3));
    expect(await endOf(world)).toBe('10:01');
    expect(told).toBeGreaterThan(0);
    expect((await world.grants())[0]).toMatchObject({ lastExtension: { outcome: 'failed' } });
    await world.wait(8);
    expect(await states(world)).toEqual(['ENDED']);
  });
});

describe('a wish for an extension of what needs two approvals', () => {
  const world = aWorld();

  test('moves the end with the second, by somebody else', async () => {
    await world.command(ADA, 'payroll 1h INC-42 salaries', PAYROLL);
    await click(world, GRACE, ACTIONS.approve, PAYROLL);
    await click(world, LINUS, ACTIONS.approve, PAYROLL);
    expect(await endOf(world)).toBe('10:01');
    await world.wait(52);
    await click(world, ADA, ACTIONS.extend);
    await click(world, GRACE, ACTIONS.extendApprove, PAYROLL);
    expect(await endOf(world)).toBe('10:01');
    expect(textOf(messageWith(world, LINUS, ACTIONS.extendApprove, PAYROLL))).toContain('<@U0GRACE>');
    expect(await click(world, GRACE, ACTIONS.extendApprove, PAYROLL)).not.toBe('');
    expect(await endOf(world)).toBe('10:01');
    await click(world, LINUS, ACTIONS.extendApprove, PAYROLL);
    expect(await endOf(world)).toBe('10:53');
  });
});

describe('a wish for an extension whose time-out is short', () => {
  const world = aWorld(billingWith('approvalTimeout: 3m'));

  test('expires while access runs on; its holder is told, and may wish again', async () => {
    await world.command(ADA, 'billing-dashboard 1h INC-42');
    await click(world, GRACE, ACTIONS.approve);
    await world.wait(52);
    await click(world, ADA, ACTIONS.extend);
    const [told] = await toldDuring(world, [ADA], () => world.wait(4));
    expect(told).toBe(1);
    expect((await world.grants())[0]).toMatchObject({
      state: 'ACTIVE',
      lastExtension: { outcome: 'expired' },
    });
    expect(wishes(world)).toEqual([]);
    await click(world, ADA, ACTIONS.extend);
    await click(world, LINUS, ACTIONS.extendApprove);
    expect(await endOf(world)).toBe('10:57');
  });
});
