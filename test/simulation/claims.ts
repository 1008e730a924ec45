import type { Grant } from '../../src/domain/grant.ts';
import { type ServiceRef, serviceKey } from '../../src/domain/service.ts';
import type { Message, Policy } from '../../src/ports.ts';
import { type Access, accessesIn, demandsOf, memberOf } from './policy.ts';

type Grants = ReadonlyMap<string, Grant>;

/** What a message says to be in force. */
interface Claim {
  readonly service: string;
  readonly userId: string;
  readonly endsAt: number;
  /** The grants that the message, or this part of it, is about; empty where it does not say. */
  readonly ids: readonly string[];
}

/** For each grant, until when its access was read back, and every end that it ever had. */
export interface ReadBack {
  readonly until: Map<string, number>;
  readonly ends: ReadonlyMap<string, ReadonlySet<number>>;
  /** What each service's policy showed when it was last read. */
  readonly last: Map<string, { readonly accesses: readonly Access[]; readonly at: number }>;
}

/**
 * I6: a message that says "Active until" of a grant is sent only after the policy was read, since that grant was
 * approved or just before, with a binding of ours for its person, with its demands and no earlier end. What was read
 * for a grant long before counts for no other one of the same person.
 */
export function i6(
  channel: string,
  message: Message,
  { until, ends }: ReadBack,
  grants: Grants,
  forged: ReadonlySet<string>,
): string | undefined {
  const untrue = claimsIn(channel, message).find(({ service, userId, endsAt, ids }) => {
    const meant = [...grants.values()].filter((g) =>
      ids.length > 0 ? ids.includes(g.id) : g.service.service === service && isAbout(g, userId, channel),
    );
    // A forged document may say that it is in force; it is believed until the policy is read.
    return !meant.some(
      (g) => forged.has(g.id) || ((until.get(g.id) ?? 0) >= endsAt && ends.get(g.id)?.has(endsAt)),
    );
  });
  return untrue && `a message in ${channel} says what was never read back: ${message.text}`;
}

/** A message to whoever asked for somebody else need not name them, nor one in a thread. */
function isAbout({ principal, requester, channel: posted }: Grant, userId: string, channel: string): boolean {
  if (principal.userId === userId) return true;
  return userId === channel && (requester.userId === channel || posted === channel);
}

/**
 * The first section of a message says whose access to which services, in bold; then comes where each stands, with the
 * service's name before it where there are several.
 */
function claimsIn(channel: string, { blocks }: Message): Claim[] {
  if (!JSON.stringify(blocks).includes('Active until')) return [];
  const sections = blocks.flatMap((block) => {
    const { text, block_id: id = '' } = block as { text?: { text?: string } | string; block_id?: string };
    return typeof text === 'object' ? [{ text: text.text ?? '', id }] : [];
  });
  const head = sections[0]?.text ?? '';
  const services = [...head.matchAll(/\*([a-z-]+)\*/g)].map((m) => m[1] ?? '');
  // A channel's card names people by their addresses, so as not to notify them; direct messages mention them.
  const [, asker, colleague] = /^(\w+) asks for [a-z*, -]+?(?: for (\w+),)? for \*/.exec(head) ?? [];
  const named = colleague ?? asker;
  const mentioned = /(?:You asked for [a-z*, -]+ for|Access of|The request of(?: <@\w+> for)?) <@(\w+)>/.exec(
    head,
  )?.[1];
  const person = named ? `U0${named.toUpperCase()}` : (mentioned ?? channel);
  const underButtons = [...JSON.stringify(blocks).matchAll(/"value":"([0-9a-f]{24})"/g)].map(
    (m) => m[1] ?? '',
  );
  return sections.flatMap(({ text, id }) => {
    const seconds = /Active until <!date\^(\d+)\^/.exec(text)?.[1];
    const service = /^\*([a-z-]+)\*: :/.exec(text)?.[1] ?? services[0];
    if (seconds === undefined || service === undefined) return [];
    const own = /:state:([0-9a-f]{24})$/.exec(id)?.[1];
    const ids = own === undefined ? underButtons : [own];
    return [{ service, userId: person, endsAt: Number(seconds) * 1000, ids }];
  });
}

/** Whoever reads a policy and then the grants may settle one that was approved in between, until its lease is over. */
const LEASE_MS = 30_000;

/** Remembers for {@link i6} what a policy shows of the grants that were approved by then. */
export function rememberRead(
  read: ReadBack,
  service: ServiceRef,
  policy: Policy,
  grants: Grants,
  now: number,
): void {
  const key = serviceKey(service);
  const accesses = accessesIn(policy);
  read.last.set(key, { accesses, at: now });
  if (accesses.length === 0) return;
  for (const grant of grants.values()) {
    if (serviceKey(grant.service) === key) note(read, grant, accesses);
  }
}

/** Remembers for {@link i6} what the policy read last shows of a grant that was approved just now. */
export function rememberApproved(read: ReadBack, grant: Grant, now: number): void {
  const last = read.last.get(serviceKey(grant.service));
  if (last && now - last.at <= LEASE_MS) note(read, grant, last.accesses);
}

function note({ until }: ReadBack, grant: Grant, accesses: readonly Access[]): void {
  if (!('term' in grant)) return;
  const member = memberOf(grant);
  const demands = demandsOf(grant);
  for (const access of accesses) {
    if (access.member !== member || access.demands !== demands) continue;
    // A later end, of another grant of the same person, shows this one's as well, and what it may be moved to.
    if (access.endsAt > (until.get(grant.id) ?? 0)) until.set(grant.id, access.endsAt);
  }
}
