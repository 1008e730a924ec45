import { join } from 'node:path';
import { Firestore } from '@google-cloud/firestore';
import { createGoogleServer, type GoogleServer } from '../../simulator/google/server.ts';
import { googleSeed, slackSeed } from '../../simulator/seed.ts';
import { createSlackServer, type SlackServer } from '../../simulator/slack/server.ts';
import { firestoreEmulator, randomProjectId } from '../support/firestore.ts';
import { type RunningFunction, start, type Target } from './functions.ts';

const SIGNING_SECRET = '8f742231b10e8888abcd99yyyzzz85a5';
const BOT_TOKEN = 'xoxb-end-to-end';
const TARGETS = ['slack', 'converge', 'sweep'] as const;

/** A grant's document, as far as tests look at it. */
export interface GrantDocument {
  readonly id: string;
  readonly state: string;
  readonly email: string;
  /** As the contract names it: `{region}/{service}`. */
  readonly place: string;
  /** When its access ends (ms), once that is known. */
  readonly endsAt?: number;
  readonly events: readonly {
    readonly revision: number;
    readonly type: string;
    readonly from?: string | null;
    readonly to?: string;
  }[];
}

/** The built functions, each in a process of its own, between the official Firestore emulator and simulated servers. */
export interface Deployment {
  readonly slack: SlackServer;
  readonly google: GoogleServer;
  readonly googleUrl: string;
  grants(): Promise<GrantDocument[]>;
  /** Delivers an event for every grant that was written since, as Eventarc would, until nothing is written any more. */
  settle(): Promise<void>;
  sweep(): Promise<{ status: number; summary: unknown }>;
  converge(subject: string): Promise<number>;
  /** Kills one process, whatever it is doing, and starts it again. */
  crash(target: Target): Promise<void>;
  /** Kills all processes and starts them again so much later. */
  moveOn(ms: number): Promise<void>;
  url(target: Target): string;
  /** What the functions that run now have said. */
  output(): string;
  close(): Promise<void>;
}

/** Starts everything; nothing where there is no emulator, which has been reported then. */
export async function deploy(): Promise<Deployment | undefined> {
  const emulator = await firestoreEmulator();
  if (emulator === undefined) return undefined;
  const projectId = randomProjectId();
  let offsetMs = 0;
  const clock = { now: () => Date.now() + offsetMs };
  const google = createGoogleServer({ clock, seed: googleSeed });
  const googleServer = await google.listen();
  const slack = await createSlackServer({
    clock,
    seed: slackSeed,
    botToken: BOT_TOKEN,
    signingSecret: SIGNING_SECRET,
  });
  const db = new Firestore({ projectId, clientOptions: { universeDomain: 'googleapis.com' } });
  const env = {
    SLACK_SIGNING_SECRET: SIGNING_SECRET,
    SLACK_BOT_TOKEN: BOT_TOKEN,
    SLACK_API_URL: `${slack.url}/api/`,
    GOOGLE_CLOUD_PROJECT: projectId,
    FIRESTORE_EMULATOR_HOST: emulator,
    IAP_API_URL: googleServer.url,
    RUN_API_URL: googleServer.url,
    ENTITLEMENTS_FILE: join(import.meta.dirname, '../../simulator/entitlements.yaml'),
  };

  let running = new Map<Target, RunningFunction>();
  const startAll = async () => {
    const started = await Promise.all(TARGETS.map((target) => start({ target, env, offsetMs })));
    running = new Map(TARGETS.flatMap((target, i) => (started[i] ? [[target, started[i]]] : [])));
    slack.setAppUrl(`${url('slack')}/slack/events`);
  };
  const stopAll = async () => {
    await Promise.all([...running.values()].map((one) => one.stop()));
  };
  const url = (target: Target) => running.get(target)?.url ?? '';
  await startAll();

  const delivered = new Map<string, string>();
  const deployment: Deployment = {
    slack,
    google,
    googleUrl: googleServer.url,
    url,
    async grants() {
      const { docs } = await db.collection('grants').get();
      return await Promise.all(
        docs.map(async (doc) => {
          const events = await doc.ref.collection('events').get();
          return {
            id: doc.id,
            state: String(doc.get('state')),
            email: String(doc.get('principal.email')),
            place: `${doc.get('service.region')}/${doc.get('service.service')}`,
            endsAt: doc.get('term.endsAt')?.toMillis(),
            events: events.docs.map((event) => event.data() as GrantDocument['events'][number]),
          };
        }),
      );
    },
    async settle() {
      for (;;) {
        const { docs } = await db.collection('grants').get();
        const written = docs.filter((doc) => delivered.get(doc.id) !== doc.updateTime.valueOf());
        if (written.length === 0) return;
        for (const doc of written) {
          delivered.set(doc.id, doc.updateTime.valueOf());
          const status = await deployment.converge(`documents/grants/${doc.id}`);
          if (status >= 300)
            throw new Error(`converge answered ${status}: ${running.get('converge')?.output()}`);
        }
      }
    },
    async converge(subject) {
      const response = await fetch(url('converge'), {
        method: 'POST',
        headers: {
          'content-type': 'application/protobuf',
          'ce-id': `${Math.random()}`,
          'ce-source': `//firestore.googleapis.com/projects/${projectId}/databases/(default)`,
          'ce-specversion': '1.0',
          'ce-type': 'google.cloud.firestore.document.v1.written',
          'ce-subject': subject,
          'ce-time': new Date(clock.now()).toISOString(),
        },
        body: new Uint8Array([10, 0]),
      });
      await response.arrayBuffer();
      return response.status;
    },
    output: () => [...running].map(([target, { output }]) => `${target}: ${output()}`).join('\n'),
    async sweep() {
      const response = await fetch(`${url('sweep')}/`, { method: 'POST' });
      return { status: response.status, summary: await response.json() };
    },
    async crash(target) {
      await running.get(target)?.stop('SIGKILL');
      running.set(target, await start({ target, env, offsetMs }));
      if (target === 'slack') slack.setAppUrl(`${url('slack')}/slack/events`);
    },
    async moveOn(ms) {
      await stopAll();
      offsetMs += ms;
      await startAll();
    },
    async close() {
      await Promise.all([stopAll(), slack.close(), googleServer.close(), db.terminate()]);
    },
  };
  return deployment;
}
