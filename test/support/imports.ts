import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Every TypeScript file under a folder of the repository, by its path from there, with its text. */
export function sourcesUnder(...folders: readonly string[]): Map<string, string> {
  const files = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.includes('node_modules'))
      .map((name) => join(folder, name)),
  );
  return new Map(files.map((file) => [file, readFileSync(join(root, file), 'utf8')]));
}

/** The text with comments blanked out; strings stay, and what looks like a comment inside them. */
export function withoutComments(text: string): string {
  return text.replace(
    /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g,
    (_, string) => (typeof string === 'string' ? string : ' '),
  );
}

export interface Import {
  /** A path in the repository, or a package's name as written. */
  readonly target: string;
  /** Gone when the types are stripped. */
  readonly typeOnly: boolean;
}

const importPattern =
  /\b(?:import|export)(?<type>\s+type\b(?!\s*(?:,|from\b)))?(?:[\s\w$*,{}]*?\bfrom)?\s*['"](?<from>[^'"\n]+)['"]|\bimport\s*\(\s*['"`](?<dynamic>[^'"`\n]+)['"`]/g;

/** What a file imports, or exports from elsewhere, in order; types too. */
export function importsOf(file: string, text: string): Import[] {
  return [...withoutComments(text).matchAll(importPattern)].map(({ groups }) => {
    const target = groups?.from ?? groups?.dynamic ?? '';
    const typeOnly = groups?.type !== undefined;
    return { target: target.startsWith('.') ? join(file, '..', target) : target, typeOnly };
  });
}

/** Circles of imports, each once, as the files along it. */
export function circlesIn(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const circles: string[][] = [];
  const done = new Set<string>();
  const visit = (file: string, way: readonly string[]): void => {
    const at = way.indexOf(file);
    if (at >= 0) circles.push([...way.slice(at), file]);
    if (at >= 0 || done.has(file)) return;
    for (const next of graph.get(file) ?? []) visit(next, [...way, file]);
    done.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
  return circles;
}
