import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createVirtualClock } from '../../simulator/clock.ts';

const START = Date.UTC(2026, 10, 2, 9, 0, 0);
const MINUTE = 60_000;

describe('a virtual clock that stands still', () => {
  it('moves only when it is told to', () => {
    const clock = createVirtualClock({ startMs: START });
    expect(clock.isRunning()).toBe(false);
    expect(clock.now()).toBe(START);
    clock.advance(MINUTE);
    clock.set(START + 2 * MINUTE);
    expect(clock.now()).toBe(START + 2 * MINUTE);
  });

  it('never goes back', () => {
    const clock = createVirtualClock({ startMs: START });
    expect(() => clock.set(START - 1)).toThrow(RangeError);
    expect(() => clock.advance(-1)).toThrow(RangeError);
    expect(() => clock.advance(Number.NaN)).toThrow(RangeError);
    expect(clock.now()).toBe(START);
  });

  it('runs timers in the order of their times, each at its own time, ties in the order of asking', () => {
    const clock = createVirtualClock({ startMs: START });
    const ran: [string, number][] = [];
    const note = (name: string) => () => ran.push([name, clock.now() - START]);
    clock.at(START + 300, note('late'));
    clock.at(START + 100, note('early'));
    clock.at(START + 100, note('early too'));
    clock.at(START + 501, note('not yet'));
    clock.advance(500);
    expect(ran).toEqual([
      ['early', 100],
      ['early too', 100],
      ['late', 300],
    ]);
    expect(clock.now()).toBe(START + 500);
    expect(clock.nextTimerAt()).toBe(START + 501);
  });

  it('runs timers that a timer asks for within the same movement', () => {
    const clock = createVirtualClock({ startMs: START });
    const ran: number[] = [];
    const everyMinute = () => {
      ran.push(clock.now() - START);
      clock.at(clock.now() + MINUTE, everyMinute);
    };
    clock.at(START + MINUTE, everyMinute);
    clock.advance(3 * MINUTE + 1);
    expect(ran).toEqual([MINUTE, 2 * MINUTE, 3 * MINUTE]);
  });

  it('runs a timer whose time has come already at the next movement, however small', () => {
    const clock = createVirtualClock({ startMs: START });
    const seen: number[] = [];
    clock.at(START - 5, () => seen.push(clock.now()));
    expect(seen).toEqual([]);
    clock.advance(0);
    expect(seen).toEqual([START]);
  });

  it('does not run a cancelled timer', () => {
    const clock = createVirtualClock({ startMs: START });
    const fn = vi.fn();
    clock.at(START + 10, fn)();
    clock.advance(20);
    expect(fn).not.toHaveBeenCalled();
  });

  it('arrives, and runs the other timers, though one throws', () => {
    const clock = createVirtualClock({ startMs: START });
    const fn = vi.fn();
    clock.at(START + 10, () => {
      throw new Error('boom');
    });
    clock.at(START + 20, fn);
    expect(() => clock.advance(30)).toThrow('boom');
    expect(fn).toHaveBeenCalledOnce();
    expect(clock.now()).toBe(START + 30);
  });

  it('tells its listeners of every movement until they unsubscribe', () => {
    const clock = createVirtualClock({ startMs: START });
    const heard: number[] = [];
    const unsubscribe = clock.onChange((now) => heard.push(now - START));
    clock.advance(5);
    unsubscribe();
    clock.advance(5);
    expect(heard).toEqual([5]);
  });
});

describe('a running virtual clock', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('follows real time until it is paused', () => {
    const clock = createVirtualClock({ startMs: START, realTime: true });
    vi.advanceTimersByTime(1_000);
    expect(clock.now()).toBe(START + 1_000);
    clock.pause();
    vi.advanceTimersByTime(1_000);
    expect(clock.now()).toBe(START + 1_000);
    clock.run();
    vi.advanceTimersByTime(500);
    expect(clock.now()).toBe(START + 1_500);
  });

  it('runs timers by itself with one real timer, in order', () => {
    const clock = createVirtualClock({ startMs: START, realTime: true });
    const ran: string[] = [];
    clock.at(START + 200, () => ran.push('second'));
    clock.at(START + 100, () => ran.push('first'));
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(150);
    expect(ran).toEqual(['first']);
    vi.advanceTimersByTime(100);
    expect(ran).toEqual(['first', 'second']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('keeps running after a jump, and needs less real time for what comes next', () => {
    const clock = createVirtualClock({ startMs: START, realTime: true });
    const fn = vi.fn();
    clock.at(START + 60 * MINUTE, fn);
    clock.advance(60 * MINUTE - 10);
    expect(clock.isRunning()).toBe(true);
    vi.advanceTimersByTime(9);
    expect(fn).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(fn).toHaveBeenCalledOnce();
  });

  it('holds its timers while it is paused', () => {
    const clock = createVirtualClock({ startMs: START, realTime: true });
    const fn = vi.fn();
    clock.at(START + 100, fn);
    clock.pause();
    vi.advanceTimersByTime(1_000);
    expect(fn).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('obeys a timer that pauses it', () => {
    const clock = createVirtualClock({ startMs: START, realTime: true });
    clock.at(START + 100, () => clock.pause());
    vi.advanceTimersByTime(1_000);
    expect(clock.isRunning()).toBe(false);
    expect(clock.now()).toBe(START + 100);
  });

  it('waits longer than a real timer can', () => {
    const clock = createVirtualClock({ startMs: START, realTime: true });
    const fn = vi.fn();
    const days40 = 40 * 24 * 60 * MINUTE;
    clock.at(START + days40, fn);
    vi.advanceTimersByTime(days40 - 1);
    expect(fn).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(fn).toHaveBeenCalledOnce();
  });
});
