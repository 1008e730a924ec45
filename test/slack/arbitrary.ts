import fc from 'fast-check';
import type { ClosedExtension, Extension, Grant, MessageSlot } from '../../src/domain/grant.ts';
import { grantStates } from '../../src/domain/grant.ts';
import type { CatalogEntry } from '../../src/domain/service.ts';
import { ada, anEntry, grace, grantIn, linus } from '../support/grants.ts';

// Grants and texts as bad as they may come.

const nasty = [
  '<!channel> <!here> <!everyone>',
  '<@U0EVIL> <#C0EVIL|x> <https://evil.example|click>',
  '&lt;!channel&gt; &amp;amp; <',
  '*bold* _it_ ~s~ `code` ```block``` > quote',
  '👩‍👩‍👧‍👦🏳️‍🌈'.repeat(60),
  'שלום עולם \u202e مرحبا بالعالم'.repeat(20),
  '&'.repeat(600),
  '<'.repeat(600),
  '\n'.repeat(300),
  ':smile: :x: :not_a_shortcode:',
  '\u0000\u200b\u2028',
];

export const aText = fc.oneof(
  fc.constantFrom(...nasty),
  fc.string({ unit: 'grapheme', maxLength: 500 }),
  fc.string({ unit: 'binary', maxLength: 500 }),
  fc.constant(''),
);
/** As Cloud Run allows them, and longer than Slack has room for. */
const aName = fc.stringMatching(/^[a-z][a-z0-9-]{0,62}$/);

export const anEntryOf: fc.Arbitrary<CatalogEntry> = fc
  .record({
    project: fc.stringMatching(/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/),
    region: fc.constantFrom('us-central1', 'northamerica-northeast2'),
    service: aName,
    description: aText,
    uri: fc.oneof(fc.constant(''), fc.webUrl(), fc.constant(`https://${'x'.repeat(3500)}.example`)),
    labels: fc.dictionary(aName, aName, { maxKeys: 5 }),
  })
  .map(({ project, region, service, ...rest }) => anEntry(`${project}/${region}/${service}`, rest));

const people = [ada, grace, linus, { userId: 'W0123456789', email: 'x@acme.example' }];
const T = Date.UTC(2026, 10, 23, 9, 5);

const anExtension: fc.Arbitrary<Extension> = fc.record({
  minutes: fc.integer({ min: 1, max: 41760 }),
  requestedAt: fc.constant(T),
  deadlineAt: fc.constant(T + 60_000),
  approvals: fc.subarray(people).map((some) => some.map((p) => ({ ...p, at: T }))),
});
const aClosedExtension: fc.Arbitrary<ClosedExtension> = fc
  .tuple(anExtension, fc.constantFrom('approved', 'denied', 'expired', 'failed' as const), aText)
  .map(([extension, outcome, reason]) => ({
    ...extension,
    outcome: outcome as ClosedExtension['outcome'],
    closedAt: T,
    closedBy: grace,
    reason,
  }));

const slots: readonly MessageSlot[] = ['card', 'request', 'outcome', 'reminder', 'extension', 'access'];

/** A grant in any state, with any text wherever people or other systems can put some. */
export function aGrant(id: string, batch: readonly string[] = [id]): fc.Arbitrary<Grant> {
  return fc
    .record({
      state: fc.constantFrom(...grantStates),
      entry: anEntryOf,
      text: aText,
      other: aText,
      warning: fc.oneof(fc.constant(undefined), aText),
      minutes: fc.integer({ min: 1, max: 41760 }),
      principal: fc.constantFrom(ada, linus),
      approvers: fc.integer({ min: 0, max: 200 }),
      others: fc.integer({ min: 0, max: 200 }),
      extension: fc.option(anExtension, { nil: undefined }),
      closed: fc.option(aClosedExtension, { nil: undefined }),
      flags: fc.record({
        nudged: fc.boolean(),
        reminded: fc.boolean(),
        alarmed: fc.boolean(),
        sent: fc.boolean(),
      }),
      undeliverable: fc.boolean(),
    })
    .map((given): Grant => {
      const grant = grantIn[given.state]({
        id,
        entry: given.entry,
        ask: { principal: given.principal },
        entitlement: { services: ['*/*/*'] },
      });
      const ref = {
        channel: 'C0ACCESS',
        ts: '1764.000001',
        digest: given.undeliverable ? 'undeliverable' : 'x',
      };
      const rewritten = {
        ...grant,
        batch,
        minutes: given.minutes,
        justification: given.text.slice(0, 500),
        serviceDescription: given.other,
        ...(given.warning === undefined ? {} : { warning: given.warning.slice(0, 200) }),
        ...('reason' in grant ? { reason: given.other } : {}),
        ...('failure' in grant ? { failure: { code: 'x', reason: given.other } } : {}),
        ...('revocation' in grant ? { revocation: { by: grace, at: T, reason: given.text } } : {}),
        ...(given.flags.nudged ? { nudgedAt: T } : {}),
        ...(grant.state === 'ACTIVE' && given.extension ? { extension: given.extension } : {}),
        ...(grant.state === 'ACTIVE' && given.flags.reminded ? { remindedAt: T } : {}),
        ...(given.flags.alarmed && (grant.state === 'REVOKING' || grant.state === 'REVOKED')
          ? { alarmedAt: T }
          : {}),
        ...(given.closed ? { lastExtension: given.closed } : {}),
        trouble: { code: 'x', reason: given.other, attempts: 1, retryAt: T },
        announcements: {
          revision: 0,
          refs: given.flags.sent ? Object.fromEntries(slots.map((slot) => [slot, ref])) : {},
          background: {
            approvers: Array.from({ length: given.approvers }, (_, i) => `<@U0PERSON${i}>`),
            others: Array.from({ length: given.others }, (_, i) => `U0OTHER${i}`),
            earlier: given.others,
            lastEndedAt: T,
            standing: given.flags.sent,
          },
        },
      };
      return rewritten as unknown as Grant;
    });
}

/** The grants of one submission. */
export const aBatch: fc.Arbitrary<readonly Grant[]> = fc.integer({ min: 1, max: 10 }).chain((count) => {
  const ids = Array.from({ length: count }, (_, i) => `grant${i}`);
  return fc.tuple(...ids.map((id) => aGrant(id, ids)));
});
