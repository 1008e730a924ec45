import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLocal } from '../../../simulator/local.ts';
import type { Stage } from '../../../simulator/stage/stage.ts';
import { nextThing } from '../../../simulator/stage/time.ts';
import { weatherOf } from '../../../simulator/stage/weather.ts';
import { iapWeathers, slackWeathers, triggerWeathers } from '../../../simulator/stage/weathers.ts';
import { ask, BILLING, click, entitlements, newStage, play, START } from './fixture.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await newStage();
});
afterEach(() => stage.close());

const askAndApprove = async () => {
  await play(stage, ask);
  await play(stage, click(stage, 'U0GRACE', 'C0ACCESS', 'grant_approve'));
};
const titles = (kind?: string) =>
  stage
    .timeline()
    .entries()
    .filter((entry) => kind === undefined || entry.kind === kind)
    .map((entry) => entry.title);

describe('the timeline', () => {
  test('tells of people, functions, transactions, calls, messages and policies, by grant', async () => {
    await askAndApprove();
    const [grant] = stage.timeline().grants();
    if (!grant) throw new Error('nothing was asked');
    const about = stage
      .timeline()
      .entries()
      .filter((entry) => entry.grants.includes(grant.id));
    expect(new Set(about.map((entry) => entry.kind))).toEqual(
      new Set(['person', 'function', 'transaction', 'message', 'api', 'policy', 'read']),
    );
    expect(titles('transaction')).toEqual([
      'requested: new → APPROVAL_AWAITED',
      'approved: APPROVAL_AWAITED → ACTIVATING',
      'activated: ACTIVATING → ACTIVE',
    ]);
    expect(titles('person')).toContain('Grace Hopper clicks Approve');
    expect(titles('policy')).toEqual(['Policy of billing-dashboard changed']);
    expect(about.some((entry) => entry.title === `Ada Lovelace types ${'text' in ask ? ask.text : ''}`)).toBe(
      true,
    );
  });

  test('keeps two grants apart', async () => {
    await play(stage, ask, {
      do: 'command',
      who: 'U0MAX',
      in: 'C0ACCESS',
      text: '/request-access billing-export 15m INC-1 x',
    });
    const [second, first] = stage.timeline().grants();
    const both = stage
      .timeline()
      .entries()
      .filter((entry) => entry.kind === 'transaction' || entry.kind === 'person')
      .filter((entry) => entry.grants.includes(first?.id ?? '') && entry.grants.includes(second?.id ?? ''));
    expect(both).toEqual([]);
  });

  test('counts the sweeps of an idle hour on one line', async () => {
    await play(stage, { do: 'advance', ms: 10 * 60_000 });
    const first = titles('function').length;
    await play(stage, { do: 'advance', ms: 60 * 60_000 });
    const sweeps = stage
      .timeline()
      .entries()
      .filter((entry) => entry.title === 'sweep');
    expect(titles('function').length - first).toBeLessThanOrEqual(2);
    expect(sweeps.reduce((sum, entry) => sum + entry.count, 0)).toBe(70);
  });

  test('shows what the weather does to a function', async () => {
    await play(stage, { do: 'weather', set: { triggers: 'lost' } }, ask);
    await new Promise((resolve) => setImmediate(resolve));
    expect(titles('function')).toContain('converge billing-dashboard: its trigger got lost');
  });
});

describe('time', () => {
  test('moves on timer by timer, with what each brings about', async () => {
    await askAndApprove();
    await play(stage, { do: 'advance', ms: 17 * 60_000 });
    expect(stage.timeline().grants()[0]?.state).toBe('ENDED');
    expect(stage.local().clock.now()).toBe(START + 17 * 60_000);
  });

  test('goes to the next thing that will happen: a reminder, then the end, then nothing', async () => {
    expect(await nextThing(stage.local())).toBeUndefined();
    await askAndApprove();
    expect(await nextThing(stage.local())).toEqual({
      atMs: Date.parse('2026-03-02T09:13:00Z'),
      what: 'a reminder for billing-dashboard',
    });
    await play(stage, { do: 'next' });
    expect(await nextThing(stage.local())).toMatchObject({ what: 'access to billing-dashboard ends' });
    await play(stage, { do: 'next' });
    expect(new Date(stage.local().clock.now()).toISOString()).toBe('2026-03-02T09:16:00.000Z');
    expect(stage.timeline().grants()[0]?.state).toBe('ENDED');
    expect(await nextThing(stage.local())).toBeUndefined();
  });

  test('a policy change on its way is the next thing', async () => {
    await play(stage, { do: 'weather', set: { propagationMs: 120_000 } });
    await askAndApprove();
    expect(await nextThing(stage.local())).toEqual({
      atMs: START + 120_000,
      what: 'a policy change reaches IAP',
    });
    expect(await stage.perform({ do: 'open', who: 'U0ADA', service: BILLING, levels: [] })).toMatchObject({
      door: { allowed: false, reason: expect.stringContaining('has not reached IAP yet') },
    });
    await play(stage, { do: 'next' });
    expect(await stage.perform({ do: 'open', who: 'U0ADA', service: BILLING, levels: [] })).toMatchObject({
      door: { allowed: true },
    });
  });
});

describe('the weather', () => {
  test.each([
    ...iapWeathers.map((iap) => ({ iap })),
    ...slackWeathers.map((slack) => ({ slack })),
    ...triggerWeathers.map((triggers) => ({ triggers })),
    { run: 'down' as const },
    { propagationMs: 420_000 },
  ])('is what it was set to: %o', async (set) => {
    await stage.perform({ do: 'weather', set });
    expect(weatherOf(stage.local())).toMatchObject(set);
  });

  test('clears up by itself after three conflicts', async () => {
    await play(stage, { do: 'weather', set: { iap: 'three conflicts' } });
    await askAndApprove();
    expect(weatherOf(stage.local()).iap).toBe('fair');
    expect(stage.timeline().grants()[0]?.state).toBe('ACTIVE');
  });
});

describe('the stage', () => {
  test('begins anew', async () => {
    await askAndApprove();
    await stage.reset();
    expect(stage.timeline().grants()).toEqual([]);
    expect(stage.local().slack.workspace.messages()).toEqual([]);
    expect(stage.guide()).toEqual({ asked: false, approved: false, opened: false, ended: false });
  });

  test('knows how far a first visitor has got', async () => {
    await play(stage, ask);
    expect(stage.guide()).toEqual({ asked: true, approved: false, opened: false, ended: false });
    await play(stage, click(stage, 'U0GRACE', 'C0ACCESS', 'grant_approve'));
    await play(stage, { do: 'open', who: 'U0ADA', service: BILLING, levels: [] });
    expect(stage.guide()).toEqual({ asked: true, approved: true, opened: true, ended: false });
  });

  test('goes on where a saved state was left', async () => {
    await askAndApprove();
    const saved = JSON.parse(JSON.stringify(stage.local().dump()));
    const later = await createLocal({ entitlements, startMs: START, state: saved, log: () => {} });
    try {
      expect(later.slack.workspace.messages('C0ACCESS')).toEqual(
        stage.local().slack.workspace.messages('C0ACCESS'),
      );
      later.clock.advance(17 * 60_000);
      await later.idle();
      const [grant] = await later.store.inStates(['ENDED'], 10);
      expect(grant?.id).toBe(stage.timeline().grants()[0]?.id);
      expect(JSON.stringify(later.google.dump().policies)).not.toContain('ada@acme.example');
    } finally {
      await later.close();
    }
  });
});
