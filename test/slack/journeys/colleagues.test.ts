import { describe, expect, test } from 'vitest';
import { ACTIONS } from '../../../src/slack/ids.ts';
import { ADA, aWorld, GRACE, MAX } from '../world.ts';
import {
  BILLING,
  buttons,
  cards,
  choose,
  click,
  isLetIn,
  postedSoFar,
  states,
  submit,
  toldDuring,
  why,
} from './journey.ts';

const world = aWorld();
const asked = () => world.command(ADA, 'billing-dashboard 1h for <@U0MAX|max> INC-42 he is on call');
const about = (user: string) => JSON.stringify(world.direct(user).map(({ blocks }) => blocks));

describe('what is asked for a colleague', () => {
  test('is told to both when it is asked, and the colleague may withdraw it', async () => {
    expect(await toldDuring(world, [ADA, MAX], asked)).toEqual([1, 1]);
    expect(cards(world)).toHaveLength(1);
    for (const user of [ADA, MAX]) {
      expect(world.direct(user).flatMap(buttons)).toContain(ACTIONS.withdraw);
    }
    await click(world, MAX, ACTIONS.withdraw);
    expect(await states(world)).toEqual(['WITHDRAWN']);
    for (const user of [ADA, MAX]) {
      expect(world.direct(user).flatMap(buttons)).not.toContain(ACTIONS.withdraw);
      expect(about(user)).toContain('<@U0MAX>');
    }
  });

  test('and denied: whoever asked gets one new message, the colleague’s own one says it too', async () => {
    await asked();
    const told = await toldDuring(world, [ADA, MAX], async () => {
      await click(world, GRACE, ACTIONS.deny);
      await why(world, GRACE, 'Max is on holiday');
      await world.wait(3);
    });
    expect(told).toEqual([1, expect.any(Number)]);
    expect(told[1]).toBeLessThanOrEqual(1);
    for (const user of [ADA, MAX]) expect(about(user)).toContain('Max is on holiday');
  });

  test('and expired: whoever asked gets one new message, with a button to ask again for the same colleague', async () => {
    await asked();
    const [told] = await toldDuring(world, [ADA], () => world.wait(8 * 60 + 2));
    expect(told).toBe(1);
    expect(await states(world)).toEqual(['EXPIRED']);
    for (const user of [ADA, MAX])
      expect(world.direct(user).flatMap(buttons)).not.toContain(ACTIONS.withdraw);
    await click(world, ADA, ACTIONS.again);
    const [again] = await world.grants();
    expect(again).toMatchObject({
      state: 'APPROVAL_AWAITED',
      principal: { userId: MAX },
      requester: { userId: ADA },
    });
  });

  test('and failed: both read why, whoever asked by a new message', async () => {
    world.local.google.faults.set('iap', { permissionDenied: true });
    await asked();
    const [told] = await toldDuring(world, [ADA], async () => {
      await click(world, GRACE, ACTIONS.approve);
      await world.wait(20);
    });
    expect(await states(world)).toEqual(['ACTIVATION_FAILED']);
    expect(told).toBe(1);
    for (const user of [ADA, MAX]) expect(about(user)).toMatch(/permission/i);
  });

  test('and given: the colleague gets the link and may end it, so may whoever asked', async () => {
    await asked();
    const told = await toldDuring(world, [ADA, MAX], () => click(world, GRACE, ACTIONS.approve));
    expect(told[1]).toBe(1);
    expect(world.direct(MAX).flatMap(buttons)).toEqual(expect.arrayContaining([ACTIONS.open, ACTIONS.end]));
    expect(world.direct(ADA).flatMap(buttons)).not.toContain(ACTIONS.open);
    await click(world, MAX, ACTIONS.end);
    expect(await states(world)).toEqual(['REVOKED']);
  });

  test('for later: nothing works before its start, and the colleague hears when it does', async () => {
    await world.command(ADA, '');
    await choose(world, ADA, BILLING);
    const startS = Math.floor(world.local.clock.now() / 1000) + 3600;
    const fields = {
      [ACTIONS.duration]: '1h',
      [ACTIONS.justification]: 'INC-42 his shift',
      [ACTIONS.colleague]: MAX,
      [ACTIONS.start]: startS,
    };
    expect(await submit(world, ADA, fields)).toEqual([]);
    await click(world, GRACE, ACTIONS.approve);
    expect(await states(world)).toEqual(['SCHEDULED']);
    const [grant] = await world.grants();
    const startsAt = grant?.state === 'SCHEDULED' ? (grant.term.startsAt ?? 0) : 0;
    for (const user of [ADA, MAX]) expect(about(user)).toContain(`<!date^${Math.floor(startsAt / 1000)}^`);
    expect(isLetIn(world, 'max@acme.example')).toBe(false);
    const told = await toldDuring(world, [MAX], () => world.wait(61));
    expect(told).toEqual([1]);
    expect(world.direct(MAX).flatMap(buttons)).toContain(ACTIONS.open);
    expect(isLetIn(world, 'max@acme.example')).toBe(true);
  });

  test('is all said after a while: sweeps post nothing more', async () => {
    await asked();
    await click(world, GRACE, ACTIONS.approve);
    await world.wait(70);
    const posted = postedSoFar(world);
    await world.wait(15);
    expect(postedSoFar(world)).toBe(posted);
  });
});
