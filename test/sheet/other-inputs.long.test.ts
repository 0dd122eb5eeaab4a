/// <reference lib="dom" />
import type { Locator, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { hasBrowser, pressUntilTaken, untilStill } from '../engines/browser.ts';
import { createExtras } from './party/many-characters.ts';
import { sheetInBrowser, sheetOf } from './sheet-in-browser.ts';

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } as const;

describe.skipIf(!hasBrowser)('pressed once', { timeout: 120_000 }, () => {
  const { open, append, server, stored } = sheetInBrowser();
  const tray = (page: Page) => page.getByRole('status', { name: 'Your changes' });
  const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
  const begin = async () => {
    await append({ characterId: 'dana', characterName: 'Dana', characterHitPoints: 40 });
    for (const note of ['arrow', 'troll', 'trap']) {
      await append({ characterId: 'dana', characterHitPoints: -5, note });
    }
  };

  test('Enter that is held down takes back one event, and says nothing of an empty field', async () => {
    await begin();
    const page = await open(sheetOf('dana'));
    await page.locator('.newest-undo button').focus();
    await holdEnter(page);
    await expect.poll(() => tray(page).innerText()).toContain('Undone');
    await page.waitForTimeout(500);
    expect(await stored('dana', 4)).toHaveLength(1);
    await page.locator('#amount').fill('2');
    await holdEnter(page);
    await expect.poll(() => page.locator('.head .number').textContent()).toBe('28');
    expect(await page.locator('#amount-advice').textContent()).toBe('');
  });

  test.each([['Damage'], ['Cancel']])(
    'twice by mistake, %s chooses nobody who lay under the bar',
    async (name) => {
      await createExtras(server(), 39);
      const page = await open('/', phone);
      await pressUntilTaken(page.locator('.choose').first());
      await page.locator('#fight-amount').fill('1');
      await untilStill(button(page, name));
      const [x, y] = await middleOf(button(page, name));
      await clickTwice(page, x, y);
      await expect.poll(() => page.locator('.fight').count()).toBe(0);
      await page.waitForTimeout(500);
      expect(await page.locator('.member.chosen').count()).toBe(0);
      expect(new URL(page.url()).pathname).toBe('/');
    },
  );

  test('Damage is taken at once where only what lies below it moves', async () => {
    await begin();
    const page = await open(sheetOf('dana'), phone);
    await expect.poll(() => page.locator('.line').count()).toBe(4);
    await page.locator('#amount').fill('3');
    const more = page.locator('.deeds summary');
    const before = await middleOf(more);
    await pressDamageOnceMoved(page, '.deeds summary');
    await append({ characterId: 'dana', archived: true });
    await expect.poll(() => tray(page).innerText()).toContain('−3: saved');
    expect(await middleOf(more)).not.toEqual(before);
  });

  test('Damage is not moved by who puts the character away, and does nothing where a name moved it', async () => {
    await begin();
    const page = await open(sheetOf('dana'), phone);
    await expect.poll(() => page.locator('.line').count()).toBe(4);
    const damage = button(page, 'Damage');
    const before = await middleOf(damage);
    await append({ characterId: 'dana', archived: true });
    await page.getByText('Put away: not in the party any more.').waitFor();
    expect(await middleOf(damage)).toEqual(before);
    await page.locator('#amount').fill('3');
    await pressDamageOnceMoved(page, '.change .damage');
    await append({ characterId: 'dana', characterName: 'W'.repeat(100) });
    await expect.poll(() => page.locator('.head h1').textContent()).toContain('WWW');
    await page.waitForTimeout(500);
    expect(await middleOf(damage)).not.toEqual(before);
    expect(await stored('dana', 4)).toHaveLength(2);
    await pressUntilTaken(damage);
    await expect.poll(() => tray(page).innerText()).toContain('−3: saved');
  });
});

/** Presses Damage as soon as an element has been drawn elsewhere in the page. */
async function pressDamageOnceMoved(page: Page, selector: string): Promise<void> {
  await page.evaluate((moving) => {
    const top = () => scrollY + (document.querySelector(moving)?.getBoundingClientRect().top ?? 0);
    const before = top();
    const look = (): void => {
      if (top() === before) return void requestAnimationFrame(look);
      setTimeout(() => {
        const click = new MouseEvent('click', { bubbles: true, cancelable: true, detail: 1 });
        document.querySelector('.change .damage')?.dispatchEvent(click);
      });
    };
    look();
  }, selector);
}

