import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createVirtualClock } from '../../simulator/clock.ts';
import { createEmbeddedStore } from '../../simulator/embedded-store.ts';
import { createGoogleServer } from '../../simulator/google/server.ts';
import { readBody } from '../../simulator/read-body.ts';
import { googleSeed, slackSeed } from '../../simulator/seed.ts';
import { createSlackServer, type SlackServer } from '../../simulator/slack/server.ts';
import { composeFlows } from '../../src/compose/flows.ts';
import { createParts } from '../../src/compose/parts.ts';
import { composeConverge } from '../../src/compose/work.ts';
import { loadConfig } from '../../src/config.ts';
import type { GrantStore } from '../../src/ports.ts';
import { createSlackHandler } from '../../src/slack/app.ts';
import { listenOnLoopback } from '../support/ports.ts';
import { ACCESS, ADA, GRACE, START, textOf } from './world.ts';

const ENTITLEMENTS = `
workspace: { teamId: T0ACME, channel: C0ACCESS, emailDomains: [acme.example], admins: { users: [U0ROOT] } }
projects: [{ id: acme-prod, number: "123456789012", regions: [us-central1] }]
entitlements:
  - id: billing
    services: ["acme-prod/us-central1/billing-*"]
    requesters: { anyone: true }
    approvers: { usergroups: [S0LEADS] }
    durations: [15m, 1h]
`;

interface Span {
  readonly what: string;
  readonly from: number;
  readonly to: number;
}

/** How many calls happen one after another, if as many as possible overlap: the longest row of spans end to start. */
function inSequence(spans: readonly Span[]): string[] {
  const row: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.to - b.to)) {
    const last = row.at(-1);
    if (!last || span.from >= last.to - 1) row.push(span);
  }
  return row.map((s) => s.what);
}

let slack: SlackServer;
let google: { readonly url: string; close(): Promise<void> };
let app: Server;
let spans: Span[];
let storeMs: number;
let answerWithinMs: number;
let store: GrantStore;
let converge: (id: string) => Promise<void>;

/** A store that takes its time. */
function slow(inner: GrantStore): GrantStore {
  return new Proxy(inner, {
    get(target, name: keyof GrantStore) {
      const op = target[name];
      if (typeof op !== 'function') return op;
      return async (...args: unknown[]) => {
        const from = performance.now();
        await new Promise((resolve) => setTimeout(resolve, storeMs));
        const result = await Reflect.apply(op, target, args);
        spans.push({ what: name, from, to: performance.now() });
        return result;
      };
    },
  });
}

beforeEach(async () => {
  spans = [];
  storeMs = 0;
  answerWithinMs = 2_500;
  const clock = createVirtualClock({ startMs: START });
  google = await createGoogleServer({ clock, seed: googleSeed }).listen();
  const { url } = google;
  const [botToken, signingSecret] = ['xoxb-simulated-bot-token', 'simulated-signing-secret-0123456'];
  slack = await createSlackServer({
    clock,
    signatureClock: { now: () => Date.now() },
    seed: slackSeed,
    botToken,
    signingSecret,
  });
  const env = {
    SLACK_SIGNING_SECRET: signingSecret,
    SLACK_BOT_TOKEN: botToken,
    SLACK_API_URL: `${slack.url}/api/`,
    GOOGLE_CLOUD_PROJECT: 'latchkey-local',
    IAP_API_URL: url,
    RUN_API_URL: url,
  };
  const config = loadConfig(env, () => ENTITLEMENTS, 'entitlements.yaml');
  store = createEmbeddedStore();
  const quiet = { clock, log: () => {} };
  const parts = createParts(config, { ...quiet, store });
  const run = composeConverge(parts);
  converge = (id) => run(`documents/grants/${id}`);
  const slowParts = { ...parts, store: slow(store) };
  const handlerFor = () =>
    createSlackHandler({
      signingSecret,
      client: parts.client,
      flows: composeFlows(slowParts),
      log: () => {},
      answerWithinMs,
    });
  app = createServer((request, response) => {
    void readBody(request).then((body) => handlerFor()(Object.assign(request, { rawBody: body }), response));
  });
  slack.setAppUrl(`http://127.0.0.1:${await listenOnLoopback(app)}/slack/events`);
  slack.onCall((call) => {
    const to = performance.now();
    spans.push({ what: call.method, from: to - call.durationMs, to });
  });
  const entries = await parts.services.list('acme-prod', 'us-central1');
  await store.putCatalog('acme-prod', 'us-central1', entries);
});

afterEach(async () => {
  app.closeAllConnections();
  await new Promise((resolve) => app.close(resolve));
  await slack.close();
  await google.close();
});

