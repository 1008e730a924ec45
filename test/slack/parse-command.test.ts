import { describe, expect, it } from 'vitest';
import { parseCommand } from '../../src/slack/parse-command.ts';

const asked = (services: string[], minutes: number, justification: string, colleagueId?: string) => ({
  kind: 'ask',
  services,
  minutes,
  justification,
  ...(colleagueId ? { colleagueId } : {}),
});

describe('what stands after the command', () => {
  it.each([
    ['', { kind: 'modal' }],
    ['   \u00a0 ', { kind: 'modal' }],
    ['help', { kind: 'help' }],
    ['HELP', { kind: 'help' }],
    ['“help”', { kind: 'help' }],
    ['?', { kind: 'help' }],
    ['list', { kind: 'list' }],
    ['again', { kind: 'again' }],
    ['help me please', { kind: 'help' }],
    ['list billing', { kind: 'list' }],
    ['freeze', { kind: 'freeze', reason: '' }],
    ['freeze “breach” of billing', { kind: 'freeze', reason: '"breach" of billing' }],
    ['freeze 1h why', asked(['freeze'], 60, 'why')],
    ['billing for <@U0MAX|max> 1h INC-42', asked(['billing'], 60, 'INC-42', 'U0MAX')],
    ['billing 1h 👩\u200d💻 broke it', asked(['billing'], 60, '👩\u200d💻 broke it')],
    ['bil\u200dling 1h a \u202ereversed\u2066 b', asked(['billing'], 60, 'a reversed b')],
    ['unfreeze', { kind: 'unfreeze' }],
    ['billing 1h INC-42 why', asked(['billing'], 60, 'INC-42 why')],
    ['  billing   1h\tINC-42  why ', asked(['billing'], 60, 'INC-42 why')],
    ['Billing 15M INC-42', asked(['billing'], 15, 'INC-42')],
    ['us-central1/billing 2d why', asked(['us-central1/billing'], 2880, 'why')],
    ['`billing` 1h why', asked(['billing'], 60, 'why')],
    ['“billing” ‘1h’ “it’s broken”', asked(['billing'], 60, "it's broken")],
    ['billing 1h “a” and “b”', asked(['billing'], 60, '"a" and "b"')],
    ['<#C0BILLING|billing> 1h why', asked(['billing'], 60, 'why')],
    ['#billing 1h why', asked(['billing'], 60, 'why')],
    ['<https://billing.example|billing.example> 1h why', asked(['billing.example'], 60, 'why')],
    ['billing 1h see <https://x.example/INC-42>', asked(['billing'], 60, 'see https://x.example/INC-42')],
    ['billing 1h see <https://x.example/INC-42|INC-42>', asked(['billing'], 60, 'see INC-42')],
    ['billing 1h mail <mailto:a@b.example|a@b.example>', asked(['billing'], 60, 'mail a@b.example')],
    ['billing 1h asked by <@U0MAX|max>', asked(['billing'], 60, 'asked by @max')],
    ['billing 1h asked by <@U0MAX>', asked(['billing'], 60, 'asked by @U0MAX')],
    ['billing 1h <!channel> and <!here|here>', asked(['billing'], 60, '@channel and @here')],
    ['billing 1h in <#C0GENERAL|general>', asked(['billing'], 60, 'in #general')],
    ['billing 1h a &lt;b&gt; &amp;amp; c', asked(['billing'], 60, 'a <b> &amp; c')],
    ['billing 1h &lt;@U0MAX|max&gt;', asked(['billing'], 60, '<@U0MAX|max>')],
    ['bil\u200bling 1h why\ufeff', asked(['billing'], 60, 'why')],
    ['billing 1 h why', asked(['billing'], 60, 'why')],
    ['billing 1 hour why', asked(['billing'], 60, 'why')],
    ['billing 30min why', asked(['billing'], 30, 'why')],
    ['billing 2 days', asked(['billing'], 2880, '')],
    ['billing 1h', asked(['billing'], 60, '')],
    ['billing 1h for <@U0MAX|max> INC-42 why', asked(['billing'], 60, 'INC-42 why', 'U0MAX')],
    ['billing 1h For <@U0MAX|max planck> INC-42', asked(['billing'], 60, 'INC-42', 'U0MAX')],
    ['billing 1h for testing', asked(['billing'], 60, 'for testing')],
    ['billing,ledger 1h why', asked(['billing', 'ledger'], 60, 'why')],
    ['billing, ledger 1h why', asked(['billing', 'ledger'], 60, 'why')],
    ['revoke 1h why', asked(['revoke'], 60, 'why')],
    ['again 1h why', asked(['again'], 60, 'why')],
    ['revoke <@U0MAX|max>', { kind: 'revoke', principalId: 'U0MAX' }],
    ['revoke <@U0MAX> `billing`', { kind: 'revoke', principalId: 'U0MAX', service: 'billing' }],
    ['revoke-all Billing', { kind: 'revoke-all', service: 'billing' }],
  ])('reads %j', (text, want) => {
    expect(parseCommand(text)).toEqual(want);
  });

  it.each([
    ['billing', 'usage', /For how long, and why/],
    ['billing tomorrow why', 'duration', /"tomorrow" is no duration/],
    ['billing 1.5h why', 'duration', /is no duration/],
    ['billing 30d why', 'duration', /up to 29 days/],
    ['billing 0m why', 'duration', /is no duration/],
    ['billing <@U0MAX|max> why', 'duration', /"@max" is no duration/],
    ['revoke', 'usage', /Whose access/],
    ['revoke @max', 'usage', /choose the person from the list/],
    ['revoke-all', 'usage', /Of which service/],
    ['billing 1h for @max why', 'usage', /cannot tell who @max is/],
    ['billing 1h for <!subteam^S0LEADS|@leads> why', 'usage', /cannot tell who @leads is/],
    ['billing &lt;!channel&gt; why', 'duration', /"&lt;!channel&gt;" is no duration/],
    [', 1h why', 'usage', /For how long/],
  ])('refuses %j, and says what to type', (text, code, reason) => {
    expect(parseCommand(text)).toMatchObject({
      kind: 'refused',
      code,
      reason: expect.stringMatching(reason),
    });
  });
});
