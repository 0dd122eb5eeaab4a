import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasBrowser, openSheet, pressUntilTaken, startBrowser } from '../engines/browser.ts';
import { type EngineUnderTest, embedded } from '../engines/engines.ts';
import { type ServerProcess, startServer } from '../engines/server-process.ts';
import { wizardItems } from '../party.ts';
import { sized } from '../size.ts';

const length = sized(1_000, 100_000);
const somewhere = Math.floor(length * 0.54321);

describe.skipIf(!hasBrowser)('the sheet', { timeout: 180_000 }, () => {
  let browser: Browser;
  let engine: EngineUnderTest;
  let server: ServerProcess;
  beforeAll(async () => {
    browser = await startBrowser();
    engine = await embedded.open();
    server = await startServer(engine.environment);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop('SIGTERM');
    await engine?.close();
  });

  test(`of a character with ${length} events loads a page of them, and the others when asked to`, async () => {
    const items = wizardItems(Array.from({ length }, (_, version) => (version % 7) - 3));
    for (let start = 0; start < items.length; start += 100)
      await engine.table.insert(items.slice(start, start + 100));
    const { page } = await openSheet(browser, server, 'about:blank');
    let received = 0;
    page.on('response', async (response) => {
      received += (await response.body().catch(() => Buffer.alloc(0))).length;
    });
    page.on('websocket', (socket) =>
      socket.on('framereceived', ({ payload }) => {
        received += payload.length;
      }),
    );
    await page.goto(new URL('/character?id=wizard', server.url).href);
    await expect.poll(() => page.locator('.line').count()).toBe(15);
    for (const lines of [50, 100]) {
      await pressUntilTaken(page.getByRole('button', { name: 'Show older events' }));
      await expect.poll(() => page.locator('.line').count()).toBe(lines);
    }
    await page.getByLabel('Exact event').fill(String(somewhere));
    await expect
      .poll(() => page.getByRole('status', { name: 'Time' }).textContent())
      .toContain(`event ${somewhere} of ${length}`);
    await pressUntilTaken(page.getByRole('button', { name: 'Back to now' }));
    await page.getByRole('textbox', { name: 'Hit points' }).fill('+1');
    await page.keyboard.press('Enter');
    await expect
      .poll(() => page.getByRole('status', { name: 'Your changes' }).textContent())
      .toContain('+1: saved');
    await expect.poll(() => page.locator('.line').count()).toBe(101);
    process.stdout.write(`${received} bytes received\n`);
    expect(received).toBeLessThan(300_000);
  });
});
