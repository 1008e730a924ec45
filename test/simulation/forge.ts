import type { Step } from '../../src/domain/audit.ts';
import type { ActivatingGrant, ActiveGrant, Approval, Grant } from '../../src/domain/grant.ts';
import type { ServiceRef } from '../../src/domain/service.ts';
import { emailOf, entryOf, PAIR, RULES, SOLO } from './scene.ts';
import type { World } from './world.ts';

// Somebody who can write to Firestore, and should not, puts grants there that nobody approved, or changes one that
// somebody did. The documents and their events look like any other.

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

type Shape = (approved: ActivatingGrant, now: number) => ActivatingGrant | ActiveGrant;

const approval = (userId: string, at: number): Approval => ({ userId, email: emailOf(userId), at });
const active = (grant: ActivatingGrant, now: number): ActiveGrant => ({
  ...grant,
  state: 'ACTIVE',
  activatedAt: now,
  appliedEndsAt: grant.term.endsAt,
});
const extendedBy = (grant: ActivatingGrant, now: number, ...userIds: string[]): ActiveGrant => ({
  ...active(grant, now),
  term: {
    ...grant.term,
    endsAt: grant.term.endsAt + 60 * MINUTE_MS,
    extended: { at: now, approvals: userIds.map((id) => approval(id, now)) },
  },
});

/** Each is a lie of one kind about a grant that could otherwise be true. */
const shapes: readonly { readonly on: ServiceRef; readonly what: string; readonly lie: Shape }[] = [
  {
    on: SOLO,
    what: 'approved by herself',
    lie: (g, now) => ({ ...g, approvals: [approval('U0EVE', now)] }),
  },
  {
    on: SOLO,
    what: 'with an end that nobody can give',
    lie: (g) => ({ ...g, term: { ...g.term, endsAt: g.term.endsAt + 30 * DAY_MS } }),
  },
  {
    on: SOLO,
    what: 'with an address that is not hers',
    lie: (g) => ({ ...g, principal: { ...g.principal, email: 'mallory@acme.example' } }),
  },
  {
    on: SOLO,
    what: 'with an address of nobody here',
    lie: (g) => ({ ...g, principal: { ...g.principal, email: 'mallory@evil.example' } }),
  },
  {
    on: SOLO,
    what: 'approved in years to come',
    lie: (g, now) => ({
      ...g,
      approvals: [approval('U0LINUS', now + 900 * DAY_MS)],
      term: { approvedAt: now + 900 * DAY_MS, endsAt: g.term.endsAt + 900 * DAY_MS },
    }),
  },
  { on: SOLO, what: 'extended by herself', lie: (g, now) => extendedBy(g, now, 'U0EVE') },
  { on: PAIR, what: 'extended by one of the two needed', lie: (g, now) => extendedBy(g, now, 'U0LINUS') },
  {
    on: PAIR,
    what: 'approved by one of the two needed',
    lie: (g, now) => ({ ...g, approvalsNeeded: 1, approvals: [approval('U0LINUS', now)] }),
  },
  {
    on: PAIR,
    what: 'approved by the same person twice',
    lie: (g, now) => ({ ...g, approvals: [approval('U0LINUS', now), approval('U0LINUS', now)] }),
  },
  { on: PAIR, what: 'without the access level', lie: (g) => ({ ...g, accessLevels: [] }) },
  {
    on: SOLO,
    what: 'with a start that nobody asked for',
    lie: (g) => ({
      ...g,
      term: { ...g.term, startsAt: g.term.approvedAt + DAY_MS, endsAt: g.term.endsAt + DAY_MS },
    }),
  },
  {
    on: SOLO,
    what: 'in force already, approved by herself',
    lie: (g, now) => active({ ...g, approvals: [approval('U0EVE', now)] }, now),
  },
];

/** Puts one forged grant into the store: of the kind that is named, or of any. */
export function forge({ app, store, scheduler, choices }: World, forged: Set<string>, kind?: string): void {
  const now = scheduler.now();
  const shape = kind
    ? shapes.find(({ what }) => what === kind)
    : shapes[choices.of('meddling').below(shapes.length)];
  if (!shape) return;
  const { on, what, lie } = shape;
  const entitlement = RULES.entitlements.find((e) => e.services[0]?.includes(on.service));
  if (!entitlement) throw new Error('the scene has no such entitlement');
  const eve = { userId: 'U0EVE', email: emailOf('U0EVE') };
  const id = `f0${forged.size}`.padEnd(24, '0');
  const wish = { requester: eve, principal: eve, minutes: 60, justification: 'INC-0', now, frozen: false };
  const [steps = []] = app.request(wish, [{ id, entry: entryOf(on, true), entitlement }]);
  const asked = steps[0]?.grant;
  if (asked?.state !== 'APPROVAL_AWAITED') throw new Error('nothing was asked');
  const truth: ActivatingGrant = {
    ...asked,
    state: 'ACTIVATING',
    revision: 2,
    approvals: [approval('U0LINUS', now), approval('U0LEAD', now)],
    term: { approvedAt: now, endsAt: Math.ceil(now / MINUTE_MS) * MINUTE_MS + 60 * MINUTE_MS },
  };
  const grant = lie(truth, now);
  const approved: Step = {
    kind: 'step',
    grant: { ...grant, state: 'ACTIVATING' } as Grant,
    event: app.eventOf(2, 'APPROVAL_AWAITED', 'ACTIVATING', { type: 'approved', now, actor: eve }),
  };
  const activated: Step = {
    kind: 'step',
    grant: { ...grant, revision: 3 },
    event: app.eventOf(3, 'ACTIVATING', 'ACTIVE', { type: 'activated', now }),
  };
  forged.add(id);
  scheduler.trace(`OUTSIDE a grant is forged: ${id.slice(0, 6)}, ${what}`);
  void store.create([[...steps.slice(0, 1), approved, ...(grant.state === 'ACTIVE' ? [activated] : [])]]);
}

/** Moves the end of a grant in force, with or without an extension that only its requester approved. */
export function tamper(
  { store, scheduler, choices }: World,
  grants: ReadonlyMap<string, Grant>,
  { tampered, touched }: { readonly tampered: Set<string>; readonly touched: Set<string> },
): void {
  const meddling = choices.of('meddling');
  const inForce = [...grants.values()].filter((g) => g.state === 'ACTIVE');
  const grant = inForce[meddling.below(inForce.length)];
  if (!grant) return;
  const now = scheduler.now();
  const extended = { at: now, approvals: [approval(grant.requester.userId, now)] };
  const lie = meddling.below(2) === 0 ? {} : { extended };
  const later = [60 * MINUTE_MS, DAY_MS][meddling.below(2)] ?? DAY_MS;
  scheduler.trace(`OUTSIDE the end of ${grant.id.slice(0, 6)} is moved by a stranger`);
  tampered.add(grant.id);
  touched.add(grant.id);
  void store.update(grant.id, (g) =>
    g.state === 'ACTIVE'
      ? { keep: { ...g, term: { ...g.term, ...lie, endsAt: g.term.endsAt + later } }, result: undefined }
      : { result: undefined },
  );
}
