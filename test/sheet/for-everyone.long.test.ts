/// <reference lib="dom" />
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Complaints, hasBrowser, openSheet, pressUntilTaken, startBrowser } from '../engines/browser.ts';
import { type EngineUnderTest, embedded } from '../engines/engines.ts';
import { type ServerProcess, startServer } from '../engines/server-process.ts';
import { startTokenIssuer, type TokenIssuer } from '../engines/token-issuer.ts';
import { appendEvent } from '../graphql/documents.ts';
import { goblinAmbush, rogue } from '../party.ts';
import { overflowing, smallTargets, violations } from './accessibility.ts';

const markup = `<img src=x onerror="document.title='owned'"><b>bold</b> & {{x}} \u202e${' long'.repeat(300)}`;
const longId = `${'ä'.repeat(127)}x`;
const oddIds = ['..', 'a/b', 'a?b=c&d#e%2F', longId];

const characters: readonly object[] = [
  ...goblinAmbush,
  ...oddIds.map((characterId) => ({
    characterId,
    characterName: 'W'.repeat(100),
    characterHitPoints: 5,
    note: markup,
  })),
  {
    characterId: 'titan',
    characterName: 'Titan',
    characterHitPoints: 1_000_000,
    maximumHitPoints: 1_000_000,
  },
  { characterId: 'titan', characterHitPoints: -999_999, temporaryHitPoints: 1_000_000, experience: 355_000 },
  { characterId: 'titan', characterHitPoints: 1_000_000, note: 'A wish' },
  { characterId: 'hurt', characterName: 'Hurt', characterHitPoints: 30, maximumHitPoints: 40 },
  { characterId: 'badly hurt', characterName: 'Badly', characterHitPoints: 15, maximumHitPoints: 40 },
  { characterId: 'ending', characterName: 'Ending', characterHitPoints: 4, maximumHitPoints: 40 },
  { characterId: 'down', characterName: 'Down', characterHitPoints: 12, maximumHitPoints: 12 },
  { characterId: 'down', characterHitPoints: -1_000_000 },
  { characterId: 'down', characterHitPoints: -1_000_000, temporaryHitPoints: 3 },
  { characterId: 'away', characterName: 'Away', characterHitPoints: 12, archived: true },
];

/** A view in a state: where it is, and what is done to bring it there. */
type State = {
  readonly name: string;
  readonly server?: 'empty' | 'asks for tokens';
  readonly path: string;
  readonly prepare?: (page: Page) => Promise<void>;
};

const sheetOf = (id: string) => `/character?id=${encodeURIComponent(id)}`;
const changes = (page: Page) => page.locator('.tray-lines');
const type = async (page: Page, name: string, text: string) => {
  await page.getByRole('textbox', { name, exact: true }).fill(text);
  await page.keyboard.press('Enter');
};
const choose = async (page: Page) => {
  for (const name of ['Hurt', 'Down', 'Titan']) await pressUntilTaken(page.getByLabel(`Choose ${name}`));
  await pressUntilTaken(page.getByRole('button', { name: 'Half the damage for Titan' }));
  await pressUntilTaken(page.getByRole('button', { name: 'More' }));
};

