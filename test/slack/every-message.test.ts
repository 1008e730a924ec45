import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { validateMessage, validateSuggestions, validateView } from '../../simulator/slack/block-kit.ts';
import { type AuditEvent, auditTypes } from '../../src/domain/audit.ts';
import type { Grant } from '../../src/domain/grant.ts';
import { refused } from '../../src/domain/refused.ts';
import type { Message } from '../../src/ports.ts';
import { askView } from '../../src/slack/ask-view.ts';
import { plain } from '../../src/slack/blocks.ts';
import { helpMessage, listMessage } from '../../src/slack/help.ts';
import { homeView, refusedHomeView } from '../../src/slack/home.ts';
import { freezeNotice, revokedMessage, sentMessage } from '../../src/slack/notices.ts';
import { readersOf } from '../../src/slack/readers.ts';
import { answerView, denyView, freezeView, noticeView, revokeView } from '../../src/slack/reason-views.ts';
import { serviceOptions } from '../../src/slack/service-options.ts';
import { type Surface, surfaces } from '../../src/slack/surfaces.ts';
import { gaveUpMessage, outcomeMessageOf } from '../../src/slack/wish-messages.ts';
import { lateAnswer, lateExtensionAnswer } from '../../src/slack/words.ts';
import { ada, anEntitlement, grace } from '../support/grants.ts';
import { aBatch, aGrant, anEntryOf, aText } from './arbitrary.ts';

const RUNS = { numRuns: 150 };

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

function everyObject(value: unknown): Record<string, unknown>[] {
  if (typeof value !== 'object' || value === null) return [];
  const inside = Object.values(value).flatMap(everyObject);
  return Array.isArray(value) ? inside : [value as Record<string, unknown>, ...inside];
}

