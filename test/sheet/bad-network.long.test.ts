/// <reference lib="dom" />
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type BadNetwork, startBadNetwork } from '../engines/bad-network.ts';
import { hasBrowser, openSheet, pressUntilTaken, type SheetPage, startBrowser } from '../engines/browser.ts';
import { type EngineUnderTest, embedded } from '../engines/engines.ts';
import { type ServerHere, startServerHere } from '../engines/server-here.ts';
import { appendEvent } from '../graphql/documents.ts';
import { goblinAmbush, rogue } from '../party.ts';

/** Dead connections are noticed after 9 s at most, and tried again within 10 s more. */
const longer = { timeout: 40_000 };

/** A rogue with 3 hit points at version 2, seen through a network that gets bad. */
describe.skipIf(!hasBrowser)('the sheet over a bad network', { timeout: 120_000 }, () => {
  let browser: Browser;
  let engine: EngineUnderTest;
  let server: ServerHere;
  let network: BadNetwork;
  let sheet: SheetPage;
  let page: Page;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    engine = await embedded.open();
    server = await startServerHere(engine.environment);
    network = await startBadNetwork(server.url);
    for (const input of goblinAmbush) await server.graphql(appendEvent, { input });
    sheet = await openSheet(browser, network, `/character?id=${rogue}`);
    ({ page } = sheet);
    await expect.poll(total).toBe('3');
  });
  afterEach(async () => {
    await sheet.context.close();
    await network.stop();
    await server.stop();
    await engine.close();
    expect(sheet.complaints.errors).toEqual([]);
  });

  const total = () => page.locator('.head .number').textContent();
  const tray = () => page.getByRole('status', { name: 'Your changes' }).textContent();
  const connection = () => page.getByRole('status', { name: 'Connection' }).textContent();
  const unsent = () => page.getByRole('status', { name: 'Not sent yet' }).textContent();
  const stored = () => engine.table.query(rogue, { from: 3, limit: 100 });
  const storedChanges = async () => (await stored()).map((item) => item['CharacterHitPoints']);
  const press = async (amount: string, button = 'Damage') => {
    await page.getByRole('textbox', { name: 'Hit points' }).fill(amount);
    await pressUntilTaken(page.getByRole('button', { name: button, exact: true }));
  };
  const goDown = () => {
    network.isDown = true;
    network.fate = () => 'dropped';
    network.cutWebSockets();
  };
  const comeBack = () => {
    network.isDown = false;
    network.fate = () => 'passes';
  };
  const toTheParty = () => pressUntilTaken(page.getByRole('link', { name: '← The party' }));

  test('sends a press from whatever view is open, and says in each that it waits', async () => {
    goDown();
    await expect.poll(connection).toMatch(/^Not connected\./);
    await page.getByLabel('Note').fill('troll');
    await press('7');
    await expect.poll(tray).toContain('−7, troll: waiting to be sent');
    await toTheParty();
    expect(await tray()).toContain('−7, troll: waiting to be sent');
    expect(await unsent()).toBe('1 change is waiting');
    expect(await page.title()).toMatch(/^\(1\) /);
    expect(await page.getByRole('button', { name: 'Cancel' }).count()).toBe(1);
    comeBack();
    await expect.poll(tray).toContain('−7, troll: saved');
    expect(await storedChanges()).toEqual([-7]);
    expect(await unsent()).toBe('');
  });

  test('sends a press without the WebSocket, as soon as HTTP answers', async () => {
    network.hangsUpgrades = true;
    network.cutWebSockets();
    let left = 2;
    network.fate = (request) => (request.method === 'POST' && left-- > 0 ? 'dropped' : 'passes');
    await press('7');
    await expect.poll(tray).toContain('−7: saved');
    expect(await storedChanges()).toEqual([-7]);
  });

  test('stores once what was stored although its answer was lost, and says so after a reload too', async () => {
    network.fate = (request) => (request.method === 'POST' ? 'lost' : 'passes');
    await press('7');
    await expect.poll(tray).toContain('−7: waiting to be sent');
    await page.reload();
    await expect.poll(tray).toContain('−7: waiting to be sent');
    comeBack();
    await expect.poll(tray).toContain('−7: saved');
    expect(await storedChanges()).toEqual([-7]);
    await expect.poll(total).toBe('−4');
  });

  test('sends nothing unasked that another page of its tab had before it came back', async () => {
    goDown();
    await press('7');
    await expect.poll(tray).toContain('−7: waiting to be sent');
    // The browser shows the page again that it had put aside, and another one has ended what was kept.
    await page.evaluate(() => {
      sessionStorage.removeItem('pending changes');
      dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
    });
    comeBack();
    await expect.poll(connection).toBe('');
    expect(await tray()).toContain('−7: not saved, as far as this page knows.');
    expect(await storedChanges()).toEqual([]);
    await pressUntilTaken(page.getByRole('button', { name: 'Send', exact: true }));
    await expect.poll(tray).toContain('−7: saved');
    expect(await storedChanges()).toEqual([-7]);
  });

  test('keeps saying that a press is being sent when one leaves and returns before its answer', async () => {
    network.fate = (request) => (request.method === 'POST' ? { delayedMs: 2_000 } : 'passes');
    await press('7');
    await toTheParty();
    expect(await tray()).toContain('−7: being sent');
    await page.goBack();
    expect(await tray()).toContain('−7: being sent');
    await expect.poll(tray).toContain('−7: saved');
    expect(await storedChanges()).toEqual([-7]);
    await expect.poll(total).toBe('−4');
  });

  test('tells the same change by someone else from ours, and says that ours is still to come', async () => {
    await sheet.context.setOffline(true);
    network.cutWebSockets();
    await expect.poll(connection).toMatch(/^You are offline\./);
    await page.getByLabel('Note').fill('troll');
    await press('7');
    await expect.poll(tray).toContain('−7, troll: waiting to be sent');
    expect(await page.locator('body').textContent()).not.toMatch(/not saved/i);
    await server.graphql(appendEvent, {
      input: { characterId: rogue, characterHitPoints: -7, note: 'troll' },
    });
    await sheet.context.setOffline(false);
    await expect.poll(tray).toContain('−7, troll: saved, after 1 change by others');
    await expect
      .poll(() => page.getByRole('status', { name: 'Changes by others' }).textContent())
      .toContain('−7');
    expect(await storedChanges()).toEqual([-7, -7]);
    await expect.poll(total).toBe('−11');
  });

  test('can be told not to send what waits', async () => {
    goDown();
    await press('7');
    await expect.poll(tray).toContain('−7: waiting to be sent');
    await pressUntilTaken(page.getByRole('button', { name: 'Cancel' }));
    comeBack();
    await expect.poll(connection, longer).toBe('');
    // It was sent without an answer, so the page cannot promise that it is not stored.
    expect(await tray()).toContain('−7: cancelled, but it was sent before and may be saved.');
    expect(await storedChanges()).toEqual([]);
  });

  test('asks before a tab with something unsent is closed', async () => {
    const asked: string[] = [];
    page.on('dialog', async (dialog) => {
      asked.push(dialog.type());
      await dialog.dismiss();
    });
    goDown();
    await press('7');
    await expect.poll(tray).toContain('waiting to be sent');
    await page.close({ runBeforeUnload: true });
    await expect.poll(() => asked).toEqual(['beforeunload']);
    comeBack();
    await expect.poll(tray).toContain('−7: saved');
  });

  test.each([
    [
      'refuses to write',
      'Storage.prototype.setItem = () => { throw new DOMException("", "QuotaExceededError") }',
    ],
    [
      'refuses everything',
      'for (const name of ["getItem", "setItem", "removeItem"]) Storage.prototype[name] = () => { throw new Error("no") }',
    ],
    [
      'is null',
      'Object.defineProperty(window, "sessionStorage", { value: null }); Object.defineProperty(window, "localStorage", { value: null })',
    ],
    [
      'may not be touched',
      'for (const name of ["sessionStorage", "localStorage"]) Object.defineProperty(window, name, { get() { throw new DOMException("", "SecurityError") } })',
    ],
    ['holds garbage', 'Storage.prototype.getItem = () => "{\\"key\\":"'],
  ])('loses no press to a storage that %s', async (_, script) => {
    await page.addInitScript(script);
    await page.reload();
    await expect.poll(total).toBe('3');
    let left = 1;
    network.fate = (request) => (request.method === 'POST' && left-- > 0 ? 'lost' : 'passes');
    await press('7');
    await press('2', 'Heal');
    await expect.poll(tray).toMatch(/−7: saved.*\+2: saved/);
    expect(await storedChanges()).toEqual([-7, 2]);
    await expect.poll(total).toBe('−2');
  });

  test('notices a WebSocket that is never answered, and shows what others do all the same', async () => {
    network.hangsUpgrades = true;
    network.cutWebSockets();
    await expect.poll(connection, longer).toMatch(/^Not connected\./);
    await server.graphql(appendEvent, { input: { characterId: rogue, characterHitPoints: 5 } });
    await expect.poll(total).toBe('8');
    await page.reload();
    await expect.poll(total).toBe('8');
    await expect.poll(connection, longer).toMatch(/^Not connected\./);
    await server.graphql(appendEvent, { input: { characterId: rogue, characterHitPoints: 5 } });
    await expect.poll(total).toBe('13');
    network.hangsUpgrades = false;
    await expect.poll(connection, longer).toBe('');
  });

  test.each(['online', 'pageshow'])('looks at once on %s, past connections that are dead', async (event) => {
    network.freeze();
    await server.graphql(appendEvent, { input: { characterId: rogue, characterHitPoints: 5 } });
    const start = Date.now();
    await page.evaluate((name) => dispatchEvent(new Event(name)), event);
    await expect.poll(total, longer).toBe('8');
    const ms = Date.now() - start;
    process.stdout.write(`right ${ms} ms after ${event}\n`);
    expect(ms).toBeLessThan(10_000);
    await expect.poll(connection, longer).toBe('');
  });

  test('notices dead connections without any event', async () => {
    network.freeze();
    await server.graphql(appendEvent, { input: { characterId: rogue, characterHitPoints: 5 } });
    await expect.poll(total, longer).toBe('8');
  });
});
