import { describe, expect, it } from 'vitest';
import { clip, clipMrkdwn, escapeText, plain, spoken, when } from '../../src/slack/blocks.ts';

describe('text', () => {
  it.each([
    ['a & b <c>', 'a &amp; b &lt;c&gt;'],
    ['<!channel> <@U0ADA>', '&lt;!channel&gt; &lt;@U0ADA&gt;'],
  ])('of people is escaped: %j', (text, want) => expect(escapeText(text)).toBe(want));

  it.each([
    ['short', 10, 'short'],
    ['exactly ten', 11, 'exactly ten'],
    ['somewhat longer', 9, 'somewhat…'],
    ['ab😀cd', 4, 'ab…'],
    ['ab&amp;cd', 6, 'ab…'],
  ])('is cut without breaking a character: %j at %i', (text, max, want) => {
    expect(clip(text, max)).toBe(want);
  });

  it('is cut before a mention or a time, never inside one', () => {
    expect(clipMrkdwn('ends <!date^1^{time}|09:00 UTC> or so', 20)).toBe('ends …');
    expect(clipMrkdwn('by <@U0ADA> and <@U0GRACE>', 12)).toBe('by <@U0ADA>…');
  });

  it('for notifications and screen readers has words alone', () => {
    expect(spoken(':gear: Approved by <@U0ADA>, *applying*… at `x`')).toBe(
      'Approved by <@U0ADA>, applying… at x',
    );
    expect(plain(':gear:').text).toBe('Latchkey');
  });

  it('shows times in each reader’s zone', () => {
    expect(when(Date.UTC(2026, 2, 2, 9, 16))).toBe(
      '<!date^1772442960^{date_short_pretty} at {time}|2026-03-02 09:16 UTC>',
    );
  });
});
