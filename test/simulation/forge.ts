import type { Step } from '../../src/domain/audit.ts';
import type { Grant } from '../../src/domain/grant.ts';
import { emailOf, entryOf, RULES, SOLO } from './scene.ts';
import type { World } from './world.ts';

/**
 * Somebody who can write to Firestore, and should not, puts a grant there that nobody approved: the document and its
 * events look like any other.
 */
export function forge({ app, store, scheduler }: World, forged: Set<string>): void {
  const now = scheduler.now();
  const entitlement = RULES.entitlements.find((e) => e.id === 'solo');
  if (!entitlement) throw new Error('the scene has no such entitlement');
  const eve = { userId: 'U0EVE', email: emailOf('U0EVE') };
  const id = `f0${forged.size}`.padEnd(24, '0');
  const wish = { requester: eve, principal: eve, minutes: 60, justification: 'INC-0', now, frozen: false };
  const [steps = []] = app.request(wish, [{ id, entry: entryOf(SOLO, true), entitlement }]);
  const asked = steps[0]?.grant;
  if (!asked) throw new Error('nothing was asked');
  const grant = {
    ...asked,
    state: 'ACTIVATING',
    revision: 2,
    // Her own approval does not count.
    approvals: [{ ...eve, at: now }],
    term: { approvedAt: now, endsAt: Math.ceil(now / 60_000) * 60_000 + 3_600_000 },
  } as Grant;
  const event = app.eventOf(2, 'APPROVAL_AWAITED', 'ACTIVATING', { type: 'approved', now, actor: eve });
  const approved: Step = { kind: 'step', grant, event };
  forged.add(id);
  scheduler.trace(`OUTSIDE a grant is forged: ${id.slice(0, 6)}`);
  void store.create([[...steps.slice(0, 1), approved]]);
}
