import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { notRun } from '../support/not-run.ts';
import { seriousProblems } from './axe.ts';
import { launchBrowser, noChromium, type Visit, visitPage } from './browser.ts';

const missing = noChromium();
if (missing !== undefined) await notRun('Chromium', missing);

const ASK = '/request-access billing-dashboard 15m INC-42 invoices look wrong';

describe.skipIf(missing !== undefined)('the workspace page', () => {
  let browser: Browser;
  let visit: Visit;

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());

  afterEach(async () => {
    const { faults } = visit;
    await visit.close();
    expect(faults).toEqual([]);
  });

  /** Ada has access, and looks at what Latchkey wrote to her. */
  async function letInAndToldSo(): Promise<void> {
    const { pane, say } = visit;
    await say('a', ASK);
    await pane('b')
      .getByRole('button', { name: /^Approve/ })
      .first()
      .click();
    await pane('a')
      .getByRole('navigation')
      .getByRole('button', { name: /latchkey/ })
      .click();
    await pane('a').getByRole('tab', { name: 'Messages' }).click();
  }

  describe('on a wide window', () => {
    beforeEach(async () => {
      visit = await visitPage(browser, { width: 1600, height: 950 });
    });

    test('leads through the main job, to a door that closes when time is up', async () => {
      const { page, pane, shot } = visit;
      await shot('1-first-visit');
      await page.getByRole('button', { name: 'Fill in the command' }).click();
      await page.locator('[data-composer="a"]:focus').waitFor();
      await page.keyboard.press('Enter');
      await pane('b')
        .getByRole('button', { name: /^Approve/ })
        .click();
      await pane('b').getByText('Active until').waitFor();
      await shot('2-approved');

      const service = page.getByRole('article', { name: 'billing-dashboard' });
      await service.getByRole('img', { name: 'Ada Lovelace gets in' }).waitFor();
      expect(await service.locator('.json-line.ours').textContent()).toContain(
        'request.time < timestamp(\\"2026-03-02T09:16:00Z\\")',
      );
      expect(await service.textContent()).toContain('1 binding added, by Latchkey');

      await page
        .getByRole('navigation', { name: 'Try it' })
        .getByRole('button', { name: 'Open as Ada' })
        .click();
      const door = page.getByRole('dialog');
      await door.getByText('You are in.').waitFor();
      await shot('3-door-open');

      await visit.stage.perform({ do: 'advance', ms: 17 * 60_000 });
      await door.getByText("You don't have access").waitFor();
      expect(await door.textContent()).toMatch(/The door closed at 09:1[67] UTC/);
      await shot('4-door-closed');
      await page.keyboard.press('Escape');
      await pane('a').getByText('Ended').first().waitFor();
      await service.getByRole('img', { name: 'Ada Lovelace is kept out' }).waitFor();
      await page.getByText('That was it!').waitFor();
    });

    test('denies at once, and asks for the reason in a form', async () => {
      const { pane, say, shot } = visit;
      await say('a', ASK);
      await pane('b').getByRole('button', { name: /^Deny/ }).click();
      const form = pane('b').getByRole('dialog');
      await form.getByRole('textbox').fill('use the read-only export');
      expect(await pane('a').getByText('Denied by').count()).toBeGreaterThan(0);
      await shot('5-deny-reason');
      await form
        .getByRole('button', { name: /reason|send|save/i })
        .last()
        .click();
      await form.waitFor({ state: 'detached' });
      await pane('a').getByText('use the read-only export').first().waitFor();
    });

    test('needs two approvers for payroll', async () => {
      const { page, pane, say, shot } = visit;
      const go = async (who: 'a' | 'b', room: string) =>
        pane(who).getByRole('navigation').getByRole('button', { name: room }).click();
      await go('a', '# payroll-access');
      await say('a', '/request-access payroll 15m INC-7 salary run');
      await go('b', '# payroll-access');
      await pane('b')
        .getByRole('button', { name: /^Approve/ })
        .first()
        .click();
      await pane('b').getByText('1 more').first().waitFor();
      await pane('b')
        .getByRole('button', { name: /^Linus Torvalds/ })
        .click();
      await pane('b')
        .getByRole('button', { name: /^Approve/ })
        .first()
        .click();
      await pane('b').getByText('Active until').first().waitFor();
      await shot('6-quorum');

      const service = page.getByRole('article', { name: 'payroll' });
      await service.getByRole('img', { name: 'Ada Lovelace gets in from a company device' }).waitFor();
      await service.getByRole('button', { name: 'Open payroll' }).click();
      const door = page.getByRole('dialog');
      await door.getByText("You don't have access").waitFor();
      await door.getByRole('checkbox').check();
      await door.getByText('You are in.').waitFor();
    });

    test('ends access when its owner says so', async () => {
      const { page, pane } = visit;
      await letInAndToldSo();
      await pane('a')
        .getByRole('button', { name: /^End access/ })
        .first()
        .click();
      await pane('a').getByRole('alertdialog').getByRole('button').last().click();
      await pane('a')
        .getByText(/Ended by/)
        .first()
        .waitFor();
      await page
        .getByRole('article', { name: 'billing-dashboard' })
        .getByRole('img', { name: 'Ada Lovelace is kept out' })
        .waitFor();
    });

    test('asks before access is ended, by keyboard alone, and takes no for an answer', async () => {
      const { page, pane } = visit;
      await letInAndToldSo();
      const end = pane('a')
        .getByRole('button', { name: /^End access/ })
        .first();
      await end.focus();
      await page.keyboard.press('Enter');
      const sure = pane('a').getByRole('alertdialog', { name: 'End access?' });
      await sure.getByText('somebody has to approve it anew').waitFor();
      await sure.locator('button:focus').waitFor();
      expect(await seriousProblems(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await sure.waitFor({ state: 'detached' });
      expect(
        await pane('a')
          .getByText(/Ended by/)
          .count(),
      ).toBe(0);
      await end.focus();
      await page.keyboard.press('Enter');
      await sure.locator('button:focus').waitFor();
      await page.keyboard.press('Enter');
      await pane('a')
        .getByText(/Ended by/)
        .first()
        .waitFor();
    });

    test('asks with the form, by keyboard alone, and shows errors at their fields', async () => {
      const { page, pane, say, shot } = visit;
      await say('a', '/request-access');
      const form = pane('a').getByRole('dialog', { name: 'Request access' });
      await form.getByRole('combobox').first().waitFor();
      await page.waitForFunction(() => document.activeElement?.getAttribute('role') === 'combobox');
      await page.keyboard.type('dashb');
      await form.getByRole('option', { name: /billing-dashboard/ }).waitFor();
      await shot('7-typeahead');
      await page.keyboard.press('Enter');
      await form.getByText('Invoices and payments').waitFor();
      // What is typed then takes the place of what was chosen.
      const service = form.getByRole('combobox').first();
      await page.keyboard.type('payr');
      expect(await service.inputValue()).toBe('payr');
      await page.keyboard.press('Escape');
      await expect.poll(() => service.inputValue()).toBe('billing-dashboard');
      const why = form.getByRole('textbox', { name: 'Why' });
      await why.focus();
      await page.keyboard.type('no ticket at all');
      await form.getByRole('button', { name: 'Send request' }).focus();
      await page.keyboard.press('Enter');
      await form.locator('[aria-invalid="true"]:focus').waitFor();
      expect(await form.getByRole('alert').textContent()).toMatch(/INC-42/);
      await shot('8-error-at-field');
      await why.fill('INC-42 with a ticket');
      await form.getByRole('button', { name: 'Send request' }).focus();
      await page.keyboard.press('Enter');
      await form.waitFor({ state: 'detached' });
      await pane('b').getByText('INC-42 with a ticket').waitFor();
    });

    test('shows what the weather does, and filters the timeline by grant', async () => {
      const { page, pane, say, shot } = visit;
      await page.getByRole('button', { name: 'Weather' }).click();
      await page.getByRole('group', { name: 'IAP', exact: true }).getByLabel('down').check();
      await say('a', ASK);
      await pane('b')
        .getByRole('button', { name: /^Approve/ })
        .first()
        .click();
      await pane('b')
        .getByText(/applying/)
        .first()
        .waitFor();
      await page.getByRole('button', { name: 'Timeline' }).click();
      const timeline = page.getByRole('list', { name: 'Timeline' });
      await timeline.getByText('503 UNAVAILABLE').first().waitFor();
      const all = await timeline.getByRole('listitem').count();
      await page.getByLabel('Show one grant').selectOption({ index: 1 });
      await expect.poll(() => timeline.getByRole('listitem').count()).toBeLessThan(all);
      expect(await timeline.getByText('requested: new → APPROVAL_AWAITED').count()).toBe(1);
      await shot('9-weather-timeline');
    });

    test('says out loud what Slack refuses', async () => {
      const { page, stage } = visit;
      await fetch(`${stage.local().slack.url}/api/chat.postMessage`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: 'Bearer xoxb-simulated-bot-token' },
        body: JSON.stringify({
          channel: 'C0ACCESS',
          blocks: [{ type: 'header', text: { type: 'mrkdwn', text: 'x' } }],
        }),
      });
      const alert = page.getByRole('alert');
      await alert.getByText('Slack refused chat.postMessage: invalid_blocks').waitFor();
      await visit.shot('10-refused-by-slack');
      await alert.getByRole('button', { name: 'Dismiss' }).click();
      await alert.waitFor({ state: 'detached' });
    });

    test('has no serious accessibility problem, in any of its parts', async () => {
      const { page, pane, say } = visit;
      await say('a', ASK);
      await pane('b')
        .getByRole('button', { name: /^Approve/ })
        .first()
        .click();
      await pane('b').getByText('Active until').first().waitFor();
      expect(await seriousProblems(page)).toEqual([]);
      await page.getByRole('button', { name: 'Weather' }).click();
      await pane('a')
        .getByRole('navigation')
        .getByRole('button', { name: /latchkey/ })
        .click();
      await pane('a').getByRole('tab', { name: 'Home' }).click();
      await pane('a').getByRole('tabpanel').locator('.block').first().waitFor();
      expect(await seriousProblems(page)).toEqual([]);
      await page.getByRole('button', { name: 'Timeline' }).click();
      await say('b', '/request-access');
      await pane('b')
        .getByRole('dialog')
        .getByRole('option')
        .first()
        .or(pane('b').getByRole('dialog'))
        .first()
        .waitFor();
      expect(await seriousProblems(page)).toEqual([]);
      await visit.stage.perform({ do: 'close', who: 'U0GRACE' });
      await page.getByRole('button', { name: 'Services' }).click();
      await page.getByRole('button', { name: 'Open billing-export' }).click();
      await page.getByRole('dialog').getByText("You don't have access").waitFor();
      expect(await seriousProblems(page)).toEqual([]);
    });
  });

  test.each([320, 390, 820, 1024, 1280, 1440])('fits into a window %i pixels wide', async (width) => {
    visit = await visitPage(browser, { width, height: 800 });
    const { page, pane, say } = visit;
    await say('a', ASK);
    await pane('a').getByText('Only visible to you').waitFor();
    for (const name of ['Services', 'Weather', 'People', 'Timeline']) {
      await page.getByRole('button', { name, exact: true }).click();
      await page.getByRole('region', { name, exact: true }).waitFor();
      const cut = await page.evaluate(() =>
        [document.documentElement, ...document.querySelectorAll('.side-tabs, .phone-tabs')]
          .filter((one) => one.scrollWidth > one.clientWidth)
          .map((one) => `${one.className || one.tagName}: ${one.scrollWidth} in ${one.clientWidth}`),
      );
      expect(cut).toEqual([]);
    }
  });

  test('does the main job on a phone', async () => {
    visit = await visitPage(browser, { width: 390, height: 844 });
    const { page, pane, shot } = visit;
    await page.getByRole('button', { name: 'Fill in the command' }).click();
    await page.locator('[data-composer="a"]:focus').waitFor();
    await page.getByRole('button', { name: 'Send' }).click();
    await pane('a').getByText('Only visible to you').waitFor();
    await shot('phone-1-asked');
    await page.getByRole('button', { name: 'Show Grace' }).click();
    await pane('a')
      .getByRole('button', { name: /^Approve/ })
      .first()
      .click();
    await pane('a').getByText('Active until').first().waitFor();
    await shot('phone-2-approved');
    await page.getByRole('button', { name: 'Open as Ada' }).click();
    await page.getByRole('dialog').getByText('You are in.').waitFor();
    await shot('phone-3-open');
    await page.keyboard.press('Escape');
    await page
      .getByRole('navigation', { name: 'Parts of the page' })
      .getByRole('button', { name: 'Services' })
      .click();
    await page.getByRole('article', { name: 'billing-dashboard' }).waitFor();
    await shot('phone-4-services');
    const wider = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
    expect(wider).toBe(false);
    expect(await seriousProblems(page)).toEqual([]);
  });
});
