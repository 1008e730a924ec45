import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { servePage } from '../simulator/page/server.ts';
import { defaultSeed } from '../simulator/seed.ts';
import { createStage } from '../simulator/stage/stage.ts';
import { type Scene, type Shot, scenes } from './gallery/scenes.ts';

// Writes artifacts/gallery/: a picture of every message, form and Home that Latchkey makes, each from the real
// application brought into that state. `npm run gallery -- WORD` makes only the scenes with WORD in their names.

const OUT = join(import.meta.dirname, '../artifacts/gallery');
const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const START = Date.parse('2026-03-02T09:00:20Z');
const SIZE = { width: 560, height: 1500 };
/** Only what is photographed, as high as it is. */
const STYLE = `
  .messages { flex: none !important; overflow: visible !important; }
  .push, .top, .guide, .composer, .room-head, .who, .rooms, .side, .phone-tabs, .day { display: none !important; }
  .home { flex: none !important; overflow: visible !important; }
  .veil { position: static !important; background: none !important; }
  .modal { box-shadow: none !important; border: 1px solid #ddd; max-height: none !important; }
  .modal-body { overflow: visible !important; }
`;

interface Picture {
  readonly scene: string;
  readonly caption: string;
  readonly file: string;
}

const wanted = process.argv[2] ?? '';
const chosen = scenes.filter(({ name }) => name.includes(wanted));
if (!existsSync(CHROMIUM)) {
  process.stderr.write(`The gallery needs Chromium at ${CHROMIUM}: apt-get install chromium.\n`);
  process.exit(1);
}
rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT, { recursive: true });
const entitlements = readFileSync(join(import.meta.dirname, '../simulator/entitlements.yaml'), 'utf8');
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
const pictures: Picture[] = [];
const problems: string[] = [];
for (const scene of chosen) {
  try {
    pictures.push(...(await play(scene)));
  } catch (error) {
    problems.push(`${scene.name}: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`);
  }
}
await browser.close();
writeFileSync(join(OUT, 'index.html'), indexOf(pictures));
process.stdout.write(`${pictures.length} pictures of ${chosen.length} scenes: ${join(OUT, 'index.html')}\n`);
for (const problem of problems) process.stderr.write(`${problem}\n`);
process.exitCode = problems.length === 0 ? 0 : 1;

async function play(scene: Scene): Promise<Picture[]> {
  const stage = await createStage({
    entitlements,
    slackSeed: defaultSeed.slack,
    googleSeed: defaultSeed.google,
    startMs: START,
    log: () => {},
  });
  const facts = { mode: 'simulated', entitlements: '', store: '', page: defaultSeed.page } as const;
  const server = await servePage({ stage, facts, port: 0 });
  try {
    for (const act of scene.acts) await act(stage);
    for (const { title, lines } of stage.troubles())
      problems.push([`${scene.name}: ${title}`, ...lines].join('\n  '));
    const made: Picture[] = [];
    const context = await browser.newContext({ viewport: SIZE, bypassCSP: true, reducedMotion: 'reduce' });
    try {
      const page = await context.newPage();
      page.setDefaultTimeout(5000);
      await page.goto(`${server.url}/icon.svg`);
      for (const shot of scene.shots) {
        made.push(await photograph(page, server.url, scene, shot, pictures.length + made.length));
      }
    } finally {
      await context.close();
    }
    return made;
  } finally {
    await server.close();
    await stage.close();
  }
}

async function photograph(
  page: Page,
  url: string,
  scene: Scene,
  shot: Shot,
  number: number,
): Promise<Picture> {
  const inChannel = shot.where.startsWith('C');
  const pane = {
    who: shot.as,
    where: inChannel ? shot.where : shot.where === 'modal' ? 'C0ACCESS' : 'app',
    tab: shot.where === 'home' ? 'home' : 'messages',
  };
  const session = JSON.stringify({ panes: [pane, pane], split: false, panel: 'services', guide: false });
  await page.evaluate((text) => sessionStorage.setItem('latchkey-page', text), session);
  await page.goto(url);
  const part = shot.where === 'modal' ? '.modal' : shot.where === 'home' ? '.home' : '.messages';
  await page
    .locator(part === '.messages' ? '.message' : part)
    .first()
    .waitFor();
  await page.addStyleTag({ content: STYLE });
  const person = defaultSeed.slack.people.find(({ id }) => id === shot.as)?.real_name ?? shot.as;
  const file = `${String(number + 1).padStart(3, '0')}-${scene.name.replaceAll(/[^\w]+/g, '-')}-${shot.where}.png`;
  await page
    .locator(part)
    .first()
    .screenshot({ path: join(OUT, file) });
  const place = inChannel
    ? `#${defaultSeed.slack.channels.find(({ id }) => id === shot.where)?.name}`
    : { dm: 'direct messages', modal: 'form', home: 'Home' }[shot.where];
  return { scene: scene.name, caption: `${person}, ${place}`, file };
}

function indexOf(all: readonly Picture[]): string {
  const groups = Map.groupBy(all, (picture) => picture.scene);
  const figure = ({ file, caption }: Picture) =>
    `<figure><img src="${file}" alt="${caption}" width="${SIZE.width}"><figcaption>${caption}</figcaption></figure>`;
  const sections = [...groups].map(
    ([name, own]) => `<section><h2>${name}</h2><div>${own.map(figure).join('')}</div></section>`,
  );
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Latchkey: every message and form</title>
<style>body{font:15px system-ui;margin:24px;background:#f4f3f6}h2{margin:28px 0 8px}section>div{display:flex;flex-wrap:wrap;gap:16px;align-items:flex-start}
figure{margin:0;padding:10px;background:#fff;border-radius:10px}figcaption{color:#666;margin-top:6px}img{max-width:100%;height:auto}</style>
<h1>Latchkey: every message and form</h1>${sections.join('\n')}</html>\n`;
}
