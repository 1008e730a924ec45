import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { replay, scenarioSchema } from '../../../simulator/stage/scenario.ts';
import type { Stage } from '../../../simulator/stage/stage.ts';
import { ask, BILLING, click, entitlements, newStage, play } from './fixture.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await newStage();
});
afterEach(() => stage.close());

describe('a recording', () => {
  test('can be replayed on a new world, to the same end', async () => {
    await play(stage, ask);
    await stage.record();
    await play(stage, { do: 'advance', ms: 61_000 }, ask);
    await play(stage, click(stage, 'U0GRACE', 'C0ACCESS', 'grant_approve'));
    await play(
      stage,
      { do: 'weather', set: { iap: 'three conflicts' } },
      { do: 'edit', service: BILLING, edit: 'wipe ours' },
      { do: 'advance', ms: 5 * 60_000 },
      { do: 'command', who: 'U0ADA', in: 'dm', text: '/request-access' },
      {
        do: 'suggest',
        who: 'U0ADA',
        at: { view: 'modal' },
        block: 'ask_service',
        what: 'ask_service',
        query: 'exp',
      },
    );
    await play(stage, { do: 'close', who: 'U0ADA' }, { do: 'next' });
    const scenario = await stage.finish('drift');
    if (!scenario) throw new Error('nothing was recorded');

    // As it comes back from a file.
    const read = scenarioSchema.parse(JSON.parse(JSON.stringify(scenario)));
    expect(read.steps.map((step) => step.do)).toEqual([
      'advance',
      'command',
      'click',
      'weather',
      'edit',
      'advance',
      'command',
      'suggest',
      'close',
      'advance',
    ]);
    expect(read.expected.grants).toHaveLength(1);
    expect(await replay(read, { entitlements })).toEqual(read.expected);
  });

  test('names neither grants nor timestamps', async () => {
    await stage.record();
    await play(stage, ask);
    await play(stage, click(stage, 'U0GRACE', 'C0ACCESS', 'grant_approve'));
    const [grant] = stage.timeline().grants();
    const ts = stage
      .local()
      .slack.workspace.messages('C0ACCESS')
      .map((message) => message.ts);
    const text = JSON.stringify(await stage.finish('names'));
    expect(text).not.toContain(grant?.id);
    for (const one of ts) expect(text).not.toContain(one);
  });

  test('tells a replay that came to something else', async () => {
    await stage.record();
    await play(stage, ask);
    const scenario = await stage.finish('other');
    if (!scenario) throw new Error('nothing was recorded');
    const other = await replay(
      { ...scenario, steps: [...scenario.steps, { do: 'advance', ms: 9 * 3_600_000 }] },
      { entitlements },
    );
    expect(other).not.toEqual(scenario.expected);
    expect(other.grants[0]?.state).toBe('EXPIRED');
  });

  test('is not there unless it was begun', async () => {
    expect(await stage.finish('nothing')).toBeUndefined();
  });
});
