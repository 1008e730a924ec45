import { describe, expect, it } from 'vitest';
import type { Background } from '../../src/domain/announcements.ts';
import type { Grant } from '../../src/domain/grant.ts';
import { shorterMinutes } from '../../src/domain/shorter.ts';
import { card, decisionButtons } from '../../src/slack/card.ts';
import { accessMessage } from '../../src/slack/direct.ts';
import { extensionMessage } from '../../src/slack/extension.ts';
import { nudgeMessage, sentMessage } from '../../src/slack/notices.ts';
import { readersOf } from '../../src/slack/readers.ts';
import { stateLine } from '../../src/slack/words.ts';
import {
  activeGrant,
  anEntry,
  awaitedGrant,
  endedGrant,
  expiredGrant,
  grace,
  HOUR_MS,
  linus,
  revokedGrant,
  scheduledGrant,
  T0,
} from '../support/grants.ts';

const LEVELS = ['accessPolicies/1/accessLevels/corp_device'];

function told<G extends Grant>(grant: G, background: Partial<Background> = {}): G {
  const services = { [grant.id]: { earlier: 2, lastEndedAt: T0 - 1, others: ['max@acme.example'] } };
  const full = { approvers: ['<@U0GRACE>', '<!subteam^S0LEADS>'], services, ...background };
  return { ...grant, announcements: { ...grant.announcements, background: full } };
}
const blocksOf = (message: { blocks: readonly object[] }) => JSON.stringify(message.blocks);

describe('the text of a card, all that screen readers get', () => {
  const entry = anEntry(undefined, { description: 'Invoices and payments' });
  const waiting = told(
    awaitedGrant({ entry, entitlement: { warning: 'Real customers.', accessLevels: LEVELS } }),
  );

  it('says who, what, how long, why, how sensitive, what it is, the past, the present and who may approve', () => {
    const { text } = card([waiting]);
    for (const part of [
      'ada asks for billing-dashboard for 15 minutes',
      'Why: INC-42 invoices look wrong',
      'Real customers.',
      'ada@acme.example',
      'acme-prod/us-central1/billing-dashboard',
      'https://billing-dashboard.run.example',
      'Invoices and payments',
      'Had this access 2 times before',
      'Has access now: max',
      'only from a device that meets corp_device',
      'Waiting for approval until',
      'Can be approved by <@U0GRACE>, <!subteam^S0LEADS>',
    ]) {
      expect(text).toContain(part);
    }
    expect(text.length).toBeLessThanOrEqual(3_000);
  });

  it('says first what became of it once it is decided, and no more what was true then', () => {
    const { text, blocks } = card([told(activeGrant())]);
    expect(text).toMatch(/^ada asks for .*\.\nActive until/);
    expect(JSON.stringify([text, blocks])).not.toContain('Has access now');
    expect(text).toContain('Had this access 2 times before');
  });
});

describe('a card', () => {
  it('names who could be asked, and never claims that there is nobody where Slack was not asked', () => {
    expect(blocksOf(card([awaitedGrant()]))).toContain('Can be approved by the approvers of this service');
    const nobody = told(awaitedGrant(), { approvers: [] });
    expect(blocksOf(card([nobody]))).toContain('Nobody who may approve this could be found');
  });

  it('and its reminder leave out who has approved already', () => {
    const grant = told({
      ...awaitedGrant({ entitlement: { approvalsNeeded: 2 } }),
      approvals: [{ ...grace, at: T0 }],
    });
    expect(blocksOf(card([grant]))).toContain('Can be approved by <!subteam^S0LEADS>');
    expect(nudgeMessage([{ ...grant, nudgedAt: T0 }]).text).toMatch(/^<!subteam\^S0LEADS>: the request/);
  });

  it('tells of access that the person has now, apart from what they had before', () => {
    const services = { g1: { earlier: 0, hasUntil: T0, others: ['max@acme.example'] } };
    const text = blocksOf(card([told(awaitedGrant(), { services })]));
    // What they have now, they have had.
    expect(text).not.toContain('Has not had this access before');
    expect(text).toContain('Has it now, until');
    expect(text).toContain('Others with access now: max');
  });
});

