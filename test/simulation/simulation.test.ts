import { describe, expect, test } from 'vitest';
import * as app from './app.ts';
import { runMany } from './batch.ts';
import { randomChoices, replayedChoices } from './choices.ts';
import { run } from './run.ts';
import { shrink } from './shrink.ts';
import { sparedFaults } from './weather.ts';

/** Spread over several tests, so that a slow machine shows where it is; `npm run simulate` plays more. */
const RUNS = 300;
const PARTS = 5;

const happened: Record<string, number> = {};

describe('every invariant holds, whatever crashes, fails, repeats or interferes', () => {
  test.each(Array.from({ length: PARTS }, (_, part) => 1 + part * RUNS))(
    `${RUNS} runs from seed %i on`,
    { timeout: 180_000 },
    async (first) => {
      const summary = await runMany(app, first, RUNS, 1);
      const [failure] = summary.violations;
      if (failure) {
        const { history } = await shrink(app, failure.choices, failure.invariant, 400);
        const shortest = history.join('\n');
        throw new Error(`seed ${failure.seed} breaks ${failure.invariant}: ${failure.what}\n${shortest}`);
      }
      // A simulation in which nothing happens proves nothing.
      expect(summary.active).toBeGreaterThan(RUNS / 3);
      expect(summary.writes).toBeGreaterThan(RUNS);
      expect(summary.crashes).toBeGreaterThan(RUNS / 2);
      expect(summary.pauses).toBeGreaterThan(RUNS / 2);
      happened.conflicts = (happened.conflicts ?? 0) + summary.conflicts;
      for (const [kind, count] of Object.entries(summary.faults)) {
        happened[kind] = (happened[kind] ?? 0) + count;
      }
    },
  );

  // Over all of them: a rare kind may be missing in a part, whenever anything shifts the choices.
  test('and everything that can go wrong did', () => {
    expect(Object.keys(happened).length).toBeGreaterThan(5);
    const missing = Object.entries(happened).filter(([, count]) => count === 0);
    expect(missing.map(([kind]) => kind)).toEqual([...sparedFaults]);
  });
});

test('the same seed is the same run, to the letter, and so are the choices it made', async () => {
  const first = await run(app, randomChoices(4711), true);
  const again = await run(app, randomChoices(4711), true);
  const replayed = await run(app, replayedChoices(first.choices), true);
  expect(first.history.length).toBeGreaterThan(100);
  expect(again.history).toEqual(first.history);
  expect(replayed.history).toEqual(first.history);
});
