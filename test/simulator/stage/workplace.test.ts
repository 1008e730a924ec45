import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createStage, type Stage } from '../../../simulator/stage/stage.ts';
import type { Step } from '../../../simulator/stage/steps.ts';
import { ask, BILLING, click, entitlements, newStage, play, START } from './fixture.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await newStage();
});
afterEach(() => stage.close());

const states = () =>
  stage
    .timeline()
    .grants()
    .map(({ state }) => state);
const said = () =>
  stage
    .timeline()
    .entries()
    .filter(({ kind }) => kind === 'person')
    .map(({ title }) => title);
const shown = (who: string) => JSON.stringify(stage.local().slack.workspace.viewAs(who));

describe('somebody who leaves Slack', () => {
  test('can do nothing there, and can again once they are back', async () => {
    await play(stage, { do: 'person', person: 'U0ADA', left: true });
    await expect(stage.perform(ask)).rejects.toThrow('Ada Lovelace has left this Slack workspace');
    await play(stage, { do: 'person', person: 'U0ADA', left: false }, ask);
    expect(states()).toEqual(['APPROVAL_AWAITED']);
    expect(said()).toEqual(
      expect.arrayContaining(['Ada Lovelace leaves Slack', 'Ada Lovelace is back in Slack']),
    );
  });

  test('holds no decision up that another approver can make', async () => {
    await play(stage, ask, { do: 'person', person: 'U0GRACE', left: true });
    await play(stage, click(stage, 'U0LINUS', 'C0ACCESS', 'grant_approve'));
    expect(states()).toEqual(['ACTIVE']);
  });

  test('still opens what their Google account may open', async () => {
    await play(stage, ask);
    await play(stage, click(stage, 'U0GRACE', 'C0ACCESS', 'grant_approve'));
    await play(stage, { do: 'person', person: 'U0ADA', left: true });
    const opened = await stage.perform({ do: 'open', who: 'U0ADA', service: BILLING, levels: [] });
    expect(opened.door).toMatchObject({ allowed: true });
  });
});

test('an address that changes before an approval is applied ends in a refusal that says why', async () => {
  await play(stage, ask, { do: 'person', person: 'U0ADA', email: 'ada.byron@acme.example' });
  await play(stage, click(stage, 'U0GRACE', 'C0ACCESS', 'grant_approve'));
  expect(states()).toEqual(['ACTIVATION_FAILED']);
  expect(shown('U0ADA')).toMatch(/another address/);
  const opened = await stage.perform({ do: 'open', who: 'U0ADA', service: BILLING, levels: [] });
  expect(opened.door).toMatchObject({ allowed: false });
});

test('a user group decides with the members that it has at the click', async () => {
  await play(stage, { do: 'group', group: 'S0LEADS', users: ['U0MAX'] }, ask);
  await play(stage, click(stage, 'U0MAX', 'C0ACCESS', 'grant_approve'));
  expect(states()).toEqual(['ACTIVE']);
  expect(said()).toContain('@leads is Max Planck');
  await expect(stage.perform({ do: 'group', group: 'S0LEADS', users: ['U0NOBODY'] })).rejects.toThrow(
    'U0NOBODY',
  );
});

describe('a channel', () => {
  test('that the bot was removed from gets no card, and the next one once the bot is back', async () => {
    await play(stage, { do: 'channel', channel: 'C0ACCESS', bot: false }, ask);
    expect(stage.local().slack.workspace.messages('C0ACCESS').filter(isShared)).toEqual([]);
    expect(states()).toEqual(['APPROVAL_AWAITED']);
    await play(stage, { do: 'channel', channel: 'C0ACCESS', bot: true });
    await play(stage, ask);
    expect(stage.local().slack.workspace.messages('C0ACCESS').filter(isShared)).not.toEqual([]);
  });

  test('that is archived lets nobody write, and can be opened again', async () => {
    await play(stage, { do: 'channel', channel: 'C0ACCESS', archived: true });
    await expect(stage.perform(ask)).rejects.toThrow('#access is archived');
    await play(stage, { do: 'channel', channel: 'C0ACCESS', archived: false }, ask);
    expect(states()).toEqual(['APPROVAL_AWAITED']);
  });
});

test('what changed in the workplace is replayed, and what could not be done is not recorded', async () => {
  await stage.record();
  const change: Step = { do: 'person', person: 'U0GRACE', left: true };
  await play(stage, change);
  await expect(
    stage.perform({ do: 'command', who: 'U0GRACE', in: 'C0ACCESS', text: '/request-access' }),
  ).rejects.toThrow('has left');
  await play(stage, { do: 'group', group: 'S0LEADS', users: ['U0LINUS'] });
  expect((await stage.finish('workplace'))?.steps).toEqual([
    change,
    { do: 'group', group: 'S0LEADS', users: ['U0LINUS'] },
  ]);
});

describe('the entitlements file', () => {
  const deploy = (text: string): Step => ({ do: 'entitlements', text });
  const shorter: Step = {
    do: 'command',
    who: 'U0ADA',
    in: 'C0ACCESS',
    text: '/request-access billing-dashboard 5m INC-42 x',
  };

  test('is deployed anew with everything kept', async () => {
    await play(stage, ask, deploy(entitlements.replace('durations: [15m, 1h, 4h]', 'durations: [5m]')));
    expect(states()).toEqual(['APPROVAL_AWAITED']);
    await play(stage, ask, shorter);
    expect(states()).toEqual(['APPROVAL_AWAITED', 'APPROVAL_AWAITED']);
    await stage.reset();
    await play(stage, ask);
    expect(states()).toEqual([]);
  });

  test('is read again on demand, and one with problems changes nothing', async () => {
    let text = entitlements;
    const reading = await createStage({
      entitlements,
      readEntitlements: () => text,
      startMs: START,
      log() {},
    });
    try {
      text = entitlements.replace('services: [acme-prod/europe-west1/payroll]', 'servces: [payroll]');
      expect(await reading.reload()).toBe(false);
      expect(JSON.stringify(reading.troubles())).toContain('servces: is not a known key');
      text = entitlements.replace('durations: [15m, 1h, 4h]', 'durations: [5m]');
      expect(await reading.reload()).toBe(true);
      await play(reading, ask, shorter);
      expect(reading.timeline().grants()).toHaveLength(1);
    } finally {
      await reading.close();
    }
  });
});

const isShared = (message: { ephemeral_to?: string }) => message.ephemeral_to === undefined;
