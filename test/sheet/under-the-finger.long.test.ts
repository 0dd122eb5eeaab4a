/// <reference lib="dom" />
import type { Locator, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { hasBrowser, pressUntilTaken, untilStill } from '../engines/browser.ts';
import { sheetInBrowser, sheetOf } from './sheet-in-browser.ts';

describe.skipIf(!hasBrowser)('under a finger that aims', { timeout: 120_000 }, () => {
  const { open, append, stored } = sheetInBrowser();
  const total = (page: Page) => page.locator('.head .number').textContent();
  const undo = (page: Page, did: string) =>
    page.locator('.lines').getByRole('button', { name: `Undo ${did}` });
  const lines = (page: Page) => page.locator('.line').count();
  const begin = async () => {
    await append({ characterId: 'dana', version: 0, characterName: 'Dana', characterHitPoints: 40 });
    for (const note of ['arrow', 'troll', 'trap']) {
      await append({ characterId: 'dana', characterHitPoints: -5, note });
    }
  };
  const others = (characterHitPoints: number) =>
    append({ characterId: 'dana', characterHitPoints, note: 'ogre' });
  const reverted = async () =>
    (await stored('dana', 4)).flatMap((item) =>
      typeof item === 'object' && item !== null && 'Reverts' in item ? [item.Reverts] : [],
    );

  test('of a mouse no line of the history moves: new ones wait, and come when it goes', async () => {
    await begin();
    const page = await open(sheetOf('dana'));
    await undo(page, '−5, troll').hover();
    const before = await boxOf(undo(page, '−5, troll'));
    await others(-2);
    await others(-3);
    await expect.poll(() => total(page)).toBe('20');
    await page.getByRole('button', { name: '2 new' }).waitFor();
    expect(await boxOf(undo(page, '−5, troll'))).toEqual(before);
    expect(await lines(page)).toBe(4);
    await untilStill(undo(page, '−5, troll'));
    await page.mouse.down();
    await page.mouse.up();
    await expect.poll(() => total(page)).toBe('25');
    expect(await reverted()).toEqual([2]);
    await pressUntilTaken(page.getByRole('button', { name: '3 new' }));
    await expect.poll(() => lines(page)).toBe(7);
    expect(await page.locator('.new-lines').count()).toBe(0);
  });

  test('of a mouse that was elsewhere, a click right after the lines moved does nothing', async () => {
    await begin();
    const page = await open(sheetOf('dana'));
    const { x, y } = await boxOf(undo(page, '−5, troll'));
    // The click comes as soon as there is another line where it aims.
    await page.evaluate(
      ([left, top]) => {
        const clicked = new MutationObserver(() => {
          clicked.disconnect();
          const target = document.elementFromPoint(left, top);
          document.body.dataset['hit'] = target?.getAttribute('aria-label') ?? 'nothing';
          target?.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, detail: 1 }));
        });
        clicked.observe(document.querySelector('.lines') ?? document.body, { childList: true });
      },
      [x + 5, y + 5] as const,
    );
    await others(-2);
    await expect.poll(() => lines(page)).toBe(5);
    expect(await page.locator('body').getAttribute('data-hit')).toMatch(/^Undo −5, trap/);
    await page.waitForTimeout(500);
    expect(await reverted()).toEqual([]);
    await pressUntilTaken(undo(page, '−5, troll'));
    await expect.poll(reverted).toEqual([2]);
  });

  test('of a finger that is down no line moves, and no other is hit', async () => {
    await begin();
    const page = await open(sheetOf('dana'), { viewport: { width: 390, height: 844 }, hasTouch: true });
    await undo(page, '−5, troll').scrollIntoViewIfNeeded();
    const before = await boxOf(undo(page, '−5, troll'));
    const touch = await page.context().newCDPSession(page);
    const touchPoints = [{ x: before.x + before.width / 2, y: before.y + before.height / 2 }];
    await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints });
    await others(-2);
    await page.getByRole('button', { name: '1 new' }).waitFor();
    expect(await boxOf(undo(page, '−5, troll'))).toEqual(before);
    await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    await expect.poll(() => page.locator('.new-lines').count()).toBe(0);
    await expect.poll(() => lines(page)).toBeGreaterThanOrEqual(5);
    // Held for long, a touch is no tap.
    expect([[], [2]]).toContainEqual(await reverted());
    await pressUntilTaken(undo(page, '−5, arrow'), { byFinger: true });
    await expect.poll(async () => (await reverted()).at(-1)).toBe(1);
  });

  test('the newest undo stays the event that is aimed at, and a second click undoes nothing more', async () => {
    await begin();
    const page = await open(sheetOf('dana'));
    const newest = page.locator('.newest-undo');
    await newest.getByRole('button').hover();
    await others(-2);
    await expect.poll(() => total(page)).toBe('23');
    expect(await newest.textContent()).toContain('trap');
    await untilStill(newest.getByRole('button'));
    await page.mouse.dblclick(...(await middleOf(newest.getByRole('button'))));
    await expect.poll(() => total(page)).toBe('28');
    expect(await newest.textContent()).toContain('ogre');
    await page.waitForTimeout(500);
    expect(await reverted()).toEqual([3]);
  });

  test('the form does not move, whatever others do, the connection, or a report', async () => {
    await begin();
    for (const viewport of [
      { width: 390, height: 844 },
      { width: 1_280, height: 800 },
    ]) {
      const page = await open(sheetOf('dana'), { viewport });
      const damage = page.getByRole('button', { name: 'Damage', exact: true });
      await expect.poll(() => lines(page)).toBeGreaterThan(3);
      await page.getByRole('textbox', { name: 'Hit points' }).fill('1');
      const before = await boxOf(damage);
      await append({
        characterId: 'dana',
        characterHitPoints: -1,
        temporaryHitPoints: 9,
        note: 'n '.repeat(900),
      });
      await expect.poll(() => page.locator('.news').textContent()).toContain('Someone else');
      expect(await boxOf(damage)).toEqual(before);
      await page.keyboard.press('Enter');
      await page.locator('.tray-line.saved').waitFor();
      expect(await boxOf(damage)).toEqual(before);
      // Sooner it would be taken for the second half of a double press.
      await page.waitForTimeout(500);
      await page.keyboard.press('Enter');
      await expect.poll(() => page.locator('#amount-advice').textContent()).toContain('Type a whole number');
      expect(await boxOf(damage)).toEqual(before);
      await page.context().setOffline(true);
      await page.locator('.bar.lost').waitFor();
      expect(await boxOf(damage)).toEqual(before);
      await page.close();
    }
  });
});

async function boxOf(element: Locator) {
  const box = await element.boundingBox();
  if (box === null) throw new Error('Expected an element that is shown, got none.');
  return box;
}

async function middleOf(element: Locator): Promise<[x: number, y: number]> {
  const { x, y, width, height } = await boxOf(element);
  return [x + width / 2, y + height / 2];
}
