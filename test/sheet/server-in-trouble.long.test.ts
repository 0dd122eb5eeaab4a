import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { hasBrowser, openSheet, pressUntilTaken, type SheetPage, startBrowser } from '../engines/browser.ts';
import { type EngineUnderTest, embedded } from '../engines/engines.ts';
import { freePort } from '../engines/free-port.ts';
import { type ServerProcess, startServer } from '../engines/server-process.ts';
import { appendEvent } from '../graphql/documents.ts';
import { goblinAmbush, rogue } from '../party.ts';

describe.skipIf(!hasBrowser)('the sheet of a server in trouble', { timeout: 180_000 }, () => {
  let browser: Browser;
  let engine: EngineUnderTest;
  let server: ServerProcess;
  let port: string;
  let sheet: SheetPage;
  let page: Page;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    engine = await embedded.open();
    port = String(await freePort());
    server = await startServer({ ...engine.environment, PORT: port });
    for (const input of goblinAmbush) await server.graphql(appendEvent, { input });
    sheet = await openSheet(browser, server, `/character?id=${rogue}`);
    ({ page } = sheet);
    await expect.poll(total).toBe('3');
  });
  afterEach(async () => {
    await sheet.context.close();
    await server.stop('SIGTERM');
    await engine.close();
    expect(sheet.complaints.errors).toEqual([]);
  });

  const total = () => page.locator('.head .number').textContent();
  const report = () => page.getByRole('status', { name: 'Your changes' }).textContent();
  const connection = () => page.getByRole('status', { name: 'Connection' }).textContent();
  const type = async (text: string) => {
    await page.getByRole('textbox', { name: 'Hit points' }).fill(text);
    await page.keyboard.press('Enter');
  };

  test('sees who was created while the server had ended the subscription to new characters', async () => {
    let hasEnded = false;
    let created: string | undefined;
    await page.routeWebSocket('**/graphql', (client) => {
      const toServer = client.connectToServer();
      client.onMessage((message) => {
        toServer.send(message);
        const { id, payload } = JSON.parse(String(message));
        if (created !== undefined || !payload?.query?.includes('characterCreated')) return;
        created = id;
        setTimeout(() => {
          toServer.send(JSON.stringify({ id, type: 'complete' }));
          client.send(JSON.stringify({ id, type: 'complete' }));
          hasEnded = true;
        }, 3_000);
      });
    });
    await page.goto(new URL('/', server.url).href);
    await expect.poll(() => hasEnded).toBe(true);
    const guest = { characterId: 'guest', characterName: 'Guest', characterHitPoints: 4 };
    await server.graphql(appendEvent, { input: guest });
    const link = page.getByRole('link', { name: 'Guest' });
    // The page begins what was ended again after 10 s.
    await expect.poll(() => link.count(), { timeout: 40_000 }).toBe(1);
  });

  test('goes on by itself when the server was started again', async () => {
    await server.stop('SIGTERM');
    await expect.poll(connection).toContain('Not connected.');
    server = await startServer({ ...engine.environment, PORT: port });
    await server.graphql(appendEvent, {
      input: { characterId: rogue, characterHitPoints: 4, note: 'meanwhile' },
    });
    await expect.poll(total).toBe('7');
    await expect.poll(connection).toBe('');
    await type('+1');
    await expect.poll(report).toContain('+1: saved');
    await expect.poll(total).toBe('8');
  });

  test('says what to do when the store does not answer, and shows the character as soon as it does', async () => {
    await page.route('**/graphql', (route) =>
      route.fulfill({
        json: {
          data: { character: null },
          errors: [{ message: 'x', extensions: { code: 'STORE_UNAVAILABLE', requestId: 'r-1' } }],
        },
      }),
    );
    await page.reload();
    await expect
      .poll(() => page.getByRole('alert').textContent())
      .toContain('The server cannot reach its store.');
    await page.unroute('**/graphql');
    await pressUntilTaken(page.getByRole('button', { name: 'Try again' }));
    await expect.poll(total).toBe('3');
  });
});