const states: readonly State[] = [
  { name: 'an empty party', server: 'empty', path: '/' },
  { name: 'the party', path: '/' },
  {
    name: 'the party with a choice, its bar and what is wrong in it',
    path: '/',
    prepare: async (page) => {
      await choose(page);
      await type(page, 'Amount', 'many');
    },
  },
  {
    name: 'new characters and what is wrong with them',
    path: '/',
    prepare: async (page) => {
      await pressUntilTaken(page.getByRole('button', { name: 'New' }));
      await pressUntilTaken(page.getByRole('button', { name: 'Create' }));
    },
  },
  {
    name: 'those put away',
    path: '/',
    prepare: async (page) => {
      await pressUntilTaken(page.getByRole('button', { name: 'Those put away' }));
      await page.getByRole('button', { name: 'Bring back Away' }).waitFor();
    },
  },
  { name: 'a search that finds nobody', path: '/', prepare: (page) => page.getByLabel('Search').fill('zz') },
  { name: 'a character', path: sheetOf(rogue) },
  { name: 'a character with a long id and a note full of markup', path: sheetOf(longId) },
  {
    name: 'the quiet place, and what is wrong in it',
    path: sheetOf('titan'),
    prepare: async (page) => {
      await pressUntilTaken(page.locator('summary'));
      await type(page, 'Maximum', 'many');
    },
  },
  {
    name: 'the past',
    path: sheetOf('titan'),
    prepare: async (page) => {
      await page.getByLabel('Exact event').fill('2');
      await page.locator('.head.past').waitFor();
    },
  },
  { name: 'a character that lies down', path: sheetOf('down') },
  { name: 'a character that is hurt', path: sheetOf('hurt') },
  { name: 'a character that is put away', path: sheetOf('away') },
  { name: 'a character that is not there', path: sheetOf('nobody') },
  { name: 'an id that no character can have', path: sheetOf('x'.repeat(256)) },
  { name: 'the sign-in', server: 'asks for tokens', path: '/' },
  {
    name: 'the sign-in after a wrong token',
    server: 'asks for tokens',
    path: '/',
    prepare: async (page) => {
      await type(page, 'Token', 'wrong');
      await page.getByText('Bring another one').waitFor();
    },
  },
  {
    name: 'a change that waits',
    path: sheetOf(rogue),
    prepare: async (page) => {
      await page.route('**/graphql', (route) => route.abort());
      await type(page, 'Hit points', '+1');
      await changes(page).getByText('waiting to be sent').waitFor();
      await type(page, 'Hit points', 'many');
    },
  },
  {
    name: 'a change that is refused',
    path: sheetOf(rogue),
    prepare: async (page) => {
      await refuseAll(page);
      await type(page, 'Hit points', '+1');
      await changes(page).getByText('not saved').waitFor();
    },
  },
  {
    name: 'a change that is saved',
    path: sheetOf(rogue),
    prepare: async (page) => {
      await type(page, 'Hit points', '+1');
      await changes(page).getByText('saved').waitFor();
    },
  },
  {
    name: 'a party that cannot be shown',
    path: '/',
    prepare: async (page) => {
      await page.route('**/graphql', (route) => route.abort());
      await page.reload();
      await page.getByRole('alert').first().waitFor();
    },
  },
];

