import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { prime } from './prime.ts';
import { writeUnits } from './units.ts';

// Writes dist/: the three functions as one deployable folder that needs nothing but the functions framework.

const root = join(import.meta.dirname, '..');
const out = join(root, 'dist');
const FRAMEWORK = '@google-cloud/functions-framework';

rmSync(out, { recursive: true, force: true });
mkdirSync(out);
const files = await writeUnits(out);

const { name, version, dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const manifest = {
  name,
  version,
  private: true,
  main: 'index.mjs',
  engines: { node: '24' },
  dependencies: { [FRAMEWORK]: dependencies[FRAMEWORK] },
};
writeFileSync(join(out, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
const entitlements = join(root, 'entitlements.yaml');
if (existsSync(entitlements)) cpSync(entitlements, join(out, 'entitlements.yaml'));
await prime(out, Object.keys(files));
