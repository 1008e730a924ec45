import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { admits, covers, entitlementFor, globMatches, longestMinutes } from '../../src/domain/entitlement.ts';
import { ada, anEntitlement, anEntry, anyone, eve, grace, nobody } from '../support/grants.ts';

const groups = new Map([['S0LEADS', new Set([grace.userId])]]);

describe('globMatches', () => {
  it('agrees with the same pattern as a regular expression', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '-'), maxLength: 12 });
    const glob = fc.string({ unit: fc.constantFrom('a', 'b', '-', '*', '*'), maxLength: 8 });
    const pair = fc.oneof(
      fc.tuple(glob, text),
      // Texts that do match: every star of the pattern filled in with something.
      fc.tuple(glob, fc.array(text, { minLength: 8, maxLength: 8 })).map(([g, fills]): [string, string] => {
        const rest = [...fills];
        return [g, g.replaceAll('*', () => rest.pop() ?? '')];
      }),
    );
    fc.assert(
      fc.property(pair, ([pattern, name]) => {
        expect(globMatches(pattern, name)).toBe(new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(name));
      }),
      { numRuns: 2000 },
    );
  });

  it('is quick where a backtracking matcher is not', () => {
    const began = performance.now();
    expect(globMatches('*a'.repeat(30), `${'a'.repeat(60)}b`)).toBe(false);
    expect(performance.now() - began).toBeLessThan(200);
  });
});

describe('covers', () => {
  it.each([
    ['acme-prod/us-central1/wiki', true],
    ['acme-prod/us-central1/wik*', true],
    ['acme-prod/*/wiki', true],
    ['*/*/*', true],
    ['acme-*/us-*/*i*', true],
    ['acme-prod/us-central1/wi', false],
    ['acme-prod/us-central1/', false],
    ['acme-prod/*', false],
    ['*', false],
    ['acme-prod/us-central1/wiki/x', false],
    ['acme.prod/us-central1/wiki', false],
  ])('%s covers acme-prod/us-central1/wiki: %s', (pattern, want) => {
    const { ref } = anEntry('acme-prod/us-central1/wiki');
    expect(covers(anEntitlement({ services: [pattern] }), ref)).toBe(want);
    expect(covers(anEntitlement({ services: ['x/y/z', pattern] }), ref)).toBe(want);
  });

  it('is nothing without patterns', () => {
    expect(covers(anEntitlement({ services: [] }), anEntry().ref)).toBe(false);
  });
});

describe('admits', () => {
  it.each([
    ['anyone', anyone, true],
    ['her address', { ...nobody, emails: [grace.email] }, true],
    ['her user id', { ...nobody, users: [grace.userId] }, true],
    ['her group', { ...nobody, usergroups: ['S0LEADS'] }, true],
    ['one of several', { ...nobody, emails: [ada.email], usergroups: ['S0OTHER', 'S0LEADS'] }, true],
    ['nobody', nobody, false],
    ['a group that is unknown', { ...nobody, usergroups: ['S0OTHER'] }, false],
    ['somebody else', { ...nobody, emails: [ada.email], users: [ada.userId] }, false],
    ['a user id that reads like her address', { ...nobody, users: [grace.email] }, false],
  ])('%s', (_, rule, want) => {
    expect(admits(rule, grace, groups)).toBe(want);
  });
});

describe('entitlementFor', () => {
  const { ref } = anEntry();
  const leads = anEntitlement({ id: 'leads', requesters: { ...nobody, usergroups: ['S0LEADS'] } });
  const all = anEntitlement({ id: 'all' });
  const elsewhere = anEntitlement({ id: 'elsewhere', services: ['acme-prod/us-central1/wiki'] });

  it('is the first in the file that covers the service and admits the requester', () => {
    expect(entitlementFor([elsewhere, leads, all], ref, grace, groups)?.id).toBe('leads');
    expect(entitlementFor([elsewhere, leads, all], ref, eve, groups)?.id).toBe('all');
    expect(entitlementFor([all, leads], ref, grace, groups)?.id).toBe('all');
  });

  it('is none where none covers or none admits', () => {
    expect(entitlementFor([elsewhere, leads], ref, eve, groups)).toBeUndefined();
    expect(entitlementFor([elsewhere], ref, grace, groups)).toBeUndefined();
    expect(entitlementFor([], ref, grace, groups)).toBeUndefined();
  });
});

it('the last duration is the longest', () => {
  expect(longestMinutes(anEntitlement())).toBe(240);
  expect(longestMinutes(anEntitlement({ durationsMinutes: [] }))).toBe(0);
});
