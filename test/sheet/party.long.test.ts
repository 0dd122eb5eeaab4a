/// <reference lib="dom" />
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { hasBrowser, openSheet, pressUntilTaken, startBrowser } from '../engines/browser.ts';
import { type EngineUnderTest, embedded } from '../engines/engines.ts';
import { type ServerHere, startServerHere } from '../engines/server-here.ts';
import { smallTargets, violations } from './accessibility.ts';
import { append, createCharacters, createExtras } from './party/many-characters.ts';

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } as const;
const laptop = { viewport: { width: 1280, height: 800 } } as const;

describe.skipIf(!hasBrowser)('the party', { timeout: 60_000 }, () => {
  let browser: Browser;
  let engine: EngineUnderTest;
  let server: ServerHere;
  const complaints: (() => readonly string[])[] = [];
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    engine = await embedded.open();
    server = await startServerHere(engine.environment);
  });
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    await server.stop();
    await engine.close();
    expect(complaints.splice(0).flatMap((each) => each())).toEqual([]);
  });

  async function open(options: Parameters<typeof openSheet>[3] = laptop): Promise<Page> {
    const { page, complaints: of } = await openSheet(browser, server, '/', options);
    complaints.push(() => [...of.foreign, ...of.errors]);
    return page;
  }
  const list = (page: Page) => page.getByRole('list', { name: 'Characters', exact: true });
  const names = (page: Page) => list(page).getByRole('heading', { level: 2 }).allTextContents();
  const choose = (page: Page, name: string) =>
    page.getByRole('checkbox', { name: `Choose ${name}`, exact: true });
  const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
  const tray = (page: Page) => page.getByRole('status', { name: 'Your changes' });
  const meter = (page: Page, name: string) =>
    page.getByRole('meter', { name: `Hit points of ${name}`, exact: true });
  const hitPoints = (page: Page, name: string) => meter(page, name).getAttribute('aria-valuenow');

  test.each([[39], [150]])('of %i costs at most 4 requests, and every one of them is live', async (count) => {
    await createExtras(server, count);
    const context = await browser.newContext(phone);
    const page = await context.newPage();
    const requests: string[] = [];
    page.on('request', (request) => {
      if (request.url().endsWith('/graphql')) requests.push(String(request.postData()).slice(0, 20));
    });
    page.on('websocket', () => requests.push('WebSocket'));
    await page.goto(new URL('/', server.url).href);
    await expect.poll(() => list(page).getByRole('listitem').count()).toBe(count);
    await page.waitForTimeout(2_500);
    process.stdout.write(`a view of ${count} characters: ${requests.length} requests\n`);
    expect(requests.length).toBeLessThanOrEqual(4);
    await append(server, [
      { characterId: 'extra 1', characterHitPoints: -4 },
      { characterId: `extra ${count}`, characterHitPoints: -5, temporaryHitPoints: 3 },
    ]);
    await expect.poll(() => hitPoints(page, 'Extra 1')).toBe('7');
    await expect
      .poll(() => meter(page, `Extra ${count}`).getAttribute('aria-valuetext'))
      .toBe('6 of 11 hit points, 3 temporary, hurt');
    expect(requests.length).toBeLessThanOrEqual(4);
  });

  test('shows 12 rows on a phone, and uses the width of a TV with numbers to be read from afar', async () => {
    await createExtras(server, 39);
    const [small, large] = [await open(phone), await open({ viewport: { width: 1920, height: 1080 } })];
    const look = async (page: Page) => {
      await expect.poll(() => list(page).getByRole('listitem').count()).toBe(39);
      const rows = await list(page)
        .getByRole('listitem')
        .evaluateAll((items) => items.map((item) => item.getBoundingClientRect().bottom));
      const { width = 0, height = 0 } = page.viewportSize() ?? {};
      const number = page.locator('.member .number').first();
      return {
        seen: rows.filter((bottom) => bottom <= height).length,
        letters: await number.evaluate((each) => Number.parseFloat(getComputedStyle(each).fontSize)),
        unused: width - ((await list(page).boundingBox())?.width ?? 0),
      };
    };
    expect((await look(small)).seen).toBeGreaterThanOrEqual(12);
    const { seen, letters, unused } = await look(large);
    expect(seen).toBe(39);
    expect(letters).toBeGreaterThanOrEqual(40);
    expect(unused).toBeLessThan(100);
  });

  test('of more than 200 shows the others when asked', async () => {
    await createExtras(server, 230);
    const page = await open();
    await expect.poll(() => list(page).getByRole('listitem').count()).toBe(200);
    await pressUntilTaken(button(page, 'Show more'));
    await expect.poll(() => list(page).getByRole('listitem').count()).toBe(230);
    expect(await button(page, 'Show more').count()).toBe(0);
    await append(server, [{ characterId: 'extra 1', characterHitPoints: -4 }]);
    await expect.poll(() => hitPoints(page, 'Extra 1')).toBe('7');
  });

  test('is there at once on the way back, from what is kept, at its place and without a request', async () => {
    await createExtras(server, 39);
    const page = await open(phone);
    await expect.poll(() => list(page).getByRole('listitem').count()).toBe(39);
    const link = page.getByRole('link', { name: 'Extra 2', exact: true });
    await link.scrollIntoViewIfNeeded();
    await page.evaluate(
      `addEventListener('click', () => (globalThis.scrolled = scrollY), { capture: true, once: true })`,
    );
    await pressUntilTaken(link);
    const scrolled = await page.evaluate<number>('scrolled');
    expect(scrolled).toBeGreaterThan(500);
    await expect.poll(() => page.url()).toContain('/character');
    await page.context().setOffline(true);
    const times: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      if (round > 0) await pressUntilTaken(link);
      await page.locator('.back').waitFor();
      times.push(await wayBack(page));
    }
    const median = times.toSorted((one, other) => one - other)[2] ?? 0;
    process.stdout.write(`39 characters on the way back: ${median.toFixed(0)} ms (median of 5)\n`);
    expect(await page.evaluate('scrollY')).toBe(scrolled);
    expect(await page.evaluate('document.activeElement?.id')).toBe('open-extra 2');
  });

  test('numbers those of one name, and creates several alike in one step, each with its maximum', async () => {
    await createCharacters(server, [
      { name: 'Wolf', id: 'wolf-a' },
      { name: 'Wolf', id: 'wolf-b' },
    ]);
    const [one, other] = [await open(phone), await open()];
    await pressUntilTaken(button(one, 'New'));
    await one.getByLabel('Name', { exact: true }).fill('Goblin');
    await one.getByLabel('Starting hit points').fill('7');
    await one.getByLabel('How many').fill('3');
    await one.keyboard.press('Enter');
    const six = ['Goblin 3', 'Goblin 2', 'Goblin 1', 'Wolf 2', 'Wolf 1'];
    await expect.poll(async () => (await names(one)).toSorted()).toEqual(six.toSorted());
    await expect.poll(async () => (await names(other)).toSorted()).toEqual(six.toSorted());
    expect(await engine.table.query('goblin-3', { from: 0, limit: 2 })).toMatchObject([
      { CharacterName: 'Goblin 3', CharacterHitPoints: 7, MaximumHitPoints: 7 },
    ]);
    await one.getByLabel('Name', { exact: true }).fill('Goblin');
    await one.getByLabel('Starting hit points').fill('9');
    await one.getByLabel('How many').fill('2');
    await pressUntilTaken(one.getByLabel('These are the maximum'));
    await one.keyboard.press('Tab');
    await pressUntilTaken(button(one, 'Create'));
    await expect.poll(async () => (await names(other)).filter((name) => /[45]/.test(name)).length).toBe(2);
    const [created] = await engine.table.query('goblin-5', { from: 0, limit: 2 });
    expect(created).not.toHaveProperty('MaximumHitPoints');
  });

  test('says which field of a new character is wrong, and goes there', async () => {
    const page = await open(phone);
    const name = page.getByLabel('Name', { exact: true });
    await name.fill('Dana');
    await page.getByLabel('Starting hit points').fill('many');
    await page.keyboard.press('Enter');
    const focused = () => page.evaluate('document.activeElement?.id');
    await expect.poll(focused).toBe('create-hitPoints');
    expect(await page.locator('[aria-invalid="true"]').getAttribute('id')).toBe('create-hitPoints');
    expect(await page.getByRole('alert').first().textContent()).toContain('hit points as a whole number');
    await page.getByLabel('Starting hit points').fill('٣٠');
    await page.getByLabel('How many').fill('0');
    await pressUntilTaken(button(page, 'Create'));
    await expect.poll(focused).toBe('create-count');
    expect(await name.inputValue()).toBe('Dana');
    await page.reload();
    await expect.poll(() => page.getByLabel('Starting hit points').inputValue()).toBe('٣٠');
  });

  test('invites where it is empty, and begins with three samples by one press', async () => {
    const page = await open(phone);
    await expect.poll(() => page.locator('main').textContent()).toContain('Nobody is here yet');
    expect(await page.getByLabel('Name', { exact: true }).isVisible()).toBe(true);
    await pressUntilTaken(button(page, 'Begin with these three'));
    await expect.poll(() => list(page).getByRole('listitem').count()).toBe(3);
  });

  test('is searched and ordered, and the order is kept on the device', async () => {
    await createCharacters(server, [{ name: 'Änne' }, { name: 'Goblin 10' }, { name: 'Goblin 9' }]);
    await append(server, [{ characterId: 'goblin 10', characterHitPoints: -20 }]);
    const page = await open();
    await expect.poll(() => names(page)).toEqual(['Goblin 9', 'Goblin 10', 'Änne']);
    await page.getByLabel('Order').selectOption('By name');
    await expect.poll(() => names(page)).toEqual(['Änne', 'Goblin 9', 'Goblin 10']);
    await page.getByLabel('Order').selectOption('Hurt first');
    await expect.poll(() => names(page)).toEqual(['Goblin 10', 'Änne', 'Goblin 9']);
    await page.getByLabel('Search').fill('anne');
    await expect.poll(() => names(page)).toEqual(['Änne']);
    await page.getByLabel('Search').fill('nobody');
    await expect.poll(() => page.locator('main').textContent()).toContain('Nobody is called so');
    const again = await page.context().newPage();
    await again.goto(server.url.replace('/graphql', '/'));
    await expect.poll(() => names(again)).toEqual(['Goblin 10', 'Änne', 'Goblin 9']);
  });

  test('moves nothing while somebody works on it, and moves by itself otherwise', async () => {
    await createCharacters(server, [{ name: 'Astrid' }, { name: 'Bram' }, { name: 'Dana' }]);
    const [working, watching] = [await open(), await open()];
    for (const page of [working, watching]) {
      await page.getByLabel('Order').selectOption('Hurt first');
      await expect.poll(() => names(page)).toEqual(['Astrid', 'Bram', 'Dana']);
    }
    await pressUntilTaken(choose(working, 'Astrid'));
    const before = await choose(working, 'Dana').boundingBox();
    await append(server, [{ characterId: 'dana', characterHitPoints: -20 }]);
    await createCharacters(server, [{ name: 'Aaron' }]);
    await expect.poll(() => names(watching)).toEqual(['Dana', 'Aaron', 'Astrid', 'Bram']);
    await expect.poll(() => names(working)).toEqual(['Astrid', 'Bram', 'Dana', 'Aaron']);
    expect(await choose(working, 'Dana').boundingBox()).toEqual(before);
    await pressUntilTaken(button(working, 'Cancel'));
    await working.mouse.move(5, 5);
    await expect.poll(() => names(working)).toEqual(['Dana', 'Aaron', 'Astrid', 'Bram']);
  });

  test('puts some away and brings them back, live for everyone', async () => {
    await createCharacters(server, [{ name: 'Astrid' }, { name: 'Goblin 1' }, { name: 'Goblin 2' }]);
    const [one, other] = [await open(phone), await open()];
    await expect.poll(() => names(other)).toEqual(['Goblin 2', 'Goblin 1', 'Astrid']);
    await pressUntilTaken(choose(one, 'Goblin 1'));
    await pressUntilTaken(button(one, 'All 2 × Goblin'));
    await pressUntilTaken(button(one, 'More'));
    await pressUntilTaken(button(one, 'Put away'));
    await expect.poll(() => names(other)).toEqual(['Astrid']);
    await expect.poll(() => names(one)).toEqual(['Astrid']);
    await pressUntilTaken(button(other, 'Those put away'));
    const away = other.getByRole('list', { name: 'Characters that are put away' });
    await expect.poll(() => away.getByRole('listitem').count()).toBe(2);
    await pressUntilTaken(button(other, 'Bring back Goblin 1'));
    await expect.poll(() => names(other)).toEqual(['Goblin 1', 'Astrid']);
    await expect.poll(() => names(one)).toEqual(['Goblin 1', 'Astrid']);
    expect(await away.getByRole('listitem').count()).toBe(1);
  });

  test('gives experience and sets a maximum for those that were chosen', async () => {
    await createCharacters(server, [{ name: 'Astrid' }, { name: 'Bram' }]);
    const page = await open();
    const give = async (amount: string, deed: string) => {
      for (const name of ['Astrid', 'Bram']) await pressUntilTaken(choose(page, name));
      await page.getByRole('textbox', { name: 'Amount' }).fill(amount);
      await pressUntilTaken(button(page, 'More'));
      await pressUntilTaken(button(page, deed));
    };
    await give('300', 'Give experience');
    await expect.poll(() => tray(page).textContent()).toContain('+300 experience, +300 experience. Saved');
    await expect.poll(() => page.locator('.member-level').first().textContent()).toBe('Level 2');
    await give('24', 'Set maximum');
    await expect
      .poll(() => meter(page, 'Bram').getAttribute('aria-valuetext'))
      .toBe('24 of 24 hit points, unhurt');
  });

  test('keeps the choice, the amount and the note through another view and a reload', async () => {
    await createCharacters(server, [{ name: 'Astrid' }, { name: 'Bram' }]);
    const page = await open(phone);
    await pressUntilTaken(choose(page, 'Bram'));
    await pressUntilTaken(button(page, 'Half the damage for Bram'));
    await page.getByRole('textbox', { name: 'Amount' }).fill('24');
    await page.getByRole('textbox', { name: 'Note' }).fill('Fireball');
    await pressUntilTaken(page.getByRole('link', { name: 'Astrid' }));
    await expect.poll(() => page.url()).toContain('/character');
    await page.goBack();
    const kept = async () => [
      await choose(page, 'Bram').isChecked(),
      await button(page, 'Half the damage for Bram').getAttribute('aria-pressed'),
      await page.getByRole('textbox', { name: 'Amount' }).inputValue(),
      await page.getByRole('textbox', { name: 'Note' }).inputValue(),
    ];
    await expect.poll(kept).toEqual([true, 'true', '24', 'Fireball']);
    await page.reload();
    await expect.poll(kept).toEqual([true, 'true', '24', 'Fireball']);
  });

  test('leaves the last row and the tray in sight beside the bar', async () => {
    await createExtras(server, 30);
    const page = await open(phone);
    await pressUntilTaken(choose(page, 'Extra 1'));
    await page.getByRole('textbox', { name: 'Amount' }).fill('3');
    await page.evaluate('scrollTo(0, document.documentElement.scrollHeight)');
    const bar = await page.getByRole('region', { name: 'For those you chose' }).boundingBox();
    const row = await choose(page, 'Extra 1').boundingBox();
    expect(bar && bar.y + bar.height).toBe(844);
    expect((row?.y ?? 0) + (row?.height ?? 0)).toBeLessThanOrEqual(bar?.y ?? 0);
    await pressUntilTaken(button(page, 'Damage'));
    await pressUntilTaken(choose(page, 'Extra 2'));
    const undo = await button(page, 'Undo').boundingBox();
    const again = await page.getByRole('region', { name: 'For those you chose' }).boundingBox();
    expect((undo?.y ?? 0) + (undo?.height ?? 0)).toBeLessThanOrEqual(again?.y ?? 0);
  });

  test('stays right when the browser translates the page', async () => {
    await createCharacters(server, [{ name: 'Astrid' }]);
    const page = await open();
    await expect.poll(() => hitPoints(page, 'Astrid')).toBe('30');
    const row = list(page).getByRole('listitem');
    for (const [change, words] of [
      [-10, /20 \/ 30.*hurt/],
      [-20, /0 \/ 30.*down/],
      [30, /30 \/ 30/],
    ] as const) {
      await page.evaluate(`for (const walker = document.createTreeWalker(document.body, 4), nodes = []; ;) {
        while (walker.nextNode()) nodes.push(walker.currentNode);
        for (const node of nodes) {
          const [outer, inner] = [document.createElement('font'), document.createElement('font')];
          inner.append(node.data);
          outer.append(inner);
          node.replaceWith(outer);
        }
        break;
      }`);
      await append(server, [{ characterId: 'astrid', characterHitPoints: change }]);
      await expect.poll(() => row.textContent()).toMatch(words);
    }
  });

  test.each(['light', 'dark'] as const)(
    'breaks no rule of accessibility in any state, fits 320 pixels, and has targets for fingers, %s',
    async (colorScheme) => {
      const page = await open({
        viewport: { width: 320, height: 640 },
        colorScheme,
        reducedMotion: 'reduce',
      });
      const look = async (state: string) => {
        expect({ state, violations: await violations(page) }).toEqual({ state, violations: [] });
        expect({ state, width: await page.evaluate('document.documentElement.scrollWidth') }).toEqual({
          state,
          width: 320,
        });
        expect({ state, small: await smallTargets(page) }).toEqual({ state, small: [] });
      };
      await page.getByLabel('Name', { exact: true }).waitFor();
      await look('empty');
      await createCharacters(server, [
        { name: 'W'.repeat(100) },
        { name: 'Astrid', hitPoints: 10 },
        { name: 'Bram Ironfist', hitPoints: 60 },
        { name: 'Dana', hitPoints: 20 },
        { name: 'Gone' },
      ]);
      await append(server, [
        { characterId: 'astrid', characterHitPoints: -10 },
        { characterId: 'bram ironfist', characterHitPoints: -50, temporaryHitPoints: 5 },
        { characterId: 'dana', characterHitPoints: -12, experience: 900 },
        { characterId: 'gone', archived: true },
      ]);
      await expect.poll(() => names(page)).toHaveLength(4);
      await pressUntilTaken(button(page, 'New'));
      await pressUntilTaken(button(page, 'Create'));
      await pressUntilTaken(button(page, 'Those put away'));
      await expect.poll(() => button(page, 'Bring back Gone').count()).toBe(1);
      await look('with a wrong field and those put away');
      await pressUntilTaken(button(page, 'Close'));
      await choose(page, 'Dana').focus();
      await page.keyboard.press('Space');
      await choose(page, 'Astrid').focus();
      await page.keyboard.press('Space');
      await pressUntilTaken(button(page, 'Half the damage for Dana'));
      await pressUntilTaken(button(page, 'More'));
      await pressUntilTaken(button(page, 'Damage'));
      await look('with some chosen');
      await page.getByRole('textbox', { name: 'Amount' }).fill('3');
      await page.keyboard.press('Enter');
      await expect.poll(() => tray(page).textContent()).toContain('Saved');
      await look('with a change saved');
    },
  );

  test('that cannot be loaded still opens a character by its id, and keeps trying', async () => {
    await createCharacters(server, [{ name: 'Astrid' }]);
    const context = await browser.newContext(phone);
    const page = await context.newPage();
    await page.route('**/graphql', (route) => route.abort());
    await page.goto(new URL('/', server.url).href);
    await expect
      .poll(() => page.getByRole('heading', { level: 1 }).textContent())
      .toBe('The party cannot be shown');
    await page.getByLabel('Id of a character').fill('astrid');
    await pressUntilTaken(button(page, 'Open'));
    await expect.poll(() => page.url()).toContain('/character?id=astrid');
    await page.goBack();
    await page.unroute('**/graphql');
    await expect.poll(() => names(page)).toEqual(['Astrid']);
  });

  test('offers nothing that changes it to a token that only reads', async () => {
    await createCharacters(server, [{ name: 'Astrid' }]);
    const page = await open();
    await page.evaluate(
      `sessionStorage.setItem('token', JSON.stringify('x.' + btoa('{"scope":"events:read"}') + '.x'))`,
    );
    await page.reload();
    await expect.poll(() => names(page)).toEqual(['Astrid']);
    expect(await page.getByRole('checkbox').count()).toBe(0);
    expect(await button(page, 'New').count()).toBe(0);
  });
});

/** Milliseconds from a press on the way back to 39 characters being there. */
async function wayBack(page: Page): Promise<number> {
  return await page.evaluate<number>(`new Promise((resolve) => {
    const began = performance.now();
    new MutationObserver((_, observer) => {
      if (document.querySelectorAll('#members > li').length < 39) return;
      observer.disconnect();
      resolve(performance.now() - began);
    }).observe(document.querySelector('main'), { childList: true, subtree: true });
    document.querySelector('.back').click();
  })`);
}
