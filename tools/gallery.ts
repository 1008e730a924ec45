import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { messageOf } from '../src/errors.ts';
import { setUpCamera } from './gallery/camera.ts';
import { indexPage, type Picture } from './gallery/index-page.ts';
import { playScene } from './gallery/play.ts';
import type { Scene } from './gallery/scene.ts';
import { parts } from './gallery/scenes.ts';

// Writes artifacts/gallery/: a picture of every message, form and Home that Latchkey makes, wide and as on a phone,
// each from the real application brought into that state. `npm run gallery -- WORD` makes only the scenes with WORD
// in their names.

const OUT = join(import.meta.dirname, '../artifacts/gallery');
const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
/** Scenes that are played and photographed side by side. */
const AT_ONCE = 3;

const wanted = process.argv[2] ?? '';
if (!existsSync(CHROMIUM)) {
  process.stderr.write(`The gallery needs Chromium at ${CHROMIUM}: apt-get install chromium.\n`);
  process.exit(1);
}
rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT, { recursive: true });
const startedAt = performance.now();
const browser = await chromium.launch({
  executablePath: CHROMIUM,
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--disable-background-networking',
    '--disable-sync',
  ],
});
const chosen = Object.entries(parts)
  .flatMap(([part, scenes]) => scenes.map((scene) => ({ part, scene })))
  .filter(({ scene }) => scene.name.includes(wanted));
const made = new Map<Scene, readonly Picture[]>();
const problems: string[] = [];
const queue = [...chosen];
await Promise.all(Array.from({ length: AT_ONCE }, work));
await browser.close();

const album = chosen.map(({ part, scene }) => ({ part, name: scene.name, pictures: made.get(scene) ?? [] }));
writeFileSync(join(OUT, 'index.html'), indexPage(album));
const count = album.reduce((sum, { pictures }) => sum + pictures.length, 0);
const seconds = Math.round((performance.now() - startedAt) / 1000);
process.stdout.write(
  `${count} pictures of ${chosen.length} scenes in ${seconds} s: ${join(OUT, 'index.html')}\n`,
);
for (const problem of problems) process.stderr.write(`${problem}\n`);
process.exitCode = problems.length === 0 ? 0 : 1;

async function work(): Promise<void> {
  const camera = await setUpCamera(browser, OUT);
  for (let next = queue.shift(); next; next = queue.shift()) {
    const { scene } = next;
    try {
      const stage = await playScene(scene);
      made.set(scene, await camera.photograph(stage, scene).finally(stage.close));
    } catch (error) {
      problems.push(`${scene.name}: ${messageOf(error)}`);
    }
  }
  await camera.close();
}
