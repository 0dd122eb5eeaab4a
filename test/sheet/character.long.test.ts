/// <reference lib="dom" />
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasBrowser, pressUntilTaken, untilStill } from '../engines/browser.ts';
import { eventStoreOver } from '../engines/event-store-over.ts';
import { startTokenIssuer, type TokenIssuer } from '../engines/token-issuer.ts';
import { goblinAmbush, rogue } from '../party.ts';
import { violations } from './accessibility.ts';
import { sheetInBrowser, sheetOf } from './sheet-in-browser.ts';

describe.skipIf(!hasBrowser)('the sheet of a character', { timeout: 120_000 }, () => {
  const { server, open, append, begin, stored } = sheetInBrowser();
  const total = (page: Page) => page.locator('.head .number').textContent();
  const head = (page: Page) => page.locator('.head').innerText();
  const amount = (page: Page) => page.getByRole('textbox', { name: 'Hit points' });
  const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
  const advice = (page: Page) => page.locator('#amount-advice').textContent();
  const hero = (saying: object = {}) =>
    append({
      characterId: 'dana',
      version: 0,
      characterName: 'Dana',
      characterHitPoints: 23,
      maximumHitPoints: 58,
      ...saying,
    });

  test('says how many hit points of how many, and how it is; without a maximum the best there was', async () => {
    await hero({ temporaryHitPoints: 5 });
    await begin();
    const page = await open(sheetOf('dana'));
    await expect.poll(() => head(page)).toMatch(/Dana\s+23\s*\/\s*of\s*58\s*\+5/);
    expect(await head(page)).toContain('badly hurt');
    expect(await page.title()).toBe('Dana, 23 hit points');
    const other = await open(sheetOf());
    await expect.poll(() => head(other)).toContain('8 at best');
    await append({ characterId: 'dana', characterHitPoints: -60 });
    await expect.poll(() => total(page)).toBe('0');
    expect(await head(page)).toMatch(/down/i);
    await append({ characterId: 'dana', archived: true });
    await page.getByText('Put away: not in the party any more.').waitFor();
    await pressUntilTaken(button(page, 'Bring back'));
    await expect.poll(() => page.getByText('Put away: not').count()).toBe(0);
    expect(await stored('dana', 3)).toMatchObject([{ Archived: false }]);
  });

  test('says no more "today" of yesterday, where the page stays open over midnight', async () => {
    await hero();
    const page = await open(sheetOf('dana'));
    await page.clock.install();
    await page.reload();
    const times = () => page.locator('.history time, .chart-times > :first-child').allTextContents();
    await expect.poll(times).toEqual(Array(2).fill(expect.stringMatching(/^today/)));
    await page.clock.fastForward(24 * 3_600_000);
    await expect.poll(times).not.toContainEqual(expect.stringMatching(/^today/));
    expect(await times()).toHaveLength(2);
  });

  test('takes an amount: Enter is damage, signs and totals and sums are read, in every digit', async () => {
    await hero({ characterHitPoints: 40 });
    const page = await open(sheetOf('dana'));
    const entries: readonly (readonly [typed: string, press: string, total: string])[] = [
      ['7', 'Enter', '33'],
      ['+5', 'Enter', '38'],
      ['=20', 'Enter', '20'],
      ['-3-4', 'Enter', '13'],
      ['٧', 'Heal', '20'],
      ['７', 'Damage', '13'],
      ['1,000', 'Heal', '58'],
    ];
    for (const [typed, press, wanted] of entries) {
      await amount(page).fill(typed);
      if (press === 'Enter') await page.keyboard.press('Enter');
      else await pressUntilTaken(button(page, press));
      await expect.poll(() => total(page), { message: typed }).toBe(wanted);
      expect(await amount(page).inputValue()).toBe('');
    }
    await amount(page).fill('8');
    await pressUntilTaken(button(page, 'Temporary'));
    await expect.poll(() => page.locator('.head .temporary').textContent()).toContain('+8');
    expect(await amount(page).getAttribute('inputmode')).toBe('numeric');
    expect(await page.getByRole('button', { name: 'Apply' }).count()).toBe(0);
    expect(await page.locator('.last-amounts').innerText()).toMatch(/8\s+1000\s+7\s+5/);
    await pressUntilTaken(page.locator('.last-amounts').getByRole('button', { name: '7' }));
    expect(await amount(page).inputValue()).toBe('7');
    expect(await stored('dana', 8)).toMatchObject([{ TemporaryHitPoints: 8 }]);
  });

  test('sends nothing that is unclear, says what to type, and keeps what is typed and the focus', async () => {
    await hero();
    const page = await open(sheetOf('dana'));
    await amount(page).fill('many');
    await page.keyboard.press('Enter');
    await expect.poll(() => advice(page)).toMatch(/^Type a whole number/);
    expect(await amount(page).inputValue()).toBe('many');
    expect(await amount(page).getAttribute('aria-invalid')).toBe('true');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('amount');
    await amount(page).fill('2');
    await page.getByLabel('Note').fill('x'.repeat(1_900));
    expect(await page.locator('#note-length').textContent()).toBe('1900 of 2000');
    // A letter outside the basic plane counts once, as the server counts.
    await page.getByLabel('Note').fill('𝔡'.repeat(2_001));
    await page.keyboard.press('Enter');
    await expect.poll(() => advice(page)).toMatch(/^The note is too long/);
    await page.getByLabel('Note').fill('𝔡'.repeat(2_000));
    await page.keyboard.press('Enter');
    await expect.poll(() => total(page)).toBe('21');
    expect(await advice(page)).toBe('');
    const note = page.locator('.line-note').first();
    const folded = await note.evaluate((each) => each.clientHeight);
    await pressUntilTaken(button(page, 'Show all'));
    expect(await note.evaluate((each) => each.clientHeight)).toBeGreaterThan(2 * folded);
  });

  test('keeps what is typed, and the place, through other views and a reload', async () => {
    await hero();
    const page = await open(sheetOf('dana'), { viewport: { width: 390, height: 500 } });
    await amount(page).fill('-4');
    await page.getByLabel('Note').fill('Trap');
    await page.evaluate(() => scrollTo(0, 300));
    await pressUntilTaken(page.getByRole('link', { name: /The party/ }));
    await expect.poll(() => new URL(page.url()).pathname).toBe('/');
    await page.goBack();
    expect(await amount(page).inputValue()).toBe('-4');
    await expect.poll(() => page.evaluate(() => scrollY)).toBe(300);
    await page.reload();
    await expect.poll(() => amount(page).inputValue()).toBe('-4');
    expect(await page.getByLabel('Note').inputValue()).toBe('Trap');
  });

  test('shows what the party knows, and what it has kept, at once and without the server', async () => {
    await hero();
    const page = await open('/');
    await page.getByRole('link', { name: 'Dana' }).waitFor();
    await page.route('**/graphql', (route) => route.abort());
    await pressUntilTaken(page.getByRole('link', { name: 'Dana' }));
    expect(await total(page)).toBe('23');
    await button(page, 'Try again').waitFor();
    expect(await button(page, 'Damage').isVisible()).toBe(true);
    await page.unroute('**/graphql');
    await expect.poll(() => page.locator('.line').count()).toBe(1);
    await pressUntilTaken(page.getByRole('link', { name: /The party/ }));
    await page.route('**/graphql', (route) => route.abort());
    await page.goBack();
    expect(await total(page)).toBe('23');
    expect(await page.locator('.line').count()).toBe(1);
    await page.unroute('**/graphql');
    await append({ characterId: 'dana', characterHitPoints: -3 });
    await expect.poll(() => total(page)).toBe('20');
  });

  test('has one quiet place for what is changed once in a while', async () => {
    await hero();
    const page = await open(sheetOf('dana'));
    await pressUntilTaken(page.getByText('More', { exact: true }));
    const set = async (label: string, typed: string, press: string) => {
      await page.getByRole('textbox', { name: label, exact: true }).fill(typed);
      await pressUntilTaken(button(page, press));
    };
    await set('Name', 'Dana the Bold', 'Rename');
    await set('Maximum', '60', 'Set maximum');
    await set('Temporary', '9', 'Set temporary');
    await set('Experience', '300', 'Give');
    await set('Experience', '50', 'Take');
    await pressUntilTaken(button(page, 'Put away'));
    await expect.poll(() => page.locator('.line').count()).toBe(7);
    expect(await page.locator('.line-deeds').allInnerTexts()).toEqual([
      'put away',
      '−50 experience',
      '+300 experience',
      '9 temporary',
      'maximum 60',
      'named Dana the Bold',
      '+23, maximum 58',
    ]);
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Dana the Bold');
    expect(await page.locator('.details').innerText()).toMatch(
      /Id\s+dana[\s\S]*Experience\s+250[\s\S]*Version\s+6/,
    );
    await set('Maximum', 'no', 'Set maximum');
    expect(await page.locator('#more-maximum-advice').textContent()).toBe('Type a whole number from 1.');
    for (const [label, typed, press] of [
      ['Maximum', '+5', 'Set maximum'],
      ['Maximum', '-5', 'Set maximum'],
      ['Temporary', '+5', 'Set temporary'],
      ['Experience', '=300', 'Give'],
      ['Experience', '-50', 'Give'],
      ['Experience', '+50', 'Take'],
    ] as const) {
      await set(label, typed, press);
      const field = label.toLowerCase();
      expect(await page.locator(`#more-${field}`).inputValue()).toBe(typed);
      expect(await page.locator(`#more-${field}-advice`).textContent()).toMatch(/^Type a whole number from/);
    }
    expect(await stored('dana', 7)).toEqual([]);
  });

  test('offers to undo the newest event beside the form, says what was undone, and takes it back', async () => {
    await hero();
    await append({ characterId: 'dana', characterHitPoints: -4, note: 'Arrow' });
    await append({ characterId: 'dana', characterHitPoints: -7, note: 'troll' });
    const page = await open(sheetOf('dana'));
    const newest = page.locator('.newest-undo');
    await expect.poll(() => newest.textContent()).toContain('−7, troll → 12');
    await pressUntilTaken(newest.getByRole('button'));
    await expect.poll(() => total(page)).toBe('19');
    await expect.poll(() => newest.textContent()).toContain('−4, Arrow → 19');
    await expect.poll(() => page.locator('.tray').textContent()).toContain('Undone: Dana −7, troll');
    expect(await page.locator('.line.undone .line-mark').textContent()).toBe('undone');
    expect(await page.locator('.line').first().textContent()).toContain('Takes back −7, troll');
    await pressUntilTaken(button(page, 'Take back'));
    await expect.poll(() => total(page)).toBe('12');
  });

  test('undoes again what was undone and brought back', async () => {
    await hero();
    await append({ characterId: 'dana', characterHitPoints: -7, note: 'troll' });
    const page = await open(sheetOf('dana'));
    const newest = page.locator('.newest-undo');
    for (const [wanted, press] of [
      ['23', newest.getByRole('button')],
      ['16', button(page, 'Take back')],
      ['23', newest.getByRole('button')],
    ] as const) {
      await pressUntilTaken(press.last());
      await expect.poll(() => total(page)).toBe(wanted);
    }
    expect(await page.getByRole('status', { name: 'Your changes' }).textContent()).not.toContain('already');
    await expect
      .poll(() => page.locator('.line-mark').allTextContents())
      .toEqual(['Takes back −7', 'Takes back +7', 'undone', 'Takes back −7, troll', 'undone']);
    expect(await stored('dana', 2)).toMatchObject([
      { CharacterHitPoints: 7, Reverts: 1 },
      { CharacterHitPoints: -7, Reverts: 2 },
      { CharacterHitPoints: 7, Reverts: 3 },
    ]);
  });

  test('names a renaming by the new name, wherever it is said or can be undone', async () => {
    await hero();
    const page = await open(sheetOf('dana'));
    const other = await open(sheetOf('dana'));
    await other.locator('.line').waitFor();
    await pressUntilTaken(page.locator('#more'));
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Daria');
    await page.keyboard.press('Enter');
    const changes = page.getByRole('status', { name: 'Your changes' });
    await expect.poll(() => changes.textContent()).toContain('Dana named Daria: saved');
    await expect
      .poll(() => other.getByRole('status', { name: 'Changes by others' }).textContent())
      .toBe('Someone else: named Daria → 23 hit points.');
    for (const each of [page, other]) {
      await each.getByRole('button', { name: 'Undo the newest: named Daria' }).waitFor();
      await each.getByRole('button', { name: 'Undo named Daria, event 2' }).waitFor();
    }
    await pressUntilTaken(changes.getByRole('button', { name: 'Undo' }));
    await expect.poll(() => changes.textContent()).toContain('Undone: Dana named Daria');
    await expect.poll(() => page.locator('.line-mark').first().textContent()).toBe('Takes back named Daria');
  });

  test('undoes by the words of a press what was undone elsewhere and brought back', async () => {
    await hero();
    const page = await open(sheetOf('dana'));
    await amount(page).fill('7');
    await page.keyboard.press('Enter');
    await expect.poll(() => total(page)).toBe('16');
    const changes = page.getByRole('status', { name: 'Your changes' });
    for (const [wanted, press] of [
      ['23', page.locator('.newest-undo').getByRole('button')],
      ['16', button(page, 'Take back')],
      ['23', changes.getByRole('button', { name: 'Undo', exact: true })],
    ] as const) {
      await pressUntilTaken(press);
      await expect.poll(() => total(page)).toBe(wanted);
    }
    await expect.poll(() => changes.textContent()).toContain('Undone: Dana −7');
  });

  test('names what others took back by what it was, also where temporary hit points took the hit', async () => {
    await hero({ temporaryHitPoints: 5 });
    await append({ characterId: 'dana', characterHitPoints: -7, note: 'troll' });
    const page = await open(sheetOf('dana'));
    await expect.poll(() => total(page)).toBe('21');
    const other = await open(sheetOf('dana'));
    await pressUntilTaken(other.locator('.newest-undo').getByRole('button'));
    await expect
      .poll(() => page.getByRole('status', { name: 'Changes by others' }).textContent())
      .toBe('Someone else: took back −7, troll → 23 hit points.');
  });

  test('sends one press of Put away once, however often it is pressed', async () => {
    await hero();
    const page = await open(sheetOf('dana'));
    await pressUntilTaken(page.getByText('More', { exact: true }));
    await untilStill(button(page, 'Put away'));
    await page.route('**/graphql', async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 700));
      await route.continue();
    });
    await button(page, 'Put away').dblclick();
    await page.getByText('Put away: not in the party any more.').waitFor();
    await expect.poll(() => page.getByRole('status', { name: 'Not sent yet' }).textContent()).toBe('');
    expect(await stored('dana', 1)).toHaveLength(1);
  });

  test('looks back by number and by chart, and the number is never written over while it is typed', async () => {
    await hero();
    for (let nth = 0; nth < 12; nth += 1) await append({ characterId: 'dana', characterHitPoints: -1 });
    const page = await open(sheetOf('dana'));
    const exact = page.getByLabel('Exact event');
    await expect.poll(() => exact.inputValue()).toBe('13');
    await exact.fill('999');
    await exact.press('Enter');
    expect(await exact.inputValue()).toBe('13');
    expect(await total(page)).toBe('11');
    await exact.fill('');
    await append({ characterId: 'dana', characterHitPoints: -1 });
    await expect.poll(() => total(page)).toBe('10');
    expect(await exact.inputValue()).toBe('');
    await exact.pressSequentially('12');
    expect(await exact.inputValue()).toBe('12');
    await expect.poll(() => total(page)).toBe('12');
    const chart = page.getByRole('slider', { name: 'Course of hit points: look back' });
    const { width = 0, height = 0 } = (await chart.boundingBox()) ?? {};
    await pressUntilTaken(chart, { position: { x: (width * 0.5) / 14, y: height / 2 } });
    await expect.poll(() => total(page)).toBe('23');
    await chart.press('ArrowRight');
    await expect.poll(() => total(page)).toBe('22');
    expect(await chart.getAttribute('aria-valuetext')).toMatch(/^today .*, 22 hit points$/);
    expect(await page.locator('.chart-scale').innerText()).toMatch(/58\s+0/);
    await chart.press('Escape');
    await expect.poll(() => total(page)).toBe('10');
    expect(await page.getByRole('button', { name: 'Back to now' }).count()).toBe(0);
  });

  test('creates a character of exactly the id that was asked for, and says what cannot be one', async () => {
    const page = await open(sheetOf('nobody'));
    await page.getByLabel('Starting hit points').fill('24');
    await pressUntilTaken(button(page, 'Create'));
    await expect.poll(() => page.locator('#creation-advice').textContent()).toBe('Type a name.');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('new-name');
    await page.getByLabel('Name').fill('Somebody');
    await page.keyboard.press('Enter');
    await expect.poll(() => total(page)).toBe('24');
    expect(await stored('nobody', 0)).toMatchObject([{ CharacterName: 'Somebody', CharacterHitPoints: 24 }]);
    const impossible = await open(sheetOf('x'.repeat(256)));
    await impossible.getByRole('heading', { name: 'There can be no such character' }).waitFor();
    expect(await impossible.locator('main').textContent()).toContain('Expected 1 to 255 bytes');
  });

  test('says why a character cannot be shown, and shows it once it can', async () => {
    await hero();
    const page = await open('about:blank');
    await page.route('**/graphql', (route) => route.abort());
    await page.goto(new URL(sheetOf('dana'), server().url).href);
    await page.getByRole('heading', { name: 'The character cannot be shown' }).waitFor();
    expect(await page.getByRole('alert').first().textContent()).toContain('The server did not answer');
    await page.unroute('**/graphql');
    await pressUntilTaken(button(page, 'Try again'));
    await expect.poll(() => total(page)).toBe('23');
  });

  test('heads a name that has nothing to see with its id, and gives names and notes their own direction', async () => {
    await append({ characterId: 'blank', version: 0, characterName: '\u00a0', characterHitPoints: 1 });
    await append({
      characterId: 'rtl',
      version: 0,
      characterName: 'דנה!',
      characterHitPoints: 9,
      note: 'שלום!',
    });
    const blank = await open(sheetOf('blank'));
    await expect.poll(() => blank.getByRole('heading', { level: 1 }).textContent()).toBe('blank');
    const page = await open(sheetOf('rtl'));
    const direction = (selector: string) =>
      page
        .locator(selector)
        .first()
        .evaluate((each) => getComputedStyle(each).direction);
    await page.locator('.line-note').waitFor();
    expect(await direction('h1 bdi')).toBe('rtl');
    expect(await direction('.line-note')).toBe('rtl');
    await page.getByLabel('Note').fill('שלום');
    expect(await direction('#note')).toBe('rtl');
  });

  test('lets a hit be seen, also where less motion is wanted', async () => {
    await hero();
    const page = await open(sheetOf('dana'), { reducedMotion: 'reduce' });
    await expect.poll(() => total(page)).toBe('23');
    // It is there for a moment alone.
    await page.evaluate(() => {
      const seen = new MutationObserver(() => {
        const delta = document.querySelector('.delta');
        if (delta === null) return;
        document.body.dataset['felt'] = `${delta.textContent}, ${delta.getAnimations().length} animations`;
      });
      seen.observe(document.querySelector('.head') ?? document.body, { childList: true, subtree: true });
    });
    await append({ characterId: 'dana', characterHitPoints: -9 });
    await expect.poll(() => page.locator('body').getAttribute('data-felt')).toBe('−9, 0 animations');
    expect(await total(page)).toBe('14');
    await expect.poll(() => page.locator('.delta').count()).toBe(0);
  });

  test('says of a hit that is taken back at once no longer than of others that it was felt', async () => {
    await hero();
    const page = await open(sheetOf('dana'));
    await expect.poll(() => total(page)).toBe('23');
    for (const [round, betweenMs] of [20, 40, 60].entries()) {
      await append({ characterId: 'dana', characterHitPoints: -1 });
      await page.waitForTimeout(betweenMs);
      await append({ characterId: 'dana', characterHitPoints: 1 });
      await expect.poll(() => page.locator('.line').count()).toBe(1 + 2 * (round + 1));
      // What is felt of a hit goes after 1.2 s.
      const felt = async () => [await total(page), await page.locator('.delta').count()];
      await expect.poll(felt).toEqual(['23', 0]);
    }
  });

  test('stays right when the browser translates the page', async () => {
    await begin();
    const page = await open(sheetOf());
    await expect.poll(() => total(page)).toBe('3');
    await page.evaluate(translate);
    await append({ characterId: rogue, characterHitPoints: -8, note: 'Ogre' });
    await expect.poll(() => head(page)).toMatch(/−5[\s\S]*DOWN|−5[\s\S]*down/);
    expect(await page.getByRole('status', { name: 'Changes by others' }).innerText()).toContain(
      '−8, Ogre → −5',
    );
    await page.evaluate(translate);
    await amount(page).fill('many');
    await page.keyboard.press('Enter');
    await expect.poll(() => advice(page)).toMatch(/^Type a whole number/);
    await page.evaluate(translate);
    await amount(page).fill('+9');
    await page.keyboard.press('Enter');
    await expect.poll(() => head(page)).toMatch(/4[\s\S]*badly hurt/);
    expect(await advice(page)).toBe('');
    expect(await page.locator('.newest-undo').textContent()).toContain('+9 → 4');
    await page.getByRole('slider', { name: /^Event|^translated/ }).press('Home');
    await expect.poll(() => total(page)).toBe('8');
    await page.evaluate(translate);
    await pressUntilTaken(page.locator('.head-past button'));
    await expect.poll(() => total(page)).toBe('4');
    expect(await page.locator('.line').count()).toBe(5);
  });

  test('has amount, Damage and Heal on low screens, and uses a wide one', async () => {
    await hero({ characterName: 'Dana Fleetfoot the Bold' });
    for (const [width, height] of [
      [390, 430],
      [844, 390],
      [320, 568],
      [390, 844],
    ] as const) {
      const page = await open(sheetOf('dana'), { viewport: { width, height } });
      await expect.poll(() => total(page)).toBe('23');
      for (const wanted of [amount(page), button(page, 'Damage'), button(page, 'Heal')]) {
        const box = await wanted.boundingBox();
        expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThan(height);
      }
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      await page.close();
    }
    const wide = await open(sheetOf('dana'), { viewport: { width: 1_920, height: 1_080 } });
    await expect.poll(() => total(wide)).toBe('23');
    const [form, history, chart] = await Promise.all(
      ['.change', '.history', '.chart'].map((each) => wide.locator(each).boundingBox()),
    );
    expect(form?.x).toBeLessThan(100);
    expect(history?.x).toBeGreaterThan((form?.x ?? 0) + (form?.width ?? 0));
    expect(chart?.x).toBeGreaterThan((history?.x ?? 0) + (history?.width ?? 0));
    expect((chart?.x ?? 0) + (chart?.width ?? 0)).toBeGreaterThan(1_800);
  });

  test('is printed on one page, which says how much more there is', async () => {
    await hero();
    for (let nth = 0; nth < 20; nth += 1)
      await append({ characterId: 'dana', characterHitPoints: 1, note: 'A long rest '.repeat(20) });
    const page = await open(sheetOf('dana'));
    await expect.poll(() => total(page)).toBe('43');
    await page.emulateMedia({ media: 'print' });
    expect(await page.getByRole('button').count()).toBe(0);
    expect(await page.locator('main').innerText()).toContain('The newest 15 of 21 events.');
    expect(await page.locator('.head').isVisible()).toBe(true);
    const pdf = (await page.pdf({ format: 'A4' })).toString('latin1');
    expect(pdf.match(/\/Type \/Page\b(?!s)/g)).toHaveLength(1);
  });

  test.each(['light', 'dark'] as const)(
    'breaks no rule of accessibility in any state, %s',
    async (colorScheme) => {
      await hero({ temporaryHitPoints: 5, experience: 900 });
      await append({ characterId: 'dana', characterHitPoints: -3, note: 'A long rest\n'.repeat(9) });
      const page = await open(sheetOf('dana'), { colorScheme, reducedMotion: 'reduce' });
      await expect.poll(() => page.locator('.line').count()).toBe(2);
      expect(await violations(page)).toEqual([]);
      await pressUntilTaken(page.getByText('More', { exact: true }));
      await amount(page).fill('many');
      await page.keyboard.press('Enter');
      await page.locator('#chart').press('Home');
      await append({ characterId: 'dana', characterHitPoints: -70 });
      await page.locator('.new-lines, .line.done').first().waitFor();
      expect(await violations(page)).toEqual([]);
      await page.locator('#chart').press('Escape');
      await page.locator('.head.down').waitFor();
      await append({ characterId: 'dana', archived: true });
      await page.getByText('Put away: not').waitFor();
      expect(await violations(page)).toEqual([]);
      await page.evaluate(() => {
        document.documentElement.style.fontSize = '200%';
      });
      await page.setViewportSize({ width: 640, height: 900 });
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(640);
    },
  );
});

