import { bindingOf, demandsOf } from '../src/converge/conditions.ts';
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
import { createPlace } from './place.ts';

// What the converger costs, in counts that are the same on every machine.

/** Enough for the first look at each of some fifty services. */
const WARM_UP_MINUTES = 15;

/** Policy writes for approvals that come at once on one service, each with a trigger of its own. */
export async function burstOfApprovals(
  count: number,
): Promise<{ policyWrites: number; inForce: number; bindings: number }> {
  const place = createPlace(T0 + SECOND_MS);
  const { time, store, flows, counts } = place;
  const asked = Array.from({ length: count }, (_, i) => announced(awaitedGrant(by(i))));
  for (const grant of asked) await place.put(grant);
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

/** What is stored while nothing is due. */
export interface Stored {
  /** Grants of the past. */
  readonly over: number;
  /** Services with grants in force, and how many on each. */
  readonly busy: number;
  readonly inForceOnEach: number;
  /** Services of the catalog on which nobody has access. */
  readonly quiet: number;
}

/** The most documents that a sweep reads in a minute of its kind. */
export interface IdleReads {
  /** Nothing is due and no service's turn to be verified has come. */
  readonly idle: number;
  /** Services are verified, and every policy is as it was settled. */
  readonly verifying: number;
  /** The grants of one service are read again besides. */
  readonly readingAgain: number;
}

/** Documents that sweeps read with nothing due, over an hour and more in which every service is verified. */
export async function idleSweeps({ over, busy, inForceOnEach, quiet }: Stored): Promise<IdleReads> {
  const place = createPlace(T0 + MINUTE_MS, [{ id: 'acme-prod', number: '1', regions: ['us-central1'] }]);
  const { time, counts, weather } = place;
  const entries = Array.from({ length: busy + quiet }, (_, i) =>
    anEntry(`acme-prod/us-central1/billing-${i}`),
  );
  weather.list = async () => entries;
  for (let i = 0; i < over; i += 1) {
    await place.put(announced(endedGrant({ ...by(i), entry: entries[i % entries.length] ?? anEntry() })));
  }
  const long = { entitlement: { durationsMinutes: [240] }, ask: { minutes: 240 } };
  for (const [i, entry] of entries.slice(0, busy).entries()) {
    for (let n = 0; n < inForceOnEach; n += 1) {
      const person = by(over + i * inForceOnEach + n);
      const making = { ...long, id: person.id, entry, ask: { ...long.ask, ...person.ask } };
      await place.put(announced(activeGrant(making)));
    }
  }
  // Until every policy has been written and settled for the first time.
  for (let minute = 0; minute < WARM_UP_MINUTES; minute += 1) {
    await place.sweep();
    time.skip(MINUTE_MS);
  }
  const most = { idle: 0, verifying: 0, readingAgain: 0 };
  for (let minute = 0; minute < 75; minute += 1) {
    const before = counts.reads;
    const { due, services, verified } = await place.sweep();
    if (due > 0 || services > 1) throw new Error(`${due} grants were due, and ${services} services`);
    const kind = services > 0 ? 'readingAgain' : verified > 0 ? 'verifying' : 'idle';
    most[kind] = Math.max(most[kind], counts.reads - before);
    time.skip(MINUTE_MS);
  }
  return most;
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
    await place.put(grant);
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

/** Numbers between 0 and 1, the same in every run. */
function spread(): () => number {
  let state = 1;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}
