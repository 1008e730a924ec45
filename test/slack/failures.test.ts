import { describe, expect, it } from 'vitest';
import type { AuditEvent } from '../../src/domain/audit.ts';
import type { Grant } from '../../src/domain/grant.ts';
import { failed } from '../../src/domain/progress.ts';
import { LatchkeyError } from '../../src/errors.ts';
import { card } from '../../src/slack/card.ts';
import { outcomeMessage } from '../../src/slack/direct.ts';
import { historyMessage } from '../../src/slack/history.ts';
import { alarmMessage, revokedMessage } from '../../src/slack/notices.ts';
import { readersOf } from '../../src/slack/readers.ts';
import { stateLine } from '../../src/slack/words.ts';
import {
  activatingGrant,
  activeGrant,
  endedGrant,
  revokedGrant,
  revokingGrant,
  T0,
} from '../support/grants.ts';

const REASON =
  'failed to getIamPolicy for acme-prod/us-central1/billing-dashboard: HTTP 403 PERMISSION_DENIED';
const TECHNICAL = /HTTP|failed to/;

const trying = (grant: Grant, code: string): Grant => ({
  ...grant,
  trouble: { code, reason: REASON, attempts: 1, lastAt: T0, retryAt: T0 },
});
const gone = (code: string) => failed(activatingGrant(), { code, reason: REASON }, T0 + 5_000);
const smallPrintOf = (message: { blocks: readonly object[] }) =>
  JSON.stringify(message.blocks.filter((b) => (b as { type?: string }).type === 'context'));

describe('a failure', () => {
  it.each([
    [
      'permission-denied',
      'Google refused: Latchkey may not change this service’s IAP policy. An admin has to grant its role on acme-prod.',
    ],
    ['invalid', 'Google does not accept the change of this service’s IAP policy. An admin has to look.'],
    ['not-found', 'This service no longer exists.'],
    ['unavailable', 'IAP does not answer, and its time is up.'],
    ['timeout', 'IAP does not answer, and its time is up.'],
    ['quota', 'Google takes no more changes of policies for now, and its time is up.'],
    ['conflict', 'Others keep changing this service’s IAP policy, and its time is up.'],
  ])('that ended a request with %s says what it means, and the cause in small print', (code, words) => {
    const { grant, event } = gone(code);
    expect(stateLine(grant)).toMatch(/access could not be given\. /);
    expect(stateLine(grant)).toContain(words);
    expect(stateLine(grant)).not.toMatch(TECHNICAL);
    expect(smallPrintOf(card([grant]))).toContain(`For an admin: ${REASON}`);
    const history = historyMessage([grant], new Map([[grant.id, [event]]]));
    if (!history) throw new Error('no history');
    expect(JSON.stringify(history.blocks.slice(0, 1))).not.toMatch(TECHNICAL);
    expect(smallPrintOf(history)).toContain(REASON);
  });

  it.each([
    ['unavailable', 'IAP does not answer; still trying.'],
    ['permission-denied', 'An admin has to grant its role on acme-prod. Still trying.'],
    ['slack', 'Slack does not say who people are; still trying.'],
  ])('that passes, %s, says that it is still being tried', (code, words) => {
    const grant = trying(activatingGrant(), code);
    expect(stateLine(grant)).toContain(words);
    expect(stateLine(grant)).not.toMatch(TECHNICAL);
    expect(smallPrintOf(card([grant]))).toContain(REASON);
  });

  it('whose reason is a sentence already is told as it is, once', () => {
    const reason = 'the entitlement "billing" no longer covers acme-prod/us-central1/billing-dashboard';
    const { grant } = failed(activatingGrant(), { code: 'not-entitled', reason }, T0 + 5_000);
    expect(stateLine(grant)).toContain(
      'The entitlement "billing" no longer covers acme-prod/us-central1/billing-dashboard.',
    );
    expect(smallPrintOf(card([grant]))).not.toContain('For an admin');
  });

  it('of an extension that is on its way is told beside the end that holds', () => {
    const active = activeGrant();
    const moved = { ...active, term: { ...active.term, endsAt: active.term.endsAt + 60_000 } };
    expect(stateLine(trying(moved, 'timeout'))).toMatch(
      /Active until .*is being applied… IAP does not answer/,
    );
    expect(stateLine(trying(active, 'timeout'))).not.toContain('IAP does not answer');
  });

  it('never stands for more than Slack has room for', () => {
    const long = new LatchkeyError('invalid', `failed to x for y: ${'<'.repeat(3_000)}`).message;
    const { grant } = failed(activatingGrant(), { code: 'invalid', reason: long }, T0 + 5_000);
    expect(smallPrintOf(card([grant])).length).toBeLessThan(1_500);
  });
});

