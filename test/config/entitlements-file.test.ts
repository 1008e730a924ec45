import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadEntitlements, type Rules } from '../../src/config/entitlements-file.ts';
import { brokenFiles, minimal } from './broken-files.ts';

const example = readFileSync(new URL('../../entitlements.example.yaml', import.meta.url), 'utf8');

function load(text = minimal): Rules {
  const { rules, problems } = loadEntitlements(text, 'entitlements.yaml');
  if (!rules) throw new Error(problems.join('\n'));
  return rules;
}

function problems(text: string): readonly string[] {
  return loadEntitlements(text, 'entitlements.yaml').problems;
}

/** The minimal file with one line replaced; the line has to be there. */
function changed(line: string, by: string): string {
  expect(minimal).toContain(line);
  return minimal.replace(line, by);
}

describe('the entitlements file', () => {
  it('fills in what may be left out', () => {
    expect(load().entitlements).toEqual([
      {
        id: 'billing',
        services: ['acme-prod/us-central1/billing-*'],
        requesters: { anyone: true, emails: [], users: [], usergroups: [] },
        approvers: { anyone: false, emails: ['grace@acme.example'], users: [], usergroups: [] },
        approvalsNeeded: 1,
        approvalTimeoutMinutes: 480,
        durationsMinutes: [15, 60],
        justification: { required: true, pattern: undefined, hint: undefined },
        channel: 'C0ACCESS',
        accessLevels: [],
        warning: undefined,
      },
    ]);
    expect(load().workspace.admins).toEqual({ anyone: false, emails: [], users: [], usergroups: [] });
  });

  it('is read whole: the example, key by key', () => {
    const { rules, problems } = loadEntitlements(example, 'entitlements.example.yaml');
    expect(problems).toEqual([]);
    expect(rules?.projects).toEqual([
      { id: 'acme-prod', number: '123456789012', regions: ['us-central1', 'europe-west1'] },
      { id: 'acme-staging', number: '210987654321', regions: ['us-central1'] },
    ]);
    expect(rules?.workspace.admins.usergroups).toEqual(['S0SECOPS']);
    const [payroll, billing, staging] = rules?.entitlements ?? [];
    expect(payroll).toMatchObject({
      approvalsNeeded: 2,
      approvalTimeoutMinutes: 120,
      channel: 'C0PAYROLL',
      accessLevels: ['accessPolicies/1/accessLevels/corp_device'],
      warning: 'Salaries of real people. Approve only with an open incident.',
      justification: { required: true, hint: 'name the incident, for example INC-42' },
    });
    expect(payroll?.justification.pattern?.test('see INC-42')).toBe(true);
    expect(payroll?.justification.pattern?.test('see inc-x')).toBe(false);
    expect(billing?.channel).toBe('C0ACCESS');
    expect(staging).toMatchObject({ approvalsNeeded: 0, durationsMinutes: [60, 480, 2880] });
    expect(staging?.justification.required).toBe(false);
  });

  it('writes addresses and domains in lower case', () => {
    const text = minimal.replace('[acme.example]', '[ACME.example]').replace('grace@', 'Grace@');
    expect(load(text).workspace.emailDomains).toEqual(['acme.example']);
    expect(load(text).entitlements[0]?.approvers.emails).toEqual(['grace@acme.example']);
  });

  it('may be shared out with anchors, whose problems are told where they are used', () => {
    const text = `${minimal}  - id: two
    services: [acme-prod/*/two]
    requesters: &who { users: [U0ADA], emails: [eve@other.example] }
    approvers: *who
    durations: [15m]
`;
    expect(problems(text)).toEqual([
      'entitlements.yaml:17: entitlement "two", requesters, emails, item 1: must be an address in acme.example (workspace.emailDomains), not "eve@other.example"',
      'entitlements.yaml:17: entitlement "two", approvers, emails, item 1: must be an address in acme.example (workspace.emailDomains), not "eve@other.example"',
    ]);
  });

  it.each(brokenFiles)('refuses $name, and says where', ({ line, by, want }) => {
    const found = problems(changed(line, by));
    expect(found.every((problem) => /^entitlements\.yaml:\d+: \S/.test(problem))).toBe(true);
    expect(found.join('\n')).toMatch(want);
    expect(found.length).toBe(want.source.split('\\n').length);
  });

  it('takes a pattern with needless escapes for what it means', () => {
    const text = changed('    durations', "    justification: { pattern: 'INC\\-' }\n    durations");
    expect(load(text).entitlements[0]?.justification.pattern?.test('INC-')).toBe(true);
  });

  it('refuses two entitlements with one id', () => {
    const second = minimal.slice(minimal.indexOf('  - id: billing'));
    expect(problems(minimal + second)).toEqual([
      'entitlements.yaml:15: entitlement 2, id: repeats "billing", which item 1 of entitlements has already',
    ]);
  });

  it.each(['', '   \n', '# nothing\n', 'null', '[]', 'hello', '42'])(
    'refuses a file that is no mapping: %j',
    (text) => {
      expect(problems(text)).toEqual([
        expect.stringMatching(
          /^entitlements\.yaml:\d: must be a mapping with workspace, projects, entitlements/,
        ),
      ]);
    },
  );

  it('allows fewer named approvers than approvals where a group may hold more', () => {
    const text = changed(
      '[grace@acme.example] }',
      '[grace@acme.example], usergroups: [S0LEADS] }\n    approvalsNeeded: 5',
    );
    expect(problems(text)).toEqual([]);
  });

  it('needs no approvers where nobody has to approve', () => {
    const text = changed('approvers: { emails: [grace@acme.example] }', 'approvalsNeeded: 0');
    expect(load(text).entitlements[0]).toMatchObject({ approvalsNeeded: 0 });
  });

  it('lists problems of shape and problems between parts together, by line', () => {
    const text = minimal.replace('T0ACME', '7').replace('  channel: C0ACCESS\n', '').replace('15m', '2h');
    expect(problems(text).map((line) => line.split(':')[1])).toEqual(['2', '9', '13']);
  });

  it('never crashes: whatever the text, it is either rules or problems', () => {
    const pieces = [
      '"',
      "'",
      '[',
      ']',
      '{',
      '}',
      '- ',
      ': ',
      '\n',
      '\n  ',
      '\t',
      '&a ',
      '*a',
      '!!',
      '<<: ',
      '%',
      '---',
      '__proto__: ',
      '|',
      '>',
      '#',
      '? ',
      '\u0000',
      '\ud800',
      '~',
      '.nan',
      '1e999',
      '😀',
    ];
    const edit = fc.record({
      at: fc.nat(example.length),
      drop: fc.nat(40),
      put: fc.oneof(
        fc.constantFrom(...pieces),
        fc.string({ maxLength: 8 }),
        fc.constantFrom(...example.split(/\s+/)),
      ),
    });
    const mutated = fc
      .array(edit, { minLength: 1, maxLength: 6 })
      .map((edits) =>
        edits.reduce((text, { at, drop, put }) => text.slice(0, at) + put + text.slice(at + drop), example),
      );
    fc.assert(
      fc.property(fc.oneof(mutated, fc.string({ unit: 'binary' })), (text) => {
        const { rules, problems: found } = loadEntitlements(text, 'entitlements.yaml');
        expect(rules === undefined).toBe(found.length > 0);
        for (const line of found) expect(line).toMatch(/^entitlements\.yaml:\d+: .+$/);
        for (const line of found)
          expect(Number(line.split(':')[1])).toBeLessThanOrEqual(text.split(/\r\n|\n|\r/).length);
      }),
      { numRuns: 500 },
    );
  });

  it('refuses bombs of aliases and of nesting', () => {
    const bomb = [
      'a: &a [x, x, x, x, x, x, x, x, x]',
      ...'bcdefghi'.split('').map((c, i) => `${c}: &${c} [${`*${'abcdefgh'[i]},`.repeat(9)}]`),
    ].join('\n');
    expect(problems(bomb).join()).toContain('cannot be read as YAML: Excessive alias count');
    expect(problems('['.repeat(30_000)).length).toBeGreaterThan(0);
  });
});
