import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { messageOf } from '../src/errors.ts';
import type { LocalState } from './local.ts';

/** Only what would otherwise fail far away; the file is written by this program alone. */
const schema = z.object({
  latchkeyState: z.literal(1),
  nowMs: z.number(),
  slack: z.looseObject({ people: z.array(z.unknown()), messages: z.array(z.unknown()) }),
  google: z.looseObject({ services: z.array(z.unknown()) }),
  store: z.string().optional(),
});

/** Reads saved state; undefined where there is none yet; throws a sentence where the file is something else. */
export function readState(path: string): LocalState | undefined {
  if (!existsSync(path)) return undefined;
  try {
    const { latchkeyState: _, ...state } = schema.parse(JSON.parse(readFileSync(path, 'utf8')));
    return state as unknown as LocalState;
  } catch (error) {
    const cause = error instanceof z.ZodError ? 'it was not written by this program' : messageOf(error);
    throw new Error(`cannot go on from ${path}: ${cause}. Delete it to begin anew.`);
  }
}

/** Replaces the file as a whole, so that a crash leaves the old one or the new one. */
export function writeState(path: string, state: LocalState): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, JSON.stringify({ latchkeyState: 1, ...state }));
  renameSync(`${path}.new`, path);
}
