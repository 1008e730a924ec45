import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createVirtualClock, type VirtualClock } from '../../simulator/clock.ts';
import { createEmbeddedStore } from '../../simulator/embedded-store.ts';
import { createGoogleServer, type GoogleServer } from '../../simulator/google/server.ts';
import { readBody } from '../../simulator/read-body.ts';
import { googleSeed, slackSeed } from '../../simulator/seed.ts';
import { createSlackServer, type SlackServer } from '../../simulator/slack/server.ts';
import { composeFlows } from '../../src/compose/flows.ts';
import { createParts, type Parts } from '../../src/compose/parts.ts';
import { composeConverge, composeSweep } from '../../src/compose/work.ts';
import { loadConfig } from '../../src/config.ts';
import { LatchkeyError } from '../../src/errors.ts';
import type { GrantStore } from '../../src/ports.ts';
import { createSlackHandler } from '../../src/slack/app.ts';
import { listenOnLoopback } from '../support/ports.ts';
import { ACCESS, ADA, GRACE, MINUTE_MS, START, textOf } from './world.ts';

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
let cloud: GoogleServer;
let google: { readonly url: string; close(): Promise<void> };
let app: Server;
let spans: Span[];
let storeMs: number;
/** Where an instance loses the CPU for good. */
let frozen: Partial<Record<keyof GrantStore, 'before' | 'after' | 'throws'>>;
let clock: VirtualClock;
let parts: Parts;
let answerWithinMs: number;
let store: GrantStore;
let converge: (id: string) => Promise<void>;

/** A store that takes its time, and in which some operations never answer, before or after they took effect. */
function slow(inner: GrantStore): GrantStore {
  return new Proxy(inner, {
    get(target, name: keyof GrantStore) {
      const op = target[name];
      if (typeof op !== 'function') return op;
      return async (...args: unknown[]) => {
        const from = performance.now();
        if (frozen[name] === 'before') await new Promise(() => {});
        await new Promise((resolve) => setTimeout(resolve, storeMs));
        const result = await Reflect.apply(op, target, args);
        if (frozen[name] === 'after') await new Promise(() => {});
        if (frozen[name] === 'throws') throw new LatchkeyError('unavailable', 'the answer was lost');
        spans.push({ what: name, from, to: performance.now() });
        return result;
      };
    },
  });
}

