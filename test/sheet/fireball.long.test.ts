import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { hasBrowser, openSheet, startBrowser, untilStill } from '../engines/browser.ts';
import { type EngineUnderTest, embedded } from '../engines/engines.ts';
import { type ServerHere, startServerHere } from '../engines/server-here.ts';
import { revertEvent } from '../graphql/documents.ts';
import { createCharacters, createExtras } from './party/many-characters.ts';

describe.skipIf(!hasBrowser)('a fireball on four goblins and a hero who saved', { timeout: 60_000 }, () => {
  let browser: Browser;
  let engine: EngineUnderTest;
  let server: ServerHere;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    engine = await embedded.open();
    server = await startServerHere(engine.environment);
    await createExtras(server, 34);
    await createCharacters(server, [
      { name: 'Dana', hitPoints: 58 },
      { name: 'Goblin', id: 'goblin-a' },
      { name: 'Goblin', id: 'goblin-b' },
      { name: 'Goblin', id: 'goblin-c' },
      { name: 'Goblin', id: 'goblin-d' },
    ]);
  });
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    await server.stop();
    await engine.close();
  });

  const choose = (page: Page, name: string) => page.getByRole('checkbox', { name: `Choose ${name}` });
  const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
  const tray = (page: Page) => page.getByRole('status', { name: 'Your changes' });
  const hitPointsOf = (page: Page, name: string) =>
    page.getByRole('meter', { name: `Hit points of ${name}`, exact: true }).getAttribute('aria-valuenow');
  const latest = (id: string) => engine.table.query(id, { from: 1, limit: 10 });

  /** A page of the party whose taps, keys and requests are counted from here on. */
  async function openCounted(options: Parameters<typeof openSheet>[3]) {
    const { page } = await openSheet(browser, server, 'about:blank', options);
    const count = { taps: 0, keys: 0, requests: 0 };
    let latest = 0;
    page.on('request', (request) => {
      if (!request.url().endsWith('/graphql')) return;
      count.requests += 1;
      latest = performance.now();
    });
    await page.goto(new URL('/', server.url).href);
    await choose(page, 'Dana').waitFor();
    // The first page is loaded again a second after the subscriptions began.
    await expect.poll(() => count.requests >= 2 && performance.now() - latest > 1_500).toBe(true);
    count.requests = 0;
    const tap = async (locator: Locator) => {
      count.taps += 1;
      await untilStill(locator);
      // What is tapped is whatever lies there, as for a finger.
      const box = await locator.boundingBox();
      if (box === null) throw new Error(`Expected ${locator} to be seen.`);
      const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
      if (options?.hasTouch === true) await page.touchscreen.tap(x, y);
      else await page.mouse.click(x, y);
    };
    const type = async (keys: string) => {
      count.keys += keys.length;
      await page.keyboard.type(keys);
    };
    return { page, count, tap, type };
  }

  test('by thumb is 6 taps, 2 keys and 1 request, stored all or none, and undone by one tap', async () => {
    const { page, count, tap, type } = await openCounted({
      viewport: { width: 390, height: 844 },
      hasTouch: true,
      isMobile: true,
    });
    await tap(choose(page, 'Goblin 2'));
    await tap(button(page, 'All 4 × Goblin'));
    await tap(choose(page, 'Dana'));
    await tap(button(page, 'Half the damage for Dana'));
    await tap(page.getByRole('textbox', { name: 'Amount' }));
    await type('24');
    await tap(button(page, 'Damage'));
    await expect
      .poll(() => tray(page).textContent())
      .toContain('5 characters: −24, −24, −24, −24, −12. Saved');
    process.stdout.write(
      `a fireball by thumb: ${count.taps} taps, ${count.keys} keys, ${count.requests} request\n`,
    );
    expect(count).toEqual({ taps: 6, keys: 2, requests: 1 });
    await expect.poll(() => hitPointsOf(page, 'Goblin 1')).toBe('6');
    await expect.poll(() => hitPointsOf(page, 'Dana')).toBe('46');
    for (const id of ['goblin-a', 'goblin-b', 'goblin-c', 'goblin-d']) {
      expect(await latest(id)).toMatchObject([{ CharacterHitPoints: -24 }]);
    }

    await tap(button(page, 'Undo'));
    await expect.poll(() => hitPointsOf(page, 'Goblin 1')).toBe('30');
    await expect.poll(() => hitPointsOf(page, 'Dana')).toBe('58');
    expect(await latest('dana')).toMatchObject([
      { CharacterHitPoints: -12 },
      { CharacterHitPoints: 12, Reverts: 1 },
    ]);
  });

  test('is undone for everyone, also where somebody has undone one of them and brought it back', async () => {
    const { page, tap, type } = await openCounted({ viewport: { width: 1280, height: 800 } });
    for (const name of ['Goblin 1', 'Dana']) await tap(choose(page, name));
    await type('24');
    await tap(button(page, 'Damage'));
    await expect.poll(() => tray(page).textContent()).toContain('−24, −24. Saved');
    for (const version of [1, 2]) {
      const { data } = await server.graphql(revertEvent, { input: { characterId: 'goblin-a', version } });
      expect(data).toMatchObject({ revertEvent: { __typename: 'AppendEventSuccess', duplicate: false } });
    }

    await tap(button(page, 'Undo'));
    await expect.poll(() => tray(page).textContent()).toContain('Undone: Goblin 1 −24; Dana −24');
    await expect.poll(() => hitPointsOf(page, 'Goblin 1')).toBe('30');
    await expect.poll(() => hitPointsOf(page, 'Dana')).toBe('58');
    expect(await latest('goblin-a')).toMatchObject([{}, {}, {}, { CharacterHitPoints: 24, Reverts: 3 }]);
  });

  test('with a mouse is 6 clicks and 2 keys: a digit goes into the amount by itself', async () => {
    const { page, count, tap, type } = await openCounted({ viewport: { width: 1280, height: 800 } });
    for (const name of ['Goblin 1', 'Goblin 2', 'Goblin 3', 'Goblin 4', 'Dana']) {
      await tap(choose(page, name));
    }
    await type('24');
    await tap(button(page, 'Damage'));
    await expect.poll(() => tray(page).textContent()).toContain('−24, −24, −24, −24, −24. Saved');
    process.stdout.write(
      `a fireball with a mouse: ${count.taps} clicks, ${count.keys} keys, ${count.requests} request\n`,
    );
    expect(count).toEqual({ taps: 6, keys: 2, requests: 1 });
  });

  test('by keyboard alone: space chooses, Enter is damage, and the note names it', async () => {
    const { page } = await openCounted({ viewport: { width: 1280, height: 800 } });
    for (const name of ['Goblin 1', 'Dana']) {
      await choose(page, name).focus();
      await page.keyboard.press('Space');
    }
    await page.keyboard.press('Escape');
    expect(await page.getByRole('textbox', { name: 'Amount' }).count()).toBe(0);
    for (const name of ['Goblin 1', 'Dana']) {
      await choose(page, name).focus();
      await page.keyboard.press('Space');
    }
    await page.keyboard.type('24');
    await page.keyboard.press('Tab');
    for (let presses = 0; presses < 3; presses += 1) await page.keyboard.press('Tab');
    await page.keyboard.type('Fireball');
    await page.keyboard.press('Enter');
    await expect.poll(() => tray(page).textContent()).toContain('Fireball: −24, −24. Saved');
    expect(await latest('goblin-a')).toMatchObject([{ CharacterHitPoints: -24, Note: 'Fireball' }]);
    expect(await page.evaluate('document.activeElement?.id')).toBe('members');
  });

  test('is not sent while its amount is unclear, and says so where it is typed', async () => {
    const { page, count, tap } = await openCounted({ viewport: { width: 390, height: 844 }, hasTouch: true });
    await tap(choose(page, 'Goblin 2'));
    await tap(button(page, 'Heal'));
    const amount = page.getByRole('textbox', { name: 'Amount' });
    await expect.poll(() => amount.getAttribute('aria-invalid')).toBe('true');
    expect(await page.getByRole('alert').last().textContent()).toContain('whole number');
    expect(await page.evaluate('document.activeElement?.id')).toBe('fight-amount');
    expect(count.requests).toBe(0);
  });
});
