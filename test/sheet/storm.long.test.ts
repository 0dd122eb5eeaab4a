/// <reference lib="dom" />
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BadNetwork, type Fate, startBadNetwork } from '../engines/bad-network.ts';
import { hasBrowser, openSheet, startBrowser } from '../engines/browser.ts';
import { type EngineUnderTest, embedded } from '../engines/engines.ts';
import { seededRandom } from '../engines/seeded-random.ts';
import { type ServerHere, startServerHere } from '../engines/server-here.ts';
import { appendEvent } from '../graphql/documents.ts';

const presses = 200;
const hero = 'astrid';
const goblins = ['goblin-1', 'goblin-2', 'goblin-3', 'goblin-4'];
const names: Readonly<Record<string, string>> = {
  [hero]: 'Astrid',
  'goblin-1': 'Goblin 1',
  'goblin-2': 'Goblin 2',
  'goblin-3': 'Goblin 3',
  'goblin-4': 'Goblin 4',
};
const everyone = [hero, ...goblins];

/** Two people press at random, the one on a character and the other on the party, while everything goes wrong. */
describe.skipIf(!hasBrowser)('presses in a storm', { timeout: 900_000 }, () => {
  let browser: Browser;
  let engine: EngineUnderTest;
  let server: ServerHere;
  let network: BadNetwork;
  beforeAll(async () => {
    browser = await startBrowser();
    engine = await embedded.open();
    server = await startServerHere(engine.environment);
    network = await startBadNetwork(server.url);
    for (const characterId of everyone) {
      const input = { characterId, characterName: names[characterId], characterHitPoints: 1_000 };
      await server.graphql(appendEvent, { input });
    }
  });
  afterAll(async () => {
    await browser?.close();
    await network?.stop();
    await server?.stop();
    await engine?.close();
  });

  test(`of ${presses}, each is stored exactly once or said to be not saved`, async () => {
    const seed = Number(process.env['SEED'] ?? 1);
    const random = seededRandom(seed);
    const oneOf = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
    const fates: Record<string, number> = {};
    const storm = (): Fate => {
      const fate =
        random() > 1 / 3 ? 'passes' : oneOf<Fate>(['dropped', 'lost', { delayedMs: random() * 3_000 }]);
      const name = typeof fate === 'object' ? 'delayed' : fate;
      fates[name] = (fates[name] ?? 0) + 1;
      return fate;
    };
    const [player, master] = [await person(`/character?id=${hero}`, true), await person('/', false)];
    network.fate = (request) => (request.url === '/graphql' ? storm() : 'passes');
    const cutting = setInterval(() => network.cutWebSockets(), 7_000);

    const pressed: { readonly note: string; readonly targets: readonly string[] }[] = [];
    const happened: Record<string, number> = {};
    for (let nth = 0; nth < presses; nth += 1) {
      const note = `press ${nth}`;
      const isPlayer = random() < 0.5;
      const chance = random();
      if (isPlayer) {
        await hit(player, oneOf(['1', '2', '-3', '+4', '=990']), note);
        pressed.push({ note, targets: [hero] });
      } else {
        const targets = everyone.filter(() => random() < 0.5);
        if (targets.length === 0) targets.push(oneOf(everyone));
        await hitMany(master, targets, oneOf(['5', '6', '+7']), note);
        pressed.push({ note, targets });
      }
      const mishap =
        chance < 0.04 ? 'reload' : chance < 0.08 ? 'offline' : chance < 0.12 ? 'a look elsewhere' : undefined;
      if (mishap === undefined) continue;
      happened[mishap] = (happened[mishap] ?? 0) + 1;
      await befall(mishap, isPlayer ? player : master, isPlayer ? `/character?id=${hero}` : '/');
    }
    clearInterval(cutting);
    network.fate = () => 'passes';
    for (const page of [player, master]) {
      await expect
        .poll(() => page.getByRole('status', { name: 'Not sent yet' }).textContent(), { timeout: 120_000 })
        .toBe('');
    }

    const refused = (await Promise.all([player, master].map(linesNotSaved))).flat();
    const stored = await storedNotes();
    const wrong = pressed.flatMap(({ note, targets }) => {
      const saidSo = refused.some(
        (line) => line.includes(`${note}:`) || line.includes(`${note} `) || line.endsWith(note),
      );
      return everyone.flatMap((id) => {
        const times = stored.get(`${id} ${note}`) ?? 0;
        const wanted = targets.includes(id) && !saidSo ? 1 : 0;
        return times === wanted
          ? []
          : [`${note} of ${id}: stored ${times} times, said ${saidSo ? 'not ' : ''}saved`];
      });
    });
    process.stdout.write(
      `seed ${seed}: ${presses} presses, ${refused.length} said to be not saved, ${JSON.stringify({ ...fates, ...happened })}\n`,
    );
    expect(wrong).toEqual([]);

    const totals = await serverTotals();
    const ofMaster = async () =>
      Object.fromEntries(
        await Promise.all(
          everyone.map(async (id) => {
            const row = master.locator('.member', { has: master.locator(`[id="open-${id}"]`) });
            return [id, await row.locator('.number').textContent()] as const;
          }),
        ),
      );
    await expect.poll(ofMaster, { timeout: 20_000 }).toEqual(totals);
    await expect.poll(() => player.locator('.head .number').textContent()).toBe(totals[hero]);
  });

  const whoStay = new Set<Page>();
  /** Somebody who is asked stays on the page. */
  const stayed = (page: Page): Promise<unknown> =>
    whoStay.has(page) ? page.waitForEvent('dialog') : new Promise(() => {});

  /** Someone at the table. A storage that refuses half of all writes keeps nobody from answering a question. */
  async function person(path: string, storageRefuses: boolean): Promise<Page> {
    const { page, context } = await openSheet(browser, network, path);
    if (storageRefuses) {
      await context.addInitScript(() => {
        const { setItem } = Storage.prototype;
        Storage.prototype.setItem = function (name, text) {
          if (Math.random() < 0.5) throw new DOMException('', 'QuotaExceededError');
          setItem.call(this, name, text);
        };
      });
      await page.reload();
    }
    // With a storage that keeps nothing, one who is asked stays on the page.
    if (storageRefuses) whoStay.add(page);
    page.on('dialog', (dialog) => void (storageRefuses ? dialog.dismiss() : dialog.accept()).catch(() => {}));
    await page.locator('.number').first().waitFor();
    return page;
  }

  async function hit(page: Page, amount: string, note: string): Promise<void> {
    await page.locator('#note').fill(note);
    await page.locator('#amount').fill(amount);
    await page.locator('#amount').press('Enter');
    // A total is refused while another change waits: it would count from what is not there yet.
    if ((await page.locator('#amount').inputValue()) === '') return;
    await page.locator('#amount').fill('1');
    await page.locator('#amount').press('Enter');
    expect(await page.locator('#amount').inputValue()).toBe('');
  }

  async function hitMany(
    page: Page,
    targets: readonly string[],
    amount: string,
    note: string,
  ): Promise<void> {
    for (const id of targets)
      await page
        .locator(`[id="choose-${id}"]`)
        .focus()
        .then(() => page.keyboard.press('Space'));
    await page.locator('#fight-note').fill(note);
    await page.locator('#fight-amount').fill(amount);
    await page.locator('#fight-amount').press('Enter');
    await expect.poll(() => page.locator('#fight-amount').count()).toBe(0);
  }

  async function befall(mishap: string, page: Page, home: string): Promise<void> {
    switch (mishap) {
      case 'reload':
        // One who is asked may stay.
        await Promise.all([
          Promise.race([page.waitForEvent('load'), stayed(page)]),
          page.evaluate(() => setTimeout(() => location.reload())),
        ]);
        await page.locator('.number').first().waitFor();
        return;
      case 'offline':
        await page.context().setOffline(true);
        await page.waitForTimeout(1_500);
        await page.context().setOffline(false);
        return;
      default: {
        const there =
          home === '/' ? page.locator(`[id="open-${hero}"]`) : page.getByRole('link', { name: /The party/ });
        await there.click();
        await page.locator('.number').first().waitFor();
        await page.goBack();
        await page.locator(home === '/' ? `[id="open-${hero}"]` : '#amount').waitFor();
      }
    }
  }

  async function linesNotSaved(page: Page): Promise<readonly string[]> {
    const more = page.getByRole('button', { name: /^Show \d+ more$/ });
    if ((await more.count()) > 0) await more.click();
    return page.locator('.tray-line.refused').allTextContents();
  }

  async function storedNotes(): Promise<ReadonlyMap<string, number>> {
    const times = new Map<string, number>();
    for (const id of everyone) {
      for (const { Note } of await engine.table.query(id, { from: 1, limit: 10_000 })) {
        const key = `${id} ${String(Note)}`;
        times.set(key, (times.get(key) ?? 0) + 1);
      }
    }
    return times;
  }

  async function serverTotals(): Promise<Record<string, string>> {
    const heads = await Promise.all(
      everyone.map((id) => engine.table.query(id, { descending: true, limit: 1 })),
    );
    return Object.fromEntries(
      heads.map(([head], index) => {
        const { HitPoints } = Object(head?.['Snapshot']);
        return [everyone[index], String(HitPoints).replace('-', '−')];
      }),
    );
  }
});
