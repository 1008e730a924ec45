import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

interface Locked {
  readonly version?: string;
  readonly resolved?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, Locked> };
const packages = Object.entries(lock.packages);

describe('the lock file', () => {
  test('has every optional package, those for other machines too, or `npm ci` refuses it', () => {
    const missing = packages.flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter((name) => {
        const folders = path
          .split('/node_modules/')
          .map((_, i, parts) => parts.slice(0, i + 1).join('/node_modules/'));
        const places = [...folders.map((folder) => `${folder}/node_modules/${name}`), `node_modules/${name}`];
        return !places.some((place) => lock.packages[place]?.version);
      }),
    );
    expect(missing).toEqual([]);
  });

  test('holds the exact versions that package.json names', () => {
    const { dependencies, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as Locked;
    expect(lock.packages['']).toMatchObject({ dependencies, devDependencies });
    const named = Object.entries({ ...dependencies, ...devDependencies });
    expect(named.filter(([name, v]) => lock.packages[`node_modules/${name}`]?.version !== v)).toEqual([]);
  });

  test('names no hosts', () => {
    expect(packages.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
  });
});
