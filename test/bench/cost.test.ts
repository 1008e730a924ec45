import { expect, test } from 'vitest';
import { burstOfApprovals, dueGrants, idleSweeps } from '../../bench/measures.ts';

// The bounds of `npm run bench`, with smaller numbers.

test('a burst of approvals on one service is a handful of policy writes and one binding', async () => {
  const { policyWrites, inForce, bindings } = await burstOfApprovals(60);
  expect(inForce).toBe(60);
  expect(bindings).toBe(1);
  expect(policyWrites).toBeLessThanOrEqual(5);
});

test('an idle sweep reads as little with much stored as with nothing, and so does one that verifies', async () => {
  const nothing = await idleSweeps({ over: 0, busy: 1, inForceOnEach: 1, quiet: 0 });
  const much = await idleSweeps({ over: 2_000, busy: 20, inForceOnEach: 10, quiet: 30 });
  expect(much.idle).toBe(nothing.idle);
  expect(much.idle).toBeLessThanOrEqual(10);
  expect(much.verifying).toBeGreaterThan(much.idle);
  expect(much.verifying).toBeLessThanOrEqual(10);
  expect(much.readingAgain).toBeLessThanOrEqual(15 + 2 * 10);
});

test('grants that are due at once cost one policy write for each service, and reads in proportion', async () => {
  const small = await dueGrants(50, 10);
  const large = await dueGrants(100, 10);
  expect([small.left, large.left]).toEqual([0, 0]);
  expect(large.policyWrites).toBe(10);
  expect(large.policyReads).toBeLessThanOrEqual(20);
  expect(large.reads / small.reads).toBeLessThanOrEqual(2.2);
});
