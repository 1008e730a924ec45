/** A right file, small enough to count its lines. */
export const minimal = `workspace:
  teamId: T0ACME
  channel: C0ACCESS
  emailDomains: [acme.example]
projects:
  - id: acme-prod
    number: "123456789012"
    regions: [us-central1, europe-west1]
entitlements:
  - id: billing
    services: ["acme-prod/us-central1/billing-*"]
    requesters: { anyone: true }
    approvers: { emails: [grace@acme.example] }
    durations: [15m, 1h]
`;

interface BrokenFile {
  readonly name: string;
  /** Part of {@link minimal} that is replaced. */
  readonly line: string;
  readonly by: string;
  /** The problems that have to be listed, and no others. */
  readonly want: RegExp;
}

/** One mistake each in the right file, with what has to be said of it. */
export const brokenFiles: readonly BrokenFile[] = [
  {
    name: 'a team id of another shape',
    line: 'T0ACME',
    by: 'C0ACME',
    want: /:2: workspace, teamId: must be .*T….*"C0ACME"$/,
  },
  {
    name: 'a missing team id',
    line: '  teamId: T0ACME\n',
    by: '',
    want: /:1: workspace, teamId: is missing$/,
  },
  {
    name: 'a user as a channel',
    line: 'C0ACCESS',
    by: 'U0ACCESS',
    want: /:3: workspace, channel: must be .*C… or G…/,
  },
  {
    name: 'a mistyped key',
    line: 'emailDomains',
    by: 'emailDomain',
    want: /:1: workspace, emailDomains: is missing\n.*:4: workspace, emailDomain: .*did you mean emailDomains\?$/,
  },
  {
    name: 'a domain with @',
    line: '[acme.example]',
    by: '["@acme.example"]',
    want: /:4: workspace, emailDomains, item 1: must be an e-mail domain .* without @/,
  },
  {
    name: 'no domain',
    line: '[acme.example]',
    by: '[]',
    want: /:4: workspace, emailDomains: must list at least 1$/,
  },
  {
    name: 'everybody as admin',
    line: '  channel',
    by: '  admins: { anyone: true }\n  channel',
    want: /:3: workspace, admins, anyone: cannot be true/,
  },
  {
    name: 'a number without quotes',
    line: '"123456789012"',
    by: '123456789012',
    want: /:7: project "acme-prod", number: .* in quotes, not 123456789012$/,
  },
  {
    name: 'no project',
    line: minimal.slice(minimal.indexOf('projects:') + 9, minimal.indexOf('entitlements:')),
    by: ' []\n',
    want: /:5: projects: must list at least 1$/,
  },
  {
    name: 'a zone for a region',
    line: 'us-central1, europe-west1',
    by: 'us-central1, us-central1-a',
    want: /:8: project "acme-prod", regions, item 2: must be a region/,
  },
  {
    name: 'a region twice',
    line: 'europe-west1',
    by: 'us-central1',
    want: /:8: project "acme-prod", regions: must not repeat/,
  },
  {
    name: 'a project twice',
    line: 'entitlements:',
    by: '  - { id: acme-prod, number: "123456789012", regions: [us-east1] }\nentitlements:',
    want: /:9: project 2, id: repeats "acme-prod".*\n.*:9: project "acme-prod", number: repeats/,
  },
  {
    name: 'an entitlement id with a space',
    line: 'id: billing',
    by: 'id: the billing',
    want: /:10: entitlement 1, id: must be a short name/,
  },
  {
    name: 'two segments',
    line: 'us-central1/billing-*',
    by: 'billing-*',
    want: /:11: entitlement "billing", services, item 1: must be project\/region\/service/,
  },
  {
    name: 'four segments',
    line: 'billing-*',
    by: 'billing/*',
    want: /:11: entitlement "billing", services, item 1: must be project\/region\/service/,
  },
  {
    name: 'a project that is not listed',
    line: '["acme-prod/',
    by: '["acme-stage/',
    want: /:11: .*services, item 1: must name a project .*"acme-stage/,
  },
  {
    name: 'a region that is not listed',
    line: 'us-central1/b',
    by: 'us-east1/b',
    want: /:11: .*services, item 1: must name a project/,
  },
  {
    name: 'a wildcard that matches none',
    line: '["acme-prod/',
    by: '["*-stage/',
    want: /:11: .*services, item 1: must name a project/,
  },
  {
    name: 'nobody as requester',
    line: '{ anyone: true }',
    by: '{ users: [] }',
    want: /:12: entitlement "billing", requesters: must name somebody/,
  },
  {
    name: 'requesters left out',
    line: '    requesters: { anyone: true }\n',
    by: '',
    want: /:10: entitlement "billing", requesters: is missing$/,
  },
  {
    name: 'a group as a user',
    line: '{ anyone: true }',
    by: '{ users: [S0LEADS] }',
    want: /:12: .*requesters, users, item 1: must be a Slack user id/,
  },
  {
    name: 'a user as a group',
    line: '{ anyone: true }',
    by: '{ usergroups: [U0LEADS] }',
    want: /:12: .*requesters, usergroups, item 1: must be a Slack user group id/,
  },
  {
    name: 'an approver from outside',
    line: 'grace@acme',
    by: 'grace@not-acme',
    want: /:13: .*approvers, emails, item 1: must be an address in acme\.example/,
  },
  {
    name: 'an approver without address',
    line: 'grace@acme.example',
    by: 'grace',
    want: /:13: .*approvers, emails, item 1: must be an e-mail address, not "grace"$/,
  },
  {
    name: 'everybody as approver',
    line: '{ emails: [grace@acme.example] }',
    by: '{ anyone: true }',
    want: /:13: .*approvers, anyone: cannot be true/,
  },
  {
    name: 'no approver',
    line: '    approvers: { emails: [grace@acme.example] }\n',
    by: '',
    want: /:10: .*approvers: must name somebody, unless approvalsNeeded is 0/,
  },
  {
    name: 'more approvals than approvers',
    line: '    durations',
    by: '    approvalsNeeded: 2\n    durations',
    want: /:14: .*approvalsNeeded: is 2, but approvers has only 1/,
  },
  {
    name: 'half an approval',
    line: '    durations',
    by: '    approvalsNeeded: 0.5\n    durations',
    want: /:14: .*approvalsNeeded: must be a whole number from 0 to 20, not 0.5/,
  },
  {
    name: 'a negative number of approvals',
    line: '    durations',
    by: '    approvalsNeeded: -1\n    durations',
    want: /:14: .*approvalsNeeded: must be a whole number/,
  },
  {
    name: 'a time-out that is none',
    line: '    durations',
    by: '    approvalTimeout: soon\n    durations',
    want: /:14: .*approvalTimeout: must be a duration/,
  },
  {
    name: 'a number as duration',
    line: '15m',
    by: '15',
    want: /:14: .*durations, item 1: must be a duration .*, not 15$/,
  },
  {
    name: 'a duration over the limit',
    line: '1h',
    by: '30d',
    want: /:14: .*durations, item 2: must be a duration/,
  },
  { name: 'descending durations', line: '[15m, 1h]', by: '[1h, 15m]', want: /:14: .*durations: must grow/ },
  {
    name: 'the same duration twice',
    line: '[15m, 1h]',
    by: '[60m, 1h]',
    want: /:14: .*durations: must grow/,
  },
  { name: 'no duration', line: '[15m, 1h]', by: '[]', want: /:14: .*durations: must list at least 1$/ },
  {
    name: 'a pattern that does not compile',
    line: '    durations',
    by: '    justification: { pattern: "(INC" }\n    durations',
    want: /:14: .*justification, pattern: must be a regular expression \(Unterminated group\), not "\(INC"$/,
  },
  {
    name: 'an access level by its short name',
    line: '    durations',
    by: '    accessLevels: [corp_device]\n    durations',
    want: /:14: .*accessLevels, item 1: must look like accessPolicies\/NUMBER/,
  },
  {
    name: 'more access levels than a condition holds',
    line: '    durations',
    by: `    accessLevels: [${Array.from({ length: 11 }, (_, i) => `accessPolicies/1/accessLevels/l${i}`)}]\n    durations`,
    want: /:14: .*accessLevels: must be at most 10/,
  },
  {
    name: 'a long warning',
    line: '    durations',
    by: `    warning: ${'x'.repeat(201)}\n    durations`,
    want: /:14: .*warning: must be text of at most 200 characters/,
  },
  {
    name: 'no channel anywhere',
    line: '  channel: C0ACCESS\n',
    by: '',
    want: /:9: entitlement "billing", channel: is missing, and workspace\.channel/,
  },
  {
    name: 'a key twice',
    line: '    durations',
    by: '    durations: [1m]\n    durations',
    want: /:15: the key durations is here a second time$/,
  },
  {
    name: 'text for an entitlement',
    line: 'entitlements:',
    by: 'entitlements:\n  - hello',
    want: /:10: entitlement 1: must be a mapping with id, .*not "hello"$/,
  },
  {
    name: 'a tab',
    line: '    durations',
    by: '\tdurations',
    want: /:14: Tabs are not allowed as indentation/,
  },
  { name: 'an open bracket', line: '[15m, 1h]', by: '[15m, 1h', want: /:1[45]: Flow sequence/ },
  {
    name: 'an unknown tag',
    line: 'id: billing',
    by: 'id: !env billing',
    want: /:10: Unresolved tag: !env$/,
  },
  {
    name: 'an alias of nothing',
    line: '{ anyone: true }',
    by: '*everyone',
    want: /:12: \*everyone names no anchor before it$/,
  },
  {
    name: 'a second document',
    line: 'entitlements:',
    by: '---\nentitlements:',
    want: /:9: must be one document/,
  },
  {
    name: 'old YAML',
    line: 'workspace:',
    by: '%YAML 1.1\n---\nworkspace:',
    want: /:1: must be YAML 1\.2$/,
  },
];
