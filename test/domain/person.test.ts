import { describe, expect, it } from 'vitest';
import { identify, type SlackProfile } from '../../src/domain/person.ts';
import { isRefused } from '../../src/domain/refused.ts';

const workspace = { teamId: 'T0ACME', emailDomains: ['acme.example', 'acme.test'] };
const profile: SlackProfile = {
  userId: 'U0ADA',
  teamId: 'T0ACME',
  email: 'Ada@ACME.example',
  emailConfirmed: true,
  deleted: false,
  bot: false,
  guest: false,
  stranger: false,
};

describe('identify', () => {
  it('maps a full member to their address, in lower case', () => {
    expect(identify(profile, workspace)).toEqual({ userId: 'U0ADA', email: 'ada@acme.example' });
    expect(identify({ ...profile, email: 'ada@acme.test' }, workspace)).toMatchObject({
      email: 'ada@acme.test',
    });
  });

  it.each<[string, Partial<SlackProfile>, RegExp]>([
    ['a bot', { bot: true }, /bots cannot/],
    ['another workspace', { teamId: 'T0OTHER' }, /not a member of this Slack workspace/],
    ['a stranger', { stranger: true }, /not a member of this Slack workspace/],
    ['a deactivated account', { deleted: true }, /deactivated/],
    ['a guest', { guest: true }, /Guests/],
    ['no address', { email: undefined }, /not confirmed/],
    ['an empty address', { email: '' }, /not confirmed/],
    ['an unconfirmed address', { emailConfirmed: false }, /not confirmed/],
    ['another domain', { email: 'ada@other.example' }, /not in acme\.example or acme\.test/],
    ['a domain below', { email: 'ada@x.acme.example' }, /not in/],
    ['a domain that only ends alike', { email: 'ada@notacme.example' }, /not in/],
    ['two @', { email: 'ada@evil.example@acme.example' }, /not in/],
    ['an address with a space', { email: 'a da@acme.example' }, /not in/],
    ['an address with another member in it', { email: 'ada@acme.example,allUsers@acme.example' }, /not in/],
    ['an address that is a member itself', { email: 'user:ada@acme.example' }, /not in/],
    ['an address in quotes', { email: '"ada"@acme.example' }, /not in/],
    ['letters that only look alike', { email: 'аda@acme.example' }, /not in/],
    ['a line break', { email: 'ada@acme.example\n' }, /not in/],
    ['no local part', { email: '@acme.example' }, /not in/],
    ['only a domain', { email: 'acme.example' }, /not in/],
  ])('refuses %s', (_, change, reason) => {
    const result = identify({ ...profile, ...change }, workspace);
    expect(result).toEqual({ kind: 'refused', code: 'identity', reason: expect.stringMatching(reason) });
    expect(isRefused(result)).toBe(true);
  });

  it('refuses everybody where no domain is configured', () => {
    expect(isRefused(identify(profile, { ...workspace, emailDomains: [] }))).toBe(true);
  });
});
