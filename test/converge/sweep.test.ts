import { beforeEach, describe, expect, test } from 'vitest';
import { createPlace, type Place } from '../../bench/place.ts';
import type { CatalogEntry } from '../../src/domain/service.ts';
import { LatchkeyError } from '../../src/errors.ts';
import {
  activatingGrant,
  activeGrant,
  anEntry,
  announced,
  awaitedGrant,
  HOUR_MS,
  MINUTE_MS,
  SECOND_MS,
  T0,
} from '../support/grants.ts';

// What a sweep does with its minute when there is much to do, or when somebody else is slow.

const entry = (number: number) => anEntry(`acme-prod/us-central1/billing-${number}`);
const entries = (count: number, from = 0) => Array.from({ length: count }, (_, i) => entry(from + i));
const projects = (regions: number) => [
  { id: 'acme-prod', number: '1', regions: Array.from({ length: regions }, (_, i) => `region-${i}`) },
];
const long = { entitlement: { durationsMinutes: [15, 60, 240] }, ask: { minutes: 240 } };

let place: Place;
let catalog: readonly CatalogEntry[];

beforeEach(() => {
  place = createPlace(T0 + MINUTE_MS, [{ id: 'acme-prod', number: '1', regions: ['us-central1'] }]);
  catalog = [];
  place.weather.list = async () => catalog;
});

/** A sweep each minute; what the last one came to. */
async function sweeps(minutes: number) {
  let last = await place.sweep();
  for (let i = 1; i < minutes; i += 1) {
    place.time.skip(MINUTE_MS);
    last = await place.sweep();
  }
  place.time.skip(MINUTE_MS);
  return last;
}

/** A service on which somebody has access for four hours, as it is when all is in order. */
async function inForce(number: number): Promise<void> {
  await place.put(announced(activeGrant({ ...long, id: `g${number}`, entry: entry(number) })));
  await place.sweep();
}

describe('the catalog', () => {
  beforeEach(() => {
    place = createPlace(T0 + MINUTE_MS, projects(60));
  });
  const hang = async () => {
    await place.time.wait(7 * SECOND_MS);
    throw new LatchkeyError('timeout', 'Cloud Run does not answer');
  };

  test('keeps nothing that is due waiting, however long Cloud Run takes', async () => {
    const postedBefore: number[] = [];
    place.weather.list = async () => {
      await place.time.wait(5 * SECOND_MS);
      postedBefore.push(place.posted.length);
      return await hang();
    };
    await place.put(awaitedGrant());
    const began = place.time.now();
    expect(await place.sweep()).toMatchObject({ announced: 1, failed: 0, left: 0 });
    expect(postedBefore[0]).toBe(2);
    expect(place.time.now() - began).toBeLessThan(45 * SECOND_MS);
  });

  test('is listed over several minutes where one does not suffice, each region in its turn', async () => {
    const listed: string[] = [];
    place.weather.list = async (_, region) => {
      listed.push(region);
      return await hang();
    };
    await sweeps(4);
    expect([...new Set(listed)]).toHaveLength(60);
    expect(listed).toHaveLength(60);
  });

  test('is noted as listed before it is, so that runs which die of it do not follow each other', async () => {
    const noted: (number | undefined)[] = [];
    place.weather.list = async () => {
      noted.push((await place.store.control()).catalogListedAt);
      return [];
    };
    const now = place.time.now();
    await place.sweep();
    expect(new Set(noted).size).toBe(1);
    expect(noted[0]).toBeGreaterThanOrEqual(now);
  });
});

