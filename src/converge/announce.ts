import { createHash } from 'node:crypto';
import {
  type Announcements,
  type Background,
  type MessageRef,
  type MessageSlot,
  UNDELIVERABLE,
} from '../domain/announcements.ts';
import { type Grant, unannounced } from '../domain/grant.ts';
import { hasCode, LatchkeyError, messageOf } from '../errors.ts';
import type { Change, Clock, Directory, GrantStore, Log, Message, Messenger } from '../ports.ts';
import { type Histories, revisionsShown } from '../slack/history.ts';
import { type Surface, surfaces } from '../slack/surfaces.ts';
import { backgroundOf } from './background.ts';
import { isGivenUp, oneMore, type Refusals } from './refusals.ts';
import type { Rules } from './vet.ts';

/** How long one run may post and update the messages of a grant; Slack's calls time out well before. */
const CLAIM_MS = 15_000;
/** When a run whose claim ran out has sent its last message, if it ever does. */
const SLOW_RUN_MS = 60_000;
const FIRST_RETRY_MS = 30_000;
const LAST_RETRY_MS = 15 * 60_000;
/** How often a channel that nobody could be asked in is tried again: somebody invites the app, and looks. */
const ASK_AGAIN_MS = 2 * 60_000;

export interface AnnounceDeps {
  readonly store: GrantStore;
  readonly messenger: Messenger;
  readonly directory: Directory;
  readonly clock: Clock;
  readonly rules: Rules;
  readonly newHolder: () => string;
  readonly log: Log;
  /** Told of each grant whose messages were brought up to date. */
  readonly announced?: (grant: Grant) => void;
}

export type AnnounceResult = 'current' | 'sent' | 'busy' | 'failed';

/** Makes a grant's messages in Slack say what the grant says: posts what is missing, updates what is out of date. */
export async function announce(deps: AnnounceDeps, id: string): Promise<AnnounceResult> {
  const holder = deps.newHolder();
  const claimed = await deps.store.update(id, (grant) => claim(grant, holder, deps.clock.now()));
  if (!claimed) return 'current';
  if (claimed === 'current' || claimed === 'busy') return claimed;
  const { grant, force, since } = claimed;

  deps.announced?.(grant);
  const refs: { [slot in MessageSlot]?: MessageRef } = { ...grant.announcements.refs };
  const refused: Refusals = { ...grant.announcements.refused };
  let background = grant.announcements.background;
  let failure: unknown;
  try {
    await touchLead(deps, grant);
    const batch = await batchOf(deps, grant);
    background = await backgroundOf(deps, grant, batch);
    const told = background ? { background } : {};
    const shown = { ...grant, announcements: { ...grant.announcements, ...told } };
    const histories = await historiesOf(deps.store, grant, batch);
    const done = new Set<MessageSlot>();
    // What was just sent is on record for what comes after: whether there is a card, for one.
    const next = () => {
      const current = { ...shown, announcements: { ...shown.announcements, refs: { ...refs } } };
      const all = batch.map((g) => (g.id === current.id ? current : g));
      return surfaces(current, all, histories).find(({ slot }) => !done.has(slot));
    };
    for (let surface = next(); surface; surface = next()) {
      const { slot } = surface;
      done.add(slot);
      if (isGivenUp(refused[slot], grant)) continue;
      try {
        const ref = await send(deps, grant, surface, refs, force);
        if (ref) refs[slot] = ref;
        delete refused[slot];
      } catch (error) {
        // A channel that has had enough, or one message that Slack does not take, holds up no other one.
        if (!hasCode(error, 'rate-limited', 'invalid')) throw error;
        if (error.code === 'invalid') refused[slot] = oneMore(refused[slot], grant);
        if (isGivenUp(refused[slot], grant)) {
          deps.log('ERROR', 'undeliverable', { grant: id, slot, cause: messageOf(error) });
          // The requester is told that nobody was asked.
          if (slot === 'card') refs.card ??= { channel: surface.channel, ts: '', digest: UNDELIVERABLE };
        } else {
          failure ??= error;
        }
      }
    }
    if (failure !== undefined) throw failure;
  } catch (error) {
    failure = error;
    deps.log('WARNING', 'announce-failed', { grant: id, cause: messageOf(error) });
  }
  await deps.store.update(id, (now) =>
    record(now, grant, { holder, refs, refused, background, failure, since, at: deps.clock.now() }),
  );
  return failure === undefined ? 'sent' : 'failed';
}

