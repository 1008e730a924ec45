import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { COVERAGE } from '../../../simulator/google/coverage.ts';
import { ROUTES } from '../../../simulator/google/routes.ts';

const supported = Object.entries(COVERAGE).flatMap(([method, row]) =>
  row.supported ? [{ method, ...row }] : [],
);

describe('the coverage table', () => {
  it('names exactly the methods that have a route', () => {
    expect(supported.map(({ method }) => method).sort()).toEqual(ROUTES.map(({ method }) => method).sort());
  });

  it.each(supported)('names a test that speaks of $method', ({ method, testedBy }) => {
    const file = new URL(`../../../${testedBy}`, import.meta.url);
    expect(existsSync(file)).toBe(true);
    expect(readFileSync(file, 'utf8')).toContain(method);
  });
});
