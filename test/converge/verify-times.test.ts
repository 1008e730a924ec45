import { expect, it } from 'vitest';
import { verifyAfterMs, verifyAgainAt } from '../../src/converge/verify-times.ts';

const MINUTE = 60_000;
const service = { project: 'acme-prod', region: 'us-central1', service: 'billing' };
const settled = { etag: 'BwE1=', at: 0 };

it.each([
  ['with open grants, in good order', { busy: true, doubtful: false, unsettledRuns: 0 }, 10],
  [
    'with open grants, a write of whose may be on its way',
    { busy: true, doubtful: true, unsettledRuns: 9 },
    1,
  ],
  ['with open grants, that cannot be read', { busy: true, doubtful: false, unsettledRuns: 9 }, 10],
  ['without, in good order', { busy: false, doubtful: false, unsettledRuns: 0 }, 360],
  ['without, that could not be settled once', { busy: false, doubtful: true, unsettledRuns: 1 }, 1],
  ['three times', { busy: false, doubtful: false, unsettledRuns: 3 }, 4],
  ['eight times', { busy: false, doubtful: true, unsettledRuns: 8 }, 10],
  ['nine times', { busy: false, doubtful: true, unsettledRuns: 9 }, 256],
  ['a thousand times', { busy: false, doubtful: true, unsettledRuns: 1000 }, 360],
])('a service %s is verified in so many minutes', (_, left, minutes) => {
  expect(verifyAfterMs(left)).toBe(minutes * MINUTE);
});

it('a service that was taken comes again in its time, and soon where only its grants can tell', () => {
  expect(verifyAgainAt({ service, quiet: false, settled }, 7)).toBe(7 + 10 * MINUTE);
  expect(verifyAgainAt({ service, quiet: true, settled }, 7)).toBe(7 + 360 * MINUTE);
  expect(verifyAgainAt({ service, quiet: true }, 7)).toBe(7 + MINUTE);
});
