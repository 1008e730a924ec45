import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distance } from '../../src/domain/distance.ts';
import { lookUpService, parseServiceKey, serviceKey, servicePath } from '../../src/domain/service.ts';
import { anEntry } from '../support/grants.ts';

const catalog = [
  'acme-prod/us-central1/billing-dashboard',
  'acme-prod/europe-west1/billing-dashboard',
  'acme-prod/us-central1/payroll',
  'acme-staging/us-central1/payroll',
  'acme-prod/us-central1/wiki',
].map((path) => anEntry(path));

function lookUp(text: string): string {
  const found = lookUpService(catalog, text);
  if (found.kind === 'found') return servicePath(found.entry.ref);
  return [found.kind, ...found.candidates.map((c) => servicePath(c.ref))].join(' ');
}

describe('lookUpService', () => {
  it.each([
    ['a name that is there once', 'wiki', 'acme-prod/us-central1/wiki'],
    ['capitals', 'Wiki', 'acme-prod/us-central1/wiki'],
    ['region and name', 'europe-west1/billing-dashboard', 'acme-prod/europe-west1/billing-dashboard'],
    ['the whole path', 'acme-staging/us-central1/payroll', 'acme-staging/us-central1/payroll'],
    [
      'a name in two regions',
      'billing-dashboard',
      'ambiguous acme-prod/us-central1/billing-dashboard acme-prod/europe-west1/billing-dashboard',
    ],
    [
      'a region and name in two projects',
      'us-central1/payroll',
      'ambiguous acme-prod/us-central1/payroll acme-staging/us-central1/payroll',
    ],
    [
      'a slip of the finger',
      'payrol',
      'unknown acme-prod/us-central1/payroll acme-staging/us-central1/payroll',
    ],
    [
      'part of a name',
      'billing',
      'unknown acme-prod/europe-west1/billing-dashboard acme-prod/us-central1/billing-dashboard',
    ],
    ['a known name in another region', 'us-east1/wiki', 'unknown acme-prod/us-central1/wiki'],
    ['nothing like anything', 'kubernetes', 'unknown'],
    ['nothing', '', 'unknown'],
    ['a path with more', 'x/acme-prod/us-central1/wiki', 'unknown acme-prod/us-central1/wiki'],
    ['a slash at the end', 'wiki/', 'unknown'],
    ['pictures', '😀😀😀', 'unknown'],
  ])('%s', (_, text, want) => {
    expect(lookUp(text)).toBe(want);
  });

  it('finds every service by its whole path, and offers at most five candidates', () => {
    const many = Array.from({ length: 30 }, (_, i) => anEntry(`acme-prod/us-central1/web-${i}`));
    for (const entry of many)
      expect(lookUpService(many, servicePath(entry.ref))).toEqual({ kind: 'found', entry });
    const unknown = lookUpService(many, 'web');
    expect(unknown.kind === 'unknown' && unknown.candidates.length).toBe(5);
  });
});

describe('serviceKey', () => {
  it('is read back as what was written', () => {
    const segment = fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/);
    fc.assert(
      fc.property(segment, segment, segment, (project, region, service) => {
        const ref = { project, region, service };
        expect(parseServiceKey(serviceKey(ref))).toEqual(ref);
      }),
    );
  });

  it.each([
    '',
    'a',
    'a~b',
    'a~b~',
    '~b~c',
    'a~b~c~d',
    'a~b~..',
    'a~b~c/d',
    'a~b~c\\..\\d',
    'a~b~c; d',
    'a~b~c%2F',
  ])('cannot be %j', (key) => {
    expect(parseServiceKey(key)).toBeUndefined();
  });
});

describe('distance', () => {
  it.each([
    ['', '', 0],
    ['', 'abc', 3],
    ['kitten', 'sitting', 3],
    ['a😀', 'a', 1],
    ['a', '😀', 1],
  ])('%j to %j is %i', (a, b, want) => {
    expect(distance(a, b)).toBe(want);
  });

  it('is a metric', () => {
    const word = fc.string({ maxLength: 8, unit: fc.constantFrom('a', 'b', '😀') });
    fc.assert(
      fc.property(word, word, word, (a, b, c) => {
        expect(distance(a, b)).toBe(distance(b, a));
        expect(distance(a, b) === 0).toBe(a === b);
        expect(distance(a, c)).toBeLessThanOrEqual(distance(a, b) + distance(b, c));
      }),
    );
  });
});
