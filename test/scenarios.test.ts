import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { replay, scenarioSchema } from '../simulator/stage/scenario.ts';

// Recorded on the page with "Record", replayed with time standing still between the steps. Where a change of what
// Latchkey does is meant: UPDATE_SCENARIOS=1 npx vitest run test/scenarios.test.ts, and read the difference.

const FOLDER = join(import.meta.dirname, 'scenarios');
const entitlements = readFileSync(join(import.meta.dirname, '../simulator/entitlements.yaml'), 'utf8');
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));

describe('recorded scenarios', () => {
  test.each(files)('%s comes to the same', async (file) => {
    const path = join(FOLDER, file);
    const scenario = scenarioSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
    const summary = await replay(scenario, { entitlements });
    if (process.env.UPDATE_SCENARIOS) {
      writeFileSync(path, `${JSON.stringify({ ...scenario, expected: summary }, null, 2)}\n`);
      return;
    }
    expect(summary).toEqual(scenario.expected);
  });

  test('are there', () => {
    expect(files.length).toBeGreaterThan(2);
  });
});
