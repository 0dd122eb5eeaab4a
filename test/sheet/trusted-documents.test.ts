import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasBrowser, openSheet, startBrowser } from '../engines/browser.ts';
import { type EngineUnderTest, embedded } from '../engines/engines.ts';
import { eventStoreOver } from '../engines/event-store-over.ts';
import { type ServerHere, startServerHere } from '../engines/server-here.ts';
import { goblinAmbush, rogue } from '../party.ts';

const slow = { timeout: 20_000 };

describe.skipIf(!hasBrowser)(
  'the sheet of a server that answers only trusted documents',
  {
    timeout: 60_000,
  },
  () => {
    let browser: Browser;
    let engine: EngineUnderTest;
    let server: ServerHere;
    beforeAll(async () => {
      browser = await startBrowser();
      engine = await embedded.open();
      const manifest = join(mkdtempSync(join(tmpdir(), 'trusted-')), 'documents.json');
      writeFileSync(manifest, JSON.stringify({ other: 'query Other { __typename }' }));
      server = await startServerHere({ ...engine.environment, TRUSTED_DOCUMENTS: manifest });
      for (const event of goblinAmbush) await eventStoreOver(engine.table).append(event);
    });
    afterAll(async () => {
      await browser?.close();
      await server?.stop();
      await engine?.close();
    });

    test('shows, follows and changes a character, and sends ids alone', async () => {
      const { page, complaints } = await openSheet(browser, server, '/');
      const sent: Record<string, unknown>[] = [];
      page.on('request', (request) => {
        if (request.method() === 'POST') sent.push(request.postDataJSON());
      });
      page.on('websocket', (socket) =>
        socket.on('framesent', ({ payload }) => {
          const message = JSON.parse(String(payload));
          if (message.type === 'subscribe') sent.push(message.payload);
        }),
      );
      await page.goto(new URL(`/character?id=${rogue}`, server.url).href);
      await expect
        .poll(() => page.getByText('Bludgeoning damage from bugbear').count(), slow)
        .toBeGreaterThan(0);
      await expect
        .poll(() => sent.some(({ variables }) => JSON.stringify(variables).includes('afterVersion')), slow)
        .toBe(true);

      const event = { characterId: rogue, characterHitPoints: -1, note: 'Stubs a toe' };
      await eventStoreOver(engine.table).append(event);
      await expect.poll(() => page.getByText('Stubs a toe').count(), slow).toBeGreaterThan(0);
      await page.getByRole('textbox', { name: 'Hit points' }).fill('+3');
      await page.keyboard.press('Enter');
      await expect
        .poll(() => engine.table.query(rogue, { from: 4, limit: 1 }), slow)
        .toMatchObject([{ CharacterHitPoints: 3 }]);

      expect(sent.length).toBeGreaterThan(2);
      for (const { query, documentId } of sent) {
        expect(query ?? '').toBe('');
        expect(documentId).toMatch(/^sha256:[0-9a-f]{64}$/);
      }
      expect(server.log()).not.toContain('errorCodes');
      expect([...complaints.errors, ...complaints.foreign]).toEqual([]);
    });
  },
);
