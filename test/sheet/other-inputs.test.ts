/// <reference lib="dom" />
import type { Locator, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { hasBrowser } from '../engines/browser.ts';
import { createExtras } from './party/many-characters.ts';
import { sheetInBrowser, sheetOf } from './sheet-in-browser.ts';

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } as const;

describe.skipIf(!hasBrowser)('pressed once', { timeout: 120_000 }, () => {
  const { open, append, server, stored } = sheetInBrowser();
  const tray = (page: Page) => page.getByRole('status', { name: 'Your changes' });
  const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
  const begin = async () => {
    await append({ characterId: 'dana', characterName: 'Dana', characterHitPoints: 40 });
    for (const note of ['arrow', 'troll', 'trap']) {
      await append({ characterId: 'dana', characterHitPoints: -5, note });
    }
  };

  test('Enter that is held down takes back one event, and says nothing of an empty field', async () => {
    await begin();
    const page = await open(sheetOf('dana'));
    await page.locator('.newest-undo button').focus();
    await holdEnter(page);
    await expect.poll(() => tray(page).innerText()).toContain('Undone');
    await page.waitForTimeout(500);
    expect(await stored('dana', 4)).toHaveLength(1);
    await page.locator('#amount').fill('2');
    await holdEnter(page);
    await expect.poll(() => page.locator('.head .number').textContent()).toBe('28');
    expect(await page.locator('#amount-advice').textContent()).toBe('');
  });

  test.each([['Damage'], ['Cancel']])(
    'twice by mistake, %s chooses nobody who lay under the bar',
    async (name) => {
      await createExtras(server(), 39);
      const page = await open('/', phone);
      await page.locator('.choose').first().click();
      await page.locator('#fight-amount').fill('1');
      const [x, y] = await middleOf(button(page, name));
      await page.waitForTimeout(500);
      await clickTwice(page, x, y);
      await expect.poll(() => page.locator('.fight').count()).toBe(0);
      await page.waitForTimeout(500);
      expect(await page.locator('.member.chosen').count()).toBe(0);
      expect(new URL(page.url()).pathname).toBe('/');
    },
  );

  test('Damage is not moved by who puts the character away, and does nothing where a name moved it', async () => {
    await begin();
    const page = await open(sheetOf('dana'), phone);
    await expect.poll(() => page.locator('.line').count()).toBe(4);
    const damage = button(page, 'Damage');
    const before = await middleOf(damage);
    await append({ characterId: 'dana', archived: true });
    await page.getByText('Put away: not in the party any more.').waitFor();
    expect(await middleOf(damage)).toEqual(before);
    await page.locator('#amount').fill('3');
    // The click comes as soon as the name has moved the form.
    await page.evaluate(() => {
      const moved = new MutationObserver(() => {
        moved.disconnect();
        requestAnimationFrame(() =>
          setTimeout(() => {
            const click = new MouseEvent('click', { bubbles: true, cancelable: true, detail: 1 });
            document.querySelector('.change .damage')?.dispatchEvent(click);
          }),
        );
      });
      moved.observe(document.querySelector('.head h1') ?? document.body, { childList: true, subtree: true });
    });
    await append({ characterId: 'dana', characterName: 'W'.repeat(100) });
    await expect.poll(() => page.locator('.head h1').textContent()).toContain('WWW');
    await page.waitForTimeout(500);
    expect(await middleOf(damage)).not.toEqual(before);
    expect(await stored('dana', 4)).toHaveLength(2);
    await damage.click();
    await expect.poll(() => tray(page).innerText()).toContain('−3: saved');
  });
});

/** At the pace of a finger, also where the machine is busy. */
function clickTwice(page: Page, x: number, y: number): Promise<void> {
  return page.evaluate(
    ([clientX, clientY]) =>
      new Promise((resolve) => {
        const click = (detail: number): void => {
          const at = { clientX, clientY, detail, bubbles: true, cancelable: true };
          document.elementFromPoint(clientX, clientY)?.dispatchEvent(new MouseEvent('click', at));
        };
        click(1);
        setTimeout(() => {
          click(2);
          resolve();
        }, 100);
      }),
    [x, y] as const,
  );
}

async function holdEnter(page: Page): Promise<void> {
  for (let times = 0; times < 8; times += 1) {
    await page.keyboard.down('Enter');
    await page.waitForTimeout(40);
  }
  await page.keyboard.up('Enter');
}

async function middleOf(element: Locator): Promise<[x: number, y: number]> {
  const box = await element.boundingBox();
  if (box === null) throw new Error('Expected an element that is shown, got none.');
  return [box.x + box.width / 2, box.y + box.height / 2];
}
