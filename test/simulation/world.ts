import type { EmbeddedStore } from '../../simulator/embedded-store.ts';
import type { SweepDeps } from '../../src/converge/sweep.ts';
import { type ServiceRef, serviceKey } from '../../src/domain/service.ts';
import type { FlowDeps } from '../../src/flows/deps.ts';
import type { GrantStore } from '../../src/ports.ts';
import type * as App from './app.ts';
import type { Choices } from './choices.ts';
import { createIap, type Iap, type IapWatcher } from './iap.ts';
import { createPeople, type People } from './people.ts';
import { entryOf, RULES, SERVICES, START_MS } from './scene.ts';
import { createScheduler, type Instance, type Scheduler } from './scheduler.ts';
import { createSlack, type Posted, type Slack } from './slack.ts';
import { createWeather, type Weather } from './weather.ts';

export type AppUnderTest = typeof App;

export interface Watcher extends IapWatcher {
  messageShown(posted: Posted): void;
  /** Something that only a defect brings about. */
  defect(what: string): void;
}

/** Everything there is, and what each function instance sees of it. */
export interface World {
  readonly app: AppUnderTest;
  readonly choices: Choices;
  readonly scheduler: Scheduler;
  readonly weather: Weather;
  readonly iap: Iap;
  readonly slack: Slack;
  readonly people: People;
  /** For what an invocation threw, if anything. */
  ended(name: string, error: unknown): void;
  /** The store itself, without scheduling points. */
  readonly store: EmbeddedStore;
  /** Whether Cloud Run reports IAP as switched on; absent where the service is gone. */
  readonly guarded: Map<string, { readonly ref: ServiceRef; readonly iapEnabled: boolean }>;
  /** Services that were deleted, deployed anew, or had their IAP switched, by key. */
  readonly changed: Set<string>;
  /** What happens between the reading and the writing of a policy. */
  meddle: (service: ServiceRef, writer?: Instance) => void;
  /** Whether answers take so long in this run, now and then, that wishes are kept. */
  readonly keepsWishes: boolean;
  isSlowNow(): boolean;
  workDeps(instance: Instance): SweepDeps;
  flowDeps(instance: Instance): FlowDeps;
}

export function createWorld(app: AppUnderTest, choices: Choices, watcher: Watcher, traced: boolean): World {
  const scheduler = createScheduler(START_MS, traced);
  const weather = createWeather(choices);
  const store = app.createEmbeddedStore();
  const iap = createIap({
    app,
    scheduler,
    choices,
    weather,
    watcher,
    meddle: (service, writer) => world.meddle(service, writer),
  });
  const people = createPeople();
  const slack = createSlack({
    app,
    scheduler,
    choices,
    weather,
    people,
    messageShown: (posted) => watcher.messageShown(posted),
  });
  const guarded: World['guarded'] = new Map(
    SERVICES.map((ref) => [serviceKey(ref), { ref, iapEnabled: true }]),
  );
  const slowness = [0, 0, 0.3][choices.of('odds').below(3)] ?? 0;
  let holders = 0;
  const noFirestore = (name: string) =>
    new app.LatchkeyError('unavailable', `failed to ${name}: no Firestore`);
  /** What goes wrong in the world is said as "failed to OPERATION for SUBJECT: cause"; all else is a defect. */
  const judge = (where: string, message: string) => {
    if (!message.startsWith('failed to ')) watcher.defect(`${where}: ${message}`);
  };

  const scheduledStore = (instance: Instance): GrantStore => {
    const operation = (name: string, target: CallableFunction) => {
      return async (...args: readonly unknown[]): Promise<unknown> => {
        await scheduler.point(instance, name);
        const fault = instance.spared ? undefined : weather.fault('store', 'store-done', 'store-again');
        if (fault === 'store') throw noFirestore(name);
        let result: unknown = await Reflect.apply(target, store, args);
        if (fault === 'store-again') {
          // The client cannot know that the first commit came through, and begins anew with what it then reads.
          await scheduler.point(instance, `${name} FAULT ${fault}`);
          result = await Reflect.apply(target, store, args);
        }
        await scheduler.point(instance, `${name} answers`);
        if (fault === 'store-done') throw noFirestore(name);
        return result;
      };
    };
    return new Proxy<GrantStore>(store, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name);
        return typeof member === 'function' ? operation(String(name), member) : member;
      },
    });
  };

  const common = (instance: Instance) => ({
    store: scheduledStore(instance),
    directory: slack.directory(instance),
    clock: { now: scheduler.now },
    log: (_severity: string, event: string, { cause }: Record<string, unknown>) => {
      if (cause !== undefined) judge(`the log says ${event}`, String(cause));
    },
    projects: RULES.projects,
    services: {
      async list() {
        await scheduler.point(instance, 'ListServices');
        if (weather.fault('catalog')) throw new app.LatchkeyError('unavailable', 'failed to list services');
        return [...guarded.values()].map(({ ref, iapEnabled }) => entryOf(ref, iapEnabled));
      },
    },
  });

  const world: World = {
    app,
    keepsWishes: slowness > 0,
    isSlowNow: () => slowness > 0 && choices.of('people').chance(slowness),
    choices,
    scheduler,
    weather,
    iap,
    slack,
    people,
    store,
    guarded,
    changed: new Set(),
    meddle: () => {},
    ended(name, error) {
      if (error === undefined) return;
      const message = error instanceof Error ? error.message : String(error);
      // The store says "invalid" where it is asked for what makes no sense.
      const isOurs = !(error instanceof app.LatchkeyError) || error.code === 'invalid';
      if (isOurs) watcher.defect(`${name} failed: ${message}`);
    },
    workDeps: (instance) => ({
      ...common(instance),
      iap: iap.port(instance),
      messenger: slack.messenger(instance),
      rules: RULES,
      newHolder() {
        holders += 1;
        return `holder ${holders} of #${instance.id}`;
      },
      pause: (longestMs) =>
        scheduler.point(instance, 'pause', choices.of('time').below(Math.max(1, longestMs))),
    }),
    flowDeps: (instance) => {
      const parts = common(instance);
      const messenger = slack.messenger(instance);
      return { ...parts, messenger, known: parts.directory, catalog: app.createCatalog(parts), rules: RULES };
    },
  };
  return world;
}
