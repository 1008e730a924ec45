import { describe, expect, it } from 'vitest';
import { LatchkeyError } from '../../src/errors.ts';
import { createPace } from '../../src/slack/client-pace.ts';

/** A clock that moves when somebody waits. */
function fixture() {
  let now = 0;
  const sent: string[] = [];
  const pace = createPace({ now: () => now }, async (ms) => {
    now += ms;
  });
  /** Sends a message that Slack refuses so many times. */
  const post = (place: string, text: string, refusals = 0, retryAfterMs = 1_000) => {
    let left = refusals;
    return pace(place, async () => {
      sent.push(text);
      if (left > 0) {
        left -= 1;
        throw new LatchkeyError('rate-limited', 'slow down', { retryAfterMs });
      }
      return text;
    });
  };
  return { post, sent, now: () => now, advance: (ms: number) => (now += ms) };
}

describe('pace', () => {
  it('sends one after another to a channel, and side by side to several', async () => {
    const { post, sent } = fixture();
    await Promise.all([post('C1', 'a', 1), post('C1', 'b'), post('C2', 'c')]);
    expect(sent.filter((t) => t !== 'c')).toEqual(['a', 'a', 'b']);
    expect(sent.indexOf('c')).toBeLessThan(2);
  });

  it('waits a short while when told to, once', async () => {
    const { post, sent, now } = fixture();
    expect(await post('C1', 'a', 1)).toBe('a');
    expect(now()).toBe(1_000);
    await expect(post('C1', 'b', 2)).rejects.toMatchObject({ code: 'rate-limited' });
    expect(sent).toEqual(['a', 'a', 'b', 'b']);
  });

  it('sends nothing to a channel that asked for a long wait until that is over', async () => {
    const { post, sent, advance } = fixture();
    await expect(post('C1', 'a', 1, 30_000)).rejects.toMatchObject({ retryAfterMs: 30_000 });
    advance(10_000);
    await expect(post('C1', 'b')).rejects.toMatchObject({ code: 'rate-limited', retryAfterMs: 20_000 });
    expect(await post('C2', 'c')).toBe('c');
    expect(sent).toEqual(['a', 'c']);
    advance(20_000);
    expect(await post('C1', 'b')).toBe('b');
  });

  it('lets only so many wait for a channel', async () => {
    const { post, sent } = fixture();
    const all = await Promise.allSettled(Array.from({ length: 10 }, (_, i) => post('C1', `m${i}`)));
    expect(all.filter((one) => one.status === 'fulfilled')).toHaveLength(8);
    expect(sent).toHaveLength(8);
  });

  it('goes on after a failure of another kind', async () => {
    const { post } = fixture();
    const pace = createPace({ now: () => 0 }, async () => {});
    const failing = pace('C1', () => Promise.reject(new LatchkeyError('unavailable', 'down')));
    await expect(failing).rejects.toMatchObject({ code: 'unavailable' });
    expect(await pace('C1', async () => 'next')).toBe('next');
    expect(await post('C1', 'other')).toBe('other');
  });
});