describe.skipIf(!hasBrowser)('typed otherwise', { timeout: 120_000 }, () => {
  const { open, append, stored, server } = sheetInBrowser();
  const tray = (page: Page) => page.getByRole('status', { name: 'Your changes' });
  const create = async (page: Page, name: string, count: number) => {
    await page.getByLabel('Name', { exact: true }).fill(name);
    await page.getByLabel('Starting hit points').fill('7');
    await page.getByLabel('How many').fill(String(count));
    await page.getByLabel('How many').press('Enter');
    await expect.poll(() => page.locator('#create-advice').textContent()).toBe('');
  };

  test('long names of several, and of a hundred emoji, create them, and what is unticked stays so', async () => {
    const page = await open('/');
    await page.locator('.tickable input').uncheck();
    await page.reload();
    await create(page, 'Kobold of the very long and winding road to the mines below the mountain', 3);
    await expect.poll(() => page.locator('.member').count()).toBe(3);
    expect(await page.locator('.member-total .of').allTextContents()).toEqual([' / 7', ' / 7', ' / 7']);
    const { data } = await server().graphql('{ characters { nodes { maximumHitPoints } } }');
    expect(JSON.stringify(data)).not.toContain('7');
    // Whoever creates the first ones goes on.
    await create(page, '😀'.repeat(100), 1);
    await expect.poll(() => page.locator('.member').count()).toBe(4);
  });

  test('a name that is typed for the first character stays where it is when somebody else is faster', async () => {
    const page = await open('/');
    await page.getByLabel('Name', { exact: true }).pressSequentially('Bo');
    await append({ characterId: 'dana', characterName: 'Dana', characterHitPoints: 40 });
    await page.locator('.member').waitFor();
    await page.keyboard.type('b');
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('Bob');
    expect(await page.evaluate('document.activeElement?.id')).toBe('create-name');
  });

  test('a total in the party waits for another change of the same character', async () => {
    await append({ characterId: 'dana', characterName: 'Dana', characterHitPoints: 40 });
    const page = await open('/');
    const act = async (amount: string) => {
      await page.locator('[id="choose-dana"]').focus();
      await page.keyboard.press('Space');
      await page.locator('#fight-amount').fill(amount);
      await page.locator('#fight-amount').press('Enter');
    };
    await page.locator('.member').waitFor();
    await page.context().setOffline(true);
    await act('5');
    await expect.poll(() => tray(page).innerText()).toContain('waiting');
    await act('=20');
    await expect.poll(() => page.locator('#fight-advice').textContent()).toContain('Dana');
    await page.context().setOffline(false);
    await expect.poll(() => tray(page).innerText()).toContain('−5: saved');
    await page.locator('#fight-amount').press('Enter');
    await expect.poll(() => page.locator('.member-total .number').textContent()).toBe('20');
    expect(await stored('dana', 1)).toMatchObject([{ CharacterHitPoints: -5 }, { CharacterHitPoints: -15 }]);
  });

  test('numbers of any length stand beside the name on the narrowest phone, not over it', async () => {
    const large = { characterHitPoints: 999_999, maximumHitPoints: 1_000_000, temporaryHitPoints: 100_000 };
    await append({ characterId: 'tarrasque', characterName: 'Tarrasque the Eternal', ...large });
    const page = await open('/', { viewport: { width: 320, height: 640 } });
    const places = () =>
      page.locator('.member').evaluate((member) => {
        const edges = (part: string) => member.querySelector(part)?.getBoundingClientRect();
        return [edges('.member-link')?.right ?? 0, edges('.member-total')?.left ?? 0] as const;
      });
    for (const press of [
      () => page.locator('.member').waitFor(),
      () => page.locator('.choose input').check(),
    ]) {
      await press();
      const [endOfName, beginOfTotal] = await places();
      expect(beginOfTotal).toBeGreaterThanOrEqual(endOfName);
    }
  });

  test.each([
    [390, 3],
    [844, 3],
    [1280, 30],
    [1920, 3],
    [1920, 30],
  ])(
    'numbers of any length leave room for the name, %d pixels wide and with %d others',
    async (width, others) => {
      for (let other = 0; other < others; other += 1) {
        await append({ characterId: `other ${other}`, characterName: 'Other', characterHitPoints: 7 });
      }
      for (const [id, hitPoints, temporaryHitPoints] of [
        ['dragon', 546, 0],
        ['titan', 1_000_000, 0],
        ['tarrasque', 999_999, 100_000],
      ] as const) {
        const numbers = { characterHitPoints: hitPoints, maximumHitPoints: hitPoints, temporaryHitPoints };
        await append({ characterId: id, characterName: `Ancient ${id}`, ...numbers });
      }
      const page = await open('/', { viewport: { width, height: 1080 } });
      for (const id of ['dragon', 'titan', 'tarrasque']) {
        await page.getByRole('checkbox', { name: `Choose Ancient ${id}` }).press('Space');
      }
      const members = await page.locator('.member.chosen').evaluateAll((each) =>
        each.map((member) => {
          const edges = (part: string) =>
            member.querySelector(part)?.getBoundingClientRect() ?? new DOMRect();
          const [name, total, half] = [edges('.member-link'), edges('.member-total'), edges('.half')];
          const { right } = member.getBoundingClientRect();

          return {
            name: Math.round(name.width),
            isApart: name.right <= total.left + 1 && total.right <= half.left && half.right <= right,
          };
        }),
      );
      expect(members).toEqual(members.map(() => ({ name: expect.any(Number), isApart: true })));
      // Only a phone has no room for both where each of the numbers has six digits and more.
      for (const { name } of members.slice(width < 700 ? 2 : 0)) expect(name).toBeGreaterThanOrEqual(60);
    },
  );

  test('subscriptions that the server refuses for ever leave no old number on the page', async () => {
    await append({ characterId: 'dana', characterName: 'Dana', characterHitPoints: 40 });
    const page = await open('/favicon.ico');
    await page.routeWebSocket('**/graphql', (client) => {
      client.onMessage((message) => {
        const { type, id } = JSON.parse(String(message));
        if (type === 'connection_init') client.send(JSON.stringify({ type: 'connection_ack' }));
        if (type === 'ping') client.send(JSON.stringify({ type: 'pong' }));
        const payload = [{ message: 'No.' }];
        if (type === 'subscribe') client.send(JSON.stringify({ type: 'error', id, payload }));
      });
    });
    for (const [address, number] of [
      ['/', '.member-total .number'],
      [sheetOf('dana'), '.head .number'],
    ] as const) {
      await page.goto(new URL(address, server().url).href);
      await page.locator(number).waitFor();
      await append({ characterId: 'dana', characterHitPoints: -1 });
      const { data } = await server().graphql('{ character(id: "dana") { ... on Character { hitPoints } } }');
      const now = JSON.stringify(data).match(/\d+/)?.[0];
      await expect.poll(() => page.locator(number).textContent()).toBe(now);
    }
  });
});

