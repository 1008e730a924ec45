import type { Directory, Message, Messenger } from '../../src/ports.ts';
import type * as App from './app.ts';
import type { Choices } from './choices.ts';
import type { People } from './people.ts';
import { LEADS, LEADS_MEMBERS } from './scene.ts';
import { type Instance, oneOf, type Scheduler } from './scheduler.ts';
import type { Weather } from './weather.ts';

/** A message as it stands in Slack. */
export interface Posted {
  readonly channel: string;
  readonly ts: string;
  message: Message;
}

export interface Slack {
  directory(instance: Instance): Directory;
  messenger(instance: Instance): Messenger;
  /** The message under a click, updated by the function that was clicked. */
  clicked(instance: Instance): Messenger['update'];
  readonly messages: ReadonlyMap<string, Posted>;
  /** Whether this invocation asked who somebody is, and was not told. */
  wasUnanswered(instance: Instance): boolean;
}

interface SlackOptions {
  readonly app: typeof App;
  readonly scheduler: Scheduler;
  readonly choices: Choices;
  readonly weather: Weather;
  readonly people: People;
  readonly messageShown: (posted: Posted) => void;
}

/** What Slack's 429 asks for. */
const LIMITED_MS = [1_000, 10_000, 60_000] as const;
/** Slack answers a click within three seconds, or its update is not made at all. */
const CLICK_MS = 3_000;

/** Slack in memory: who people are, and the messages as they stand. */
export function createSlack({ app, scheduler, choices, weather, people, messageShown }: SlackOptions): Slack {
  // Who people are changes nothing that others do: most runs spend their steps on something else.
  const slowDirectory = choices.of('odds').chance(0.25);
  const messages = new Map<string, Posted>();
  const unanswered = new WeakSet<Instance>();
  let posts = 0;
  const down = (what: string) => new app.LatchkeyError('unavailable', `failed to ${what}: Slack is down`);

  const asked = async (instance: Instance, what: string): Promise<void> => {
    if (slowDirectory) await scheduler.point(instance, what);
    if (weather.fault('slack-directory')) {
      unanswered.add(instance);
      throw down(what);
    }
  };
  const sent = async <T>(instance: Instance, what: string, effect: () => T): Promise<T> => {
    await scheduler.point(instance, what);
    const fault = weather.fault('slack', 'slack-done', 'slack-limited');
    if (fault === 'slack') throw down(what);
    if (fault === 'slack-limited') {
      const retryAfterMs = oneOf(choices.of('faults'), LIMITED_MS);
      throw new app.LatchkeyError('rate-limited', `failed to ${what}: ratelimited`, { retryAfterMs });
    }
    const result = effect();
    // Slack has no etags: what a zombie puts over a newer message is known to it alone, and nobody would ever put it
    // right if it could not note that.
    if (instance.wasPaused) instance.spared = true;
    await scheduler.point(instance, `${what} answers`);
    if (fault) throw down(what);
    return result;
  };
  const show = (posted: Posted): void => {
    scheduler.trace(`  ${posted.channel} reads: ${posted.message.text.replaceAll('\n', ' ')}`);
    messages.set(`${posted.channel} ${posted.ts}`, posted);
    messageShown(posted);
  };
  const update = (channel: string, ts: string, message: Message): void => {
    if (!messages.has(`${channel} ${ts}`))
      throw new app.LatchkeyError('not-found', 'failed to update a message: message_not_found');
    show({ channel, ts, message });
  };

  return {
    messages,
    wasUnanswered: (instance) => unanswered.has(instance),
    directory: (instance) => ({
      async profile(userId) {
        await asked(instance, `users.info ${userId}`);
        return people.profile(userId);
      },
      async usergroup(id) {
        await asked(instance, `usergroups.users.list ${id}`);
        return id === LEADS ? LEADS_MEMBERS : new Set();
      },
      async userByEmail(email) {
        await asked(instance, `users.lookupByEmail ${email}`);
        return people.userByEmail(email);
      },
    }),
    messenger: (instance) => ({
      post: (channel, message) =>
        sent(instance, `chat.postMessage ${channel}`, () => {
          posts += 1;
          const ts = `1772442000.${String(posts).padStart(6, '0')}`;
          show({ channel, ts, message });
          return { channel, ts };
        }),
      update: ({ channel, ts }, message) =>
        sent(instance, `chat.update ${channel}`, () => update(channel, ts, message)),
      publishHome: (userId) => sent(instance, `views.publish ${userId}`, () => undefined),
    }),
    clicked:
      (instance) =>
      async ({ channel, ts }, message) => {
        await sent(instance, `chat.update ${channel} (clicked)`, () => {
          if (scheduler.now() - instance.startedAt <= CLICK_MS) update(channel, ts, message);
        });
      },
  };
}
