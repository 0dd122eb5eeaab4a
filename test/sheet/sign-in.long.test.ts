/// <reference lib="dom" />
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { hasBrowser, openSheet, pressUntilTaken, startBrowser } from '../engines/browser.ts';
import { type EngineUnderTest, embedded } from '../engines/engines.ts';
import { eventStoreOver } from '../engines/event-store-over.ts';
import { type ServerHere, startServerHere } from '../engines/server-here.ts';
import { inSeconds, startTokenIssuer, type TokenIssuer } from '../engines/token-issuer.ts';
import { goblinAmbush, rogue } from '../party.ts';
import { violations } from './accessibility.ts';

describe.skipIf(!hasBrowser)('the sheet of a server that asks for tokens', { timeout: 60_000 }, () => {
  let browser: Browser;
  let issuer: TokenIssuer;
  let engine: EngineUnderTest;
  let server: ServerHere;
  beforeAll(async () => {
    browser = await startBrowser();
    issuer = await startTokenIssuer();
  });
  afterAll(async () => {
    await browser?.close();
    await issuer?.stop();
  });
  beforeEach(async () => {
    engine = await embedded.open();
    server = await startServerHere({ ...engine.environment, ...issuer.environment });
    const store = eventStoreOver(engine.table);
    for (const event of goblinAmbush) await store.append(event);
  });
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    await server.stop();
    await engine.close();
  });

  const open = async () =>
    (await openSheet(browser, server, `/character?id=${encodeURIComponent(rogue)}`)).page;
  const form = (page: Page) => page.getByRole('form', { name: 'Sign in' });
  const total = (page: Page) => page.locator('.head .number');
  const signIn = async (page: Page, token: string) => {
    await page.getByLabel('Token').fill(token);
    await page.keyboard.press('Enter');
  };

  test('asks for one, refuses a bad one, and goes on with a good one, also after a reload', async () => {
    const page = await open();
    await form(page).waitFor();
    expect((await page.locator('body').innerText()).split(/\n+/)).toEqual([
      'Character sheet',
      'Sign in',
      'The server wants to know who you are. Whoever runs it has a token for you.',
      'Token',
      'Keep it on this device',
      'Sign in',
    ]);
    expect(await violations(page)).toEqual([]);
    await signIn(page, await issuer.sign({ aud: 'something-else' }));
    await page.getByText('does not take your token').waitFor();
    await signIn(page, `Bearer ${await issuer.sign()}`);
    await expect.poll(() => total(page).textContent()).toBe('3');
    await expect.poll(() => form(page).count()).toBe(0);
    await page.reload();
    await expect.poll(() => total(page).textContent()).toBe('3');
    expect(await form(page).count()).toBe(0);
  });

  test('keeps what is typed when the token ends, and sends it with the next one', async () => {
    const page = await open();
    // The page tries again within 3 s, and a server takes a token for 5 s longer.
    await signIn(page, await issuer.sign({ exp: inSeconds(8) }));
    await expect.poll(() => total(page).textContent()).toBe('3');
    await page.getByLabel('Note').fill('Potion');
    await form(page).waitFor();
    await signIn(page, await issuer.sign({ sub: 'bob' }));
    await expect.poll(() => form(page).count()).toBe(0);
    expect(await page.getByLabel('Note').inputValue()).toBe('Potion');
    await page.getByRole('textbox', { name: 'Hit points' }).fill('+4');
    await page.keyboard.press('Enter');
    await expect.poll(() => total(page).textContent()).toBe('7');
    const [item] = await engine.table.query(rogue, { from: 3, limit: 1 });
    expect(item).toMatchObject({ Note: 'Potion', Actor: 'bob' });
  });

  test('offers a token for some characters nothing that it may not do', async () => {
    const store = eventStoreOver(engine.table);
    for (const number of [1, 2, 3]) {
      const goblin = { characterId: `goblin-${number}`, characterName: `Goblin ${number}` };
      await store.append({ ...goblin, characterHitPoints: 7, version: 0, note: '' });
    }
    const { page } = await openSheet(browser, server, '/');
    await form(page).waitFor();
    await signIn(page, '“a token from a letter”');
    await expect.poll(() => page.getByRole('alert').first().textContent()).toContain('another one');
    await signIn(page, await issuer.sign({ characters: ['goblin-1', 'goblin-3'] }));
    await expect.poll(() => page.locator('.member').count()).toBe(2);
    expect(await page.getByRole('button', { name: 'New', exact: true }).count()).toBe(0);
    await page.locator('[id="choose-goblin-1"]').focus();
    await page.keyboard.press('Space');
    await pressUntilTaken(page.getByRole('button', { name: 'All 2 × Goblin' }));
    await page.locator('#fight-amount').fill('3');
    await page.locator('#fight-amount').press('Enter');
    await page.locator('.tray-line.saved').waitFor();
  });
});