describe('access that goes on by another grant', () => {
  it('is told of on the card of one service, and not of several, which are not rendered again for it', () => {
    const ended = ['g1', 'g2'].map((id) => told(endedGrant({ id }), { otherUntil: T0 + HOUR_MS }));
    expect(blocksOf(card(ended.slice(0, 1)))).toContain('Another grant gave access then, until');
    expect(blocksOf(card(ended))).not.toContain('Another grant');
  });
});

describe('a shorter approval', () => {
  const of = (askedMinutes: number, shorter?: number, minutes = askedMinutes): Grant => {
    const { shorterMinutes: _, ...grant } = awaitedGrant();
    return { ...grant, askedMinutes, minutes, ...(shorter === undefined ? {} : { shorterMinutes: shorter }) };
  };
  it.each([
    ['the next shorter one offered', of(240, 60), 60, 'Approve 1h'],
    ['about half where none is offered', of(300), 120, 'Approve 2h'],
    ['about half of little', of(45), 20, 'Approve 20m'],
    ['whole days of many', of(29 * 1440), 14 * 1440, 'Approve 14d'],
    ['nothing of a short one', of(29), undefined, undefined],
    ['nothing where it was shortened as much already', of(240, 60, 60), undefined, undefined],
  ])('is %s', (_, grant, minutes, label) => {
    expect(shorterMinutes(grant)).toBe(minutes);
    const labels = decisionButtons(grant).map((b) => b.label);
    expect(labels).toEqual(label === undefined ? ['Approve', 'Deny'] : ['Approve', label, 'Deny']);
    expect(decisionButtons(grant).filter((b) => b.style === 'primary')).toHaveLength(1);
  });
});

describe('an access level', () => {
  const entitlement = { accessLevels: LEVELS, approvalsNeeded: 0 };
  it('is told on the card, with the answer, and with the access', () => {
    const active = activeGrant({ entitlement });
    const [reader] = readersOf(active);
    if (!reader) throw new Error('nobody is told');
    for (const message of [
      card([active]),
      sentMessage({ grants: [active], already: [], frozen: false }),
      accessMessage(active, reader),
    ]) {
      expect(blocksOf(message)).toContain('only from a device that meets corp_device');
      expect(message.text).toContain('only from a device that meets corp_device');
    }
    expect(blocksOf(card([activeGrant()]))).not.toContain('only from');
  });
});

describe('where a grant stands', () => {
  it('an expired quorum says how far it came', () => {
    const grant = expiredGrant({ entitlement: { approvalsNeeded: 2 } });
    expect(stateLine(grant)).toContain('nobody answered in time');
    expect(stateLine({ ...grant, approvals: [{ ...grace, at: T0 }] })).toContain(
      '1 of 2 approvals came in time',
    );
  });

  it('a revoke by somebody else is no end of one’s own', () => {
    const grant = revokedGrant();
    expect(stateLine(grant)).toContain('Ended by <@U0ADA>');
    expect(stateLine({ ...grant, revocation: { ...grant.revocation, by: linus } })).toContain(
      'Revoked by <@U0LINUS>',
    );
  });

  it('what is granted at once for later is not said to be on its way', () => {
    const text = sentMessage({
      grants: [scheduledGrant({ entitlement: { approvalsNeeded: 0 } })],
      already: [],
      frozen: false,
    }).text;
    expect(text).toContain('approved automatically, starts');
    expect(text).not.toContain('being applied');
  });

  it('the wish for an extension leaves the rest to the card once it is answered', () => {
    const grant = activeGrant();
    const asked = { minutes: 15, requestedAt: T0, deadlineAt: T0, approvals: [] };
    const closed = { ...asked, outcome: 'denied', closedAt: T0, closedBy: grace } as const;
    const { text, blocks } = extensionMessage({ ...grant, lastExtension: closed });
    expect(text).toContain('Extension denied by <@U0GRACE>');
    expect(JSON.stringify(blocks)).not.toContain('Active until');
  });
});
