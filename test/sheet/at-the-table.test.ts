/// <reference lib="dom" />
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { hasBrowser, pressUntilTaken } from '../engines/browser.ts';
import { eventStoreOver } from '../engines/event-store-over.ts';
import { startServerHere } from '../engines/server-here.ts';
import { appendEvent } from '../graphql/documents.ts';
import { rogue } from '../party.ts';
import { sheetInBrowser, sheetOf } from './sheet-in-browser.ts';

describe.skipIf(!hasBrowser)('two people with the sheet open', { timeout: 60_000 }, () => {
  const { engine, server, open, append, begin, stored } = sheetInBrowser();
  const total = (page: Page) => page.locator('.head .number');
  const status = (page: Page, name: string) => page.getByRole('status', { name });
  const amount = (page: Page) => page.getByRole('textbox', { name: 'Hit points' });

  test('see what the other one does: damage, healing, a change with a note, and its undo', async () => {
    await begin();
    const [one, other] = [await open(sheetOf()), await open(sheetOf())];
    await expect.poll(() => total(one).textContent()).toBe('3');

    await amount(one).fill('2');
    await one.getByLabel('Note').fill('Fell off the wagon');
    await pressUntilTaken(one.getByRole('button', { name: 'Damage', exact: true }));
    await expect
      .poll(() => status(one, 'Your changes').textContent())
      .toContain(`${rogue} −2, Fell off the wagon: saved`);
    await expect.poll(() => total(other).textContent()).toBe('1');
    await expect
      .poll(() => status(other, 'Changes by others').textContent())
      .toBe('Someone else: −2, Fell off the wagon → 1 hit point.');
    expect(await status(one, 'Changes by others').textContent()).toBe('');

    await amount(other).fill('+10');
    await other.keyboard.press('Enter');
    await expect.poll(() => total(one).textContent()).toBe('11');

    await pressUntilTaken(one.getByRole('button', { name: 'Undo −2, Fell off the wagon, event 4' }));
    await expect.poll(() => total(other).textContent()).toBe('13');
    await expect.poll(() => other.locator('.line.undone').textContent()).toContain('Fell off the wagon');
    await expect
      .poll(() => status(one, 'Your changes').textContent())
      .toContain(`Undone: ${rogue} −2, Fell off the wagon`);
    expect(await other.getByRole('button', { name: 'Undo −2, Fell off the wagon' }).count()).toBe(0);
    await pressUntilTaken(other.getByRole('button', { name: 'Undo +2, event 6' }));
    await expect.poll(() => total(one).textContent()).toBe('11');
    expect(await stored(rogue, 3)).toMatchObject([
      { CharacterHitPoints: -2, Note: 'Fell off the wagon' },
      { CharacterHitPoints: 10 },
      { CharacterHitPoints: 2, Reverts: 3 },
      { CharacterHitPoints: -2, Reverts: 5 },
    ]);
  });

  test('do not lose what they type when the other one is faster, and are told', async () => {
    await begin();
    const [one, other] = [await open(sheetOf()), await open(sheetOf())];
    await amount(one).fill('-4');
    await amount(other).fill('+5');
    await other.keyboard.press('Enter');
    await expect.poll(() => total(one).textContent()).toBe('8');
    expect(await amount(one).inputValue()).toBe('-4');
    expect(await amount(one).evaluate((input) => input === document.activeElement)).toBe(true);
    expect(await status(one, 'Changes by others').textContent()).toBe(
      'Someone else: +5 → 8 hit points. What you typed is kept.',
    );
    await one.keyboard.press('Enter');
    await expect.poll(() => total(other).textContent()).toBe('4');
    expect(await status(one, 'Changes by others').textContent()).toBe('');
  });

  test('see what another process appends, and who it was', async () => {
    await begin();
    const page = await open(sheetOf());
    await expect.poll(() => total(page).textContent()).toBe('3');
    await eventStoreOver(engine().table).append({
      characterId: rogue,
      characterHitPoints: 9,
      note: 'from elsewhere',
      actor: 'The dungeon master',
    });
    await expect.poll(() => total(page).textContent()).toBe('12');
    await expect.poll(() => page.locator('.line').first().textContent()).toContain('by The dungeon master');
    expect(await status(page, 'Changes by others').textContent()).toBe(
      'The dungeon master: +9, from elsewhere → 12 hit points.',
    );
  });

  test('look at the past and come back, while the present goes on', async () => {
    await begin();
    const page = await open(sheetOf());
    const slider = page.getByRole('slider', { name: /^Event/ });
    await slider.press('Home');
    await expect.poll(() => total(page).textContent()).toBe('8');
    await expect
      .poll(() => status(page, 'Time').textContent())
      .toMatch(/^You are looking at the past: event 1 of 3, today .*, 8 hit points\./);
    await slider.press('ArrowRight');
    await expect.poll(() => total(page).textContent()).toBe('6');
    await append({ characterId: rogue, characterHitPoints: 7 });
    await expect.poll(() => page.locator('.line').count()).toBe(4);
    expect(await total(page).textContent()).toBe('6');
    await pressUntilTaken(page.getByRole('button', { name: 'Back to now' }));
    await expect.poll(() => total(page).textContent()).toBe('10');
  });

  test('are told of a character that is not there, and see it once it is', async () => {
    const page = await open(sheetOf('nobody'));
    await expect
      .poll(() => page.getByRole('heading', { level: 1 }).textContent())
      .toBe('There is no such character yet');
    await append({ characterId: 'nobody', version: 0, characterName: 'Somebody', characterHitPoints: 5 });
    await expect.poll(() => page.getByRole('heading', { level: 1 }).textContent()).toBe('Somebody');
  });

  test.each([['the same process'], ['another process']])(
    'see 20 changes through %s, one after the other',
    async (how) => {
      await begin();
      const second = how === 'another process' ? await startServerHere(engine().environment) : server();
      const page = await open(sheetOf());
      await expect.poll(() => total(page).textContent()).toBe('3');
      let worst = 0;
      for (let nth = 1; nth <= 20; nth += 1) {
        const began = performance.now();
        await second.graphql(appendEvent, { input: { characterId: rogue, characterHitPoints: 1 } });
        await page.waitForFunction(
          (wanted) => document.querySelector('.head .number')?.textContent === wanted,
          String(3 + nth),
        );
        worst = Math.max(worst, performance.now() - began);
      }
      process.stdout.write(`seen through ${how} after at most ${Math.round(worst)} ms\n`);
      if (second !== server()) await second.stop();
    },
  );
});
