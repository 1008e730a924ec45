import { describe, expect, test } from 'vitest';
import { ACCESS, ADA, aWorld, GRACE, LINUS, MAX, ROOT, textOf } from './world.ts';

const world = aWorld();
const toplevel = () => world.channel().filter((m) => m.thread_ts === undefined || m.thread_ts === m.ts);
const card = () => textOf(toplevel()[0]);
const about = (user: string, text: string) => world.direct(user).filter((m) => textOf(m).includes(text));

/** Ada has billing-dashboard until 09:16. */
async function running(): Promise<void> {
  await world.command(ADA, 'billing-dashboard 15m INC-42 invoices');
  await world.press(GRACE, 'Approve');
}

const grant = async () => (await world.grants())[0];
const endOf = async () => {
  const g = await grant();
  return g?.state === 'ACTIVE' ? new Date(g.appliedEndsAt).toISOString().slice(11, 16) : g?.state;
};

describe('while access runs', () => {
  test('its holder has the link, the end, an honest word on propagation, and a way out', async () => {
    await running();
    const [message] = about(ADA, 'Your access to');
    expect(textOf(message)).toContain('https://billing-dashboard-us-central1.run.acme.example');
    expect(textOf(message)).toContain('Active until <!date^');
    expect(textOf(message)).toContain('it can take 7 or more');
    await world.press(ADA, 'End access');
    expect(await endOf()).toBe('REVOKED');
    expect(textOf(about(ADA, 'Your access to')[0])).not.toContain('End access');
    expect(about(ADA, 'Your request for')).toEqual([]);
  });

  test('is extended after approval: the end moves, counted from the approval', async () => {
    await running();
    await world.wait(13);
    expect(about(ADA, ':alarm_clock:')).toHaveLength(1);
    await world.press(ADA, 'Extend');
    expect(textOf(about(ADA, ':alarm_clock:')[0])).toContain('Extension asked for in <#C0ACCESS>');
    const wish = toplevel().at(-1);
    expect(textOf(wish)).toContain('ada asks to keep *billing-dashboard* for *15 minutes* from the approval');
    expect(textOf(wish)).toContain('ada@acme.example has it until');
    expect(textOf(wish)).toMatch(/Waiting for approval until [^.]*, when the access ends"/);
    expect(card()).toContain('extension asked for (15 minutes from the approval)');
    expect(await endOf()).toBe('09:16');
    await world.press(LINUS, 'Approve', { channel: ACCESS });
    expect(await endOf()).toBe('09:29');
    expect(textOf(toplevel().at(-1))).toContain('Extended by <@U0LINUS>');
    expect(textOf(toplevel().at(-1))).not.toContain('"Approve"');
    expect(about(ADA, 'Extended by <@U0LINUS>').length).toBeGreaterThan(0);
    expect(JSON.stringify(world.channel().map(textOf))).toContain('Extension approved by linus');
    await world.wait(11);
    // The reminder before the new end is a new message: edited ones notify nobody.
    expect(about(ADA, ':alarm_clock:')).toHaveLength(1);
    expect(textOf(world.direct(ADA).at(-1))).toContain(':alarm_clock:');
    await world.wait(6);
    expect(await endOf()).toBe('ENDED');
    expect(JSON.stringify(world.direct(ADA).map(textOf))).not.toContain('"Extend"');
  });

  test('ends as it would where an extension is denied, and its holder is told once', async () => {
    await running();
    await world.wait(13);
    await world.press(ADA, 'Extend');
    expect(await world.press(MAX, 'Approve', { channel: ACCESS })).toContain('not an approver');
    await world.press(GRACE, 'Deny', { channel: ACCESS });
    await world.submit(GRACE, { 'Why? The requester reads this.': 'enough' });
    expect(await endOf()).toBe('09:16');
    expect(textOf(toplevel().at(-1))).toContain('Extension denied by <@U0GRACE>: enough');
    expect(about(ADA, 'Extension denied').filter((m) => !textOf(m).includes(':alarm_clock:'))).toHaveLength(
      1,
    );
    await world.wait(4);
    expect(await endOf()).toBe('ENDED');
  });

  test('is extended at once where no approval is needed, and never stacked', async () => {
    await world.command(ADA, 'playground 1h');
    const before = await endOf();
    await world.home(ADA);
    await world.pressAtHome(ADA, 'Extend');
    expect(await endOf()).toBe(before);
    expect(world.modal(ADA)).toContain('would not lengthen your access');
    await world.local.slack.people.closeView(ADA);
    await world.wait(30);
    await world.pressAtHome(ADA, 'Extend');
    expect(before).toBe('10:01');
    expect(await endOf()).toBe('10:31');
  });
});

describe('revoking', () => {
  test('by an approver from the card, with a reason that everybody concerned reads once', async () => {
    await running();
    expect(await world.press(MAX, 'Revoke', { channel: ACCESS })).toContain('Only the approvers');
    await world.press(LINUS, 'Revoke', { channel: ACCESS });
    expect(world.modal(LINUS)).toContain('<@U0ADA>: *billing-dashboard*');
    await world.submit(LINUS, { 'Why? Whoever has the access reads this.': 'laptop <stolen>' });
    expect(await endOf()).toBe('REVOKED');
    expect(card()).toContain('Revoked by <@U0LINUS> (laptop &lt;stolen&gt;)');
    expect(card()).not.toContain('"Revoke"');
    expect(about(ADA, 'Your access to')).toHaveLength(2);
  });

  test('of a colleague’s access tells the colleague and the requester, each once', async () => {
    await world.command(ADA, 'billing-dashboard 15m for <@U0MAX|max> INC-42');
    await world.press(GRACE, 'Approve');
    await world.press(GRACE, 'Revoke', { channel: ACCESS });
    await world.submit(GRACE, { 'Why? Whoever has the access reads this.': 'not today' });
    expect(textOf(world.direct(MAX).at(-1))).toContain('Revoked by <@U0GRACE> (not today)');
    expect(textOf(world.direct(ADA).at(-1))).toContain('Revoked by <@U0GRACE> (not today)');
    const posted = world.local.slack.calls().filter((c) => c.method === 'chat.postMessage').length;
    await world.wait(3);
    expect(world.local.slack.calls().filter((c) => c.method === 'chat.postMessage')).toHaveLength(posted);
  });

  test('that keeps failing calls those who can act, where they see it, and not the one whose access it is', async () => {
    await running();
    world.local.google.faults.set('iap', { permissionDenied: true });
    await world.press(LINUS, 'Revoke', { channel: ACCESS });
    await world.submit(LINUS, { 'Why? Whoever has the access reads this.': 'laptop stolen' });
    expect(textOf(world.direct(ADA).at(-1))).toContain(
      'Revoked by <@U0LINUS> (laptop stolen), being removed…',
    );
    await world.wait(5);
    const alarm = textOf(toplevel().at(-1));
    expect(alarm).toContain('<@U0LINUS>, <@U0GRACE>, <!subteam^S0LEADS>: the access of ada@acme.example');
    expect(alarm).not.toContain('<@U0ADA>');
    world.local.google.faults.clear();
    await world.wait(16);
    expect(textOf(toplevel().at(-1))).toContain('has been removed after all');
    expect(about(ADA, 'Revoked by <@U0LINUS>')).toHaveLength(1);
  });

  test('of a person by command, all or one service, by an admin', async () => {
    await running();
    await world.command(ADA, 'playground 1h');
    expect(await world.command(MAX, 'revoke <@U0ADA|ada>')).toContain('Only the approvers');
    expect(await world.command(ROOT, 'revoke <@U0MAX|max>')).toContain('nothing to revoke');
    expect(await world.command(ROOT, 'revoke <@U0ADA|ada> nowhere')).toContain('nowhere');
    await world.command(ROOT, 'revoke <@U0ADA|ada> playground');
    expect(world.modal(ROOT)).not.toContain('billing-dashboard');
    await world.submit(ROOT, { 'Why? Whoever has the access reads this.': 'left the company' });
    expect(world.modal(ROOT)).toContain('One grant of <@U0ADA>');
    await world.local.slack.people.closeView(ROOT);
    await world.command(ROOT, 'revoke <@U0ADA|ada>');
    await world.submit(ROOT, { 'Why? Whoever has the access reads this.': 'left the company' });
    expect((await world.grants()).map((g) => g.state)).toEqual(['REVOKED', 'REVOKED']);
  });

  test('of all access to a service, what is scheduled too', async () => {
    await running();
    await world.command(MAX, 'billing-dashboard 15m INC-43');
    await world.press(GRACE, 'Approve');
    await world.command(ROOT, 'revoke-all billing-dashboard');
    expect(world.modal(ROOT)).toContain('<@U0MAX>');
    await world.submit(ROOT, { 'Why? Whoever has the access reads this.': 'incident' });
    expect(world.modal(ROOT)).toContain('2 grants');
    expect((await world.grants()).map((g) => g.state)).toEqual(['REVOKED', 'REVOKED']);
  });
});

test('ending access asks first where it comes back only by an approval', async () => {
  await world.command(ADA, 'playground 1h');
  const latest = () => textOf(world.direct(ADA).at(-1));
  expect(latest()).toContain('"End access"');
  expect(latest()).not.toContain('"confirm"');
  await running();
  expect(latest()).toContain('somebody has to approve it anew');
  await world.home(ADA);
  await world.pressAtHome(ADA, 'End access');
  expect((await world.grants()).map((g) => g.state)).toContain('REVOKED');
});

describe('a freeze', () => {
  test('stops approvals, automatic ones too, until an admin lifts it, and the channels are told', async () => {
    await world.command(ADA, 'billing-dashboard 15m INC-42');
    expect(await world.command(GRACE, 'freeze')).toContain('Only Latchkey admins');
    expect(await world.command(ROOT, 'unfreeze')).toContain('not frozen');
    await world.command(ROOT, 'freeze');
    await world.submit(ROOT, { 'Why? The channels read this.': 'breach <!here>' });
    expect(textOf(world.channel().at(-1))).toContain('froze approvals');
    expect(textOf(world.channel().at(-1))).toContain('breach &lt;!here&gt;');
    expect(await world.press(GRACE, 'Approve', { channel: ACCESS })).toContain('frozen');
    expect(await world.command(ADA, 'playground 1h')).toContain('frozen');
    expect(await world.command(ROOT, 'freeze')).toContain('frozen already');
    await world.command(ROOT, 'unfreeze');
    await world.submit(ROOT);
    expect(textOf(world.channel().at(-1))).toContain('lifted the freeze');
    await world.press(GRACE, 'Approve', { channel: ACCESS });
    expect(await endOf()).toBe('09:16');
  });
});
