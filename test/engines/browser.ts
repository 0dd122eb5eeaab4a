import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from 'playwright-core';
import type { ServerProcess } from './server-process.ts';

const executablePath = [
  process.env['CHROMIUM'] ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find(existsSync);

/** Whether there is a browser to test with. */
export const hasBrowser = executablePath !== undefined;

if (!hasBrowser) {
  process.stderr.write(
    'Browser tests skipped: install Chromium (Debian: apt-get install chromium) or name one in CHROMIUM.\n',
  );
}

/** Starts a browser without windows, that asks nobody but the pages it opens. */
export function startBrowser(): Promise<Browser> {
  const quiet = [
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ];
  return chromium.launch({ executablePath: executablePath ?? '', args: ['--no-sandbox', ...quiet] });
}

/** What a page asked of others than its server, and what it complained of. */
export type Complaints = { readonly foreign: readonly string[]; readonly errors: readonly string[] };

/** A page of the sheet, in a window of somebody's own. */
export type SheetPage = {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly complaints: Complaints;
};

/** Opens a view of the sheet, as one more person at the table. */
export async function openSheet(
  browser: Browser,
  server: Pick<ServerProcess, 'url'>,
  path: string,
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<SheetPage> {
  const context = await browser.newContext({ locale: 'en-GB', ...options });
  const page = await context.newPage();
  const foreign: string[] = [];
  const errors: string[] = [];
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== new URL(server.url).origin) foreign.push(request.url());
  });
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (/Content.Security.Policy/i.test(message.text())) errors.push(message.text());
  });
  await page.goto(new URL(path, server.url).href);
  return { page, context, complaints: { foreign, errors } };
}

/**
 * Waits until an element has lain where it is for half a second of the page's own time, for a press that cannot be
 * made again: what has just moved takes none.
 */
export async function untilStill(element: Locator): Promise<void> {
  await element.evaluate(async (each) => {
    const place = (): string => JSON.stringify(each.getBoundingClientRect());
    let before = place();
    for (let since = performance.now(); performance.now() - since < 500; ) {
      await new Promise(requestAnimationFrame);
      if (place() === before) continue;
      before = place();
      since = performance.now();
    }
  });
}

/**
 * Presses a button as a person does: again, where the sheet took no press because something had just moved, which a
 * test that waits for the very move would fall into.
 */
export async function pressUntilTaken(
  button: Locator,
  options: Parameters<Locator['click']>[0] & { readonly byFinger?: boolean } = {},
): Promise<void> {
  const { byFinger = false, ...how } = options;
  const page = button.page();
  for (;;) {
    await page.evaluate(() => {
      const { dataset } = document.documentElement;
      dataset['pressed'] = 'ignored';
      const taken = () => {
        dataset['pressed'] = 'taken';
      };
      const onTheWay = ({ target }: Event) => target?.addEventListener('click', taken, { once: true });
      addEventListener('click', onTheWay, { capture: true, once: true });
    });
    await (byFinger ? button.tap(how) : button.click(how));
    if ((await page.locator('html').getAttribute('data-pressed')) !== 'ignored') return;
    await page.waitForTimeout(100);
  }
}