beforeEach(async () => {
  spans = [];
  storeMs = 0;
  frozen = {};
  answerWithinMs = 2_500;
  clock = createVirtualClock({ startMs: START });
  cloud = createGoogleServer({ clock, seed: googleSeed });
  google = await cloud.listen();
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
  parts = createParts(config, { ...quiet, store });
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
  test('is kept, carried out by a sweep when its own process cannot, and told of', async () => {
    const { id, ts } = await asked();
    answerWithinMs = 300;
    storeMs = 0;
    frozen = { updateBatch: 'before' };
    const outcome = await slack.people.click(GRACE, { channel: ACCESS, ts }, 'Approve');
    expect(outcome.failure).toBeUndefined();
    expect(JSON.stringify(outcome.messages)).toContain('Still working on it: you will hear from me');
    expect((await store.get(id))?.state).toBe('APPROVAL_AWAITED');
    // Whoever kept it may still be at it: a sweep leaves it alone at first.
    expect(await sweep()).toMatchObject({ wishes: 0, failed: 0 });
    clock.advance(MINUTE_MS);
    expect(await sweep()).toMatchObject({ wishes: 1, failed: 0 });
    expect(await store.get(id)).toMatchObject({ state: 'ACTIVATING', approvals: [{ userId: GRACE }] });
    expect(direct(GRACE)).toContain('Approved by <@U0GRACE>');
    expect(await sweep()).toMatchObject({ wishes: 0 });
  });

  test('is one decision where it was committed and only its answer was lost', async () => {
    const { id, ts } = await asked();
    answerWithinMs = 300;
    storeMs = 0;
    frozen = { updateBatch: 'after' };
    await slack.people.click(GRACE, { channel: ACCESS, ts }, 'Approve');
    expect((await store.get(id))?.state).toBe('ACTIVATING');
    clock.advance(MINUTE_MS);
    expect(await sweep()).toMatchObject({ wishes: 1, failed: 0 });
    expect((await store.events(id)).filter((e) => e.type === 'approved')).toHaveLength(1);
    expect(direct(GRACE)).toContain('<@U0ADA> for *billing-dashboard*');
  });

  test.each(['before', 'after'] as const)(
    'a command makes one request, frozen %s its commit',
    async (when) => {
      answerWithinMs = 300;
      storeMs = 0;
      frozen = { create: when };
      const outcome = await slack.people.command(ADA, ACCESS, '/request-access billing-dashboard 1h INC-42');
      expect(textOf(outcome.messages[0])).toContain('Still working on it: you will hear from me');
      clock.advance(MINUTE_MS);
      expect(await sweep()).toMatchObject({ wishes: 1, failed: 0 });
      expect((await store.ofRequester(ADA, 5)).map((g) => g.state)).toEqual(['APPROVAL_AWAITED']);
    },
  );

  test.each(['before', 'after'] as const)('again is one more request, frozen %s its commit', async (when) => {
    await asked();
    const dm = slack.workspace.dmWith(ADA).id;
    const own = slack.workspace.messages(dm).find((m) => textOf(m).includes('Withdraw'));
    await slack.people.click(ADA, { channel: dm, ts: own?.ts ?? '' }, 'Withdraw');
    clock.advance(MINUTE_MS);
    answerWithinMs = 300;
    storeMs = 0;
    frozen = { create: when };
    await slack.people.command(ADA, ACCESS, '/request-access again');
    clock.advance(MINUTE_MS);
    expect(await sweep()).toMatchObject({ wishes: 1, failed: 0 });
    const states = (await store.ofRequester(ADA, 5)).map((g) => g.state);
    expect(states).toEqual(['APPROVAL_AWAITED', 'WITHDRAWN']);
    expect(direct(ADA)).not.toContain('Nothing was asked for');
  });

  test('a form closes with the same words, and a no comes later with what was written', async () => {
    await slack.people.command(ADA, ACCESS, '/request-access');
    const viewId = slack.workspace.views.top(ADA)?.view.id ?? '';
    const path = 'acme-prod/us-central1/billing-dashboard';
    await slack.people.suggest(ADA, { viewId }, 'ask_service', 'ask_service', 'bill');
    answerWithinMs = 300;
    storeMs = 0;
    frozen = { control: 'before' };
    const fields = { Service: path, 'For how long': '1h', Why: 'INC-42 <!here>' };
    const sent = await slack.people.submit(ADA, viewId, fields);
    expect(sent.errors).toEqual({});
    expect(JSON.stringify(sent.modal?.view)).toContain('Still working on it');
    // The service is gone by the time that the request can be judged.
    cloud.services.remove({ project: 'acme-prod', region: 'us-central1', name: 'billing-dashboard' });
    await store.putCatalog('acme-prod', 'us-central1', await parts.services.list('acme-prod', 'us-central1'));
    clock.advance(MINUTE_MS);
    expect(await sweep()).toMatchObject({ wishes: 1, failed: 0 });
    expect(await store.ofRequester(ADA, 5)).toEqual([]);
    expect(direct(ADA)).toContain('There is no service');
    expect(direct(ADA)).toContain('INC-42 &lt;!here&gt;');
  });

  test('a form whose answer was lost, sent again with other words, does not pretend to have asked for those', async () => {
    await slack.people.command(ADA, ACCESS, '/request-access');
    const viewId = slack.workspace.views.top(ADA)?.view.id ?? '';
    await slack.people.suggest(ADA, { viewId }, 'ask_service', 'ask_service', 'bill');
    // Nor can it be kept.
    const { keepWish } = store;
    store.keepWish = async () => {
      throw new LatchkeyError('unavailable', 'no Firestore');
    };
    frozen = { create: 'throws' };
    const path = 'acme-prod/us-central1/billing-dashboard';
    const fields = { Service: path, 'For how long': '1h', Why: 'INC-42' };
    const lost = await slack.people.submit(ADA, viewId, fields);
    expect(Object.values(lost.errors)[0]).toContain('Send it again');
    Object.assign(store, { keepWish });
    frozen = {};
    const changed = await slack.people.submit(ADA, viewId, { Why: 'INC-43' });
    expect(Object.values(changed.errors)[0]).toContain('sent already');
    expect((await slack.people.submit(ADA, viewId, { Why: 'INC-42' })).errors).toEqual({});
    expect((await store.ofRequester(ADA, 5)).map((g) => g.justification)).toEqual(['INC-42']);
  });

  test('is told as soon as it is done where the process lives on, and nothing is left to a sweep', async () => {
    const { id, ts } = await asked();
    answerWithinMs = 100;
    storeMs = 150;
    const outcome = await slack.people.click(GRACE, { channel: ACCESS, ts }, 'Approve');
    expect(outcome.failure).toBeUndefined();
    await until(async () => direct(GRACE).includes('Approved by <@U0GRACE>'));
    expect((await store.get(id))?.state).toBe('ACTIVATING');
    await until(async () => (await store.takeWishes(clock.now() + MINUTE_MS, 9, 0)).length === 0);
  });

  test('promises nothing where it cannot be kept either', async () => {
    const { id, ts } = await asked();
    answerWithinMs = 60;
    storeMs = 0;
    frozen = { updateBatch: 'before', keepWish: 'before' };
    const outcome = await slack.people.click(GRACE, { channel: ACCESS, ts }, 'Approve');
    expect(JSON.stringify(outcome.messages)).toContain('I cannot say yet what came of it');
    expect((await store.get(id))?.state).toBe('APPROVAL_AWAITED');
  });

  test('is told by one of two sweeps that come at once', async () => {
    const { ts } = await asked();
    answerWithinMs = 300;
    storeMs = 0;
    frozen = { updateBatch: 'before' };
    await slack.people.click(GRACE, { channel: ACCESS, ts }, 'Approve');
    clock.advance(MINUTE_MS);
    const both = await Promise.all([sweep(), sweep()]);
    expect(both.map((s) => s.wishes).sort()).toEqual([0, 1]);
    const told = slack.workspace.messages(slack.workspace.dmWith(GRACE).id).map(textOf);
    expect(told.filter((text) => text.includes('stands like this'))).toHaveLength(1);
  });

  test('that was done is never said to have failed, however long it cannot be told', async () => {
    const { id } = await asked();
    const wish = { kind: 'approve', grantId: id } as const;
    await store.keepWish({ id: 'w', userId: GRACE, wish, wishedAt: START, dueAt: START, attempts: 0 });
    slack.faults.set({ rateLimited: { methods: ['chat.postMessage'], retryAfterS: 60 } });
    for (let minute = 0; minute < 12; minute += 1) {
      await sweep();
      clock.advance(MINUTE_MS);
    }
    slack.faults.clear();
    await sweep();
    expect((await store.get(id))?.approvals.map((a) => a.userId)).toEqual([GRACE]);
    expect(direct(GRACE)).not.toContain('could not be done');
  });

  test('does not fail a sweep where the wishes themselves cannot be read', async () => {
    const broken = new Proxy(store, {
      get(target, name, receiver) {
        if (name !== 'takeWishes') return Reflect.get(target, name, receiver);
        return async () => {
          throw new LatchkeyError('unavailable', 'no Firestore');
        };
      },
    });
    expect(await composeSweep({ ...parts, store: broken })()).toMatchObject({ wishes: 0, failed: 1 });
  });

  test('is tried ten times, then given back to the one whose wish it is', async () => {
    const wish = { kind: 'end', grantId: 'x' } as const;
    await store.keepWish({ id: 'w', userId: GRACE, wish, wishedAt: START, dueAt: START, attempts: 0 });
    const broken = new Proxy(store, {
      get(target, name, receiver) {
        if (name !== 'updateBatch') return Reflect.get(target, name, receiver);
        return async () => {
          throw new LatchkeyError('unavailable', 'no Firestore');
        };
      },
    });
    const failing = composeSweep({ ...parts, store: broken });
    for (let attempt = 1; attempt < 10; attempt += 1) {
      expect(await failing()).toMatchObject({ wishes: 0, failed: 1 });
      clock.advance(MINUTE_MS);
    }
    expect(await failing()).toMatchObject({ wishes: 1, failed: 0 });
    expect(direct(GRACE)).toContain('do it again');
    expect(await store.takeWishes(clock.now() + 60 * MINUTE_MS, 9, 0)).toEqual([]);
  });
});

