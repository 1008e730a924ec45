import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import type { Mutant } from './mutants.ts';
import type { AppUnderTest } from './world.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The code under test with the mistake in it; the source itself stays as it is. */
export async function loadMutant({ name, changes }: Mutant): Promise<AppUnderTest> {
  const made = new Set<string>();
  const { outputFiles } = await build({
    entryPoints: [join(root, 'test/simulation/app.ts')],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    logLevel: 'silent',
    plugins: [
      {
        name: 'mutant',
        setup(builder) {
          for (const file of new Set(changes.map((change) => change.file))) {
            const filter = new RegExp(`${file.replaceAll('.', '\\.')}$`);
            builder.onLoad({ filter }, ({ path }) => {
              let source = readFileSync(path, 'utf8');
              for (const { from, to } of changes.filter((change) => change.file === file)) {
                const parts = source.split(from);
                if (parts.length < 2) {
                  throw new Error(`${file} has no place for the mutant "${name}": ${from}`);
                }
                source = parts.join(to);
              }
              made.add(file);
              return { contents: source, loader: 'ts' };
            });
          }
        },
      },
    ],
  });
  const missed = changes.find(({ file }) => !made.has(file));
  if (missed)
    throw new Error(`the mutant "${name}" changes ${missed.file}, which is not part of what is played`);
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-mutant-'));
  try {
    const path = join(folder, 'app.mjs');
    writeFileSync(path, outputFiles[0]?.text ?? '');
    return (await import(pathToFileURL(path).href)) as AppUnderTest;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
