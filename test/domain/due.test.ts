import { describe, expect, it } from 'vitest';
import { dueAt } from '../../src/domain/due.ts';
import type { Grant } from '../../src/domain/grant.ts';
import { closedStates } from '../../src/domain/grant-state.ts';
import { extended, nudge, nudgeAt, remind, remindAt } from '../../src/domain/progress.ts';
import {
  activatingGrant,
  activeGrant,
  announced,
  awaitedGrant,
  grantIn,
  HOUR_MS,
  MINUTE_MS,
  revokingGrant,
  scheduledGrant,
  T0,
} from '../support/grants.ts';

const trouble = { code: 'quota', reason: 'later', attempts: 1, lastAt: 0, retryAt: T0 + 99 * HOUR_MS };
const soon = { ...trouble, retryAt: T0 + MINUTE_MS };
const active = activeGrant();
const reminded = remind(active, T0 + 5 * MINUTE_MS).grant;
const behind = { ...active, term: { ...active.term, endsAt: active.term.endsAt + HOUR_MS } };
const extension = (deadlineAt: number) => ({ minutes: 15, requestedAt: T0, deadlineAt, approvals: [] });

describe('dueAt', () => {
  it.each<[string, Grant, number | null]>([
    ['awaited: at half its time-out', awaitedGrant(), T0 + 4 * HOUR_MS],
    ['nudged: at its deadline', nudge(awaitedGrant(), T0 + 4 * HOUR_MS).grant, T0 + 8 * HOUR_MS],
    ['scheduled: at its start', scheduledGrant(), Date.UTC(2026, 10, 23, 10, 0)],
    ['activating: at once', activatingGrant(), activatingGrant().changedAt],
    ['activating in trouble: at the next attempt', { ...activatingGrant(), trouble }, trouble.retryAt],
    ['revoking: at once', revokingGrant(), revokingGrant().changedAt],
    ['revoking in trouble: at the next attempt', { ...revokingGrant(), trouble }, trouble.retryAt],
    ['active: at its reminder', active, remindAt(active)],
    ['reminded: at its end', reminded, active.term.endsAt],
    ['active in trouble: at the next attempt', { ...active, trouble: soon }, soon.retryAt],
    ['active in long trouble: at its reminder all the same', { ...active, trouble }, remindAt(active)],
    ['extended, not yet applied: at once', behind, behind.changedAt],
    ['extended and applied: at the later reminder', extended(behind, T0).grant, remindAt(behind)],
    ['an extension asked for: at its deadline', { ...reminded, extension: extension(T0 + 7) }, T0 + 7],
    [
      'an extension with a late deadline: at the end',
      { ...reminded, extension: extension(T0 + HOUR_MS) },
      active.term.endsAt,
    ],
    ...closedStates.map((state): [string, Grant, null] => [`${state}: never`, grantIn[state](), null]),
  ])('%s', (_, grant, want) => {
    expect(dueAt(announced(grant))).toBe(want);
  });

  it('is at once while messages do not show the latest revision, in whatever state', () => {
    for (const make of Object.values(grantIn)) {
      const grant: Grant = make();
      expect(dueAt(grant)).toBeLessThanOrEqual(grant.changedAt);
    }
  });

  it('waits after a failed message, yet not past other work', () => {
    const grant = awaitedGrant();
    const failing = (retryAt: number) => ({ ...grant, announcements: { ...grant.announcements, retryAt } });
    expect(dueAt(failing(T0 + 30))).toBe(T0 + 30);
    expect(dueAt(failing(T0 + 99 * HOUR_MS))).toBe(T0 + 4 * HOUR_MS);
  });

  it('looks at a clicked message once more, even of a closed grant', () => {
    const grant = announced(grantIn.DENIED());
    expect(dueAt({ ...grant, announcements: { ...grant.announcements, settlesAt: T0 + 40 } })).toBe(T0 + 40);
  });
});

describe('when people are reminded', () => {
  it('half-way to the deadline', () => {
    expect(nudgeAt(awaitedGrant({ entitlement: { approvalTimeoutMinutes: 1 } }))).toBe(T0 + 30_000);
  });

  it.each([
    [15, 3],
    [50, 10],
    [60, 10],
    [240, 10],
  ])('a grant of %i minutes ends in about %i when the reminder comes', (minutes, before) => {
    const grant = activeGrant({ ask: { minutes } });
    const early = grant.term.endsAt - remindAt(grant);
    expect(Number.isInteger(early)).toBe(true);
    expect(early).toBeGreaterThanOrEqual(before * MINUTE_MS);
    expect(early).toBeLessThanOrEqual(Math.min(10, before + 0.2) * MINUTE_MS);
  });

  it('counts from the start, where there is a later one', () => {
    const scheduled = scheduledGrant();
    const grant = { ...active, term: scheduled.term };
    expect(grant.term.endsAt - remindAt(grant)).toBe(3 * MINUTE_MS);
  });
});
