import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { loadSeed } from '../../simulator/seed-file.ts';

const text = readFileSync('simulator/seed.yaml', 'utf8');
const problems = (from: string, to: string) => loadSeed(text.replace(from, to), 'seed.yaml').problems;

describe('a seed file', () => {
  test('makes a workspace, projects with services, and what the page suggests', () => {
    const { seed } = loadSeed(text, 'seed.yaml');
    expect(seed?.slack.people.map((person) => person.name)).toContain('ada');
    expect(seed?.google.services).toContainEqual(
      expect.objectContaining({
        project: 'acme-prod',
        region: 'us-central1',
        name: 'billing-dashboard',
        iapEnabled: true,
        uri: 'https://billing-dashboard-us-central1.run.acme.example',
      }),
    );
    expect(seed?.google.policies).toEqual([
      {
        resource: 'projects/123456789012/iap_web/cloud_run-us-central1/services/billing-dashboard',
        bindings: [{ role: 'roles/iap.httpsResourceAccessor', members: ['group:billing-team@acme.example'] }],
      },
    ]);
    expect(seed?.page).toMatchObject({ people: ['U0ADA', 'U0GRACE'], channel: 'C0ACCESS' });
  });

  test.each([
    ['an unknown key', 'bot:', 'robot:', 'seed.yaml:5: robot: is no key that is known here'],
    ['a missing key', 'domain: acme }', '}', 'seed.yaml:4: team, domain: is missing'],
    ['no such time zone', 'Europe/London', 'Mars/Base', /tz: must be a time zone/],
    ['somebody twice', 'id: U0GRACE', 'id: U0ADA', /people, item 2, id: U0ADA is here twice/],
    ['an unknown member', 'users: [U0GRACE, ', 'users: [U0NOBODY, ', /nobody here has the id U0NOBODY/],
    [
      'a service in no project',
      'acme-staging/us-central1/playground',
      'acme/us/x-y',
      /no project here has acme\/us/,
    ],
    [
      'standing access to nothing',
      'on: acme-prod/us-central1/billing-dashboard',
      'on: acme-prod/x/y',
      /no service or project/,
    ],
    ['a number without quotes', '"210987654321"', '210987654321', /must be digits in quotes/],
    ['no YAML', 'team:', 'team: [', /seed\.yaml:\d+: /],
  ])('with %s is refused by its line', (_, from, to, message) => {
    expect(problems(from, to).join('\n')).toMatch(
      message instanceof RegExp ? message : new RegExp(literally(message)),
    );
    expect(loadSeed(text.replace(from, to), 'seed.yaml').seed).toBeUndefined();
  });

  test('lists all of its problems, in the order of its lines', () => {
    const broken = text.replace('bot:', 'robot:').replace('Europe/London', 'Mars/Base');
    const lines = loadSeed(broken, 'seed.yaml').problems.map((line) => Number(line.split(':')[1]));
    expect(lines).toHaveLength(2);
    expect(lines).toEqual([...lines].sort((a, b) => a - b));
  });
});

function literally(literal: string): string {
  return literal.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
