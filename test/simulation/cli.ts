import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import * as app from './app.ts';
import { addSummary, emptySummary, type Failure, type Summary } from './batch.ts';
import { randomChoices } from './choices.ts';
import { run } from './run.ts';
import { shrink } from './shrink.ts';
import type { Task } from './worker.ts';

const USAGE = `Plays the converger against crashes, faults and other people, and checks the invariants.

  npm run simulate                     10,000 runs
  npm run simulate -- --runs 100000    that many
  npm run simulate -- --from 5000      with other seeds
  npm run simulate -- --seed 42        one run again, with everything that happens in it
  npm run simulate -- --seed 42 --shortest   and the shortest history found that breaks the same invariant`;

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '10000' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    shortest: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const PER_TASK = 50;
const MOST_VIOLATIONS = 5;

if (values.help) console.log(USAGE);
else if (values.seed !== undefined) await replay(wholeNumber('seed', values.seed), values.shortest);
else await playAll(wholeNumber('from', values.from), wholeNumber('runs', values.runs));

async function replay(seed: number, shortest: boolean): Promise<void> {
  const result = await run(app, randomChoices(seed), true);
  const shown =
    shortest && result.violation ? await shrink(app, result.choices, result.violation.invariant) : result;
  for (const line of shown.history) console.log(line);
  if (!shown.violation) return console.log(`seed ${seed}: every invariant holds, in ${shown.steps} steps`);
  console.log(`seed ${seed} breaks ${shown.violation.invariant}: ${shown.violation.what}`);
  process.exitCode = 1;
}

async function playAll(from: number, runs: number): Promise<void> {
  const started = performance.now();
  const total = emptySummary();
  let next = from;
  const task = (): Task | undefined => {
    if (next >= from + runs || total.violations.length >= MOST_VIOLATIONS) return undefined;
    const first = next;
    next += PER_TASK;
    return { first, count: Math.min(PER_TASK, from + runs - first) };
  };
  const thread = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(new URL('./worker.ts', import.meta.url));
      const more = () => {
        const todo = task();
        if (todo) worker.postMessage(todo);
        else void worker.terminate().then(() => resolve());
      };
      worker.on('message', (summary: Summary) => {
        addSummary(total, summary);
        progress(total.runs, runs, performance.now() - started);
        more();
      });
      worker.on('error', reject);
      more();
    });
  await Promise.all(Array.from({ length: availableParallelism() }, thread));
  process.stderr.write('\n');
  report(total, (performance.now() - started) / 1000);
  for (const failure of total.violations.slice(0, MOST_VIOLATIONS)) await explain(failure);
  if (total.violations.length > 0) process.exitCode = 1;
}

/** A bar where somebody is looking, else a line now and then. */
function progress(done: number, runs: number, elapsedMs: number): void {
  const width = 40;
  const full = Math.floor((done / runs) * width);
  const left = Math.ceil(((elapsedMs / done) * (runs - done)) / 1000);
  const line = `[${'#'.repeat(full)}${'.'.repeat(width - full)}] ${done}/${runs} runs, ${left} s left`;
  if (process.stderr.isTTY) process.stderr.write(`\r${line}   `);
  else if (Math.floor((done / runs) * 10) > Math.floor(((done - PER_TASK) / runs) * 10))
    process.stderr.write(`${line}\n`);
}

function report(total: Summary, seconds: number): void {
  const faults = Object.entries(total.faults).map(([kind, count]) => `${kind} ${count}`);
  const lines: [string, string][] = [
    ['runs', `${total.runs} (${(total.runs / seconds).toFixed(0)} a second)`],
    ['steps', String(total.steps)],
    ['grants', `${total.grants}, ${total.active} of them in force`],
    ['policy writes', `${total.writes}, and ${total.conflicts} refused for their etag`],
    ['crashes', String(total.crashes)],
    ['pauses', String(total.pauses)],
    [
      'triggers',
      `${total.lostTriggers} lost, ${total.doubledTriggers} doubled, ${total.retriedTriggers} repeated`,
    ],
    ['faults', faults.join(', ')],
    ['violations', String(total.violations.length)],
  ];
  for (const [name, value] of lines) console.log(`${name.padEnd(14)}${value}`);
}

async function explain({ seed, invariant, what, choices }: Failure): Promise<void> {
  const shortest = await shrink(app, choices, invariant);
  console.log(`\nseed ${seed} breaks ${invariant}: ${what}`);
  console.log(`the shortest history found (npm run simulate -- --seed ${seed} shows the whole):`);
  for (const line of shortest.history) console.log(`  ${line}`);
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  console.error(`--${name} wants a whole number, not "${text}"\n\n${USAGE}`);
  process.exit(2);
}
