import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasBrowser, openSheet, startBrowser } from '../engines/browser.ts';
import { type EngineUnderTest, embedded } from '../engines/engines.ts';
import { type ServerProcess, startServer } from '../engines/server-process.ts';
import { startTokenIssuer } from '../engines/token-issuer.ts';
import { appendEvent } from '../graphql/documents.ts';
import { goblinAmbush, rogue } from '../party.ts';

describe.skipIf(!hasBrowser)('GraphiQL, without the internet', { timeout: 60_000 }, () => {
  let browser: Browser;
  let engine: EngineUnderTest;
  let server: ServerProcess;
  beforeAll(async () => {
    browser = await startBrowser();
    engine = await embedded.open();
    server = await startServer(engine.environment);
    for (const input of goblinAmbush) await server.graphql(appendEvent, { input });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop('SIGTERM');
    await engine?.close();
  });

  test('loads the schema and answers a query, all from this server', async () => {
    const { page, complaints } = await openSheet(browser, server, '/graphiql');
    await page.locator('.graphiql-execute-button').click();
    await expect
      .poll(() => page.locator('.result-window').textContent(), { timeout: 20_000 })
      .toContain('cpustejovsky');
    expect(complaints.foreign).toEqual([]);
  });

  test('sends the token of its headers with subscriptions too, and tells why one is refused', async () => {
    const issuer = await startTokenIssuer();
    const closed = await startServer({ ...engine.environment, ...issuer.environment });
    const query = `subscription { eventAppended(characterId: "${rogue}", afterVersion: 1) { note } }`;
    const path = `/graphiql?query=${encodeURIComponent(query)}`;
    const { page } = await openSheet(browser, closed, path);
    const run = () => page.locator('.graphiql-execute-button').click();
    const told = (text: string) =>
      expect.poll(() => page.locator('.result-window').textContent(), { timeout: 20_000 }).toContain(text);
    await run();
    await told('4401');
    await page.getByRole('button', { name: 'Headers' }).click();
    await page.locator('.graphiql-editor-tool .graphiql-editor:visible').click();
    await page.keyboard.insertText(`{ "Authorization": "Bearer ${await issuer.sign()}" }`);
    await run();
    await told('bugbear');
    // GraphiQL keeps what is typed half a second later.
    const kept = () => page.evaluate(() => localStorage.getItem('graphiql:headers'));
    await expect.poll(kept).toContain('Bearer');
    await page.reload();
    await run();
    await told('bugbear');
    await page.context().close();
    await closed.stop('SIGTERM');
    await issuer.stop();
  });
});