/** At the pace of a finger, or for the second time as soon as the bar has gone, also where the machine is busy. */
function clickTwice(page: Page, x: number, y: number): Promise<void> {
  return page.evaluate(
    ([clientX, clientY]) =>
      new Promise((resolve) => {
        const click = (detail: number): void => {
          const at = { clientX, clientY, detail, bubbles: true, cancelable: true };
          document.elementFromPoint(clientX, clientY)?.dispatchEvent(new MouseEvent('click', at));
        };
        const again = (): void => {
          gone.disconnect();
          clearTimeout(timer);
          click(2);
          resolve();
        };
        const gone = new MutationObserver(() => {
          if (document.querySelector('.fight') === null) again();
        });
        gone.observe(document.body, { childList: true, subtree: true });
        const timer = setTimeout(again, 100);
        click(1);
      }),
    [x, y] as const,
  );
}

async function holdEnter(page: Page): Promise<void> {
  for (let times = 0; times < 8; times += 1) {
    await page.keyboard.down('Enter');
    await page.waitForTimeout(40);
  }
  await page.keyboard.up('Enter');
}

async function middleOf(element: Locator): Promise<[x: number, y: number]> {
  const box = await element.boundingBox();
  if (box === null) throw new Error('Expected an element that is shown, got none.');
  return [box.x + box.width / 2, box.y + box.height / 2];
}
