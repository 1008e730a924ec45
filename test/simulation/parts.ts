import { describe, expect, test } from 'vitest';
import * as app from './app.ts';
import { runMany } from './batch.ts';
import { shrink } from './shrink.ts';

/** Spread over several tests and files, so that a slow machine shows where it is and two cores share the work. */
const RUNS = 300;
const PARTS = 5;
/** Seeds that one file plays. */
export const RUNS_OF_FILE = RUNS * PARTS;

/** The invariants over many runs, from this seed on, as tests; `npm run simulate` plays more. */
export function playParts(from: number): void {
  const happened: Record<string, number> = {};

  describe('every invariant holds, whatever crashes, fails, repeats or interferes', () => {
    test.each(Array.from({ length: PARTS }, (_, part) => from + part * RUNS))(
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
      expect(missing.map(([kind]) => kind)).toEqual([]);
    });
  });
}
