import { afterEach, describe, expect, test, vi } from 'vitest';
import { createParts } from '../../src/compose/parts.ts';
import { loadConfig } from '../../src/config.ts';

const ENTITLEMENTS = `
workspace: { teamId: T0ACME, channel: C0ACCESS, emailDomains: [acme.example] }
projects: [{ id: acme-prod, number: "123456789012", regions: [us-central1] }]
entitlements:
  - { id: any, services: ["acme-prod/us-central1/*"], requesters: { anyone: true }, approvers: { usergroups: [S0LEADS] }, durations: [1h] }
`;

const env = {
  SLACK_SIGNING_SECRET: 'signing-secret-0123456789',
  SLACK_BOT_TOKEN: 'xoxb-1-2-abc',
  GOOGLE_CLOUD_PROJECT: 'acme-ops',
};

describe('a log line', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  test('is one JSON object that says its severity and its event, whatever the facts are called', () => {
    const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const { log } = createParts(loadConfig(env, () => ENTITLEMENTS, 'entitlements.yaml'));
    log('WARNING', 'slack-library', { message: 'something else', severity: 'none', cause: 'two\nlines' });
    const lines = written.mock.calls.map(([text]) => String(text));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^[^\n]+\n$/);
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      severity: 'WARNING',
      message: 'slack-library',
      cause: 'two\nlines',
    });
  });
});
