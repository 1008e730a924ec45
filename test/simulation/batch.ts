import { randomChoices } from './choices.ts';
import { type RunResult, run, type Violation } from './run.ts';
import { type FaultKind, faultKinds } from './weather.ts';
import type { AppUnderTest } from './world.ts';

/** What many runs came to, added up. */
export interface Summary {
  runs: number;
  steps: number;
  grants: number;
  active: number;
  writes: number;
  conflicts: number;
  crashes: number;
  pauses: number;
  lostTriggers: number;
  doubledTriggers: number;
  retriedTriggers: number;
  faults: Record<FaultKind, number>;
  violations: Failure[];
}

export interface Failure extends Violation {
  readonly seed: number;
  readonly choices: readonly number[];
}

export function emptySummary(): Summary {
  return {
    runs: 0,
    steps: 0,
    grants: 0,
    active: 0,
    writes: 0,
    conflicts: 0,
    crashes: 0,
    pauses: 0,
    lostTriggers: 0,
    doubledTriggers: 0,
    retriedTriggers: 0,
    faults: Object.fromEntries(faultKinds.map((kind) => [kind, 0])) as Record<FaultKind, number>,
    violations: [],
  };
}

/** Runs with the seeds from `first` on; stops early after too many violations. */
export async function runMany(
  app: AppUnderTest,
  first: number,
  count: number,
  mostViolations = 5,
): Promise<Summary> {
  const summary = emptySummary();
  for (let seed = first; seed < first + count; seed += 1) {
    const result = await run(app, randomChoices(seed));
    addRun(summary, result);
    if (!result.violation) continue;
    summary.violations.push({ ...result.violation, seed, choices: result.choices });
    if (summary.violations.length >= mostViolations) break;
  }
  return summary;
}

function addRun(summary: Summary, result: RunResult): void {
  summary.runs += 1;
  summary.steps += result.steps;
  summary.grants += result.grants;
  summary.active += result.active;
  summary.writes += result.writes;
  summary.conflicts += result.conflicts;
  summary.crashes += result.crashes;
  summary.pauses += result.pauses;
  summary.lostTriggers += result.triggers.lost;
  summary.doubledTriggers += result.triggers.doubled;
  summary.retriedTriggers += result.triggers.retried;
  for (const kind of faultKinds) summary.faults[kind] += result.faults[kind];
}

export function addSummary(total: Summary, part: Summary): void {
  for (const [name, value] of Object.entries(part)) {
    if (typeof value === 'number') Reflect.set(total, name, Number(Reflect.get(total, name)) + value);
  }
  for (const kind of faultKinds) total.faults[kind] += part.faults[kind];
  total.violations.push(...part.violations);
}
