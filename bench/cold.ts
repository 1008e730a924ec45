import { createServer } from 'node:http';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { signature } from '../simulator/slack/deliver.ts';
import { listenOnLoopback } from '../test/support/ports.ts';
import { type Contender, type Measured, measureFirstAnswer } from './first-answer.ts';

// A cold start against the least that is possible: the built `slack` function to its first acknowledged
// `/request-access`, signature checked and the form opened at Slack, beside a hello-world on the same framework.
// Pair by pair in one run, in changing order, so that a busy machine slows both.

const MAX_TIME_RATIO = 1.6;
const MAX_MEMORY_RATIO = 1.5;
const WARM_UP = 2;
const SECRET = '0123456789abcdef0123456789abcdef';

const { values } = parseArgs({ options: { pairs: { type: 'string', default: '20' } } });
const pairs = Number(values.pairs);
const root = join(import.meta.dirname, '..');

let opened = 0;
const slack = createServer((request, response) => {
  if (request.url === '/api/views.open') opened += 1;
  request.resume().once('end', () => {
    response.setHeader('content-type', 'application/json').end('{"ok":true,"view":{"id":"V1"}}');
  });
});
const slackPort = await listenOnLoopback(slack);

const hello: Contender = {
  source: join(root, 'bench/hello-world'),
  target: 'hello',
  env: {},
  firstRequest: () => ({ path: '/', headers: {}, body: '' }),
};

const ours: Contender = {
  source: join(root, 'dist'),
  target: 'slack',
  env: {
    SLACK_SIGNING_SECRET: SECRET,
    SLACK_BOT_TOKEN: 'xoxb-bench',
    SLACK_API_URL: `http://127.0.0.1:${slackPort}/api/`,
    GOOGLE_CLOUD_PROJECT: 'bench',
    ENTITLEMENTS_FILE: join(root, 'entitlements.example.yaml'),
  },
  firstRequest() {
    const body = new URLSearchParams({
      command: '/request-access',
      text: '',
      team_id: 'T0ACME',
      user_id: 'U0ADA',
      channel_id: 'C0GENERAL',
      trigger_id: `1.2.${opened}`,
    }).toString();
    const timestamp = Math.floor(Date.now() / 1000);
    return {
      path: '/slack/events',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'x-slack-request-timestamp': String(timestamp),
        'x-slack-signature': signature(SECRET, timestamp, body),
      },
      body,
    };
  },
};

async function measureOurs(): Promise<Measured> {
  const before = opened;
  const measured = await measureFirstAnswer(ours);
  if (opened !== before + 1) throw new Error(`the form was opened ${opened - before} times`);
  return measured;
}

const results: { hello: Measured; ours: Measured }[] = [];
for (let i = 0; i < pairs + WARM_UP; i += 1) {
  const first = i % 2 === 0 ? await measureOurs() : undefined;
  const least = await measureFirstAnswer(hello);
  const pair = { hello: least, ours: first ?? (await measureOurs()) };
  if (i >= WARM_UP) results.push(pair);
}
slack.close();
slack.closeAllConnections();

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] ?? NaN) + (sorted[Math.ceil(middle) - 1] ?? NaN)) / 2;
}

/** Prints one line of the result; false where the median of the ratios is over the limit. */
function report(what: string, unit: string, limit: number, of: (measured: Measured) => number): boolean {
  const helloMedian = median(results.map((pair) => of(pair.hello)));
  const oursMedian = median(results.map((pair) => of(pair.ours)));
  const ratio = median(results.map((pair) => of(pair.ours) / of(pair.hello)));
  const verdict = ratio <= limit ? 'ok' : 'TOO MUCH';
  console.log(
    `${what}: hello-world ${helloMedian.toFixed(0)} ${unit}, slack ${oursMedian.toFixed(0)} ${unit}, ` +
      `ratio ${ratio.toFixed(2)} (at most ${limit}): ${verdict}`,
  );
  return ratio <= limit;
}

console.log(`${results.length} pairs, medians; node ${process.version}`);
const quick = report('start to first answer', 'ms', MAX_TIME_RATIO, (m) => m.elapsedMs);
const small = report('peak memory', 'MB', MAX_MEMORY_RATIO, (m) => m.peakBytes / 2 ** 20);
process.exitCode = quick && small ? 0 : 1;
