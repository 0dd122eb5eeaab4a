import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { hasBrowser, openSheet, type SheetPage, startBrowser } from '../engines/browser.ts';
import { type EngineUnderTest, embedded } from '../engines/engines.ts';
import { freePort } from '../engines/free-port.ts';
import { type ServerProcess, startServer } from '../engines/server-process.ts';
import { appendEvent } from '../graphql/documents.ts';
import { goblinAmbush, rogue } from '../party.ts';

describe.skipIf(!hasBrowser)('the sheet on a bad connection', { timeout: 180_000 }, () => {
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
  const stored = () => engine.table.query(rogue, { from: 3, limit: 100 });
  const type = async (text: string) => {
    await page.getByRole('textbox', { name: 'Hit points' }).fill(text);
    await page.keyboard.press('Enter');
  };

  /** Lets mutations reach the server, and loses so many of their answers. */
  async function loseAnswers(count: number): Promise<void> {
    let lost = 0;
    await page.route('**/graphql', async (route) => {
      const isMutation = route.request().postData()?.includes('mutation') ?? false;
      if (!isMutation || lost >= count) return route.continue();
      lost += 1;
      await route.fetch();
      await route.abort();
    });
  }

  test('stores a press once whose answer was lost, when it is sent again', async () => {
    await loseAnswers(1);
    await type('-2');
    await expect.poll(report).toContain('Not saved: ');
    await expect.poll(async () => (await stored()).length).toBe(1);
    await page.getByRole('button', { name: 'Try again' }).click();
    await expect.poll(report).toBe('Saved as version 3.');
    expect(await stored()).toHaveLength(1);
    await expect.poll(total).toBe('1');
  });

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
    await expect.poll(() => link.count(), { timeout: 20_000 }).toBe(1);
  });

  test('stores a press once whose answer was lost, when the page is loaded again', async () => {
    await loseAnswers(1);
    await type('-2');
    await expect.poll(report).toContain('Not saved: ');
    await page.reload();
    await expect.poll(report).toBe('Saved as version 3.');
    expect(await stored()).toHaveLength(1);
    expect(await page.getByRole('status', { name: 'Changes by others' }).textContent()).toBe('');
    await page.reload();
    await expect.poll(total).toBe('1');
    expect(await report()).toBe('');
  });

  test('says that it is offline, keeps what is pressed, and goes on where it was', async () => {
    await sheet.context.setOffline(true);
    await expect.poll(connection).toContain('You are offline.');
    await type('-2');
    await expect.poll(report).toContain('Not saved: ');
    for (let nth = 0; nth < 5; nth += 1) {
      await server.graphql(appendEvent, {
        input: { characterId: rogue, characterHitPoints: 1, note: `${nth}` },
      });
    }
    await sheet.context.setOffline(false);
    await expect.poll(connection, { timeout: 10_000 }).toBe('');
    await expect
      .poll(() => page.locator('.line-note').allTextContents(), { timeout: 10_000 })
      .toEqual(expect.arrayContaining(['0', '1', '2', '3', '4']));
    const again = page.getByRole('button', { name: 'Try again' });
    if ((await again.count()) > 0) await again.click();
    await expect.poll(report, { timeout: 10_000 }).toContain('Saved as version 8');
    // The page draws a character up to 16 ms after the report of a press.
    await expect.poll(total).toBe('6');
    const versions = async () => (await page.locator('.line-version').allTextContents()).map(numberIn);
    await expect.poll(versions).toEqual([8, 7, 6, 5, 4, 3, 2, 1, 0]);
  });

  test('goes on by itself when the server was started again', async () => {
    await server.stop('SIGTERM');
    await expect.poll(connection).toContain('Not connected.');
    server = await startServer({ ...engine.environment, PORT: port });
    await server.graphql(appendEvent, {
      input: { characterId: rogue, characterHitPoints: 4, note: 'meanwhile' },
    });
    await expect.poll(total, { timeout: 10_000 }).toBe('7');
    await expect.poll(connection).toBe('');
    await type('+1');
    await expect.poll(report).toBe('Saved as version 4.');
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
    await page.getByRole('button', { name: 'Try again' }).click();
    await expect.poll(total).toBe('3');
  });
});

function numberIn(text: string): number {
  return Number(text.replace(/\D/g, ''));
}
