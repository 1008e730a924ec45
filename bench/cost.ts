import { burstOfApprovals, dueGrants, idleSweeps } from './measures.ts';

// What the work costs as it grows: counts, not times, so that every machine prints the same.

interface Figure {
  readonly what: string;
  readonly value: number;
  readonly bound: number;
}

const burst = await burstOfApprovals(200);
const onEach = 50;
const idle = await idleSweeps({ over: 99_000, busy: 20, inForceOnEach: onEach, quiet: 30 });
const half = await dueGrants(500, 50);
const whole = await dueGrants(1_000, 50);

const figures: readonly Figure[] = [
  {
    what: 'policy writes for 200 simultaneous approvals on one service',
    value: burst.policyWrites,
    bound: 5,
  },
  { what: '… of which not in force afterwards', value: 200 - burst.inForce, bound: 0 },
  { what: 'documents read by an idle sweep, 100,000 grants stored', value: idle.idle, bound: 10 },
  { what: '… by one that verifies services with grants in force', value: idle.verifying, bound: 10 },
  {
    what: `… by one that reads the ${onEach} grants of one of them again, which comes once an hour`,
    value: idle.readingAgain,
    bound: 15 + 2 * onEach,
  },
  { what: 'policy writes for 1,000 due grants over 50 services', value: whole.policyWrites, bound: 60 },
  { what: 'policy reads for the same', value: whole.policyReads, bound: 120 },
  { what: '… of which not ended afterwards', value: whole.left, bound: 0 },
  { what: 'documents read for each of them', value: round(whole.reads / 1_000), bound: 15 },
  {
    what: 'documents read for 1,000 due against 500 (2 is linear)',
    value: round(whole.reads / half.reads),
    bound: 2.2,
  },
  {
    what: 'seconds that their first sweep takes, in virtual time',
    value: round(whole.firstSweepMs / 1_000),
    bound: 60,
  },
];

for (const { what, value, bound } of figures) {
  console.log(
    `${value <= bound ? 'ok  ' : 'OVER'}  ${String(value).padStart(8)}  of at most ${String(bound).padEnd(4)} ${what}`,
  );
}
if (figures.some(({ value, bound }) => value > bound)) process.exitCode = 1;

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
