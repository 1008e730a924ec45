import { describe, expect, it } from 'vitest';
import { hasCode, LatchkeyError } from '../../src/errors.ts';
import { firestoreError } from '../../src/gcp/firestore-errors.ts';

describe('what Firestore throws', () => {
  it.each([
    [3, 'invalid'],
    [4, 'timeout'],
    [5, 'not-found'],
    [6, 'conflict'],
    [7, 'permission-denied'],
    [8, 'quota'],
    [10, 'conflict'],
    [13, 'unavailable'],
    [14, 'unavailable'],
    [16, 'permission-denied'],
  ] as const)('with gRPC status %d is %s, with operation, subject and cause', (code, kind) => {
    const cause = Object.assign(new Error('it said no'), { code });
    const error = firestoreError('update', 'g1', cause);
    if (!hasCode(error, kind)) throw new Error(`not ${kind}: ${error}`);
    expect(error.message).toBe('failed to update for g1: it said no');
    expect(error.cause).toBe(cause);
  });

  it.each([new LatchkeyError('lease-lost', 'x'), new Error('no arrow'), 'text', { code: 7 }])(
    'is left alone where it is not Firestore: %s',
    (error) => {
      expect(firestoreError('update', 'g1', error)).toBe(error);
    },
  );
});
