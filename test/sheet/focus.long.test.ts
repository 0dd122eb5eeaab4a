import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { hasBrowser } from '../engines/browser.ts';
import { sheetInBrowser, sheetOf } from './sheet-in-browser.ts';

describe.skipIf(!hasBrowser)('the focus stays in the page', { timeout: 120_000 }, () => {
  const { append, open } = sheetInBrowser();
  const hero = () => append({ characterId: 'dana', characterName: 'Dana', characterHitPoints: 23 });
  const press = async (page: Page, name: string) => {
    await page.getByRole('button', { name, exact: true }).focus();
    await page.keyboard.press('Enter');
  };
  const changes = (page: Page) => page.getByRole('status', { name: 'Your changes' });
  /** Where the keyboard goes on: the element with the focus, as far as it has a name. */
  const focus = (page: Page) =>
    page.evaluate(() => {
      const { activeElement: element } = document;
      return element?.id || element?.ariaLabel || element?.tagName.toLowerCase();
    });

  test('when the words about a press go, with the undo that has it', async () => {
    await hero();
    const page = await open(sheetOf('dana'));
    await page.clock.install();
    await page.getByRole('textbox', { name: 'Hit points' }).fill('7');
    await page.keyboard.press('Enter');
    await changes(page).getByText('saved').waitFor();
    await changes(page).getByRole('button', { name: 'Undo' }).focus();
    await page.clock.runFor(21_000);
    await expect.poll(() => changes(page).textContent()).toBe('');
    await expect.poll(() => focus(page)).toBe('Your changes');
  });

  test('when others put away everyone who was chosen, while an amount is typed', async () => {
    await hero();
    const page = await open('/');
    await page.getByRole('checkbox', { name: 'Choose Dana' }).focus();
    await page.keyboard.press('Space');
    await page.getByRole('textbox', { name: 'Amount' }).focus();
    await append({ characterId: 'dana', characterHitPoints: 0, archived: true });
    await expect.poll(() => page.getByRole('textbox', { name: 'Amount' }).count()).toBe(0);
    await expect.poll(() => focus(page)).toBe('main');
  });

  test('when a button is gone that puts away or brings back', async () => {
    await hero();
    const page = await open(sheetOf('dana'));
    await page.locator('#more').focus();
    await page.keyboard.press('Enter');
    await press(page, 'Put away');
    await page.getByText('Put away: not in the party any more.').waitFor();
    expect(await focus(page)).toBe('main');
    await press(page, 'Bring back');
    await expect.poll(() => page.getByRole('button', { name: 'Bring back' }).count()).toBe(0);
    expect(await focus(page)).toBe('main');
  });

  test('and is not taken from where a click has put it', async () => {
    await hero();
    const page = await open(sheetOf('dana'));
    await page.getByRole('textbox', { name: 'Hit points' }).focus();
    await page.mouse.click(600, 20);
    await append({ characterId: 'dana', characterHitPoints: -3 });
    await page.locator('.line').nth(1).waitFor();
    expect(await focus(page)).toBe('body');
  });
});