describe('the exact cause', () => {
  const smallPrintAfter = (grant: Grant, ...events: readonly Partial<AuditEvent>[]) => {
    const all = events.map((e, i) => ({ revision: i, at: T0 + i, from: null, to: grant.state, ...e }));
    const history = historyMessage([grant], new Map([[grant.id, all as AuditEvent[]]]));
    return history ? smallPrintOf(history) : '';
  };

  it('of a revoke that failed is told until it worked', () => {
    const alarm = { type: 'alarm', reason: REASON } as const;
    expect(smallPrintAfter(revokingGrant(), alarm)).toContain(REASON);
    expect(smallPrintAfter(revokedGrant(), alarm, { type: 'revoked' })).not.toContain(REASON);
  });

  it('is not told where the sentence above it is the same, which leaves an address as it is', () => {
    const reason = 'max.planck@acme.example is in no group that may ask';
    const { grant, event } = failed(activatingGrant(), { code: 'not-entitled', reason }, T0 + 5_000);
    expect(stateLine(grant)).toContain(`could not be given. ${reason}.`);
    expect(smallPrintAfter(grant, event)).not.toContain('For an admin');
  });
});

describe('access that was taken away', () => {
  const SMALL = 'usually refuses within 2 minutes; it can take 7 or more';
  const removed = (by: Grant, reader = readersOf(by)[0]) => [
    card([by]),
    historyMessage([by], new Map([[by.id, [{ ...approvalOf(by), type: 'revoked' as const }]]])),
    reader && outcomeMessage([by], reader),
  ];
  const approvalOf = ({ revision, state }: Grant) => ({ revision, at: T0, from: null, to: state });

  it('is said to be open for some minutes more, on the card, in the thread and to whoever had it', () => {
    for (const message of removed(revokedGrant()))
      expect(smallPrintOf(message ?? { blocks: [] })).toContain(SMALL);
    expect(JSON.stringify(revokedMessage([revokedGrant()], {}).blocks)).toContain(SMALL);
  });

  it('is not, where it never opened or its time was up', () => {
    const { activatedAt: _, ...never } = revokedGrant();
    const revoked = revokedGrant();
    const late = { ...revoked, closedAt: revoked.term.endsAt };
    for (const grant of [never as Grant, late, endedGrant()]) {
      expect(JSON.stringify(card([grant]).blocks)).not.toContain(SMALL);
    }
  });
});

describe('the alarm', () => {
  const grace = { userId: 'U0GRACE', email: 'grace@acme.example' };
  const alarmed = (by = grace): Grant => {
    const grant = revokingGrant();
    return trying(
      {
        ...grant,
        alarmedAt: T0,
        leftovers: [{ title: 'latchkey until x', expression: 'request.time < timestamp("x")' }],
        revocation: { by, at: T0 },
        announcements: {
          ...grant.announcements,
          background: { approvers: ['<@U0LINUS>', '<@U0GRACE>', '<!subteam^S0LEADS>'] },
        },
      },
      'permission-denied',
    );
  };

  it('calls whoever revoked and the approvers, and names whose access it is without calling them', () => {
    const text = JSON.stringify(alarmMessage(alarmed()).blocks);
    expect(text).toContain('<@U0GRACE>, <@U0LINUS>, <!subteam^S0LEADS>: the access of ada@acme.example');
    expect(text).not.toContain('<@U0ADA>');
    expect(text).toContain('An admin has to grant its role on acme-prod. Still trying.');
    expect(text).toContain('gcloud beta iap web remove-iam-policy-binding');
    expect(smallPrintOf(alarmMessage(alarmed()))).toContain(REASON);
  });

  it('does not call the one who is done with their own access', () => {
    const text = JSON.stringify(alarmMessage(alarmed({ userId: 'U0ADA', email: 'ada@acme.example' })).blocks);
    expect(text).not.toContain('<@U0ADA>');
    expect(text).toContain('<@U0LINUS>, <@U0GRACE>');
  });
});
