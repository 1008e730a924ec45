import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { notRun } from '../support/not-run.ts';
import { seriousProblems } from './axe.ts';
import { launchBrowser, noChromium, type Visit, visitPage } from './browser.ts';

const missing = noChromium();
if (missing !== undefined) await notRun('Chromium', missing);

const ASK = '/request-access billing-dashboard 15m INC-42 invoices look wrong';

describe.skipIf(missing !== undefined)('the People panel', () => {
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

  test('an approver leaves, another one approves; the requester’s address changes, access is refused', async () => {
    visit = await visitPage(browser, { width: 1600, height: 950 });
    const { page, pane, say, shot } = visit;
    const approve = () =>
      pane('b')
        .getByRole('button', { name: /^Approve/ })
        .first();
    await page.getByRole('button', { name: 'People', exact: true }).click();
    const panel = page.getByRole('region', { name: 'People' });

    await say('a', ASK);
    await approve().waitFor();
    await panel.getByLabel('Who changes').selectOption({ label: 'Grace Hopper' });
    await panel.getByRole('button', { name: 'Grace leaves Slack' }).click();
    await pane('b').getByText('Grace Hopper has left this Slack workspace.').waitFor();
    await shot('13-approver-left');
    expect(await seriousProblems(page)).toEqual([]);
    await pane('b')
      .getByRole('button', { name: /^Linus Torvalds/ })
      .click();
    await approve().click();
    await pane('b').getByText('Active until').first().waitFor();

    await say('a', '/request-access billing-export 15m INC-43 month end');
    await approve().waitFor();
    await panel.getByLabel('Who changes').selectOption({ label: 'Ada Lovelace' });
    await panel.getByRole('textbox', { name: /Ada Lovelace/ }).fill('ada.byron@acme.example');
    await panel.getByRole('button', { name: 'Change address' }).click();
    await panel.getByRole('button', { name: 'Change address', disabled: true }).waitFor();
    await approve().click();
    await pane('a')
      .getByText(/another address/)
      .first()
      .waitFor();
    const states = visit.stage
      .timeline()
      .grants()
      .map(({ service, state }) => `${service} ${state}`);
    expect(states).toContain('acme-prod/us-central1/billing-export ACTIVATION_FAILED');
    await shot('14-address-changed');
    await page.getByRole('button', { name: 'Services' }).click();
    await page
      .getByRole('article', { name: 'billing-export' })
      .getByRole('img', { name: 'Ada Lovelace is kept out' })
      .waitFor();
  });

  test('groups, channels and the entitlements file change on a phone too', async () => {
    visit = await visitPage(browser, { width: 390, height: 844 });
    const { page, pane, shot } = visit;
    const parts = page.getByRole('navigation', { name: 'Parts of the page' });
    await parts.getByRole('button', { name: 'People' }).click();
    const leads = page.getByRole('group', { name: '@leads' });
    await leads.getByLabel('Max Planck').check();
    await expect
      .poll(() => visit.stage.local().slack.workspace.usergroups()[0]?.users)
      .toEqual(['U0GRACE', 'U0LINUS', 'U0MAX']);
    await page.getByRole('button', { name: 'Read the file again' }).click();
    await page.getByText('was read again').waitFor();
    const access = page.getByRole('group', { name: '#access' });
    await access.getByRole('button', { name: 'Remove latchkey' }).click();
    await access.getByRole('button', { name: 'Invite latchkey' }).click();
    await access.getByRole('button', { name: 'Archive' }).click();
    await access.getByText('archived').waitFor();
    await shot('phone-5-people');
    expect(await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth)).toBe(false);
    expect(await seriousProblems(page)).toEqual([]);
    await parts.getByRole('button', { name: 'Slack' }).click();
    await pane('a').getByText('This channel is archived').waitFor();
    expect(await pane('a').locator('[data-composer]').count()).toBe(0);
  });
});