/** The card of a submission stands at its first grant: a change of another one has to show there too. */
async function touchLead({ store }: AnnounceDeps, grant: Grant): Promise<void> {
  const [lead] = grant.batch;
  if (lead === undefined || lead === grant.id) return;
  await unlessDamaged(store.update(lead, (g) => ({ keep: unannounced(g), result: undefined })));
}

type Claim = 'current' | 'busy' | { readonly grant: Grant; readonly force: boolean; readonly since: number };

/** Takes the grant's messages for this run, unless they are up to date or somebody else is at it. */
function claim(grant: Grant, holder: string, now: number): Change<Claim> {
  const { announcements } = grant;
  const overwritten = announcements.settlesAt !== undefined && announcements.settlesAt <= now;
  if (announcements.revision >= grant.revision && !overwritten) return { result: 'current' };
  if (announcements.claim && announcements.claim.until > now) return { result: 'busy' };
  // Writing a failure down triggers the next run: without this, runs would chase each other until Slack is back.
  const failed = announcements.retryAt !== undefined && announcements.retryAt > now;
  if (failed && announcements.failedRevision === grant.revision) return { result: 'busy' };
  // A claim that ran out without being given back may have changed messages that nobody recorded.
  const force = announcements.claim !== undefined || overwritten;
  // Nor is it known whether that run is dead or only slow: once more when even a slow one must be through.
  const slow = announcements.claim ? { settlesAt: now + SLOW_RUN_MS } : {};
  const mine = { holder, until: now + CLAIM_MS };
  const claimed = { ...grant, announcements: { ...announcements, ...slow, claim: mine } };
  return { keep: claimed, result: { grant: claimed, force, since: now } };
}

interface Sent {
  readonly holder: string;
  readonly refs: Announcements['refs'];
  readonly refused: Refusals;
  readonly background: Background | undefined;
  readonly failure: unknown;
  /** When the run took the claim: what was overwritten since, it may have missed. */
  readonly since: number;
  readonly at: number;
}

/** Writes down what the messages show now, and gives the claim back. */
function record(grant: Grant, shown: Grant, sent: Sent): Change<void> {
  const { announcements } = grant;
  if (announcements.claim?.holder !== sent.holder) {
    // Too slow: somebody else took over, and what this run sent may stand over what they sent.
    const settlesAt = Math.max(announcements.settlesAt ?? 0, sent.at);
    return { keep: { ...grant, announcements: { ...announcements, settlesAt } }, result: undefined };
  }
  const {
    claim: _c,
    retryAt: _r,
    failedRevision: _v,
    failures: _f,
    refused: _x,
    settlesAt,
    ...rest
  } = announcements;
  const told = {
    ...(sent.background ? { background: sent.background } : {}),
    ...(Object.keys(sent.refused).length > 0 ? { refused: sent.refused } : {}),
  };
  const again = [
    ...(settlesAt !== undefined && settlesAt > sent.since ? [settlesAt] : []),
    ...(isNobodyAsked(grant, sent) ? [sent.at + ASK_AGAIN_MS] : []),
  ];
  const settling = again.length === 0 ? {} : { settlesAt: Math.min(...again) };
  if (sent.failure === undefined) {
    // Touched meanwhile: what was shown was out of date before it was recorded.
    const isCurrent = announcements.touches === shown.announcements.touches;
    const revision = isCurrent ? shown.revision : shown.revision - 1;
    const next = { ...rest, ...told, ...settling, refs: sent.refs, revision };
    return { keep: { ...grant, announcements: next }, result: undefined };
  }
  const failures = (announcements.failures ?? 0) + 1;
  const asked = sent.failure instanceof LatchkeyError ? (sent.failure.retryAfterMs ?? 0) : 0;
  // The first failure may be a hiccup, and writing it down triggers another run at once; after that, sweeps try.
  const patience = failures === 1 ? 0 : Math.min(FIRST_RETRY_MS * 2 ** (failures - 2), LAST_RETRY_MS);
  const wait = Math.max(asked, patience);
  const retryAt = sent.at + wait;
  // What failed may have been sent all the same, and what was to be sent over again was not: once more, whatever
  // the digests say.
  const doubtful = { settlesAt: Math.max(settlesAt ?? 0, retryAt) };
  const failed = { failures, retryAt, failedRevision: shown.revision };
  const next = { ...rest, ...told, ...doubtful, ...failed, refs: sent.refs };
  return { keep: { ...grant, announcements: next }, result: undefined };
}