/** Everything that Slack gives a meaning to in mrkdwn; all of it must be of our own making. */
const OURS = /^<(?:@[UW][A-Z0-9]+|#[CG][A-Z0-9]+|!subteam\^S[A-Z0-9]+|!date\^\d+\^[^|<>]*\|[^<>]*)>$/;

/** That no text of people's making can ping, link or mention, and buttons carry a grant id and nothing else. */
function expectHarmless(content: unknown, ids: readonly string[]): void {
  for (const object of everyObject(content)) {
    if (object.type === 'mrkdwn') {
      for (const token of String(object.text).match(/<[^>]*>?/g) ?? []) expect(token).toMatch(OURS);
      expect(String(object.text)).not.toMatch(/U0EVIL(?!&)[>|]/);
    }
    if (object.type === 'button' && object.value !== undefined) expect(ids).toContain(object.value);
    if (object.type === 'button') expect(object.text).toMatchObject({ type: 'plain_text' });
  }
}

function expectMessage(message: Message, grants: readonly Grant[]): void {
  expect(validateMessage(message)).toEqual([]);
  expectHarmless(
    message.blocks,
    grants.map((g) => g.id),
  );
  // What notifications and screen readers get.
  expect(message.text.trim()).not.toBe('');
  expect(message.text).not.toMatch(/(^|\s):[a-z_]+:/);
  for (const token of message.text.match(/<[^>]*>?/g) ?? []) expect(token).toMatch(OURS);
}

function expectView(view: object, grants: readonly Grant[], type: 'modal' | 'home' = 'modal'): void {
  expect(validateView(view, type)).toEqual([]);
  expectHarmless(
    view as Json,
    grants.map((g) => g.id),
  );
}

/** What stands in Slack once everything that a grant has to say was sent, one message after the other. */
function atRest(grant: Grant): Surface[] {
  const done = new Set<string>();
  for (let now = grant; ; ) {
    const list = surfaces(now, [now]);
    const next = list.find(({ slot }) => !done.has(slot));
    if (!next) return list;
    done.add(next.slot);
    const { refs } = now.announcements;
    const occasion = next.occasion ?? refs[next.slot]?.occasion;
    const ref = { channel: next.channel, ts: '1', digest: 'x', ...(occasion ? { occasion } : {}) };
    now = { ...now, announcements: { ...now.announcements, refs: { ...refs, [next.slot]: ref } } };
  }
}

/** Where a grant stands, in the words of {@link stateLine}, whatever people wrote beside. */
const STANDING =
  /Waiting for|Approved (by|automatically)|Active until|Ended |Ended by|Revoked by|Denied by|Withdrawn by|Expired:/;

const anEvent = fc.record({
  revision: fc.integer({ min: 1, max: 99 }),
  type: fc.constantFrom(...auditTypes),
  at: fc.integer({ min: 1_700_000_000_000, max: 1_900_000_000_000 }),
  from: fc.constant('ACTIVE' as const),
  to: fc.constant('ACTIVE' as const),
  reason: aText,
});

describe('whatever people and other systems write', () => {
  it('every message of every grant is one that Slack takes, and harmless', () => {
    fc.assert(
      fc.property(aBatch, fc.array(anEvent, { maxLength: 60 }), (batch, events) => {
        const history = events.map((e): AuditEvent => ({ ...e, actor: grace }));
        const histories = new Map(batch.map((g) => [g.id, history]));
        for (const grant of batch) {
          const list = surfaces(grant, grant.batch[0] === grant.id ? batch : [grant], histories);
          for (const { message, past } of list) {
            expectMessage(message, batch);
            if (past) expectMessage(past, batch);
          }
          // One message of each kind.
          expect(new Set(list.map((s) => s.slot)).size).toBe(list.length);
        }
      }),
      RUNS,
    );
  });

  it('no two direct messages to one person say where the same grant stands, and one does', () => {
    fc.assert(
      fc.property(aGrant('grant0'), (grant) => {
        const list = atRest(grant);
        for (const { userId } of readersOf(grant)) {
          const texts = list.filter((s) => s.channel === userId).map((s) => s.message.text);
          expect(texts.filter((text) => STANDING.test(text))).toHaveLength(1);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('every answer is', () => {
    fc.assert(
      fc.property(aBatch, fc.array(anEntryOf, { maxLength: 30 }), aText, (batch, entries, text) => {
        const requestable = entries.map((entry) => ({ entry, entitlement: anEntitlement() }));
        const listing = {
          kind: 'listing',
          person: ada,
          requestable,
          open: batch,
          recent: [],
          unsure: text.length > 9,
        } as const;
        const already = batch.map((grant) => ({ service: grant.service, standing: false, grant }));
        const [grant] = batch;
        for (const message of [
          helpMessage(listing),
          listMessage(listing),
          sentMessage({ grants: batch, already, frozen: text.length > 9 }),
          ...outcomesOf(batch, text),
          freezeNotice('U0ROOT', text),
          revokedMessage(batch, { userId: 'U0ADA', ...(grant ? { service: grant.service } : {}) }),
          ...(grant ? [plain(lateAnswer(grant)), plain(lateExtensionAnswer(grant))] : []),
        ]) {
          expectMessage(message, batch);
          expectView(answerView(message), batch);
        }
      }),
      RUNS,
    );
  });

  it('every dialog is', () => {
    fc.assert(
      fc.property(
        aBatch,
        fc.array(anEntryOf, { maxLength: 12 }),
        aText,
        aText,
        (batch, entries, text, hint) => {
          const entitlement = anEntitlement({
            durationsMinutes: Array.from({ length: 100 }, (_, i) => i + 1),
            justification: { required: true, pattern: undefined, hint: hint.slice(0, 150) || undefined },
            warning: text.slice(0, 200) || undefined,
          });
          const chosen = entries.map((entry) => ({ entry, entitlement }));
          const already = batch.map((grant) => ({ service: grant.service, standing: false, grant }));
          const [grant] = batch;
          const entitlements = [entitlement];
          for (const view of [
            askView({ entitlements }),
            askView({ entitlements, chosen, already, colleagueId: 'U0MAX' }),
            askView({
              entitlements,
              prefill: { services: entries, minutes: 41760, justification: text, colleagueId: 'U0MAX' },
            }),
            denyView(grant?.id ?? '', 'request'),
            freezeView(true),
            freezeView(false),
            noticeView('Done'),
            revokeView({ kind: 'person', principalId: 'U0ADA' }, batch, 3),
          ]) {
            expectView(view, batch);
          }
        },
      ),
      RUNS,
    );
  });

  it('every Home tab is, with 200 grants of everything', () => {
    const many = fc
      .array(aGrant('grant0'), { minLength: 1, maxLength: 12 })
      .map((some) =>
        Array.from({ length: 200 }, (_, i) => ({ ...some[i % some.length], id: `grant${i}` }) as Grant),
      );
    fc.assert(
      fc.property(many, aText, fc.boolean(), fc.boolean(), (grants, text, admin, frozen) => {
        const view = homeView({
          kind: 'home',
          person: ada,
          running: grants,
          waiting: grants,
          recent: grants,
          toDecide: grants.map((grant, i) => ({
            kind: i % 2 === 0 ? ('request' as const) : ('extension' as const),
            grant,
            batch: [grant],
          })),
          freeze: frozen ? { byUserId: 'U0ROOT', at: 1_700_000_000_000, reason: text } : null,
          revocable: admin ? [] : grants,
          unsure: frozen,
          cut: { waiting: frozen, running: !frozen, failed: admin },
          ...(admin ? { admin: { running: grants, failed: grants } } : {}),
        });
        expectView(view, grants, 'home');
        expect(JSON.stringify(view)).toContain('more');
      }),
      { numRuns: 40 },
    );
    expectView(refusedHomeView('Guests cannot'), [], 'home');
  });

  it('every answer to typing is, and none is longer than Slack takes', () => {
    fc.assert(
      fc.property(fc.array(anEntryOf, { maxLength: 300 }), fc.string({ maxLength: 20 }), (entries, typed) => {
        const requestable = entries.map((entry) => ({ entry, entitlement: anEntitlement() }));
        expect(validateSuggestions({ options: serviceOptions(requestable, typed) })).toEqual([]);
        expect(validateSuggestions({ options: serviceOptions(requestable, '') })).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });
});

/** What people are told of wishes that took too long. */
function outcomesOf(batch: readonly Grant[], text: string): Message[] {
  const [grant] = batch;
  const asked = {
    kind: 'ask',
    submission: 'view 1',
    services: ['x'],
    minutes: 15,
    justification: text,
  } as const;
  const target = { kind: 'person', principalId: 'U0ADA' } as const;
  const click = { kind: 'extend', grantId: 'x' } as const;
  return [
    gaveUpMessage(0),
    outcomeMessageOf(asked, refused('usage', 'Not like this.')),
    outcomeMessageOf(
      { kind: 'revoke-all', target, reason: text },
      { kind: 'revoked', grants: batch, target },
    ),
    outcomeMessageOf({ kind: 'freeze', reason: text }, { kind: 'frozen', freeze: null, already: false }),
    ...(grant ? [outcomeMessageOf(click, { kind: 'done', grant, batch })] : []),
  ].filter((m) => m !== undefined);
}
