import fc from 'fast-check';
import { messageSlots } from '../../src/domain/announcements.ts';
import type { ClosedExtension, Extension, Grant } from '../../src/domain/grant.ts';
import { grantStates } from '../../src/domain/grant-state.ts';
import type { CatalogEntry } from '../../src/domain/service.ts';
import { errorCodes } from '../../src/errors.ts';
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
  by: fc.constantFrom(ada, linus),
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

/** What the world does wrong, and what the rules say. */
const aCode = fc.constantFrom(...errorCodes, 'slack', 'limit', 'not-entitled', 'x');
/** Occasions that messages may have been posted for before. */
const anOccasion = fc.constantFrom(
  undefined,
  'SCHEDULED',
  'REVOKED',
  `extension ${T} denied`,
  'extension 1 approved',
);

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
      code: aCode,
      occasion: anOccasion,
      slots: fc.subarray([...messageSlots]),
      levels: fc.array(fc.oneof(fc.constant('accessPolicies/1/accessLevels/corp_device'), aText), {
        maxLength: 5,
      }),
      shorter: fc.option(fc.integer({ min: 1, max: 41760 }), { nil: undefined }),
      startsAt: fc.constantFrom(undefined, T),
      approvals: fc.subarray(people),
      needed: fc.integer({ min: 0, max: 5 }),
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
        ...(given.occasion === undefined ? {} : { occasion: given.occasion }),
      };
      const rewritten = {
        ...grant,
        batch,
        minutes: given.minutes,
        accessLevels: given.levels,
        approvalsNeeded: given.needed,
        approvals: given.approvals.map((p) => ({ ...p, at: T })),
        ...(given.shorter === undefined ? {} : { shorterMinutes: given.shorter }),
        ...('term' in grant && given.startsAt !== undefined
          ? { term: { ...grant.term, startsAt: given.startsAt } }
          : {}),
        justification: given.text.slice(0, 500),
        serviceDescription: given.other,
        ...(given.warning === undefined ? {} : { warning: given.warning.slice(0, 200) }),
        ...('reason' in grant ? { reason: given.other } : {}),
        ...('failure' in grant ? { failure: { code: given.code, reason: given.other } } : {}),
        ...('revocation' in grant
          ? {
              revocation: { ...(given.flags.sent ? { by: given.principal } : {}), at: T, reason: given.text },
            }
          : {}),
        ...(given.flags.nudged ? { nudgedAt: T } : {}),
        ...(grant.state === 'ACTIVE' && given.extension ? { extension: given.extension } : {}),
        ...(grant.state === 'ACTIVE' && given.flags.reminded ? { remindedAt: T } : {}),
        ...(given.flags.alarmed && (grant.state === 'REVOKING' || grant.state === 'REVOKED')
          ? { alarmedAt: T }
          : {}),
        ...(given.closed ? { lastExtension: given.closed } : {}),
        trouble: { code: given.code, reason: given.other, attempts: 1, retryAt: T },
        announcements: {
          revision: 0,
          refs: Object.fromEntries(given.slots.map((slot) => [slot, ref])),
          background: {
            approvers: Array.from({ length: given.approvers }, (_, i) => `<@U0PERSON${i}>`),
            incomplete: given.undeliverable,
            services: Object.fromEntries(
              batch.map((one) => [
                one,
                {
                  others: Array.from({ length: given.others }, (_, i) => `other${i}.<!here>@acme.example`),
                  earlier: given.others,
                  ...(given.flags.nudged ? { lastEndedAt: T, hasUntil: T } : {}),
                  standing: given.flags.sent,
                },
              ]),
            ),
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
