import { bindingOf, demandsOf } from '../src/converge/conditions.ts';
import type { Grant } from '../src/domain/grant.ts';
import { approveGrant } from '../src/flows/decide.ts';
import {
  activeGrant,
  anEntry,
  announced,
  awaitedGrant,
  endedGrant,
  MINUTE_MS,
  SECOND_MS,
  T0,
} from '../test/support/grants.ts';
import { createPlace, type Place } from './place.ts';

// What the converger costs, in counts that are the same on every machine.

/** Policy writes for approvals that come at once on one service, each with a trigger of its own. */
export async function burstOfApprovals(
  count: number,
): Promise<{ policyWrites: number; inForce: number; bindings: number }> {
  const place = createPlace(T0 + SECOND_MS);
  const { time, store, flows, counts } = place;
  const asked = Array.from({ length: count }, (_, i) => announced(awaitedGrant(by(i))));
  for (const grant of asked) await put(place, grant);
  const random = spread();
  place.triggered(() => 100 + 1_900 * random());
  await time.run(() =>
    Promise.all(
      asked.map(async ({ id }) => {
        // People and instances are never at one to the millisecond.
        await time.wait(1_000 * random());
        await approveGrant(flows, { grantId: id, userId: 'U0GRACE' });
      }),
    ),
  );
  const now = await Promise.all(asked.map(({ id }) => store.get(id)));
  return {
    policyWrites: counts.policyWrites,
    inForce: now.filter((g) => g?.state === 'ACTIVE').length,
    bindings: place.bindings(anEntry().ref).length,
  };
}

/** Documents that a sweep reads with nothing due: the most of half an hour of sweeps. */
export async function idleSweep(stored: number, inForce: number): Promise<{ reads: number }> {
  const place = createPlace(T0 + MINUTE_MS);
  const { time, counts } = place;
  const long = { entitlement: { durationsMinutes: [15, 60, 240] }, ask: { minutes: 240 } };
  for (let i = 0; i < stored; i += 1) {
    await put(place, announced(i < inForce ? activeGrant({ ...by(i), ...long }) : endedGrant(by(i))));
  }
  let most = 0;
  for (let minute = 0; minute < 30; minute += 1) {
    const before = counts.reads;
    const { due } = await place.sweep();
    if (due > 0) throw new Error('something was due');
    most = Math.max(most, counts.reads - before);
    time.skip(MINUTE_MS);
  }
  return { reads: most };
}

/** What it takes to end grants whose time is up all at once, with the policies and the messages. */
export async function dueGrants(
  grants: number,
  services: number,
): Promise<{ policyWrites: number; policyReads: number; reads: number; firstSweepMs: number; left: number }> {
  const active = Array.from({ length: grants }, (_, i) => {
    const entry = anEntry(`acme-prod/us-central1/billing-${i % services}`);
    return announced(activeGrant({ ...by(i), entry }));
  });
  const place = createPlace((active[0]?.term.endsAt ?? T0) + SECOND_MS);
  const { time, store, counts } = place;
  for (const grant of active) {
    await put(place, grant);
    const [shared] = place.bindings(grant.service);
    const members = [...(shared?.members ?? []), `user:${grant.principal.email}`];
    place.setBindings(grant.service, [bindingOf(demandsOf(grant), grant.term.endsAt, members)]);
  }
  counts.reads = 0;
  const began = time.now();
  await place.sweep();
  const firstSweepMs = time.now() - began;
  for (let sweeps = 1; sweeps < 10 && (await store.due(time.now(), 1)).length > 0; sweeps += 1) {
    time.skip(MINUTE_MS);
    await place.sweep();
  }
  const now = await Promise.all(active.map(({ id }) => store.get(id)));
  return {
    policyWrites: counts.policyWrites,
    policyReads: counts.policyReads,
    reads: counts.reads - grants,
    firstSweepMs,
    left: now.filter((g) => g?.state !== 'ENDED').length,
  };
}

function by(number: number) {
  const person = { userId: `U0P${number}`, email: `p${number}@acme.example` };
  return { id: `g${number}`, ask: { requester: person, principal: person } };
}

async function put({ store }: Place, grant: Grant): Promise<void> {
  const { revision, state, changedAt } = grant;
  const event = { revision, type: 'requested', at: changedAt, from: null, to: state } as const;
  await store.create([[{ kind: 'step', grant, event }]]);
}

/** Numbers between 0 and 1, the same in every run. */
function spread(): () => number {
  let state = 1;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}