describe.skipIf(!hasBrowser)(
  'the sheet of a character, with a token that may only read',
  { timeout: 120_000 },
  () => {
    let issuer: TokenIssuer;
    beforeAll(async () => {
      issuer = await startTokenIssuer();
    });
    afterAll(() => issuer?.stop());
    const { server, engine, open } = sheetInBrowser(() => issuer.environment);

    test('has no button that changes anything', async () => {
      const store = eventStoreOver(engine().table);
      for (const event of goblinAmbush) await store.append(event);
      const token = await issuer.sign({ scope: 'events:read' });
      const page = await open('about:blank');
      await page.addInitScript((kept) => sessionStorage.setItem('token', JSON.stringify(kept)), token);
      await page.goto(new URL(sheetOf(), server().url).href);
      await expect.poll(() => page.locator('.line').count()).toBe(3);
      await pressUntilTaken(page.getByText('Details', { exact: true }));
      expect(await page.getByRole('button').count()).toBe(0);
      expect(await page.getByRole('textbox').count()).toBe(1);
      await page.getByLabel('Exact event').fill('1');
      await expect.poll(() => page.locator('.head .number').textContent()).toBe('8');
      await page.goto(new URL(sheetOf('nobody'), server().url).href);
      await page.getByRole('heading', { name: 'There is no such character yet' }).waitFor();
      expect(await page.getByRole('button').count()).toBe(0);
    });
  },
);

/** What browsers do to translate: every text node makes way for two elements. Names and numbers stay. */
function translate(): void {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const texts: Text[] = [];
  while (walker.nextNode()) texts.push(walker.currentNode as Text);
  for (const text of texts) {
    if (text.parentElement?.closest('[translate=no], font, script') || text.data.trim() === '') continue;
    const outer = document.createElement('font');
    const inner = document.createElement('font');
    inner.textContent = text.data;
    outer.append(inner);
    text.replaceWith(outer);
  }
}
