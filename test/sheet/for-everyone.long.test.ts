/// <reference lib="dom" />
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Complaints, hasBrowser, openSheet, startBrowser } from '../engines/browser.ts';
import { type EngineUnderTest, embedded } from '../engines/engines.ts';
import { type ServerProcess, startServer } from '../engines/server-process.ts';
import { appendEvent } from '../graphql/documents.ts';
import { goblinAmbush, rogue } from '../party.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const markup = `<img src=x onerror="document.title='owned'"><b>bold</b> & {{x}} \u202e${' long'.repeat(300)}`;
const longId = `${'ä'.repeat(127)}x`;

describe.skipIf(!hasBrowser)('the sheet', { timeout: 180_000 }, () => {
  let browser: Browser;
  let engine: EngineUnderTest;
  let server: ServerProcess;
  beforeAll(async () => {
    browser = await startBrowser();
    engine = await embedded.open();
    server = await startServer(engine.environment);
    for (const input of goblinAmbush) await server.graphql(appendEvent, { input });
    for (const characterId of ['..', 'a/b', 'a?b=c&d#e%2F', longId]) {
      const input = { characterId, characterName: 'W'.repeat(100), characterHitPoints: 5, note: markup };
      await server.graphql(appendEvent, { input });
    }
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop('SIGTERM');
    await engine?.close();
  });

  const openForAll = async (path: string, options: Parameters<typeof openSheet>[3] = {}) => {
    const { page, complaints } = await openSheet(browser, server, path, options);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.locator('main').filter({ hasNotText: 'Loading…' }).waitFor();
    return { page, complaints };
  };
  const open: typeof openForAll = async (path, options) => {
    const opened = await openForAll(path, options);
    onTestFinished(() => opened.page.context().close());
    return opened;
  };
  const sheetOf = (id: string) => `/character?id=${encodeURIComponent(id)}`;

  const views: readonly (readonly [name: string, path: string])[] = [
    ['the party', '/'],
    ['a character', sheetOf(rogue)],
    ['a character with a long id and a note full of markup', sheetOf(longId)],
    ['a character that is not there', sheetOf('nobody')],
    ['an id that no character can have', sheetOf('x'.repeat(256))],
  ];

  describe.each(views)('showing %s', (_, path) => {
    let page: Page;
    let complaints: Complaints;
    beforeAll(async () => {
      ({ page, complaints } = await openForAll(path, { reducedMotion: 'reduce' }));
    });
    afterAll(() => page?.context().close());

    test.each(['light', 'dark'] as const)('breaks no rule of accessibility, %s', async (colorScheme) => {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      expect(await violations(page)).toEqual([]);
    });

    test('fits on a screen of 320 pixels, with targets for fingers', async () => {
      const { page: phone } = await open(path, { viewport: { width: 320, height: 640 } });
      expect(await phone.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
      const small = await phone.evaluate(() =>
        Array.from(document.querySelectorAll('button, input, a'), (each) => ({
          box: each.getBoundingClientRect(),
          text: each.outerHTML.slice(0, 80),
        }))
          .filter(({ box }) => box.width > 0 && (box.height < 44 || box.width < 44))
          .map(({ text }) => text),
      );
      expect(small).toEqual([]);
    });

    test('asks nobody but its server, and nothing fails', () => {
      expect(complaints).toEqual({ foreign: [], errors: [] });
    });
  });

  test('breaks no rule of accessibility in its error states', async () => {
    const { page } = await open(sheetOf(rogue));
    await page.route('**/graphql', (route) => route.abort());
    await page.getByRole('textbox', { name: 'Hit points' }).fill('-2');
    await page.keyboard.press('Enter');
    await expect
      .poll(() => page.getByRole('status', { name: 'Your changes' }).textContent())
      .toContain('Not saved');
    await page.getByRole('textbox', { name: 'Hit points' }).fill('many');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.getByRole('alert').first().textContent()).not.toBe('');
    expect(await violations(page)).toEqual([]);
    await page.reload();
    await expect
      .poll(() => page.getByRole('alert').first().textContent())
      .toContain('The server did not answer');
    expect(await violations(page)).toEqual([]);
  });

  test.each(['..', 'a/b', 'a?b=c&d#e%2F', longId])(
    'opens the character %j from the party, and at its own address',
    async (id) => {
      const { page } = await open('/');
      const link = page.getByRole('link').filter({ hasText: 'WWW' });
      const addresses = await link.evaluateAll((links) =>
        links.map((each) => (each as HTMLAnchorElement).href),
      );
      const address = addresses.find((each) => new URL(each).searchParams.get('id') === id);
      expect(address).toBeDefined();
      await page.goto(address ?? '');
      await expect.poll(() => page.locator('.head .id').textContent()).toBe(id);
      await page.getByRole('textbox', { name: 'Hit points' }).fill('+1');
      await page.keyboard.press('Enter');
      await expect
        .poll(() => page.getByRole('status', { name: 'Your changes' }).textContent())
        .toMatch(/^Saved as version/);
    },
  );

  test('shows text as text', async () => {
    const { page } = await open(sheetOf(longId));
    await expect.poll(() => page.locator('.line-note').last().textContent()).toBe(markup);
    expect(await page.locator('.line-note img, .line-note b').count()).toBe(0);
    expect(await page.title()).not.toBe('owned');
  });

  test('is worked with the keyboard alone', async () => {
    const { page } = await open(sheetOf(rogue));
    const focused = () =>
      page.evaluate(
        () => document.activeElement?.textContent || document.activeElement?.parentElement?.textContent || '',
      );
    const visited: string[] = [];
    for (let presses = 0; presses < 11; presses += 1) {
      await page.keyboard.press('Tab');
      visited.push((await focused()).trim());
      const outline = await page.evaluate(
        () => document.activeElement && getComputedStyle(document.activeElement).outlineStyle,
      );
      expect(outline).not.toBe('none');
    }
    expect(visited).toEqual(
      expect.arrayContaining(['← The party', 'Hit points', 'Note', 'Damage', 'Heal', 'Apply', 'Undo']),
    );
  });

  test('is printed on one page', async () => {
    const { page } = await open(sheetOf(rogue));
    await page.emulateMedia({ media: 'print' });
    expect(await page.getByRole('button').count()).toBe(0);
    const pdf = (await page.pdf({ format: 'A4' })).toString('latin1');
    expect(pdf.match(/\/Type \/Page\b(?!s)/g)).toHaveLength(1);
  });

  test('is at most 60 KB of JavaScript, gzipped', async () => {
    const { page } = await open('/');
    const scripts = await page
      .locator('script[src]')
      .evaluateAll((all) => all.map((each) => (each as HTMLScriptElement).src));
    const sizes = await Promise.all(
      scripts.map(
        async (script) => gzipSync(new Uint8Array(await (await fetch(script)).arrayBuffer())).length,
      ),
    );
    const total = sizes.reduce((sum, size) => sum + size, 0);
    process.stdout.write(`${total} bytes of JavaScript, gzipped\n`);
    expect(total).toBeGreaterThan(0);
    expect(total).toBeLessThanOrEqual(60 * 1_024);
    expect(await page.locator('script:not([src])').count()).toBe(0);
  });
});

async function violations(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe);
  const found = await page.evaluate(async () => {
    const { run } = (
      globalThis as unknown as {
        axe: { run: () => Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
      }
    ).axe;
    return (await run()).violations;
  });
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}
