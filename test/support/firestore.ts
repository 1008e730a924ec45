import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import type { EmulatorResult } from './firestore-emulator.ts';
import { notRun } from './not-run.ts';

/** How long a test on the emulator may take: its locks are slow under contention, and machines are shared. */
export const EMULATOR_TEST_TIMEOUT_MS = 120_000;

/**
 * `host:port` of the Firestore emulator that all test files share, started when first asked for; sets
 * `FIRESTORE_EMULATOR_HOST`. `undefined` where it cannot run here: skip then, the reason has been recorded.
 */
export async function firestoreEmulator(): Promise<string | undefined> {
  const response = await fetch(`${inject('partsUrl')}/firestore`);
  if (!response.ok) throw new Error(`failed to ask for the Firestore emulator: ${await response.text()}`);
  const result = (await response.json()) as EmulatorResult;
  if (result.kind === 'unavailable') {
    await notRun('Firestore emulator', result.reason);
    return undefined;
  }
  process.env.FIRESTORE_EMULATOR_HOST = result.host;
  return result.host;
}

/** A project of one's own in the shared emulator. */
export function randomProjectId(): string {
  return `test-${randomBytes(8).toString('hex')}`;
}