describe('verification', () => {
  test('of a policy that nobody touched reads no grants, and of one that changed puts it right', async () => {
    catalog = entries(1);
    await inForce(0);
    await sweeps(3);
    const reads: number[] = [];
    for (let minute = 0; minute < 20; minute += 1) {
      const before = place.counts.reads;
      const { verified } = await sweeps(1);
      if (verified > 0) reads.push(place.counts.reads - before);
    }
    expect(reads.length).toBeGreaterThan(0);
    expect(Math.max(...reads)).toBeLessThanOrEqual(5);
    place.setBindings(entry(0).ref, []);
    await sweeps(11);
    expect(place.bindings(entry(0).ref)).toHaveLength(1);
    expect((await place.store.events('g0')).map(({ type }) => type)).toContain('drift');
  });

  test('finds within the hour or so what no etag tells of', async () => {
    catalog = entries(1);
    await inForce(0);
    await sweeps(3);
    // As if by hand, in the database: no arrow leads there, and nothing is due.
    const closed = { state: 'ENDED', closedAt: T0, announcements: { refs: {}, revision: 99 } } as const;
    await place.store.update('g0', (g) => ({ keep: { ...g, ...closed } as never, result: null }));
    expect(place.bindings(entry(0).ref)).toHaveLength(1);
    await sweeps(75);
    expect(place.bindings(entry(0).ref)).toEqual([]);
  });

  test('of services with grants in force waits for no first look at five hundred others', async () => {
    catalog = entries(1);
    await inForce(0);
    await sweeps(3);
    catalog = entries(500);
    await sweeps(6);
    place.setBindings(entry(0).ref, []);
    await sweeps(11);
    expect(place.bindings(entry(0).ref)).toHaveLength(1);
  });

  test('looks at a bounded number of services a run, quiet ones among them', async () => {
    catalog = entries(500);
    await sweeps(1);
    for (let minute = 0; minute < 5; minute += 1) {
      const before = place.counts.policyReads;
      await sweeps(1);
      expect(place.counts.policyReads - before).toBe(6);
    }
  });

  test('leaves a quiet service that cannot be read alone more and more, and fails no sweep for it', async () => {
    catalog = entries(3);
    place.weather.readPolicy = async () => {
      throw new LatchkeyError('permission-denied', 'not yours to read');
    };
    let failed = 0;
    for (let minute = 0; minute < 24 * 60; minute += 1) failed += (await sweeps(1)).failed;
    expect(failed).toBe(0);
    expect(place.counts.policyReads).toBeGreaterThan(3 * 5);
    expect(place.counts.policyReads).toBeLessThan(3 * 15);
  });

  test('fails the sweep where the service has grants in force', async () => {
    catalog = entries(1);
    await inForce(0);
    await sweeps(3);
    place.weather.readPolicy = async () => {
      throw new LatchkeyError('unavailable', 'IAP is down');
    };
    let failed = 0;
    for (let minute = 0; minute < 11; minute += 1) failed += (await sweeps(1)).failed;
    expect(failed).toBe(1);
  });
});

describe('with an IAP that hangs', () => {
  beforeEach(async () => {
    place.weather.readPolicy = async () => {
      await place.time.wait(16 * SECOND_MS);
      throw new LatchkeyError('timeout', 'no answer within 5000 ms');
    };
    for (let i = 0; i < 40; i += 1) await place.put(activatingGrant({ id: `g${i}`, entry: entry(i) }));
  });

  test('cards are posted all the same, those whose grants wait for IAP among them', async () => {
    for (let i = 0; i < 30; i += 1) await place.put(awaitedGrant({ id: `asked${i}`, entry: entry(i) }));
    const began = place.time.now();
    const { left } = await place.sweep();
    expect(left).toBeGreaterThan(0);
    expect(place.time.now() - began).toBeLessThan(MINUTE_MS);
    const behind = [];
    for (let i = 0; i < 40; i += 1) behind.push(await place.store.get(`g${i}`));
    for (let i = 0; i < 30; i += 1) behind.push(await place.store.get(`asked${i}`));
    expect(behind.filter((g) => g && g.announcements.revision < g.revision)).toEqual([]);
  });

  test('one warning says what was left, with the figures', async () => {
    const summary = await place.sweep();
    expect(place.logged.filter(({ event }) => event === 'sweep-left')).toEqual([
      { severity: 'WARNING', event: 'sweep-left', facts: summary },
    ]);
  });
});

test('a sweep that left nothing warns of nothing', async () => {
  catalog = entries(20);
  await inForce(0);
  await sweeps(Math.ceil(HOUR_MS / MINUTE_MS));
  expect(place.logged).toEqual([]);
});
