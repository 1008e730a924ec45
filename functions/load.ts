// Node's own modules are taken like this because an `import` of one reads every export of it, and some load more of Node.
const { readFileSync } = process.getBuiltinModule('node:fs');
const { createRequire } = process.getBuiltinModule('node:module');
const { join } = process.getBuiltinModule('node:path');
const { Script } = process.getBuiltinModule('node:vm');

/** Put in by the build: the file of each unit. */
declare const UNIT_FILES: Readonly<Record<string, string>>;

export interface Unit {
  readonly file: string;
  readonly script: InstanceType<typeof Script>;
  readonly module: { exports: unknown };
}

/** What has been loaded, by name. */
export const units = new Map<string, Unit>();

/**
 * Loads a part of the deployed code that the build made a file of its own: a target, or one of Google's clients. Beside
 * it lies its code cache: what V8 compiled when the build ran it once. One of another Node is ignored.
 */
export function load(name: string): unknown {
  const known = units.get(name);
  if (known) return known.module.exports;
  const file = join(import.meta.dirname, UNIT_FILES[name] ?? name);
  const cachedData = readCache(`${file}.cache`);
  const script = new Script(readFileSync(file, 'utf8'), {
    filename: file,
    ...(cachedData ? { cachedData } : {}),
  });
  const module = { exports: {} };
  units.set(name, { file, script, module });
  const run = script.runInThisContext();
  run(module.exports, createRequire(file), module, file, import.meta.dirname, load);
  return module.exports;
}

function readCache(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}