describe.skipIf(!hasBrowser)('the sheet', { timeout: 180_000 }, () => {
  let browser: Browser;
  let issuer: TokenIssuer;
  const engines: EngineUnderTest[] = [];
  const servers = new Map<string | undefined, ServerProcess>();
  const begin = async (name: State['server'], environment: Readonly<Record<string, string>> = {}) => {
    const engine = await embedded.open();
    engines.push(engine);
    const server = await startServer({ ...engine.environment, ...environment });
    servers.set(name, server);
    return server;
  };
  const serverOf = (name?: State['server']) => {
    const server = servers.get(name);
    if (server === undefined) throw new Error(`Expected a server ${name}.`);
    return server;
  };
  beforeAll(async () => {
    browser = await startBrowser();
    issuer = await startTokenIssuer();
    await begin('empty');
    await begin('asks for tokens', issuer.environment);
    const server = await begin(undefined);
    for (const input of characters) {
      const { data } = await server.graphql(appendEvent, { input });
      expect(data).toMatchObject({ appendEvent: { __typename: 'AppendEventSuccess' } });
    }
  });
  afterAll(async () => {
    await browser?.close();
    for (const server of servers.values()) await server.stop('SIGTERM');
    for (const engine of engines) await engine.close();
    await issuer?.stop();
  });

  const openForAll = async ({ server, path, prepare }: Omit<State, 'name'>) => {
    const options = { reducedMotion: 'reduce', viewport: { width: 1_280, height: 800 } } as const;
    const { page, complaints } = await openSheet(browser, serverOf(server), path, options);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.locator('main').filter({ hasNotText: 'Loading…' }).waitFor();
    await prepare?.(page);
    return { page, complaints };
  };
  const open = async (path: string, prepare: (page: Page) => Promise<void> = async () => {}) => {
    const { page } = await openForAll({ path, prepare });
    onTestFinished(() => page.context().close());
    return page;
  };

  describe.each(states)('showing $name', (state) => {
    let page: Page;
    let complaints: Complaints;
    beforeAll(async () => {
      ({ page, complaints } = await openForAll(state));
    });
    afterAll(() => page?.context().close());

    test.each(['light', 'dark'] as const)('breaks no rule of accessibility, %s', async (colorScheme) => {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      expect(await violations(page)).toEqual([]);
    });

    test('fits on a screen of 320 pixels, with targets for fingers', async () => {
      await page.setViewportSize({ width: 320, height: 640 });
      expect(await overflowing(page)).toEqual([]);
      expect(await smallTargets(page)).toEqual([]);
    });

    test('fits with letters of twice the size', async () => {
      await page.evaluate(() => {
        document.documentElement.style.fontSize = '200%';
      });
      for (const width of [640, 320]) {
        await page.setViewportSize({ width, height: 900 });
        expect({ width, overflowing: await overflowing(page) }).toEqual({ width, overflowing: [] });
      }
    });

    test('asks nobody but its server, and nothing fails', () => {
      expect(complaints).toEqual({ foreign: [], errors: [] });
    });
  });

  test.each(oddIds)('opens the character %j from the party, and at its own address', async (id) => {
    const page = await open('/');
    const link = page.getByRole('link').filter({ hasText: 'WWW' });
    const addresses = await link.evaluateAll((links) =>
      links.map((each) => (each as HTMLAnchorElement).href),
    );
    const address = addresses.find((each) => new URL(each).searchParams.get('id') === id);
    expect(address).toBeDefined();
    await page.goto(address ?? '');
    await pressUntilTaken(page.locator('summary'));
    await expect.poll(() => page.locator('.details dd').first().textContent()).toBe(id);
    await type(page, 'Hit points', '+1');
    await expect.poll(() => changes(page).textContent()).toMatch(/ \+1: saved/);
  });

  test('shows text as text', async () => {
    const page = await open(sheetOf(longId));
    await expect.poll(() => page.locator('.line-note').last().textContent()).toBe(markup);
    expect(await page.locator('.line-note img, .line-note b').count()).toBe(0);
    expect(await page.title()).not.toBe('owned');
  });

  test('says with commas in its text what an event did', async () => {
    const page = await open(sheetOf('titan'));
    await expect
      .poll(() => page.locator('.line-deeds').nth(1).textContent())
      .toBe('−999999, 1000000 temporary, +355000 experience');
  });

  test('is worked with the keyboard alone', async () => {
    const page = await open(sheetOf(rogue));
    const visited: string[] = [];
    for (const key of ['Shift+Tab', ...Array.from({ length: 13 }, () => 'Tab')]) {
      await page.keyboard.press(key);
      const [name, outline] = await page.evaluate(() => {
        const { activeElement: element } = document;
        if (element === null) return ['', 'none'];
        const label = element instanceof HTMLInputElement ? element.labels?.[0]?.textContent : '';
        return [label || element.textContent || '', getComputedStyle(element).outlineStyle];
      });
      visited.push(name?.trim() ?? '');
      expect(outline).not.toBe('none');
    }
    expect(visited).toEqual(
      expect.arrayContaining([
        '← The party',
        'Hit points',
        'Damage',
        'Heal',
        'Temporary',
        'Note',
        'Undo',
        'More',
      ]),
    );
  });

  describe('in forced colours', () => {
    const forced = async (path: string, prepare?: (page: Page) => Promise<void>) => {
      const page = await open(path, prepare);
      await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' });
      return page;
    };
    /** How the first element that a selector finds is drawn. */
    const drawn = (page: Page, selector: string) =>
      page
        .locator(selector)
        .first()
        .evaluate((element) => {
          const { backgroundColor, borderTopStyle, borderTopWidth, outlineStyle } = getComputedStyle(element);
          const { width, height } = element.getBoundingClientRect();
          const border = borderTopStyle === 'none' ? 0 : Number.parseFloat(borderTopWidth);
          return { backgroundColor, border, outlineStyle, area: width * height };
        });

    test.each([
      ['the party', '/', '.member.hurt'],
      ['a character', sheetOf('hurt'), '.head'],
    ])('%s shows its bars and conditions', async (_, path, holder) => {
      const page = await forced(path);
      const bar = await drawn(page, `${holder} .meter`);
      const fill = await drawn(page, `${holder} .meter-fill`);
      expect(bar.border).toBeGreaterThan(0);
      expect(fill.backgroundColor).not.toBe(bar.backgroundColor);
      expect(fill.area / bar.area).toBeGreaterThan(0.5);
      expect(fill.area / bar.area).toBeLessThan(0.9);
      expect(await page.locator(`${holder} .condition`).innerText()).toContain('hurt');
      expect((await drawn(page, `${holder} .condition-mark`)).area).toBeGreaterThan(0);
    });

    test('the party shows who is chosen, with half of it or not, and who lies down', async () => {
      const page = await forced('/', choose);
      const [chosen, other] = [
        await drawn(page, '.member.chosen'),
        await drawn(page, '.member:not(.chosen)'),
      ];
      expect([chosen.outlineStyle, other.outlineStyle]).toEqual(['solid', 'none']);
      const ticks = [await drawn(page, '.chosen .tick'), await drawn(page, '.member:not(.chosen) .tick')];
      expect(ticks[0]?.backgroundColor).not.toBe(ticks[1]?.backgroundColor);
      const halves = [
        await drawn(page, '[aria-pressed="true"]'),
        await drawn(page, '[aria-pressed="false"]'),
      ];
      expect(halves[0]?.backgroundColor).not.toBe(halves[1]?.backgroundColor);
      expect((await drawn(page, '.member.down')).border).toBeGreaterThan(other.border);
      for (const button of ['.fight .damage', '.fight .heal', '#fight-amount'])
        expect((await drawn(page, button)).border).toBeGreaterThan(0);
      expect(await page.locator('.member.down .condition').innerText()).toMatch(/down/i);
    });

    test('a character shows its form, its course and what became of a press', async () => {
      const page = await forced(sheetOf('titan'));
      await page.route('**/graphql', (route) => route.abort());
      await type(page, 'Hit points', '+1');
      await changes(page).getByText('waiting to be sent').waitFor();
      for (const element of ['#amount', '.change .damage', '.change .heal', '.tray-line'])
        expect((await drawn(page, element)).border).toBeGreaterThan(0);
      const strokes = await page
        .locator('.chart-line, .chart-maximum')
        .evaluateAll((lines) => lines.map((line) => getComputedStyle(line).stroke));
      const paper = await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
      for (const stroke of strokes) expect(stroke).not.toBe(paper);
    });
  });

  test.each([
    ['the party', '/', '.party-head'],
    ['a character', sheetOf(rogue), '.head'],
  ])('%s is printed on one page, which begins with it', async (_, path, first) => {
    const page = await open(path, async (opened) => {
      await opened.route('**/graphql', (route) => route.abort());
      if (path === '/') await choose(opened);
      else await type(opened, 'Hit points', '+1');
    });
    await page.emulateMedia({ media: 'print' });
    expect(await page.getByRole('button').count()).toBe(0);
    for (const hidden of ['.bar', '.tray', '.fight'])
      expect(await page.locator(hidden).filter({ visible: true }).count()).toBe(0);
    expect((await page.locator(first).boundingBox())?.y).toBeLessThan(10);
    expect(await page.locator('.meter').first().isVisible()).toBe(true);
    const pdf = (await page.pdf({ format: 'A4' })).toString('latin1');
    expect(pdf.match(/\/Type \/Page\b(?!s)/g)).toHaveLength(1);
  });

  test('is at most 60 KB of JavaScript, gzipped', async () => {
    const page = await open('/');
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

/** Answers every mutation as the server answers what it cannot take. */
async function refuseAll(page: Page): Promise<void> {
  await page.route('**/graphql', (route) => {
    if (!route.request().postData()?.includes('input')) return route.continue();
    const error = { message: 'The event cannot be taken.', extensions: { code: 'BAD_USER_INPUT' } };
    return route.fulfill({ status: 400, contentType: 'application/json', json: { errors: [error] } });
  });
}
