import { expect, it } from 'vitest';
import { saysTheSame } from '../../src/converge/says-the-same.ts';
import { activeGrant } from '../support/grants.ts';

const grant = activeGrant();
const turned = Object.fromEntries(Object.entries(grant).reverse()) as typeof grant;

it('a grant says the same whatever the order of its fields, and whatever its bookkeeping', () => {
  expect(JSON.stringify(turned)).not.toBe(JSON.stringify(grant));
  expect(saysTheSame(grant, turned)).toBe(true);
  expect(saysTheSame(grant, { ...grant, announcements: { refs: {}, revision: 9 } })).toBe(true);
});

it('a grant that somebody wrote to says something else, though its revision is what it was', () => {
  const moved = { ...grant, term: { ...grant.term, endsAt: grant.term.endsAt + 60_000 } };
  expect(saysTheSame(grant, moved)).toBe(false);
  expect(saysTheSame(grant, { ...grant, approvals: [] })).toBe(false);
  expect(saysTheSame(undefined, grant)).toBe(false);
});
