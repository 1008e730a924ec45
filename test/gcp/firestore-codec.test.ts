import { Timestamp } from '@google-cloud/firestore';
import {
  type Arbitrary,
  array,
  assert,
  asyncProperty,
  boolean,
  constant,
  constantFrom,
  dictionary,
  integer,
  letrec,
  oneof,
  record,
  string,
} from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decode, encode } from '../../src/gcp/firestore-codec.ts';

/** Times that a Timestamp can hold. */
const time = integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 });
const timeName = constantFrom('at', 'until', 'dueAt', 'retryAt', 'endsAt');
const plainName = constantFrom('minutes', 'state', 'format', 'At1', 'cat', 'ATTEMPTS');

const { fields } = letrec<{ fields: object; value: unknown }>((tie) => ({
  value: oneof(
    { depthSize: 'small', withCrossShrink: true },
    oneof(string(), integer(), boolean(), constant(null)),
    tie('fields'),
    array(tie('fields'), { maxLength: 3 }),
  ),
  fields: record({
    times: dictionary(timeName, oneof(time, constant(null), array(time, { maxLength: 2 })), { maxKeys: 3 }),
    others: dictionary(plainName, tie('value'), { maxKeys: 3 }),
  }).map(({ times, others }) => ({ ...times, ...others })) as Arbitrary<object>,
}));

function timestampsIn(value: unknown): number {
  if (value instanceof Timestamp) return 1;
  return typeof value === 'object' && value !== null
    ? Object.values(value).reduce((sum: number, item) => sum + timestampsIn(item), 0)
    : 0;
}

describe('the codec', () => {
  it('restores whatever it encoded', async () => {
    await assert(
      asyncProperty(fields, async (value) => {
        expect(decode(encode(value, Timestamp))).toEqual(value);
      }),
    );
  });

  it('makes a timestamp of every time, however deep, and of nothing else', () => {
    const value = {
      at: 1,
      until: null,
      minutes: 2,
      format: 3,
      batch: [1, 2],
      approvals: [{ userId: 'U1', at: 4 }],
      announcements: { revision: 5, claim: { holder: 'x', until: 6 } },
      labels: { at: 'noon' },
    };
    const encoded = encode(value, Timestamp);
    expect(encoded.at).toEqual(Timestamp.fromMillis(1));
    expect(encoded.approvals[0].at).toEqual(Timestamp.fromMillis(4));
    expect(encoded.announcements.claim.until).toEqual(Timestamp.fromMillis(6));
    expect(timestampsIn(encoded)).toBe(3);
  });

  it('refuses what is undefined, and says where it is', () => {
    const value = { approvals: [{ userId: 'U1', at: undefined }] };
    expect(() => encode(value, Timestamp)).toThrow('failed to encode approvals[0].at: it is undefined');
  });
});
