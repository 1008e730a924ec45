import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { type PageServer, servePage } from '../../simulator/page/server.ts';
import { defaultSeed } from '../../simulator/seed.ts';
import type { Stage } from '../../simulator/stage/stage.ts';
import type { Picture } from './index-page.ts';
import type { Scene, Shot } from './scene.ts';

/** As wide as Slack beside another window, and as wide as a phone: each picture shows both. */
const WIDE = 560;
const PHONE = 390;
const GAP = 18;
const SIZE = { width: WIDE + PHONE + GAP, height: 1200 };

/** Only what is photographed, as high as it is, and no motion. */
const STYLE = `
  .push, .top, .guide, .composer, .closed, .room-head, .who, .rooms, .side, .phone-tabs, .day { display: none !important; }
  html, body, #app, .page, .under, main, .pane-in, .pane-body, .room-main { display: block !important; height: auto !important;
    min-height: 0 !important; max-height: none !important; overflow: visible !important; padding: 0 !important; margin: 0 !important; }
  .slacks { gap: ${GAP}px !important; align-items: flex-start !important; width: ${SIZE.width}px; background: #f4f3f6; }
  .pane { flex: none !important; overflow: hidden; border-radius: 8px !important; box-shadow: none !important; }
  .pane[data-pane="a"] { width: ${WIDE}px; }
  .pane[data-pane="b"] { width: ${PHONE}px; }
  .pane:has(.modal) .pane-in { display: none !important; }
  .messages, .home { flex: none !important; overflow: visible !important; max-height: none !important; }
  .veil { position: static !important; background: none !important; }
  .modal { box-shadow: none !important; border: 1px solid #ddd; max-height: none !important; }
  .modal-body { overflow: visible !important; }
`;

/** Photographs scenes one after the other, through the workspace page. */
export interface Camera {
  photograph(stage: Stage, scene: Scene): Promise<Picture[]>;
  close(): Promise<void>;
}

/** Sets a camera up: one page and one server, which show the stage that is photographed. */
export async function setUpCamera(browser: Browser, folder: string): Promise<Camera> {
  let current: Stage | undefined;
  const revolving = new Proxy({} as Stage, { get: (_, key) => Reflect.get(current ?? {}, key) });
  const facts = { mode: 'simulated', entitlements: '', store: '', page: defaultSeed.page } as const;
  const server = await servePage({ stage: revolving, facts, port: 0 });
  const context = await browser.newContext({ viewport: SIZE, bypassCSP: true, reducedMotion: 'reduce' });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const devtools = await context.newCDPSession(page);
  return {
    async photograph(stage, scene) {
      current = stage;
      const made: Picture[] = [];
      for (const shot of scene.shots) {
        await show(page, server, shot);
        const name = [scene.name, shot.as.slice(2), shot.where].join(' ').toLowerCase();
        const file = `${name.replaceAll(/[^\w]+/g, '-')}.png`;
        writeFileSync(join(folder, file), await capture(page, devtools));
        made.push({ caption: captionOf(shot), file });
      }
      // Nothing of this stage is asked for any more once it is closed.
      await page.goto(`${server.url}/icon.svg`);
      return made;
    },
    async close() {
      await context.close();
      await server.close();
    },
  };
}

/** Opens the page at what the shot shows, in both widths. */
async function show(page: Page, server: PageServer, { as, where }: Shot): Promise<void> {
  const inChannel = where.startsWith('C');
  const pane = {
    who: as,
    where: inChannel ? where : where === 'modal' ? 'C0ACCESS' : 'app',
    tab: where === 'home' ? 'home' : 'messages',
  };
  const session = JSON.stringify({ panes: [pane, pane], split: true, panel: 'weather', guide: false });
  if (!page.url().startsWith(server.url)) await page.goto(`${server.url}/icon.svg`);
  await page.evaluate((text) => sessionStorage.setItem('latchkey-page', text), session);
  await page.goto(server.url, { waitUntil: 'commit' });
  const part = where === 'modal' ? '.modal' : where === 'home' ? '.home .block' : '.message';
  await page.locator(`[data-pane="b"] ${part}`).first().waitFor();
  await page.addStyleTag({ content: STYLE });
}

/** The panes as they are drawn. Playwright's own pictures take three times as long, and there are many. */
async function capture(page: Page, devtools: CDPSession): Promise<Buffer> {
  const { x, y, width, height } = await page.locator('.slacks').evaluate(async (panes) => {
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    const box = panes.getBoundingClientRect();
    return { x: box.x + scrollX, y: box.y + scrollY, width: box.width, height: box.height };
  });
  const { data } = await devtools.send('Page.captureScreenshot', {
    format: 'png',
    optimizeForSpeed: true,
    captureBeyondViewport: true,
    clip: { x, y, width, height, scale: 1 },
  });
  return Buffer.from(data, 'base64');
}

function captionOf({ as, where }: Shot): string {
  const { people, channels } = defaultSeed.slack;
  const person = people.find(({ id }) => id === as)?.real_name ?? as;
  const places: Readonly<Record<string, string>> = { dm: 'direct messages', modal: 'form', home: 'Home' };
  return `${person}, ${places[where] ?? `#${channels.find(({ id }) => id === where)?.name}`}`;
}
