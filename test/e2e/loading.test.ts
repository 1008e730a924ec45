import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { slackSeed } from '../../simulator/seed.ts';
import { createSlackServer } from '../../simulator/slack/server.ts';
import { DIST, start } from './functions.ts';

const SIGNING_SECRET = '8f742231b10e8888abcd99yyyzzz85a5';
const BOT_TOKEN = 'xoxb-loading';

// What a cold start loads is what it costs; this holds without measuring time that the form needs nothing of Google's.
test('the form opens with the slack unit alone: no client of Google’s, no fetch, no package', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-loaded-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const report = join(folder, 'report.json');
  const clock = { now: () => Date.now() };
  const slack = await createSlackServer({
    clock,
    seed: slackSeed,
    botToken: BOT_TOKEN,
    signingSecret: SIGNING_SECRET,
  });
  onTestFinished(() => slack.close());
  const running = await start({
    target: 'slack',
    preload: pathToFileURL(join(import.meta.dirname, 'report-loaded.mjs')).href,
    env: {
      SLACK_SIGNING_SECRET: SIGNING_SECRET,
      SLACK_BOT_TOKEN: BOT_TOKEN,
      SLACK_API_URL: `${slack.url}/api/`,
      GOOGLE_CLOUD_PROJECT: 'loading',
      ENTITLEMENTS_FILE: join(import.meta.dirname, '../../simulator/entitlements.yaml'),
      LOADED_REPORT: report,
    },
  });
  onTestFinished(() => running.stop());
  slack.setAppUrl(`${running.url}/slack/events`);

  const outcome = await slack.people.command('U0ADA', 'C0GENERAL', '/request-access');
  expect(outcome.modal?.view.type).toBe('modal');
  // Nothing is asked of anybody before the form is there, and nothing else for it.
  expect(slack.calls().map(({ method }) => method)).toEqual(['views.open']);

  // The next request has what was loaded until now written down.
  await fetch(`${running.url}/robots.txt`);
  const { files, builtins } = JSON.parse(readFileSync(report, 'utf8')) as {
    files: string[];
    builtins: string[];
  };
  const ours = files
    .filter((file) => dirname(file) === DIST)
    .map((file) => basename(file).replace(/-\w+/, ''));
  expect(ours.sort()).toEqual(['slack.cjs', 'slack.cjs.cache']);
  expect(
    files.filter((file) =>
      /node_modules\/(@slack|@google-cloud\/(?!functions-framework)|google-)/.test(file),
    ),
  ).toEqual([]);
  // The report sees what Node itself reads: the framework came that way.
  expect(files.some((file) => file.includes('node_modules/@google-cloud/functions-framework/'))).toBe(true);
  expect(builtins.filter((name) => /undici|http2|worker_threads/.test(name))).toEqual([]);
  expect(builtins).toContain('NativeModule http');
});