/** A request of Ada's, with its card; what was measured so far is forgotten. */
async function asked(): Promise<{ readonly id: string; readonly ts: string }> {
  await slack.people.command(ADA, ACCESS, '/request-access billing-dashboard 1h INC-42');
  const [grant] = await store.ofRequester(ADA, 1);
  if (!grant) throw new Error('nothing was asked for');
  await converge(grant.id);
  const card = slack.workspace.messages(ACCESS).find((m) => textOf(m).includes('asks for'));
  if (!card) throw new Error('no card');
  slack.faults.set({ latencyMs: 40 });
  storeMs = 40;
  spans = [];
  return { id: grant.id, ts: card.ts };
}

describe('outside calls one after another', () => {
  test('the form is one', async () => {
    await asked();
    await slack.people.command(ADA, ACCESS, '/request-access');
    expect(inSequence(spans)).toEqual(['views.open']);
  });

  test.each(['Approve', 'Approve 15m'])('%s is two, and a third shows it', async (label) => {
    const { ts } = await asked();
    await slack.people.click(GRACE, { channel: ACCESS, ts }, label);
    expect(inSequence(spans)).toHaveLength(3);
    expect(inSequence(spans).slice(1)).toEqual(['updateBatch', 'chat.update']);
  });

  test('Deny is two, then the dialog opens beside showing it', async () => {
    const { ts } = await asked();
    await slack.people.click(GRACE, { channel: ACCESS, ts }, 'Deny');
    expect(inSequence(spans)).toHaveLength(3);
    expect(spans.map((s) => s.what)).toContain('views.open');
  });

  test('asking, ending and withdrawing are two', async () => {
    const { id } = await asked();
    const dm = slack.workspace.dmWith(ADA).id;
    const own = slack.workspace.messages(dm).find((m) => textOf(m).includes('Withdraw'));
    if (!own) throw new Error('no message to withdraw at');
    await slack.people.click(ADA, { channel: dm, ts: own.ts }, 'Withdraw');
    expect(inSequence(spans)).toHaveLength(3);
    expect((await store.get(id))?.state).toBe('WITHDRAWN');
    spans = [];
    await slack.people.command(ADA, ACCESS, '/request-access billing-export 1h INC-42');
    // This instance has just started: it reads the catalog too, beside the rest.
    expect(inSequence(spans)).toHaveLength(2);
  });
});

describe('what takes longer than may be waited for', () => {
  test('a command is answered in time, and the request is made', async () => {
    answerWithinMs = 30;
    storeMs = 100;
    const outcome = await slack.people.command(ADA, ACCESS, '/request-access billing-dashboard 1h INC-42');
    expect(textOf(outcome.messages[0])).toContain('Still working on it: you will hear from me');
    const [late] = await nextMessages(1);
    expect(textOf(late)).toContain('Asked for *billing-dashboard*');
    expect((await store.ofRequester(ADA, 5)).map((g) => g.state)).toEqual(['APPROVAL_AWAITED']);
  });

  test('a click is answered in time, and the decision is made', async () => {
    const { id, ts } = await asked();
    answerWithinMs = 20;
    const outcome = await slack.people.click(GRACE, { channel: ACCESS, ts }, 'Approve');
    expect(outcome.failure).toBeUndefined();
    expect(JSON.stringify(outcome.messages)).toContain('Still working on it');
    await until(async () => (await store.get(id))?.state === 'ACTIVATING');
  });

  test('the form stays as it is, can be sent again, and makes one request', async () => {
    await slack.people.command(ADA, ACCESS, '/request-access');
    const viewId = slack.workspace.views.top(ADA)?.view.id ?? '';
    const path = 'acme-prod/us-central1/billing-dashboard';
    await slack.people.suggest(ADA, { viewId }, 'ask_service', 'ask_service', 'bill');
    const fields = { Service: path, 'For how long': '1h', Why: 'INC-42' };
    answerWithinMs = 30;
    storeMs = 100;
    const first = await slack.people.submit(ADA, viewId, fields);
    expect(Object.values(first.errors)[0]).toContain('Still working on it');
    await until(async () => (await store.ofRequester(ADA, 5)).length === 1);
    answerWithinMs = 2_500;
    const again = await slack.people.submit(ADA, viewId);
    expect(again.errors).toEqual({});
    expect(again.modal).toBeUndefined();
    expect(await store.ofRequester(ADA, 5)).toHaveLength(1);
  });
});

/** The next messages that appear for Ada, as they do. */
async function nextMessages(count: number) {
  const seen: ReturnType<typeof slack.workspace.messages>[number][] = [];
  await new Promise<void>((resolve) => {
    const stop = slack.workspace.onChange((change) => {
      if (change.type !== 'message_posted') return;
      seen.push(change.message);
      if (seen.length < count) return;
      stop();
      resolve();
    });
  });
  return seen;
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5));
}
