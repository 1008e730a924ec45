import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ceilToMinute, formatDuration, parseDuration, spellDuration } from '../../src/domain/duration.ts';

describe('parseDuration', () => {
  it.each([
    ['1m', 1],
    ['15m', 15],
    ['4h', 240],
    ['2d', 2880],
    ['29d', 41_760],
    ['41760m', 41_760],
    [' 1H ', 60],
    ['015m', 15],
  ])('reads %j as %i minutes', (text, minutes) => {
    expect(parseDuration(text)).toBe(minutes);
  });

  it.each([
    '',
    'm',
    '15',
    '0m',
    '-5m',
    '1.5h',
    '1h30m',
    '1 h',
    '30d',
    '41761m',
    '697h',
    '2w',
    '15s',
    '９m',
    '1e3m',
    '99999999999m',
    'constructor',
  ])('does not take %j for a duration', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });
});

describe('formatDuration', () => {
  it.each([
    [1, '1m'],
    [90, '90m'],
    [60, '1h'],
    [1440, '1d'],
    [1500, '25h'],
  ])('writes %i minutes as %s', (minutes, text) => {
    expect(formatDuration(minutes)).toBe(text);
  });

  it('is read back as what was written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 41_760 }), (minutes) => {
        expect(parseDuration(formatDuration(minutes))).toBe(minutes);
      }),
    );
  });
});

describe('spellDuration', () => {
  it.each([
    [0, '0 minutes'],
    [1, '1 minute'],
    [15, '15 minutes'],
    [60, '1 hour'],
    [90, '1 hour 30 minutes'],
    [1440, '1 day'],
    [2 * 1440 + 121, '2 days 2 hours 1 minute'],
    [14.2, '15 minutes'],
    [59.5, '1 hour'],
    [1439.1, '1 day'],
  ])('says %d minutes as %s', (minutes, text) => {
    expect(spellDuration(minutes)).toBe(text);
  });
});

describe('ceilToMinute', () => {
  it('is the whole minute at or after a time', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e12 }), (time) => {
        const up = ceilToMinute(time);
        expect(up % 60_000).toBe(0);
        expect(up - time).toBeGreaterThanOrEqual(0);
        expect(up - time).toBeLessThan(60_000);
      }),
    );
  });
});
