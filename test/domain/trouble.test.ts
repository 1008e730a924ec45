import { describe, expect, it } from 'vitest';
import type { OpenGrant } from '../../src/domain/grant.ts';
import { tried, untroubled } from '../../src/domain/trouble.ts';
import {
  activatingGrant,
  activeGrant,
  announced,
  MINUTE_MS,
  revokingGrant,
  SECOND_MS,
  T0,
} from '../support/grants.ts';

const outage = { code: 'unavailable', reason: 'failed to read: HTTP 503' };
const refusal = { code: 'permission-denied', reason: 'failed to write: HTTP 403' };

/** What each of so many attempts, one a sweep and later ones when they are due, leaves behind. */
function attempts(count: number, permanent: boolean): { attempts: number; waitMs: number }[] {
  let grant: OpenGrant = revokingGrant();
  let now = T0;
  return Array.from({ length: count }, () => {
    grant = tried(grant, permanent ? refusal : outage, permanent, now) ?? grant;
    const { retryAt = 0, attempts = 0 } = grant.trouble ?? {};
    const waitMs = retryAt - now;
    now = Math.max(now + MINUTE_MS, retryAt);
    return { attempts, waitMs };
  });
}

describe('an attempt in vain', () => {
  it('is repeated by every sweep at first, and by fewer and fewer where somebody has to mend something', () => {
    const waits = attempts(14, true).map(({ waitMs }) => waitMs / MINUTE_MS);
    expect(waits.slice(0, 5)).toEqual([0, 0, 0, 0, 0]);
    expect(waits.slice(5)).toEqual([0.5, 1, 2, 4, 8, 15, 15, 15, 15]);
  });

  it('waits no longer than for the next sweep after an outage', () => {
    for (const { waitMs } of attempts(30, false)) expect(waitMs).toBeLessThanOrEqual(MINUTE_MS);
  });

  it('is one with those that follow within the same minute', () => {
    const first = tried(revokingGrant(), outage, false, T0);
    if (!first) throw new Error('not noted');
    for (const after of [0, 1, 10 * SECOND_MS, 40 * SECOND_MS]) {
      expect(tried(first, outage, false, T0 + after)).toBeUndefined();
    }
    expect(tried(first, outage, false, T0 + MINUTE_MS)?.trouble).toMatchObject({ attempts: 2 });
  });

  it('has the messages rendered again when it begins and when its cause changes, and not each time', () => {
    const calm = announced(activatingGrant());
    const shown = (grant: OpenGrant) => grant.announcements.revision === grant.revision;
    const first = tried(calm, outage, false, T0) ?? calm;
    expect(shown(first)).toBe(false);
    expect(first.revision).toBe(calm.revision);
    const second = tried(announced(first), outage, false, T0 + MINUTE_MS) ?? calm;
    expect(shown(second)).toBe(true);
    const third = tried(second, refusal, true, T0 + 2 * MINUTE_MS) ?? calm;
    expect(shown(third)).toBe(false);
    // Somebody who is at it with the grant as it was has to notice.
    expect(third.announcements.touches).toBe(2);
  });

  it('has them rendered again when it is over', () => {
    const active = announced(activeGrant());
    const after = untroubled(tried(active, outage, false, T0) ?? active);
    expect(after).not.toHaveProperty('trouble');
    expect(after.announcements.revision).toBeLessThan(after.revision);
  });
});
