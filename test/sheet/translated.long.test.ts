/// <reference lib="dom" />
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasBrowser, openSheet, pressUntilTaken, startBrowser } from '../engines/browser.ts';
import { type EngineUnderTest, embedded } from '../engines/engines.ts';
import { type ServerHere, startServerHere } from '../engines/server-here.ts';
import { appendEvent } from '../graphql/documents.ts';
import { goblinAmbush, rogue } from '../party.ts';

/**
 * Puts `<font><font>text</font></font>` in place of every text node, also of those that come later, as Google Translate
 * does it in Chrome. The words stay as they are, so that they can be compared.
 */
const translator = () => {
  const translate = (node: Node): void => {
    if (node instanceof Element) {
      const isOurs = node.tagName === 'FONT' || node.getAttribute('translate') === 'no';
      if (!isOurs && !['SCRIPT', 'STYLE'].includes(node.tagName))
        Array.from(node.childNodes).forEach(translate);
      return;
    }
    const { parentElement: parent } = node;
    if (!(node instanceof Text) || parent === null || node.data.trim() === '') return;
    if (parent.closest('font, [translate="no"], script, style') !== null) return;
    const outer = document.createElement('font');
    outer.append(document.createElement('font'));
    outer.firstChild?.appendChild(document.createTextNode(node.data));
    node.replaceWith(outer);
  };
  addEventListener('DOMContentLoaded', () => {
    translate(document.body);
    // Text that a page changes in a node that is out of the document is seen by nobody.
    new MutationObserver((changes) => {
      for (const { addedNodes, target, type } of changes) {
        if (type === 'characterData') translate(target);
        else addedNodes.forEach(translate);
      }
    }).observe(document.body, { childList: true, subtree: true, characterData: true });
  });
};

describe.skipIf(!hasBrowser)('the sheet in a page that the browser translates', { timeout: 90_000 }, () => {
  let browser: Browser;
  let engine: EngineUnderTest;
  let server: ServerHere;
  let translated: Page;
  let plain: Page;
  const errors: string[] = [];
  beforeAll(async () => {
    browser = await startBrowser();
    engine = await embedded.open();
    server = await startServerHere(engine.environment);
    for (const input of goblinAmbush) await server.graphql(appendEvent, { input });
    const sheets = await Promise.all([openSheet(browser, server, '/'), openSheet(browser, server, '/')]);
    [translated, plain] = [sheets[0].page, sheets[1].page];
    translated.on('pageerror', (error) => errors.push(error.message));
    await translated.addInitScript(translator);
    await Promise.all([translated.reload(), plain.reload()]);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    await engine?.close();
  });

  const happens = (change: Record<string, unknown>) =>
    server.graphql(appendEvent, { input: { characterId: rogue, ...change } });
  const inBoth = (act: (page: Page) => Promise<unknown>) => Promise.all([act(translated), act(plain)]);
  const words = async (page: Page) =>
    (await page.locator('main').innerText()).replace(/\s+/g, ' ').toLowerCase();

  /** Waits until the plain page says it, and until the translated one says all the same. */
  async function bothSay(text: string | RegExp): Promise<void> {
    await expect.poll(() => words(plain)).toMatch(text);
    // The plain page may still be on its way to the last words.
    await expect
      .poll(async () =>
        (await words(translated)) === (await words(plain)) ? 'the same' : await difference(),
      )
      .toBe('the same');
    expect(await translated.locator('font').count()).toBeGreaterThan(3);
    expect(errors).toEqual([]);
  }
  const difference = async () => `translated: ${await words(translated)}\nplain: ${await words(plain)}`;

  test('says the same of the party as one that is not translated, whatever happens', async () => {
    await bothSay(/hurt|near the end/);
    await happens({ characterHitPoints: 5 });
    await bothSay('8 / 8');
    await happens({ characterHitPoints: -28, note: 'dragon' });
    await bothSay('down');
    await happens({ characterHitPoints: 24, maximumHitPoints: 40, temporaryHitPoints: 7 });
    await bothSay(/\+7/);
    await happens({ characterName: 'Ashe', experience: 900 });
    await bothSay('ashe');
    await inBoth((page) => pressUntilTaken(page.getByLabel('Choose Ashe'), { force: true }));
    await bothSay('1 chosen');
    await inBoth((page) => page.getByLabel('Amount').fill('many'));
    await inBoth((page) => pressUntilTaken(page.getByRole('button', { name: 'Damage', exact: true })));
    await bothSay('type a whole number');
    await inBoth((page) => pressUntilTaken(page.getByRole('button', { name: 'Cancel' }).first()));
    await server.graphql(appendEvent, {
      input: { characterId: 'goblin', characterName: 'Goblin', characterHitPoints: 7 },
    });
    await bothSay('goblin');
  });

  test('says the same of a character, whatever happens', async () => {
    await inBoth((page) => page.goto(new URL(`/character?id=${rogue}`, server.url).href));
    await bothSay('ashe');
    await happens({ characterHitPoints: -50, note: 'dragon' });
    await bothSay('down');
    await happens({ characterHitPoints: 40, note: 'potion' });
    await bothSay('unhurt');
    await inBoth((page) => page.locator('#amount').fill('many'));
    await inBoth((page) => page.locator('#amount').press('Enter'));
    await bothSay('type a whole number');
    await inBoth((page) => page.locator('#amount').fill('1'));
    await happens({ characterHitPoints: -3, note: 'goblin' });
    await bothSay('goblin');
    await happens({ characterHitPoints: -4, note: 'ogre' });
    await bothSay('ogre');
    await inBoth((page) => page.locator('#look-back').press('ArrowLeft'));
    await bothSay(/past/);
    await inBoth((page) => page.locator('#look-back').press('Home'));
    await bothSay(/past/);
    await inBoth((page) => pressUntilTaken(page.getByRole('button', { name: 'Back to now' })));
    await bothSay('33 / of 40');
    await happens({ maximumHitPoints: 60 });
    await bothSay('60');
    await happens({ archived: true });
    await bothSay(/put away/i);
  });

  test('says how far a press has come', async () => {
    const tray = translated.getByRole('status', { name: 'Your changes' });
    await pressUntilTaken(translated.getByRole('link', { name: /party/ }));
    await translated.goBack();
    let isDown = true;
    await translated.route('**/graphql', (route) => {
      const isMutation = route.request().postData()?.includes('mutation') ?? false;
      return isMutation && isDown ? route.abort() : route.continue();
    });
    await translated.locator('#amount').fill('1');
    await pressUntilTaken(translated.getByRole('button', { name: 'Damage', exact: true }));
    await expect.poll(() => tray.innerText()).toContain('Ashe −1: waiting to be sent');
    isDown = false;
    await expect.poll(() => tray.innerText()).toContain('Ashe −1: saved');
    await pressUntilTaken(tray.getByRole('button', { name: 'Undo' }));
    await expect.poll(() => tray.innerText()).toContain('Undone: Ashe −1');
    await translated.context().setOffline(true);
    const connection = translated.getByRole('status', { name: 'Connection' });
    await expect.poll(() => connection.innerText()).toContain('You are offline.');
    await translated.context().setOffline(false);
    await expect.poll(() => connection.innerText()).toBe('');
    expect(errors).toEqual([]);
  });
});
