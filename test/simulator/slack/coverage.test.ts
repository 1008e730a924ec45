import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { DELIVERY_COVERAGE, WEB_API_COVERAGE } from '../../../simulator/slack/coverage.ts';
import { WEB_API_METHODS } from '../../../simulator/slack/web-api.ts';

const root = new URL('../../../', import.meta.url);

it('covers exactly the methods that are answered', () => {
  expect(Object.keys(WEB_API_COVERAGE).toSorted()).toEqual(Object.keys(WEB_API_METHODS).toSorted());
});

it.each(Object.entries({ ...WEB_API_COVERAGE, ...DELIVERY_COVERAGE }))(
  'names for %s a test file that speaks of it',
  (name, { testedBy }) => {
    const file = new URL(testedBy, root);
    expect(existsSync(file)).toBe(true);
    expect(readFileSync(file, 'utf8')).toContain(name);
  },
);
