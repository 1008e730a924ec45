import { expect, test } from 'vitest';
import * as app from './app.ts';
import { randomChoices, replayedChoices } from './choices.ts';
import { playParts } from './parts.ts';
import { run } from './run.ts';

playParts(1);

test('the same seed is the same run, to the letter, and so are the choices it made', async () => {
  const first = await run(app, randomChoices(4711), true);
  const again = await run(app, randomChoices(4711), true);
  const replayed = await run(app, replayedChoices(first.choices), true);
  expect(first.history.length).toBeGreaterThan(100);
  expect(again.history).toEqual(first.history);
  expect(replayed.history).toEqual(first.history);
});
