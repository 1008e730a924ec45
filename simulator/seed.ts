import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadSeed } from './seed-file.ts';

const FILE = 'seed.yaml';

const { seed, problems } = loadSeed(readFileSync(join(import.meta.dirname, FILE), 'utf8'), FILE);
if (seed === undefined) throw new Error(problems.join('\n'));

/** The people, groups, channels, projects and services of `seed.yaml`. */
export const defaultSeed = seed;
export const { slack: slackSeed, google: googleSeed } = seed;
