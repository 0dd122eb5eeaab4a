import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { openSheet, startBrowser } from '../engines/browser.ts';
import { type EngineUnderTest, embedded } from '../engines/engines.ts';
import { type ServerHere, startServerHere } from '../engines/server-here.ts';
import { appendEvent } from '../graphql/documents.ts';
import { goblinAmbush, rogue } from '../party.ts';

/** A browser, and for each test a server over a table of its own. */
export type SheetInBrowser = {
  readonly engine: () => EngineUnderTest;
  readonly server: () => ServerHere;
  /** Opens an address as one more person at the table. */
  readonly open: (path: string, options?: Parameters<Browser['newContext']>[0]) => Promise<Page>;
  readonly newContext: (options?: Parameters<Browser['newContext']>[0]) => Promise<BrowserContext>;
  /** Stores an event, as somebody else. */
  readonly append: (input: object) => Promise<void>;
  /** Stores the rogue of the article series, with 3 of 8 hit points. */
  readonly begin: () => Promise<void>;
  /** The items of a character, from a version on. */
  readonly stored: (id: string, from: number) => Promise<readonly unknown[]>;
};

/** Starts and ends them around the tests of the suite that calls it, where no page may complain of anything. */
export function sheetInBrowser(
  environment: () => Readonly<Record<string, string>> = () => ({}),
): SheetInBrowser {
  let browser: Browser;
  let engine: EngineUnderTest;
  let server: ServerHere;
  const complaints: (() => readonly string[])[] = [];
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    engine = await embedded.open();
    server = await startServerHere({ ...engine.environment, ...environment() });
  });
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    await server.stop();
    await engine.close();
    expect(complaints.splice(0).flatMap((each) => each())).toEqual([]);
  });
  const append = async (input: object): Promise<void> => {
    const { data, errors } = await server.graphql(appendEvent, { input });
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({ appendEvent: { __typename: 'AppendEventSuccess' } });
  };
  return {
    engine: () => engine,
    server: () => server,
    open: async (path, options) => {
      const { page, complaints: of } = await openSheet(browser, server, path, options);
      complaints.push(() => [...of.foreign, ...of.errors]);
      return page;
    },
    newContext: (options) => browser.newContext(options),
    append,
    begin: async () => {
      for (const input of goblinAmbush) await append(input);
    },
    stored: (id, from) => engine.table.query(id, { from, limit: 100 }),
  };
}

/** The address of a character. */
export function sheetOf(id: string = rogue): string {
  return `/character?id=${encodeURIComponent(id)}`;
}
