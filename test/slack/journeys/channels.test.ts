import { expect, test } from 'vitest';
import { ACCESS, ADA, aWorld, GRACE, textOf } from '../world.ts';

const world = aWorld();
const archive = () => world.local.slack.workspace.setArchived(ACCESS, true);

test('a channel that is archived while a request runs leaves nothing to be tried for ever', async () => {
  await world.command(ADA, 'billing-dashboard 15m INC-42');
  await world.home(GRACE);
  archive();
  await world.pressAtHome(GRACE, 'Approve');
  await world.wait(20);
  expect((await world.grants())[0]?.state).toBe('ENDED');
  const before = world.local.slack.calls().length;
  await world.wait(30);
  const calls = world.local.slack.calls().slice(before);
  expect(calls.map((c) => c.method)).toEqual([]);
  expect(await world.local.store.due(world.local.clock.now(), 9)).toEqual([]);
});

test('an extension that nobody can be asked for is not said to have been asked for', async () => {
  await world.command(ADA, 'billing-dashboard 15m INC-42');
  await world.press(GRACE, 'Approve');
  await world.wait(13);
  archive();
  await world.press(ADA, 'Extend');
  const reminder = world.direct(ADA).map(textOf).join('\n');
  expect(reminder).toContain('nobody has been asked');
  expect(reminder).not.toContain('Extension asked for in');
  world.local.slack.workspace.setArchived(ACCESS, false);
  await world.wait(2);
  expect(world.channel().map(textOf).join('\n')).toContain('Approve the extension for billing-dashboard');
  expect(world.direct(ADA).map(textOf).join('\n')).not.toContain('nobody has been asked');
});

test('what is not behind IAP is not offered as what was meant', async () => {
  const answer = await world.command(ADA, 'billing-publik 1h INC-42');
  expect(answer).toContain('There is no service');
  expect(answer).not.toContain('billing-public');
});
