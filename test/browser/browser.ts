import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { servePage } from '../../simulator/page/server.ts';
import { defaultSeed } from '../../simulator/seed.ts';
import { createStage, type Stage } from '../../simulator/stage/stage.ts';

const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const SCREENSHOTS = join(import.meta.dirname, '../../artifacts/screenshots');
export const START = Date.parse('2026-03-02T09:00:20Z');

/** Why there is no browser to test with, or undefined where there is one. */
export function noChromium(): string | undefined {
  return existsSync(CHROMIUM) ? undefined : `no ${CHROMIUM}; apt-get install chromium brings it`;
}

/** Starts Chromium with a profile of its own that knows nothing, and that asks nobody for anything. */
export function launchBrowser(): Promise<Browser> {
  mkdirSync(SCREENSHOTS, { recursive: true });
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

export interface Visit {
  readonly page: Page;
  readonly stage: Stage;
  readonly url: string;
  /** What went wrong on the page, and what it asked of anybody but this machine. */
  readonly faults: readonly string[];
  pane(who: 'a' | 'b'): ReturnType<Page['locator']>;
  /** Types into somebody's composer, and sends it. */
  say(who: 'a' | 'b', text: string): Promise<void>;
  shot(name: string): Promise<void>;
  close(): Promise<void>;
}

/** Opens the page on a world of its own, in which time stands still until it is moved. */
export async function visitPage(
  browser: Browser,
  viewport: { readonly width: number; readonly height: number },
): Promise<Visit> {
  const stage = await createStage({
    entitlements: readFileSync(join(import.meta.dirname, '../../simulator/entitlements.yaml'), 'utf8'),
    slackSeed: defaultSeed.slack,
    googleSeed: defaultSeed.google,
    startMs: START,
    log: () => {},
  });
  const facts = { mode: 'simulated', entitlements: '', store: '', page: defaultSeed.page } as const;
  const server = await servePage({ stage, facts, port: 0 });
  const context = await browser.newContext({ viewport, reducedMotion: 'reduce' });
  const page = await context.newPage();
  page.setDefaultTimeout(8_000);
  const faults: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(error.message));
  context.on('request', (request) => {
    if (!request.url().startsWith(server.url) && !request.url().startsWith('blob:')) {
      faults.push(`a request to ${request.url()}`);
    }
  });
  await page.goto(server.url);
  await page.locator('[data-pane="a"] [role="log"]').waitFor();
  const pane = (who: 'a' | 'b') => page.locator(`[data-pane="${who}"]`);
  return {
    page,
    stage,
    url: server.url,
    faults,
    pane,
    async say(who, text) {
      await page.locator(`[data-composer="${who}"]`).fill(text);
      await page.keyboard.press('Enter');
    },
    async shot(name) {
      await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
    },
    async close() {
      await context.close();
      await server.close();
      await stage.close();
    },
  };
}
