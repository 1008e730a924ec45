import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

// Writes dist/: the three functions as one deployable folder. Each target's code is a chunk of its own, and so is
// every Google client, so that a process reads only what it uses.

const root = join(import.meta.dirname, '..');
const out = join(root, 'dist');

/** CommonJS packages inside an ES module still ask for these. */
const COMMONJS = [
  "import { createRequire as __createRequire } from 'node:module';",
  'const require = __createRequire(import.meta.url);',
  'const __filename = import.meta.filename;',
  'const __dirname = import.meta.dirname;',
].join('\n');

rmSync(out, { recursive: true, force: true });
mkdirSync(out);
const { metafile } = await build({
  entryPoints: { index: join(root, 'functions/index.ts') },
  outdir: out,
  outExtension: { '.js': '.mjs' },
  chunkNames: '[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  metafile: true,
  banner: { js: COMMONJS },
  external: ['@google-cloud/functions-framework'],
  logLevel: 'warning',
});

const { name, version, dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const framework = '@google-cloud/functions-framework';
const manifest = {
  name,
  version,
  private: true,
  type: 'module',
  main: 'index.mjs',
  engines: { node: '24' },
  dependencies: { [framework]: dependencies[framework] },
};
writeFileSync(join(out, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
const entitlements = join(root, 'entitlements.yaml');
if (existsSync(entitlements)) cpSync(entitlements, join(out, 'entitlements.yaml'));
writeFileSync(join(out, 'meta.json'), JSON.stringify(metafile));
