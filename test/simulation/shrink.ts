import { dulled, isInteresting, replayedChoices } from './choices.ts';
import { type Invariant, type RunResult, run } from './run.ts';
import type { AppUnderTest } from './world.ts';

/**
 * The shortest history found that breaks the same invariant: numbers are deleted from the list of choices, or made
 * zero, in ever smaller pieces, as long as the violation stays and takes fewer steps, or as many from duller choices.
 */
export async function shrink(
  app: AppUnderTest,
  choices: readonly number[],
  invariant: Invariant,
  mostRuns = 1_500,
): Promise<RunResult> {
  let best: readonly number[] = choices;
  let bestCost = Number.POSITIVE_INFINITY;
  let left = mostRuns;
  const improves = async (list: readonly number[]): Promise<boolean> => {
    if (left <= 0) return false;
    left -= 1;
    const result = await run(app, replayedChoices(list));
    if (result.violation?.invariant !== invariant) return false;
    const cost = result.steps * 1_000 + interest(list) + list.length / 1_000;
    if (cost >= bestCost) return false;
    best = list;
    bestCost = cost;
    return true;
  };
  await improves(choices);
  for (let improved = true; improved && left > 0; ) {
    improved = false;
    for (const size of sizesFor(best.length)) {
      for (let end = best.length; end > 0 && left > 0; end -= size) {
        const from = Math.max(0, end - size);
        const piece = best.slice(from, end);
        const without = [...best.slice(0, from), ...best.slice(end)];
        const duller = [...best.slice(0, from), ...piece.map(dulled), ...best.slice(end)];
        if (await improves(without)) improved = true;
        else if (piece.some(isInteresting) && (await improves(duller))) improved = true;
      }
    }
  }
  return await run(app, replayedChoices(best), true);
}

/** Halves, quarters and so on, down to single choices. */
function sizesFor(length: number): number[] {
  const sizes: number[] = [];
  for (let size = Math.ceil(length / 2); size > 1; size = Math.ceil(size / 2)) sizes.push(size);
  return [...sizes, 1];
}

/** How much a list leaves to be explained. */
function interest(list: readonly number[]): number {
  return list.filter(isInteresting).length;
}
