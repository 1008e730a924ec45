import { describe, expect, test } from 'vitest';
import { slackDate, unixToZoned, zonedToUnix } from '../../../simulator/page/client/dates.ts';

const at = (iso: string) => Date.parse(iso) / 1000;
const reader = (tz: string, now: string) => ({ tz, nowMs: Date.parse(now) });

describe("Slack's dates", () => {
  test.each([
    ['{time}', 'America/New_York', '4:30 AM'],
    ['{date_num}', 'Asia/Tokyo', '2026-03-02'],
    ['{date_short}', 'Europe/London', 'Mar 2, 2026'],
    ['{date}', 'Europe/London', 'March 2, 2026'],
    ['{date_long}', 'Europe/London', 'Monday, March 2, 2026'],
    ['{date_pretty}', 'Europe/London', 'today'],
    ['{time_secs}', 'Europe/London', '9:30:00 AM'],
    ['{ago}', 'Europe/London', 'in 30 minutes'],
    ['{date_short_pretty} at {time}', 'Pacific/Kiritimati', 'today at 11:30 PM'],
  ])('%s in %s is %s', (pattern, tz, expected) => {
    expect(
      slackDate(at('2026-03-02T09:30:00Z'), pattern, 'fallback', reader(tz, '2026-03-02T09:00:00Z')),
    ).toBe(expected);
  });

  test('today is a matter of the zone', () => {
    const moment = at('2026-03-02T23:30:00Z');
    const show = (tz: string) => slackDate(moment, '{date_pretty}', '', reader(tz, '2026-03-02T12:00:00Z'));
    expect(show('Europe/London')).toBe('today');
    expect(show('Europe/Helsinki')).toBe('tomorrow');
  });

  test.each(['Europe/London', 'America/New_York', 'Asia/Kolkata', 'Pacific/Auckland'])(
    'a moment in %s goes into a field and comes out again',
    (tz) => {
      for (const iso of [
        '2026-03-02T09:30:00Z',
        '2026-03-29T00:59:00Z',
        '2026-03-29T01:01:00Z',
        '2026-07-01T12:00:00Z',
      ]) {
        expect(zonedToUnix(unixToZoned(at(iso), tz), tz)).toBe(at(iso));
      }
    },
  );
});
