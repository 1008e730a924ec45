import { createHash } from 'node:crypto';
import type { Announcements, Background, Grant, MessageRef, MessageSlot } from '../domain/grant.ts';
import { hasCode, LatchkeyError, messageOf } from '../errors.ts';
import type { Change, Clock, Directory, GrantStore, Message, Messenger } from '../ports.ts';
import { type Surface, surfaces } from '../slack/surfaces.ts';
import { backgroundOf } from './background.ts';
import type { Log } from './converge-service.ts';
import type { Rules } from './vet.ts';

/** How long one run may post and update the messages of a grant; Slack's calls time out well before. */
const CLAIM_MS = 15_000;
const FIRST_RETRY_MS = 30_000;
const LAST_RETRY_MS = 15 * 60_000;
/** Stands for a message that can never be delivered: its channel is gone, or it was deleted by hand. */
const UNDELIVERABLE = 'undeliverable';

export interface AnnounceDeps {
  readonly store: GrantStore;
  readonly messenger: Messenger;
  readonly directory: Directory;
  readonly clock: Clock;
  readonly rules: Rules;
  readonly newHolder: () => string;
  readonly log: Log;
}

export type AnnounceResult = 'current' | 'sent' | 'busy' | 'failed';

/** Makes a grant's messages in Slack say what the grant says: posts what is missing, updates what is out of date. */
export async function announce(deps: AnnounceDeps, id: string): Promise<AnnounceResult> {
  const holder = deps.newHolder();
  const claimed = await deps.store.update(id, (grant) => claim(grant, holder, deps.clock.now()));
  if (!claimed) return 'current';
  if (claimed === 'current' || claimed === 'busy') return claimed;
  const { grant, force } = claimed;

  await touchLead(deps, grant);
  const refs: { [slot in MessageSlot]?: MessageRef } = { ...grant.announcements.refs };
  let background = grant.announcements.background;
  let failure: unknown;
  try {
    background ??= await backgroundOf(deps, grant);
    const shown = { ...grant, announcements: { ...grant.announcements, background } };
    const batch = await batchOf(deps.store, shown);
    for (const surface of surfaces(shown, batch)) {
      const ref = await send(deps.messenger, surface, refs, force);
      if (ref) refs[surface.slot] = ref;
    }
  } catch (error) {
    failure = error;
    deps.log('WARNING', 'announce-failed', { grant: id, cause: messageOf(error) });
  }
  await deps.store.update(id, (now) =>
    record(now, grant, { holder, refs, background, failure, at: deps.clock.now() }),
  );
  return failure === undefined ? 'sent' : 'failed';
}

/** The card of a submission stands at its first grant: a change of another one has to show there too. */
async function touchLead({ store, clock }: AnnounceDeps, grant: Grant): Promise<void> {
  const [lead] = grant.batch;
  if (lead === undefined || lead === grant.id) return;
  await store.update(lead, (g) => ({
    keep: { ...g, announcements: { ...g.announcements, settlesAt: clock.now() } },
    result: undefined,
  }));
}

type Claim = 'current' | 'busy' | { readonly grant: Grant; readonly force: boolean };

/** Takes the grant's messages for this run, unless they are up to date or somebody else is at it. */
function claim(grant: Grant, holder: string, now: number): Change<Claim> {
  const { announcements } = grant;
  const overwritten = announcements.settlesAt !== undefined && announcements.settlesAt <= now;
  if (announcements.revision >= grant.revision && !overwritten) return { result: 'current' };
  if (announcements.claim && announcements.claim.until > now) return { result: 'busy' };
  // A claim that ran out without being given back may have changed messages that nobody recorded.
  const force = announcements.claim !== undefined || overwritten;
  const claimed = { ...grant, announcements: { ...announcements, claim: { holder, until: now + CLAIM_MS } } };
  return { keep: claimed, result: { grant: claimed, force } };
}

interface Sent {
  readonly holder: string;
  readonly refs: Announcements['refs'];
  readonly background: Background | undefined;
  readonly failure: unknown;
  readonly at: number;
}

/** Writes down what the messages show now, and gives the claim back. */
function record(grant: Grant, shown: Grant, sent: Sent): Change<void> {
  const { announcements } = grant;
  if (announcements.claim?.holder !== sent.holder) return { result: undefined };
  const { claim: _c, retryAt: _r, failures: _f, settlesAt, ...rest } = announcements;
  const told = sent.background ? { background: sent.background } : {};
  const settling = settlesAt !== undefined && settlesAt > sent.at ? { settlesAt } : {};
  if (sent.failure === undefined) {
    const next = { ...rest, ...told, ...settling, refs: sent.refs, revision: shown.revision };
    return { keep: { ...grant, announcements: next }, result: undefined };
  }
  const failures = (announcements.failures ?? 0) + 1;
  const asked = sent.failure instanceof LatchkeyError ? (sent.failure.retryAfterMs ?? 0) : 0;
  const wait = Math.max(asked, Math.min(FIRST_RETRY_MS * 2 ** (failures - 1), LAST_RETRY_MS));
  const next = { ...rest, ...told, ...settling, refs: sent.refs, failures, retryAt: sent.at + wait };
  return { keep: { ...grant, announcements: next }, result: undefined };
}

/** Sends one message where it differs from what was last sent; the new reference, or nothing where none is needed. */
async function send(
  messenger: Messenger,
  { slot, channel, threadOf, message }: Surface,
  refs: Announcements['refs'],
  force: boolean,
): Promise<MessageRef | undefined> {
  const ref = refs[slot];
  const digest = digestOf(message);
  if (ref && (ref.digest === UNDELIVERABLE || (ref.digest === digest && !force))) return undefined;
  try {
    if (ref) {
      await messenger.update({ channel: ref.channel, ts: ref.ts }, message);
      return { ...ref, digest };
    }
    const threadTs = threadOf && refs[threadOf]?.ts;
    const address = await messenger.post(channel, message, threadTs ? { threadTs } : {});
    return { channel: address.channel, ts: address.ts, digest };
  } catch (error) {
    if (!hasCode(error, 'not-found')) throw error;
    return { channel, ts: ref?.ts ?? '', digest: UNDELIVERABLE };
  }
}

async function batchOf(store: GrantStore, grant: Grant): Promise<readonly Grant[]> {
  if (grant.batch.length <= 1 || grant.batch[0] !== grant.id) return [grant];
  const others = await Promise.all(grant.batch.slice(1).map((id) => store.get(id)));
  return [grant, ...others.filter((g) => g !== undefined)];
}

function digestOf(message: Message): string {
  return createHash('sha256').update(JSON.stringify(message)).digest('base64url').slice(0, 22);
}
