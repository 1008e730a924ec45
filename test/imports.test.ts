import { describe, expect, it } from 'vitest';
import { circlesIn, importsOf, sourcesUnder, withoutComments } from './support/imports.ts';

// Imports go one way: domain knows nothing; flows and converge know domain, ports and pure rendering; only the
// composition root knows the adapters too; the deployed functions know the composition root alone.

interface Rule {
  readonly name: string;
  readonly files: RegExp;
  /** What these files may import; anything else breaks the rule. */
  readonly may: RegExp;
  /** What they may import the types of, besides. */
  readonly mayTypes?: RegExp;
}

/** What talks to the outside: Google, and Slack through Bolt and its client. */
const adapter = 'src/gcp/|src/slack/(?:client|app|delivery|listeners|http-fetch)';
const compose = 'src/compose(?:[./]|-)';
const core = 'src/domain/|src/(?:ports|errors|pool)\\.ts$';
const rendering = 'src/slack/(?!client|app|delivery|listeners|http-fetch)';

const rules: readonly Rule[] = [
  { name: 'domain imports only domain', files: /^src\/domain\//, may: /^src\/domain\// },
  { name: 'ports speak of the domain alone', files: /^src\/ports\.ts$/, may: /^src\/domain\// },
  { name: 'errors and the pool import nothing', files: /^src\/(errors|pool)\.ts$/, may: /^$/ },
  {
    name: 'flows import domain, ports, errors and pure rendering',
    files: /^src\/flows\//,
    may: new RegExp(`^(src/flows/|${core}|${rendering}|node:)`),
  },
  {
    name: 'converge imports domain, ports, errors and pure rendering',
    files: /^src\/converge\//,
    may: new RegExp(`^(src/converge/|${core}|${rendering}|node:)`),
  },
  {
    name: 'rendering imports domain, ports, errors and rendering, and the types of what flows answer',
    files: new RegExp(`^${rendering}`),
    may: new RegExp(`^(${core}|${rendering}|node:)`),
    mayTypes: /^src\/flows\//,
  },
  {
    name: 'adapters for Google import no flows, no converge and nothing of Slack',
    files: /^src\/gcp\//,
    may: /^(?!src\/(flows|converge|slack)\/|src\/compose)/,
  },
  {
    name: 'nobody but the composition root imports adapters',
    files: new RegExp(`^(?!${compose}|${adapter})src/`),
    may: new RegExp(`^(?!${adapter})`),
  },
  {
    name: 'functions import the composition root and the framework',
    files: /^functions\//,
    may: new RegExp(`^(functions/|${compose}|@google-cloud/functions-framework$|node:)`),
  },
  {
    name: 'what is shipped imports no simulator and no test',
    files: /^(src|functions)\//,
    may: /^(?!simulator\/|test\/)/,
  },
  {
    name: 'the simulated servers import nothing from what they are there to check',
    files: /^simulator\/(google\/|slack\/|clock\.ts$)/,
    may: /^(simulator\/(google\/|slack\/|clock\.ts$)|(?!src\/|functions\/|test\/|simulator\/))/,
  },
];

function broken(sources: ReadonlyMap<string, string>): string[] {
  return [...sources].flatMap(([file, text]) => {
    const imports = importsOf(file, text);
    return rules
      .filter(({ files }) => files.test(file))
      .flatMap(({ name, may, mayTypes }) =>
        imports
          .filter(({ target, typeOnly }) => !may.test(target) && !(typeOnly && mayTypes?.test(target)))
          .map(({ target }) => `${file} imports ${target}: ${name}`),
      );
  });
}

/** The clock, the environment and chance come in as parameters. */
const impure =
  /\bDate\.now\b|\bnew Date\(\s*\)|\bnew Date\b(?!\s*\()|(?<!new )\bDate\(|\bMath\.random\b|\bprocess\b\s*[.[]|\bperformance\.now\b|\bcrypto\b|\bimport\.meta\b/;
const pureInConverge = [
  'says-the-same',
  'conditions',
  'intent',
  'leftovers',
  'limits',
  'plan',
  'presence',
  'progress-grant',
  'refusals',
  'settle',
  'sight',
  'verify-times',
].map((name) => `src/converge/${name}.ts`);
const isPure = (file: string) => file.startsWith('src/domain/') || pureInConverge.includes(file);

const sources = sourcesUnder('src', 'functions', 'simulator');

describe('the sources', () => {
  it('keep every rule about imports', () => {
    expect(sources.size).toBeGreaterThan(50);
    expect(broken(sources)).toEqual([]);
  });

  it('have no circle of imports in src', () => {
    const graph = [...sources].map(
      ([file, text]) => [file, importsOf(file, text).map((i) => i.target)] as const,
    );
    expect(circlesIn(new Map(graph.filter(([file]) => file.startsWith('src/'))))).toEqual([]);
  });

  it('import files that are there', () => {
    const imports = [...sources].flatMap(([file, text]) => importsOf(file, text).map((i) => i.target));
    const files = imports.filter((target) => /^(src|functions|simulator)\/.*\.ts$/.test(target));
    expect(files.length).toBeGreaterThan(100);
    expect(files.filter((target) => !sources.has(target))).toEqual([]);
  });

  it('decide without clock, environment or chance', () => {
    const offenders = [...sources].filter(
      ([file, text]) => isPure(file) && impure.test(withoutComments(text)),
    );
    expect(offenders.map(([file]) => file)).toEqual([]);
    expect(pureInConverge.filter((file) => !sources.has(file))).toEqual([]);
  });
});

describe('the rules', () => {
  it.each([
    ['src/domain/grant.ts', "import type { Clock } from '../ports.ts';"],
    ['src/domain/grant.ts', "import { z } from 'zod';"],
    ['src/domain/grant.ts', "export * from '../errors.ts';"],
    ['src/domain/grant.ts', "import { createHash } from 'node:crypto';"],
    ['src/flows/approve.ts', "import { store } from '../gcp/firestore-store.ts';"],
    ['src/flows/approve.ts', "const x = await import('../gcp/firestore-store.ts');"],
    ['src/flows/approve.ts', "import {\n  a,\n  b,\n} from '../slack/client.ts';"],
    ['src/flows/approve.ts', "import '@slack/bolt';"],
    ['src/converge/plan.ts', "import { app } from '../slack/app.ts';"],
    ['src/converge/plan.ts', "import { approve } from '../flows/approve.ts';"],
    ['src/slack/card.ts', "import { client } from './client.ts';"],
    ['src/slack/help.ts', "import { listing } from '../flows/list.ts';"],
    ['src/slack/help.ts', "import type { Listener } from './listeners.ts';"],
    ['src/config.ts', "import { iap } from './gcp/iap.ts';"],
    ['src/gcp/iap.ts', "import { plan } from '../converge/plan.ts';"],
    ['functions/slack.ts', "import { iap } from '../src/gcp/iap.ts';"],
    ['functions/slack.ts', "import { Firestore } from '@google-cloud/firestore';"],
    ['src/compose.ts', "import { serve } from '../simulator/google/server.ts';"],
    ['functions/sweep.ts', "import { x } from '../test/support/grants.ts';"],
    ['simulator/google/iap.ts', "import { plan } from '../../src/converge/plan.ts';"],
    ['simulator/clock.ts', "import type { Clock } from '../src/ports.ts';"],
    ['simulator/slack/server.ts', "import { seed } from '../embedded-store.ts';"],
  ])('forbid in %s: %s', (file, text) => {
    expect(broken(new Map([[file, text]]))).not.toEqual([]);
  });

  it.each([
    ['src/domain/grant.ts', "import type { Person } from './person.ts';"],
    [
      'src/flows/approve.ts',
      "import { approve } from '../domain/decide.ts';\nimport { card } from '../slack/card.ts';",
    ],
    ['src/compose.ts', "import { iap } from './gcp/iap.ts';\nimport { app } from './slack/app.ts';"],
    ['src/compose/slack.ts', "import { app } from '../slack/app.ts';"],
    ['functions/index.ts', "export { slack } from './slack.ts';\nimport '../src/compose/parts.ts';"],
    ['src/slack/help.ts', "import type { Listing } from '../flows/list.ts';"],
    ['src/slack/app.ts', "import { approve } from '../flows/approve.ts';"],
    [
      'functions/slack.ts',
      "import { http } from '@google-cloud/functions-framework';\nimport { x } from '../src/compose.ts';",
    ],
    ['simulator/embedded-store.ts', "import type { GrantStore } from '../src/ports.ts';"],
    ['src/flows/approve.ts', "// import { iap } from '../gcp/iap.ts';"],
  ])('allow in %s: %s', (file, text) => {
    expect(broken(new Map([[file, text]]))).toEqual([]);
  });

  it.each([
    ["import type { A } from './a.ts';", true],
    ["import type A from './a.ts';", true],
    ["export type { A } from './a.ts';", true],
    ["import { type A, b } from './a.ts';", false],
    ["import type, { b } from './a.ts';", false],
    ["import type from './a.ts';", false],
    ["import * as a from './a.ts';", false],
    ["import './a.ts';", false],
    ["export * from './a.ts';", false],
    ["const a = await import('./a.ts');", false],
  ])('read %s, of types alone: %s', (text, typeOnly) => {
    expect(importsOf('src/x/y.ts', `const from = 'z';\n${text}\nexport const c = 'd';`)).toEqual([
      { target: 'src/x/a.ts', typeOnly },
    ]);
  });

  it('find circles', () => {
    const graph = new Map([
      ['a', ['b', 'x']],
      ['b', ['c']],
      ['c', ['b']],
      ['d', ['d']],
    ]);
    expect(circlesIn(graph)).toEqual([
      ['b', 'c', 'b'],
      ['d', 'd'],
    ]);
  });

  it.each([
    'Date.now()',
    'new Date()',
    'new Date( )',
    'Math.random()',
    'process.env.X',
    "process['env']",
    'Date()',
    'performance.now()',
    'crypto.randomUUID()',
  ])('call %s impure', (text) => {
    expect(impure.test(text)).toBe(true);
  });

  it.each(['new Date(now)', 'now', 'Math.random_', 'a.process()'])('call %s pure', (text) => {
    expect(impure.test(text)).toBe(false);
  });
});
