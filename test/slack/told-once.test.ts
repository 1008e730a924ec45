import { describe, expect, test } from 'vitest';
import { ACCESS, ADA, aWorld, GRACE, LINUS, MAX, MINUTE_MS, textOf } from './world.ts';

const world = aWorld();
const WHY_REVOKE = 'Why? Whoever has the access reads this.';
const PAYROLL = 'C0PAYROLL';

/** Messages posted to somebody: each one is a notification. */
const posts = (user: string) => world.direct(user).length;
const told = (user: string) => world.direct(user).map(textOf);
const last = (user: string) => told(user).at(-1) ?? '';
/** How many of somebody's messages say this. */
const saying = (user: string, text: string) => told(user).filter((t) => t.includes(text)).length;
const ask = (rest = '15m INC-42 invoices') => world.command(ADA, `billing-dashboard ${rest}`);
const askForMax = () => ask('15m for <@U0MAX|max> INC-42 he is on call');

describe('the requester', () => {
  test('has one message that tells where the access stands, and one that tells what was asked for', async () => {
    await ask();
    expect(posts(ADA)).toBe(1);
    await world.press(GRACE, 'Approve');
    expect(posts(ADA)).toBe(2);
    expect(saying(ADA, 'Active until')).toBe(1);
    expect(told(ADA)[0]).toContain('You asked for *billing-dashboard* for *15 minutes*');
    expect(told(ADA)[0]).toContain('See below');
    await world.press(ADA, 'End access');
    expect(posts(ADA)).toBe(2);
    expect(saying(ADA, 'Ended by')).toBe(1);
  });

  test('reads a denial once, and an expiry', async () => {
    await ask();
    await world.press(GRACE, 'Deny');
    expect(saying(ADA, 'Denied by')).toBe(1);
    expect(last(ADA)).toContain('Denied by <@U0GRACE>');
    await ask();
    world.local.clock.advance(9 * 60 * MINUTE_MS);
    await world.local.idle();
    expect(saying(ADA, 'Expired')).toBe(1);
  });

  test('is told once of what is granted at once', async () => {
    await world.command(ADA, 'playground 1h');
    expect(posts(ADA)).toBe(1);
    expect(last(ADA)).toContain('Active until');
  });

  test('reads of an extension beside the access, not the access again, and never of an end that is not there yet', async () => {
    await ask();
    await world.press(GRACE, 'Approve');
    await world.wait(13);
    await world.press(ADA, 'Extend');
    world.local.google.faults.set('iap', { down: true });
    await world.press(LINUS, 'Approve', { channel: ACCESS });
    expect(last(ADA)).toMatch(/Extension to .* approved by <@U0LINUS>, being applied…/);
    const wish = textOf(world.channel().findLast((m) => m.thread_ts === undefined));
    expect(wish).toContain('being applied…');
    expect(wish).not.toContain('Extended by');
    world.local.google.faults.clear();
    await world.wait(1);
    expect(last(ADA)).toContain('Extended by <@U0LINUS>');
    expect(last(ADA)).not.toContain('Active until');
    expect(saying(ADA, 'Active until')).toBe(1);
    expect(saying(ADA, 'Extended by')).toBe(1);
    const before = posts(ADA);
    await world.press(ADA, 'End access');
    expect(posts(ADA)).toBe(before);
    expect(saying(ADA, 'Ended by')).toBe(1);
  });

  test('whose access somebody else revokes is told by one new message', async () => {
    await ask();
    await world.press(GRACE, 'Approve');
    await world.press(LINUS, 'Revoke', { channel: ACCESS });
    await world.submit(LINUS, { [WHY_REVOKE]: 'laptop stolen' });
    expect(posts(ADA)).toBe(3);
    expect(saying(ADA, 'Revoked by <@U0LINUS>')).toBe(1);
    expect(told(ADA)[1]).toContain('See below');
  });

  test('of several services reads of each in one place', async () => {
    await world.command(ADA, 'billing-dashboard,billing-export 15m INC-42');
    await world.press(GRACE, 'Approve');
    expect(saying(ADA, 'Active until')).toBe(2);
    expect(posts(ADA)).toBe(3);
    await world.press(ADA, 'End access');
    expect(saying(ADA, 'Ended by')).toBe(1);
    expect(saying(ADA, 'Active until')).toBe(1);
  });

  test('is told of a later start with a way out, then of the access', async () => {
    await world.command(ADA, '');
    const open = world.local.slack.workspace.views.top(ADA);
    await world.local.slack.people.suggest(
      ADA,
      { viewId: open?.view.id ?? '' },
      'ask_service',
      'ask_service',
      '',
    );
    await world.local.slack.people.select(
      ADA,
      { viewId: open?.view.id ?? '' },
      'ask_service',
      'acme-prod/us-central1/billing-dashboard',
    );
    const start = Math.floor(world.local.clock.now() / 1000) + 3_600;
    await world.submit(ADA, { 'For how long': '15m', Why: 'INC-42', Start: start });
    await world.press(GRACE, 'Approve');
    expect(saying(ADA, 'starts <!date')).toBe(1);
    expect(last(ADA)).toContain('End access');
    await world.wait(61);
    expect(saying(ADA, 'Active until')).toBe(1);
    expect(told(ADA)[1]).toContain('See below');
    expect(posts(ADA)).toBe(3);
  });
});

