import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { leaveOut } from './left-out.ts';

// A unit is a part of the code that is loaded by itself, by functions/load.ts: each target, and each of Google's
// clients, which the targets load when they are first used. Everything else is bundled into the unit that asks for it.

const root = join(import.meta.dirname, '..');
const LOADER = join(root, 'functions/load.ts');

const TARGETS = { slack: './slack.ts', converge: './converge.ts', sweep: './sweep.ts' };
/** Packages by the name of their unit. */
const CLIENTS = {
  firestore: '@google-cloud/firestore',
  run: '@google-cloud/run',
  gax: 'google-gax',
  fallback: 'google-gax/fallback',
  auth: 'google-auth-library',
};
const UNITS: Readonly<Record<string, string>> = { ...TARGETS, ...CLIENTS };

const COMMON: BuildOptions = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  logLevel: 'warning',
  write: false,
};

/** Turns imports of units, other than the one that is being built, into calls of `load`. */
function linkUnits(loader: string): Plugin {
  return {
    name: 'link-units',
    setup(build) {
      build.onResolve({ filter: /.*/ }, ({ path, kind }) => {
        if (kind === 'entry-point') return undefined;
        const unit = Object.keys(UNITS).find((name) => UNITS[name] === path);
        return unit === undefined ? undefined : { path: unit, namespace: 'unit' };
      });
      build.onLoad({ filter: /.*/, namespace: 'unit' }, ({ path }) => ({
        contents: `${loader} module.exports = load(${JSON.stringify(path)});`,
        resolveDir: root,
      }));
    },
  };
}

/** Writes every unit, and `index.mjs`, which loads them; returns the files by unit. */
export async function writeUnits(out: string): Promise<Readonly<Record<string, string>>> {
  const files: Record<string, string> = {};
  await Promise.all(
    Object.entries(UNITS).map(async ([name, source]) => {
      files[name] = await writeUnit(out, name, name in TARGETS ? join(root, 'functions', source) : source);
    }),
  );
  const { outputFiles } = await build({
    ...COMMON,
    write: false,
    entryPoints: [join(root, 'functions/index.ts')],
    format: 'esm',
    external: ['@google-cloud/functions-framework'],
    define: { UNIT_FILES: JSON.stringify(files) },
    plugins: [linkUnits(`const { load } = require(${JSON.stringify(LOADER)});`)],
  });
  for (const { contents } of outputFiles) writeFileSync(join(out, 'index.mjs'), contents);
  return files;
}

/** A script whose value is a function that takes what CommonJS has, and `load`. The name changes with the content. */
async function writeUnit(out: string, name: string, entry: string): Promise<string> {
  const { outputFiles } = await build({
    ...COMMON,
    write: false,
    entryPoints: { [name]: entry },
    entryNames: '[name]-[hash]',
    outdir: out,
    outExtension: { '.js': '.cjs' },
    format: 'cjs',
    // Scripts cannot `import()`: what is left of it becomes `require`, as late as before.
    supported: { 'dynamic-import': false },
    define: { 'import.meta.dirname': '__dirname' },
    plugins: [linkUnits(''), ...(name === 'slack' ? [leaveOut()] : [])],
  });
  const [file] = outputFiles;
  if (!file) throw new Error(`nothing was built of ${entry}`);
  const parameters = 'exports, require, module, __filename, __dirname, load';
  writeFileSync(file.path, `(function (${parameters}) {${file.text}\n})\n`);
  return basename(file.path);
}
