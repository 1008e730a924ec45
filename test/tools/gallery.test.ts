import { describe, expect, test } from 'vitest';
import { playScene } from '../../tools/gallery/play.ts';
import { scenes } from '../../tools/gallery/scenes.ts';

// What `npm run gallery` photographs, without the camera: a scene that no longer comes to what its name says fails here.

describe.concurrent('the scene', () => {
  test.each(scenes.map((scene) => [scene.name, scene] as const))('%s can be played', async (_, scene) => {
    const stage = await playScene(scene);
    await stage.close();
  });
});

test('every scene has a name of its own, and a picture', () => {
  expect(new Set(scenes.map(({ name }) => name)).size).toBe(scenes.length);
  expect(scenes.filter(({ shots }) => shots.length === 0)).toEqual([]);
});
