import { replayedChoices } from './choices.ts';
import { type Invariant, type RunResult, run } from './run.ts';
import type { AppUnderTest } from './world.ts';

/**
 * The shortest history found that breaks the same invariant: numbers are deleted from the list of choices, or made
 * zero, in ever smaller pieces, as long as the violation stays.
 */
export async function shrink(
  app: AppUnderTest,
  choices: readonly number[],
  invariant: Invariant,
  mostRuns = 1_500,
): Promise<RunResult> {
  let best = [...choices];
  let left = mostRuns;
  const breaks = async (list: readonly number[]): Promise<boolean> => {
    left -= 1;
    const result = await run(app, replayedChoices(list));
    return result.violation?.invariant === invariant;
  };
  for (let improved = true; improved && left > 0; ) {
    improved = false;
    for (
      let size = Math.ceil(best.length / 2);
      size >= 1 && left > 0;
      size = size === 1 ? 0 : Math.ceil(size / 2)
    ) {
      for (let at = best.length - size; at > -size && left > 0; at -= size) {
        const from = Math.max(0, at);
        const end = from + size;
        const without = trimmed([...best.slice(0, from), ...best.slice(end)]);
        if (without.length < best.length && (await breaks(without))) {
          best = without;
          improved = true;
          continue;
        }
        const zeroed = trimmed(best.map((c, i) => (i >= from && i < end ? 0 : c)));
        if (weight(zeroed) < weight(best) && left > 0 && (await breaks(zeroed))) {
          best = zeroed;
          improved = true;
        }
      }
    }
  }
  return await run(app, replayedChoices(best), true);
}

/** Zeros at the end say nothing. */
function trimmed(list: readonly number[]): number[] {
  const last = list.findLastIndex((c) => c !== 0);
  return list.slice(0, last + 1);
}

function weight(list: readonly number[]): number {
  return list.length + list.filter((c) => c !== 0).length;
}
