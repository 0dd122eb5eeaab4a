/// <reference lib="dom" />
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { hasBrowser, openSheet, startBrowser } from '../engines/browser.ts';
import { type EngineUnderTest, embedded } from '../engines/engines.ts';
import { eventStoreOver } from '../engines/event-store-over.ts';
import { type ServerHere, startServerHere } from '../engines/server-here.ts';
import { appendEvent } from '../graphql/documents.ts';
import { goblinAmbush, rogue } from '../party.ts';

describe.skipIf(!hasBrowser)('two people with the sheet open', { timeout: 60_000 }, () => {
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

  async function open(path: string): Promise<Page> {
    const { page, complaints: of } = await openSheet(browser, server, path);
    complaints.push(() => [...of.foreign, ...of.errors]);
    return page;
  }
  const begin = async () => {
    for (const input of goblinAmbush) await server.graphql(appendEvent, { input });
  };
  const total = (page: Page) => page.locator('.head .number');
  const status = (page: Page, name: string) => page.getByRole('status', { name });
  const sheetOf = (id: string) => `/character?id=${encodeURIComponent(id)}`;

  test('see what the other one does: damage, healing, a change with a note, and its undo', async () => {
    await begin();
    const [one, other] = [await open(sheetOf(rogue)), await open(sheetOf(rogue))];
    await expect.poll(() => total(one).textContent()).toBe('3');

    await one.getByRole('textbox', { name: 'Hit points' }).fill('2');
    await one.getByLabel('Note').fill('Fell off the wagon');
    await one.getByRole('button', { name: 'Damage' }).click();
    await expect.poll(() => status(one, 'Your changes').textContent()).toBe('Saved as version 3.');
    await expect.poll(() => total(other).textContent()).toBe('1');
    await expect.poll(() => status(other, 'Changes by others').textContent()).toContain('Fell off the wagon');
    expect(await status(one, 'Changes by others').textContent()).toBe('');

    await other.getByRole('textbox', { name: 'Hit points' }).fill('+10');
    await other.keyboard.press('Enter');
    await expect.poll(() => total(one).textContent()).toBe('11');

    await one.getByRole('button', { name: 'Undo version 3, −2' }).click();
    await expect.poll(() => total(other).textContent()).toBe('13');
    await expect.poll(() => other.locator('.line.undone').textContent()).toContain('Undone by version 5');
    expect(await other.getByRole('button', { name: 'Undo version 3, −2' }).count()).toBe(0);
    await other.getByRole('button', { name: 'Undo version 5, +2' }).click();
    await expect.poll(() => total(one).textContent()).toBe('11');
    expect(await engine.table.query(rogue, { from: 3, limit: 10 })).toMatchObject([
      { CharacterHitPoints: -2, Note: 'Fell off the wagon' },
      { CharacterHitPoints: 10 },
      { CharacterHitPoints: 2, Reverts: 3 },
      { CharacterHitPoints: -2, Reverts: 5 },
    ]);
  });

  test('do not lose what they type when the other one is faster, and are told', async () => {
    await begin();
    const [one, other] = [await open(sheetOf(rogue)), await open(sheetOf(rogue))];
    const typed = one.getByRole('textbox', { name: 'Hit points' });
    await typed.fill('-4');
    await other.getByRole('textbox', { name: 'Hit points' }).fill('+5');
    await other.keyboard.press('Enter');
    await expect.poll(() => total(one).textContent()).toBe('8');
    expect(await typed.inputValue()).toBe('-4');
    expect(await typed.evaluate((input) => input === document.activeElement)).toBe(true);
    expect(await status(one, 'Changes by others').textContent()).toMatch(
      /^While you typed: Someone else: \+5 → 8 hit points\./,
    );
    await one.keyboard.press('Enter');
    await expect.poll(() => total(other).textContent()).toBe('4');
  });

  test('see what another process appends', async () => {
    await begin();
    const page = await open(sheetOf(rogue));
    await expect.poll(() => total(page).textContent()).toBe('3');
    await eventStoreOver(engine.table).append({
      characterId: rogue,
      characterHitPoints: 9,
      note: 'from elsewhere',
    });
    await expect.poll(() => total(page).textContent()).toBe('12');
    await expect.poll(() => page.locator('.lines').textContent()).toContain('from elsewhere');
  });

  test('look at the past and come back, while the present goes on', async () => {
    await begin();
    const page = await open(sheetOf(rogue));
    await page.getByRole('slider').press('Home');
    await expect.poll(() => total(page).textContent()).toBe('8');
    await expect
      .poll(() => status(page, 'Time').textContent())
      .toContain('You are looking at the past: version 0 of 2');
    await page.getByRole('slider').press('ArrowRight');
    await expect.poll(() => total(page).textContent()).toBe('6');
    await server.graphql(appendEvent, { input: { characterId: rogue, characterHitPoints: 7 } });
    await expect.poll(() => page.locator('.line').count()).toBe(4);
    expect(await total(page).textContent()).toBe('6');
    await page.getByRole('button', { name: 'Back to now' }).click();
    await expect.poll(() => total(page).textContent()).toBe('10');
  });

  test('see the first character appear, and those that are created with the same name', async () => {
    const [one, other] = [await open('/'), await open('/')];
    await expect.poll(() => other.locator('main').textContent()).toContain('Nobody is here yet');
    for (const hitPoints of ['8', '9']) {
      await one.getByLabel('Name').fill('Dana Fleetfoot');
      await one.getByLabel('Starting hit points').fill(hitPoints);
      await one.keyboard.press('Enter');
      await expect
        .poll(() => status(one, 'New characters').textContent())
        .toContain('Created Dana Fleetfoot.');
    }
    await expect
      .poll(() => other.getByRole('list', { name: 'Characters' }).getByRole('listitem').count())
      .toBe(2);
    await other.getByRole('link', { name: 'Dana Fleetfoot' }).last().click();
    await expect.poll(() => other.url()).toContain('/character?id=dana-fleetfoot');
    await expect.poll(() => total(other).textContent()).toBe('8');
    await other.goBack();
    await eventStoreOver(engine.table).append({
      characterId: 'guest',
      characterName: 'Guest',
      characterHitPoints: 4,
      note: '',
    });
    await expect.poll(() => other.getByRole('link', { name: 'Guest' }).count()).toBe(1);
    await server.graphql(appendEvent, { input: { characterId: 'guest', characterHitPoints: -1 } });
    await expect
      .poll(() => other.getByRole('meter', { name: 'Hit points of Guest' }).getAttribute('aria-valuenow'))
      .toBe('3');
  });

  test('are told of a character that is not there, and see it once it is', async () => {
    const page = await open(sheetOf('nobody'));
    await expect
      .poll(() => page.getByRole('heading', { level: 1 }).textContent())
      .toBe('There is no such character yet');
    await server.graphql(appendEvent, {
      input: { characterId: 'nobody', characterName: 'Somebody', characterHitPoints: 5 },
    });
    await expect.poll(() => page.getByRole('heading', { level: 1 }).textContent()).toBe('Somebody');
  });

  test.each([['the same process'], ['another process']])(
    'see 20 changes through %s, one after the other',
    async (how) => {
      await begin();
      const second = how === 'another process' ? await startServerHere(engine.environment) : server;
      const page = await open(sheetOf(rogue));
      await expect.poll(() => total(page).textContent()).toBe('3');
      let worst = 0;
      for (let nth = 1; nth <= 20; nth += 1) {
        const began = performance.now();
        await second.graphql(appendEvent, { input: { characterId: rogue, characterHitPoints: 1 } });
        await page.waitForFunction(
          (wanted) => document.querySelector('.head .number')?.textContent === wanted,
          String(3 + nth),
        );
        worst = Math.max(worst, performance.now() - began);
      }
      process.stdout.write(`seen through ${how} after at most ${Math.round(worst)} ms\n`);
      if (second !== server) await second.stop();
    },
  );
});