/** Sends one message where it differs from what was last sent; the new reference, or nothing where none is needed. */
async function send(
  { messenger, log }: AnnounceDeps,
  grant: Grant,
  { slot, channel, threadOf, message, occasion, past }: Surface,
  refs: Announcements['refs'],
  force: boolean,
): Promise<MessageRef | undefined> {
  const known = refs[slot];
  const isNew = known !== undefined && occasion !== undefined && known.occasion !== occasion;
  const ref = isNew || mayTryAgain(grant, slot, known) ? undefined : known;
  const digest = digestOf(message);
  if (ref && (ref.digest === UNDELIVERABLE || (ref.digest === digest && !force))) return undefined;
  const told = occasion ?? known?.occasion;
  const about = told === undefined ? {} : { occasion: told };
  try {
    if (isNew && past && known.digest !== UNDELIVERABLE) await retire(messenger, known, past);
    if (ref) {
      await messenger.update({ channel: ref.channel, ts: ref.ts }, message);
      return { ...ref, digest };
    }
    const threadTs = threadOf && refs[threadOf]?.ts;
    const address = await messenger.post(channel, message, threadTs ? { threadTs } : {});
    return { channel: address.channel, ts: address.ts, digest, ...about };
  } catch (error) {
    if (!hasCode(error, 'not-found')) throw error;
    // A channel that cannot be written to is a fault of the installation; a person who left Slack is not.
    const severity = ref || channel !== grant.channel ? 'WARNING' : 'ERROR';
    log(severity, 'undeliverable', { grant: grant.id, slot, channel, cause: messageOf(error) });
    return { channel, ts: ref?.ts ?? '', digest: UNDELIVERABLE, ...about };
  }
}

/** Whether approvers wait to be asked by a message that could never be posted, which is tried again until it can be. */
function mayTryAgain(grant: Grant, slot: MessageSlot, ref: MessageRef | undefined): boolean {
  const asks =
    (slot === 'card' && grant.state === 'APPROVAL_AWAITED') ||
    (slot === 'extension' && grant.state === 'ACTIVE' && grant.extension !== undefined);
  return asks && ref?.digest === UNDELIVERABLE && ref.ts === '';
}

function isNobodyAsked(grant: Grant, { refs, refused }: Sent): boolean {
  return (['card', 'extension'] as const).some(
    (slot) => mayTryAgain(grant, slot, refs[slot]) && !isGivenUp(refused[slot], grant),
  );
}

/** The message of an occasion that has passed; one that is gone needs nothing. */
async function retire(messenger: Messenger, { channel, ts }: MessageRef, past: Message): Promise<void> {
  try {
    await messenger.update({ channel, ts }, past);
  } catch (error) {
    if (!hasCode(error, 'not-found')) throw error;
  }
}

/** The audit events that the card's thread tells of, once there is more to tell than the request. */
async function historiesOf(store: GrantStore, grant: Grant, batch: readonly Grant[]): Promise<Histories> {
  if (grant.batch[0] !== grant.id || batch.every((g) => g.revision === 1)) return new Map();
  const read = async (g: Grant) => [g.id, await store.events(g.id, revisionsShown(g))] as const;
  return new Map(await Promise.all(batch.map(read)));
}

/** All grants of the submission that can be read, for the one that carries the card. */
async function batchOf({ store }: AnnounceDeps, grant: Grant): Promise<readonly Grant[]> {
  if (grant.batch.length <= 1 || grant.batch[0] !== grant.id) return [grant];
  const others = await Promise.all(grant.batch.slice(1).map((id) => unlessDamaged(store.get(id))));
  return [grant, ...others.filter((g) => g !== undefined)];
}

/** A damaged document has no card, and silences none of the others. */
async function unlessDamaged<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (!hasCode(error, 'invalid')) throw error;
    return undefined;
  }
}

function digestOf(message: Message): string {
  return createHash('sha256').update(JSON.stringify(message)).digest('base64url').slice(0, 22);
}
