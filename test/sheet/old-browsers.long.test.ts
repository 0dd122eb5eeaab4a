/// <reference lib="dom" />
import { readdirSync, readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasBrowser, openSheet, pressUntilTaken, startBrowser } from '../engines/browser.ts';
import { type EngineUnderTest, embedded } from '../engines/engines.ts';
import { type ServerHere, startServerHere } from '../engines/server-here.ts';
import { appendEvent } from '../graphql/documents.ts';
import { goblinAmbush, rogue } from '../party.ts';

/** What Safari 16.0, Chrome 109 or Firefox 115 lacks, by where it would be. */
const missing: Readonly<Record<string, readonly string[]>> = {
  AbortSignal: ['any'],
  Array: ['fromAsync'],
  'Array.prototype': ['toReversed', 'toSorted', 'toSpliced', 'with'],
  'Element.prototype': ['checkVisibility'],
  'HTMLElement.prototype': ['showPopover', 'popover'],
  Intl: ['Segmenter', 'DurationFormat'],
  'Iterator.prototype': ['map', 'filter', 'toArray', 'forEach', 'some', 'find'],
  Map: ['groupBy'],
  Object: ['groupBy'],
  Promise: ['withResolvers', 'try'],
  'Set.prototype': ['union', 'intersection', 'difference', 'isSubsetOf'],
  'String.prototype': ['isWellFormed', 'toWellFormed'],
  URL: ['canParse', 'parse'],
  globalThis: ['requestIdleCallback', 'scheduler', 'navigation', 'Temporal'],
  document: ['startViewTransition'],
};

function removal(things: Readonly<Record<string, readonly string[]>>): string {
  const lines = Object.entries(things).flatMap(([place, names]) =>
    names.map((name) => `try { delete ${place}[${JSON.stringify(name)}] } catch {}`),
  );
  return lines.join('\n');
}

describe.skipIf(!hasBrowser)('the sheet in an old browser', { timeout: 60_000 }, () => {
  let browser: Browser;
  let engine: EngineUnderTest;
  let server: ServerHere;
  beforeAll(async () => {
    browser = await startBrowser();
    engine = await embedded.open();
    server = await startServerHere(engine.environment);
    for (const input of goblinAmbush) await server.graphql(appendEvent, { input });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    await engine?.close();
  });

  test('works with what the oldest of them have', async () => {
    const { page, complaints } = await openSheet(browser, server, '/');
    await page.addInitScript(removal(missing));
    await page.reload();
    expect(await page.evaluate('"any" in AbortSignal || "toReversed" in Array.prototype')).toBe(false);
    await page.locator(`[id="choose-${rogue}"]`).focus();
    await page.keyboard.press('Space');
    await page.locator('#fight-amount').fill('2');
    await page.locator('#fight-amount').press('Enter');
    const tray = page.getByRole('status', { name: 'Your changes' });
    await expect.poll(() => tray.textContent()).toContain('−2: saved');
    await pressUntilTaken(page.locator(`[id="open-${rogue}"]`));
    const total = page.locator('.head .number');
    await expect.poll(() => total.textContent()).toBe('1');
    await page.locator('#amount').fill('+5');
    await page.locator('#amount').press('Enter');
    await expect.poll(() => total.textContent()).toBe('6');
    await page.locator('#look-back').press('Home');
    await expect.poll(() => total.textContent()).toBe('8');
    await pressUntilTaken(page.getByRole('button', { name: 'Back to now' }));
    await expect.poll(() => total.textContent()).toBe('6');
    await server.graphql(appendEvent, { input: { characterId: rogue, characterHitPoints: 1 } });
    await expect.poll(() => total.textContent()).toBe('7');
    expect(complaints.errors).toEqual([]);
  });

  test('says in a sentence which browsers it needs where it is too old', async () => {
    const { page, complaints } = await openSheet(browser, server, '/');
    await page.addInitScript(removal({ 'Array.prototype': ['findLast'] }));
    await page.reload();
    await expect
      .poll(() => page.locator('body').innerText())
      .toBe('This page needs Safari 16, Chrome 109, Firefox 115, or a newer browser.');
    expect(complaints.errors).toEqual([]);
  });

  test('gets styles that it knows', () => {
    const assets = new URL('../../dist/sheet/assets/', import.meta.url);
    const css = readdirSync(assets)
      .filter((name) => name.endsWith('.css'))
      .map((name) => readFileSync(new URL(name, assets), 'utf8'))
      .join('');
    expect(css.length).toBeGreaterThan(1_000);
    expect(css).not.toMatch(/color-mix\(|&|@scope|@starting-style|light-dark\(/);
  });
});
