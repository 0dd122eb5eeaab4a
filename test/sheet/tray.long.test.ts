import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { hasBrowser, pressUntilTaken } from '../engines/browser.ts';
import { sheetInBrowser, sheetOf } from './sheet-in-browser.ts';

/** Answers every mutation as the server answers what it cannot take. */
async function refuseAll(page: Page): Promise<void> {
  await page.route('**/graphql', (route) => {
    if (!route.request().postData()?.includes('input')) return route.continue();
    const error = { message: 'Not today.', extensions: { code: 'BAD_USER_INPUT' } };
    return route.fulfill({ status: 400, contentType: 'application/json', json: { errors: [error] } });
  });
}

describe.skipIf(!hasBrowser)('a press that was refused', { timeout: 120_000 }, () => {
  const { begin, open } = sheetInBrowser();
  const amount = (page: Page) => page.getByRole('textbox', { name: 'Hit points' });
  const note = (page: Page) => page.getByRole('textbox', { name: 'Note', exact: true });
  const line = (page: Page) => page.locator('.tray-line');
  const edit = (page: Page) => line(page).getByRole('button', { name: 'Edit' });
  const refused = async (): Promise<Page> => {
    await begin();
    const page = await open(sheetOf());
    await refuseAll(page);
    await note(page).fill('troll');
    await amount(page).fill('7');
    await page.keyboard.press('Enter');
    await line(page).getByText('not saved: Not today.').waitFor();
    return page;
  };

  test('can be put back into its form, where it is typed as it was meant', async () => {
    const page = await refused();
    await pressUntilTaken(edit(page));
    await expect.poll(() => amount(page).inputValue()).toBe('−7');
    expect(await note(page).inputValue()).toBe('troll');
    expect(await line(page).count()).toBe(0);
    await page.unroute('**/graphql');
    await page.keyboard.press('Enter');
    await line(page).getByText('cpustejovsky −7, troll: saved').waitFor();
  });

  test('is put back from another view too, which opens the form', async () => {
    const page = await refused();
    await pressUntilTaken(page.getByRole('link', { name: '← The party' }));
    await page.getByRole('heading', { name: 'The party' }).waitFor();
    await pressUntilTaken(edit(page));
    await expect.poll(() => amount(page).inputValue()).toBe('−7');
  });

  test('leaves what else is typed there, and says so', async () => {
    const page = await refused();
    await amount(page).fill('3');
    await pressUntilTaken(edit(page));
    await line(page).getByText('Something else is typed for cpustejovsky.').waitFor();
    expect(await amount(page).inputValue()).toBe('3');
    expect(await note(page).inputValue()).toBe('');
    expect(await line(page).innerText()).toContain('not saved: Not today.');
  });
});

describe.skipIf(!hasBrowser)('what became of several presses', { timeout: 120_000 }, () => {
  const { append, open } = sheetInBrowser();

  test.each([
    [844, 390, '100%', false],
    [844, 390, '100%', true],
    [320, 640, '200%', false],
    [320, 640, '200%', true],
  ])(
    'shows the last of them at %d × %d and letters of %s, beside the bar of a fight: %s',
    async (...screen) => {
      const [width, height, letters, isChosen] = screen;
      await append({ characterId: 'dana', characterName: 'Dana', characterHitPoints: 23 });
      const page = await open(sheetOf('dana'), { viewport: { width, height } });
      await page.locator('html').evaluate((html, size) => html.style.setProperty('font-size', size), letters);
      await page.route('**/graphql', (route) => route.abort());
      for (const amount of ['1', '2', '3']) {
        await page.getByRole('textbox', { name: 'Hit points' }).fill(amount);
        await page.keyboard.press('Enter');
      }
      await page.locator('.tray-line').nth(2).waitFor();
      await page.getByRole('link', { name: '← The party' }).press('Enter');
      await page.unroute('**/graphql');
      await page.route('**/graphql', (route) =>
        route.request().postData()?.includes('mutation') === true ? route.abort() : route.continue(),
      );
      const checkbox = page.getByRole('checkbox', { name: 'Choose Dana' });
      await checkbox.waitFor();
      if (isChosen) await checkbox.press('Space');
      await expect
        .poll(() =>
          page.locator('.tray').evaluate((tray) => {
            const end = (element: Element | null | undefined) => element?.getBoundingClientRect().bottom ?? 0;
            const { top, bottom } = tray.getBoundingClientRect();
            const last = end(tray.querySelector('.tray-lines')?.lastElementChild?.querySelector('button'));
            return top >= 0 && last > top && last <= bottom;
          }),
        )
        .toBe(true);
    },
  );
});
