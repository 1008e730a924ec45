import { describe, expect, test } from 'vitest';
import { isInteresting, randomChoices } from './choices.ts';
import { mutants } from './mutants.ts';
import { loadMutant } from './mutate.ts';
import { run } from './run.ts';
import { shrink } from './shrink.ts';

// The checks, checked: each of these mistakes in the source must be seen, by the invariant that it breaks.

/** Most are seen within ten runs; a few need a write that comes late at just the wrong moment, or a full policy. */
const MOST_RUNS = 2_500;

/** Choices of a run that are more than the dullest ones. */
const LONG = 500;

describe('a deliberate mistake is caught', () => {
  test.each(mutants)('$name', { timeout: 180_000 }, async (mutant) => {
    const app = await loadMutant(mutant);
    const others: string[] = [];
    for (let seed = mutant.from ?? 1; seed <= (mutant.from ?? 1) + MOST_RUNS; seed += 1) {
      const { violation } = await run(app, randomChoices(seed));
      if (violation && mutant.breaks.includes(violation.invariant)) return;
      if (violation) others.push(`${violation.invariant} at seed ${seed}: ${violation.what}`);
      if (others.length > 20) break;
    }
    expect.fail(`not caught in ${MOST_RUNS} runs; seen instead: ${others.join('\n') || 'nothing'}`);
  });
});

test('what is shown of a failure is shorter than the run, and fails in the same way', {
  timeout: 180_000,
}, async () => {
  const mutant = mutants.find(({ name }) => name.startsWith('what is being revoked'));
  if (!mutant) throw new Error('no such mutant');
  const app = await loadMutant(mutant);
  let seed = mutant.from ?? 1;
  let whole = await run(app, randomChoices(seed), true);
  const interesting = (choices: readonly number[]) => choices.filter(isInteresting).length;
  // A long run, in which there is something to leave out.
  for (; whole.violation?.invariant !== 'I7' || interesting(whole.choices) < LONG; seed += 1) {
    whole = await run(app, randomChoices(seed), true);
  }
  const shortest = await shrink(app, whole.choices, 'I7', 700);
  expect(shortest.violation?.invariant).toBe('I7');
  expect(shortest.history.length).toBeLessThan(whole.history.length);
  expect(interesting(shortest.choices)).toBeLessThan(interesting(whole.choices) / 2);
  expect(shortest.history.join('\n')).toMatch(/VIOLATION of I7/);
});
