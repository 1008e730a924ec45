import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Config, ConfigError, loadConfig } from '../src/config.ts';
import { minimal } from './config/broken-files.ts';

const environment = {
  SLACK_SIGNING_SECRET: '8f742231b10e8888abcd99baac85b5d4',
  SLACK_BOT_TOKEN: 'xoxb-1-2-abc',
  GOOGLE_CLOUD_PROJECT: 'acme-ops',
};

function load(env: Record<string, string | undefined> = {}, text = minimal): Config {
  return loadConfig({ ...environment, ...env }, () => text, '/srv/entitlements.yaml');
}

function problems(env: Record<string, string | undefined>, text = minimal): readonly string[] {
  try {
    load(env, text);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems;
  }
  return [];
}

describe('loading the configuration', () => {
  it('has what the file says, beside the environment', () => {
    const { workspace, projects, entitlements } = load();
    expect(workspace).toMatchObject({
      teamId: 'T0ACME',
      channel: 'C0ACCESS',
      emailDomains: ['acme.example'],
    });
    expect(projects.map((p) => p.number)).toEqual(['123456789012']);
    expect(entitlements.map((e) => e.id)).toEqual(['billing']);
  });

  it('has the documented defaults', () => {
    expect(load()).toMatchObject({
      slack: {
        signingSecret: environment.SLACK_SIGNING_SECRET,
        botToken: environment.SLACK_BOT_TOKEN,
        apiUrl: 'https://slack.com/api/',
      },
      google: {
        projectId: 'acme-ops',
        iapApiUrl: 'https://iap.googleapis.com',
        iapCredentials: true,
        runApiUrl: 'https://run.googleapis.com',
        runCredentials: true,
      },
    });
  });

  it('takes the emulator host as Google clients do', () => {
    expect(problems({ FIRESTORE_EMULATOR_HOST: '[::1]:8085' })).toEqual([]);
    expect(problems({ FIRESTORE_EMULATOR_HOST: 'http://127.0.0.1:8085' })).toEqual([
      'FIRESTORE_EMULATOR_HOST: must be host:port, without http://',
    ]);
  });

  it('reads the entitlements file that is named, else the default', () => {
    const asked: string[] = [];
    const read = (path: string) => {
      asked.push(path);
      return minimal;
    };
    loadConfig(environment, read, '/srv/entitlements.yaml');
    loadConfig({ ...environment, ENTITLEMENTS_FILE: '/etc/rules.yaml' }, read, '/srv/entitlements.yaml');
    loadConfig({ ...environment, ENTITLEMENTS_FILE: '' }, read, '/srv/entitlements.yaml');
    expect(asked).toEqual(['/srv/entitlements.yaml', '/etc/rules.yaml', '/srv/entitlements.yaml']);
  });

  it('says which file could not be read', () => {
    const missing = () => readFileSync('/nowhere/entitlements.yaml', 'utf8');
    expect(() => loadConfig(environment, missing, '/nowhere/entitlements.yaml')).toThrow(
      /^ENTITLEMENTS_FILE: cannot read \/nowhere\/entitlements\.yaml: ENOENT/m,
    );
  });

  it('takes a line break at the end of a stored secret away', () => {
    expect(load({ SLACK_BOT_TOKEN: 'xoxb-1-2-abc\n' }).slack.botToken).toBe('xoxb-1-2-abc');
  });

  it.each([
    ['SLACK_API_URL', 'http://127.0.0.1:9000/api', 'http://127.0.0.1:9000/api/'],
    ['SLACK_API_URL', 'http://127.0.0.1:9000/api//', 'http://127.0.0.1:9000/api/'],
    ['SLACK_API_URL', 'http://localhost:9000', 'http://localhost:9000/'],
  ])('%s %s ends with one slash', (name, value, want) => {
    expect(load({ [name]: value }).slack.apiUrl).toBe(want);
  });

  it.each([
    ['http://127.0.0.1:9000/', 'http://127.0.0.1:9000', false],
    ['http://127.8.9.1:9000/iap/', 'http://127.8.9.1:9000/iap', false],
    ['http://localhost:9000', 'http://localhost:9000', false],
    ['http://[::1]:9000', 'http://[::1]:9000', false],
    ['https://iap.mtls.googleapis.com/', 'https://iap.mtls.googleapis.com', true],
  ])('%s is called at %s, with credentials: %s', (value, url, credentials) => {
    const { google } = load({ IAP_API_URL: value, RUN_API_URL: value });
    expect(google).toMatchObject({ iapApiUrl: url, iapCredentials: credentials });
    expect(google).toMatchObject({ runApiUrl: url, runCredentials: credentials });
  });

  it.each([
    'http://iap.googleapis.com',
    'http://0.0.0.0:9000',
    'http://10.0.0.1',
    'http://127.0.0.1.evil.example',
    'http://localhost.evil.example',
    'http://127.0.0.1@evil.example',
    'http://[::2]:9000',
    'http://[::ffff:10.0.0.1]',
  ])('refuses plain http to anywhere else: %s', (value) => {
    for (const name of ['SLACK_API_URL', 'IAP_API_URL', 'RUN_API_URL']) {
      const [problem, ...more] = problems({ [name]: value });
      expect(problem).toMatch(new RegExp(`^${name}: must be`));
      expect(more).toEqual([]);
    }
  });

  it.each([
    'ftp://127.0.0.1',
    'iap.googleapis.com',
    'https://',
    'https://a.example/?x=1',
    'https://a:b@c.example',
  ])('refuses %s as a base URL', (value) => {
    expect(problems({ IAP_API_URL: value })).toEqual([expect.stringMatching(/^IAP_API_URL: must be/)]);
  });

  it('names what is missing, all of it', () => {
    expect(() => loadConfig({ SLACK_BOT_TOKEN: '  ' }, () => minimal, 'entitlements.yaml')).toThrow(
      new ConfigError([
        'SLACK_SIGNING_SECRET: is required',
        'SLACK_BOT_TOKEN: is required',
        'GOOGLE_CLOUD_PROJECT: is required',
      ]),
    );
  });

  it('never says the value of a variable, whatever is wrong with it', () => {
    const secrets = {
      SLACK_SIGNING_SECRET: 'two words Hunter2',
      SLACK_BOT_TOKEN: 'xoxp-Hunter2',
      SLACK_API_URL: 'https://user:Hunter2@slack.example',
      GOOGLE_CLOUD_PROJECT: 'Hunter2!',
      IAP_API_URL: 'https://iap.example/?key=Hunter2',
    };
    expect(problems(secrets).map((line) => line.split(':')[0])).toEqual(Object.keys(secrets));
    expect(problems(secrets).join('\n')).not.toContain('Hunter2');
    expect(problems({ SLACK_SIGNING_SECRET: 'xoxb-Hunter2-123' }).join('\n')).toMatch(
      /^SLACK_SIGNING_SECRET: /,
    );
    expect(problems({ SLACK_SIGNING_SECRET: 'xoxb-Hunter2-123' }).join('\n')).not.toContain('Hunter2');
  });

  it('is reported in one message together with the file, a line for each problem', () => {
    const broken = minimal.replace('id: billing', 'id: billing\n    colour: red').replace('1h', '1w');
    expect(() => load({ GOOGLE_CLOUD_PROJECT: undefined, RUN_API_URL: 'http://x.example' }, broken)).toThrow(
      [
        'Latchkey cannot start: its configuration has 4 problems.',
        'GOOGLE_CLOUD_PROJECT: is required',
        'RUN_API_URL: must begin with https:// (plain http:// is only for this machine, and x.example is not)',
        'entitlements.yaml:11: entitlement "billing", colour: is not a known key; known are id, services, requesters, approvers, approvalsNeeded, approvalTimeout, durations, justification, channel, accessLevels, warning',
        'entitlements.yaml:15: entitlement "billing", durations, item 2: must be a duration such as 15m, 4h or 2d, from 1m to 29d, not "1w"',
      ].join('\n'),
    );
  });
});