describe('access for a colleague', () => {
  test('is told to the colleague, and to the requester with a way to end it', async () => {
    await askForMax();
    expect([posts(ADA), posts(MAX)]).toEqual([1, 1]);
    await world.press(GRACE, 'Approve');
    expect([posts(ADA), posts(MAX)]).toEqual([2, 2]);
    expect(last(ADA)).toContain('Access of <@U0MAX> to *billing-dashboard*');
    expect(last(ADA)).toContain('Active until');
    expect(last(ADA)).toContain('"End access"');
    expect(last(ADA)).not.toContain('"Open"');
    expect(last(ADA)).not.toContain('Your access');
    expect(last(MAX)).toContain('Your access to *billing-dashboard*');
    expect(last(MAX)).toContain('"Open"');
    await world.press(ADA, 'End access');
    expect([posts(ADA), posts(MAX)]).toEqual([2, 3]);
    expect(last(MAX)).toContain('Ended by <@U0ADA>');
    expect(saying(ADA, 'Ended by <@U0ADA>')).toBe(1);
  });

  test('that is denied or withdrawn is told to both by a new message, but for who did it', async () => {
    await askForMax();
    await world.press(GRACE, 'Deny');
    expect([posts(ADA), posts(MAX)]).toEqual([2, 2]);
    expect(last(MAX)).toContain('The request of <@U0ADA> for *billing-dashboard* for you');
    expect(last(MAX)).toContain('Denied by <@U0GRACE>');
    expect(last(ADA)).toContain('Your request for *billing-dashboard* for <@U0MAX>');
    await askForMax();
    await world.press(MAX, 'Withdraw');
    expect([posts(ADA), posts(MAX)]).toEqual([4, 3]);
    expect(last(ADA)).toContain('Withdrawn by <@U0MAX>');
  });

  test('that expired or failed is told to both', async () => {
    await askForMax();
    world.local.clock.advance(9 * 60 * MINUTE_MS);
    await world.local.idle();
    expect(last(MAX)).toContain('Expired');
    expect(last(ADA)).toContain('Expired');
    await askForMax();
    world.local.google.faults.set('iap', { permissionDenied: true });
    await world.press(GRACE, 'Approve');
    await world.wait(3);
    expect(last(MAX)).toContain('could not be given');
    expect(last(ADA)).toContain('could not be given');
    expect(last(ADA)).toContain('Ask again');
    expect(last(MAX)).not.toContain('Ask again');
  });

  test('that was taken away before it ran is told to both', async () => {
    await askForMax();
    world.local.google.faults.set('iap', { down: true });
    await world.press(GRACE, 'Approve');
    await world.press(LINUS, 'Revoke', { channel: ACCESS });
    await world.submit(LINUS, { [WHY_REVOKE]: 'too late' });
    world.local.google.faults.clear();
    await world.wait(1);
    for (const user of [ADA, MAX]) {
      expect(posts(user)).toBe(2);
      expect(saying(user, 'Revoked by <@U0LINUS> (too late)')).toBe(1);
    }
  });

  test('whose extension the requester asked for says who asked, and both learn what came of it', async () => {
    await askForMax();
    await world.press(GRACE, 'Approve');
    await world.wait(10);
    await world.home(ADA);
    await world.pressAtHome(ADA, 'Extend');
    const wish = () => textOf(world.channel().findLast((m) => m.thread_ts === undefined));
    expect(wish()).toContain(
      'ada asks that max keeps *billing-dashboard* for *15 minutes* from the approval',
    );
    const before = [posts(ADA), posts(MAX)];
    await world.press(GRACE, 'Deny', { channel: ACCESS });
    expect([posts(ADA), posts(MAX)]).toEqual(before.map((n) => n + 1));
    expect(last(ADA)).toContain('Access of <@U0MAX> to *billing-dashboard*');
    expect(last(ADA)).toContain('Extension denied by <@U0GRACE>');
    expect(last(MAX)).toContain('Extension denied by <@U0GRACE>');
  });

  test('whose extension the colleague asked for is no news to the requester', async () => {
    await askForMax();
    await world.press(GRACE, 'Approve');
    await world.wait(13);
    await world.press(MAX, 'Extend');
    const before = posts(ADA);
    await world.press(GRACE, 'Approve', { channel: ACCESS });
    expect(last(MAX)).toContain('Extended by <@U0GRACE>');
    expect(posts(ADA)).toBe(before);
  });
});

test('nobody is pinged who need not act: neither who has access, nor who did what', async () => {
  await ask();
  await world.press(GRACE, 'Approve');
  await world.command(MAX, 'billing-dashboard 15m INC-43');
  await world.press(ADA, 'End access');
  const posted = world.local.slack.calls().filter((c) => c.method === 'chat.postMessage' && c.ok);
  const inChannel = posted.filter((c) => c.args.channel === ACCESS).map((c) => JSON.stringify(c.args));
  expect(inChannel.length).toBeGreaterThan(2);
  for (const message of inChannel) expect(message).not.toMatch(/<@U0ADA>|<@U0MAX>/);
});

test('an expired quorum says how many approved', async () => {
  await world.command(ADA, 'payroll 15m INC-42 salaries');
  await world.press(GRACE, 'Approve', { channel: PAYROLL });
  await world.wait(62);
  const nudge = world.channel(PAYROLL).find((m) => textOf(m).includes('is still waiting'));
  expect(textOf(nudge)).toContain('<@U0LINUS>: the request of ada');
  expect(textOf(nudge)).not.toContain('<@U0GRACE>');
  expect(textOf(nudge)).not.toContain('S0LEADS');
  await world.wait(60);
  expect(last(ADA)).toContain('Expired: 1 of 2 approvals came in time');
});
