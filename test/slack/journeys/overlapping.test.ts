import { expect, test } from 'vitest';
import { ACTIONS } from '../../../src/slack/ids.ts';
import { ADA, aWorld, GRACE, textOf } from '../world.ts';
import { click } from './journey.ts';

// Two grants of one person for one service: nobody is told that access ends while the other one still gives it.

const world = aWorld();

/** One of these lengths after the other, both in force; the longer one last. */
async function both(): Promise<void> {
  for (const minutes of ['15m', '4h']) {
    await world.command(ADA, `billing-dashboard ${minutes} INC-42 invoices`);
    await click(world, GRACE, ACTIONS.approve);
  }
}
const told = () => world.direct(ADA).map(textOf).join('\n');

test('the reminder and the end of the shorter one say that the other one goes on', async () => {
  await both();
  await world.wait(13);
  expect(told()).toMatch(
    /One of your grants for \*?billing-dashboard\*? ends at .*; another one lets you in until/,
  );
  await world.wait(3);
  expect(told()).toMatch(/One of your grants for \*?billing-dashboard\*? has ended/);
  expect(told()).toContain('Another grant gave access then, until');
  expect(told()).not.toContain('Your access to *billing-dashboard* has ended');
});

test('who revokes one is told that the other one still lets them in', async () => {
  await both();
  const [first] = (await world.grants()).filter((g) => g.minutes === 15);
  await world.press(GRACE, 'Revoke', { value: first?.id ?? '' });
  await world.submit(GRACE, { reason: 'not needed' });
  const card = world
    .channel()
    .map(textOf)
    .find((text) => text.includes('Revoked by'));
  expect(card).toContain('Another grant gave access then, until');
});

test('the last one ends like any other', async () => {
  await both();
  await world.wait(4 * 60 + 2);
  expect(told()).toContain('Your access to *billing-dashboard* has ended');
});

test('access under an address that is no longer hers is not said to be hers already', async () => {
  await both();
  const again = () => world.command(ADA, 'billing-dashboard 15m INC-42 invoices');
  expect(await again()).toContain('already, until');
  world.local.slack.workspace.setPerson({ id: ADA, name: 'ada', email: 'ada.lovelace@acme.example' });
  expect(await again()).not.toContain('already, until');
});
