import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

export interface Assets {
  /** A file of the page, or undefined where there is none of that name. */
  get(path: string): Promise<{ readonly type: string; readonly body: string } | undefined>;
  /** Changes whenever the page's code does. */
  build(): Promise<string>;
}

const CLIENT = join(import.meta.dirname, 'client');
const TYPES: Readonly<Record<string, string>> = {
  '/': 'text/html; charset=utf-8',
  '/page.css': 'text/css; charset=utf-8',
  '/page.js': 'text/javascript; charset=utf-8',
  '/icon.svg': 'image/svg+xml',
};

/** The page's files, bundled in memory, and bundled again when one of them has changed. */
export function createAssets(): Assets {
  let bundled:
    | { readonly stamp: string; readonly files: Promise<Readonly<Record<string, string>>> }
    | undefined;
  const files = () => {
    const stamp = readdirSync(CLIENT, { recursive: true, encoding: 'utf8' })
      .map((name) => `${name} ${statSync(join(CLIENT, name)).mtimeMs}`)
      .join('\n');
    if (bundled?.stamp !== stamp) bundled = { stamp, files: bundle() };
    return bundled.files;
  };
  return {
    async get(path) {
      const type = TYPES[path];
      const body = type === undefined ? undefined : (await files())[path];
      return type === undefined || body === undefined ? undefined : { type, body };
    },
    async build() {
      return createHash('sha256')
        .update(JSON.stringify(await files()))
        .digest('hex')
        .slice(0, 12);
    },
  };
}

async function bundle(): Promise<Readonly<Record<string, string>>> {
  const { outputFiles } = await build({
    entryPoints: { page: join(CLIENT, 'main.ts') },
    bundle: true,
    write: false,
    outdir: CLIENT,
    format: 'esm',
    target: 'es2024',
    sourcemap: 'inline',
    logLevel: 'silent',
  });
  const read = (name: string) => readFileSync(join(CLIENT, name), 'utf8');
  return {
    '/': read('index.html'),
    '/icon.svg': read('icon.svg'),
    '/page.css': ['theme.css', 'layout.css', 'slack.css', 'blocks.css', 'panels.css'].map(read).join('\n'),
    '/page.js': outputFiles[0]?.text ?? '',
  };
}