describe('what fails at once, in a way that passes', () => {
  const down = () => slack.faults.set({ rateLimited: { methods: ['users.info'], retryAfterS: 1 } });
  const kept = async () => (await store.takeWishes(clock.now(), 9, 0)).map(({ wish }) => wish.kind);

  test('is kept, and carried out by the next sweep, which tells what came of it', async () => {
    const { id, ts } = await asked();
    down();
    const outcome = await slack.people.click(GRACE, { channel: ACCESS, ts }, 'Approve');
    expect(JSON.stringify(outcome.messages)).toContain('I keep trying, and you will hear from me');
    expect(await sweep()).toMatchObject({ wishes: 0, failed: 1 });
    slack.faults.clear();
    clock.advance(MINUTE_MS);
    expect(await sweep()).toMatchObject({ wishes: 1, failed: 0 });
    expect(await store.get(id)).toMatchObject({ state: 'ACTIVATING', approvals: [{ userId: GRACE }] });
    expect(direct(GRACE)).toContain('Approved by <@U0GRACE>');
    expect(await sweep()).toMatchObject({ wishes: 0 });
  });

  test('is one decision where it was committed, or clicked again meanwhile', async () => {
    const { id, ts } = await asked();
    storeMs = 0;
    frozen = { updateBatch: 'throws' };
    await slack.people.click(GRACE, { channel: ACCESS, ts }, 'Approve');
    frozen = {};
    await slack.people.click(GRACE, { channel: ACCESS, ts }, 'Approve');
    clock.advance(MINUTE_MS);
    expect(await sweep()).toMatchObject({ wishes: 1, failed: 0 });
    expect((await store.events(id)).filter((e) => e.type === 'approved')).toHaveLength(1);
  });

  test('is kept for a command and for a form, which closes; what only shows something is not', async () => {
    await slack.people.command(ADA, ACCESS, '/request-access');
    const viewId = slack.workspace.views.top(ADA)?.view.id ?? '';
    await slack.people.suggest(ADA, { viewId }, 'ask_service', 'ask_service', 'bill');
    down();
    for (const text of ['list', 'help', 'unfreeze', 'revoke <@U0MAX|max>']) {
      const { messages } = await slack.people.command(ADA, ACCESS, `/request-access ${text}`);
      expect(textOf(messages[0])).toContain('try again in a moment');
    }
    expect(await kept()).toEqual([]);
    const typed = await slack.people.command(ADA, ACCESS, '/request-access billing-export 1h INC-42');
    expect(textOf(typed.messages[0])).toContain('I keep trying');
    const path = 'acme-prod/us-central1/billing-dashboard';
    const sent = await slack.people.submit(ADA, viewId, {
      Service: path,
      'For how long': '1h',
      Why: 'INC-42',
    });
    expect(JSON.stringify(sent.modal?.view)).toContain('I keep trying');
    expect(await kept()).toEqual(['ask', 'ask']);
    slack.faults.clear();
    clock.advance(MINUTE_MS);
    expect(await sweep()).toMatchObject({ wishes: 2, failed: 0 });
    expect(await store.ofRequester(ADA, 5)).toHaveLength(2);
  });

  test('is tried on while Slack does not even take that it was given up', async () => {
    const { id, ts } = await asked();
    slack.faults.set({ down: 'error500' });
    await slack.people.click(GRACE, { channel: ACCESS, ts }, 'Approve');
    for (let minute = 0; minute < 13; minute += 1) {
      expect(await sweep()).toMatchObject({ wishes: 0 });
      clock.advance(MINUTE_MS);
    }
    slack.faults.clear();
    expect(await sweep()).toMatchObject({ wishes: 1, failed: 0 });
    expect((await store.get(id))?.state).toBe('ACTIVATING');
    expect(direct(GRACE)).toContain('Approved by <@U0GRACE>');
  });
});

const sweep = () => composeSweep(parts)();

/** What somebody has read from the app in direct messages. */
function direct(user: string): string {
  const { id } = slack.workspace.dmWith(user);
  return slack.workspace.messages(id).map(textOf).join('\n');
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5));
}
