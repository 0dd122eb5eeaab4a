import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { StoreFault } from '../../../src/store/errors.ts';
import type { StoredItem } from '../../../src/store/event-item.ts';
import type { EventTable } from '../../../src/store/event-table.ts';
import { followedLines } from '../../../src/store/maintenance/follow.ts';
import { toLine } from '../../../src/store/maintenance/json-lines.ts';
import { type EngineUnderTest, engines } from '../../engines/engines.ts';
import { wizardItems } from '../../party.ts';

describe.each(engines)('following on $name', ({ open }) => {
  let engine: EngineUnderTest;
  let stop: AbortController;
  let running: Promise<void>;
  beforeEach(async () => {
    engine = await open();
    stop = new AbortController();
    running = Promise.resolve();
  });
  afterEach(async () => {
    stop.abort();
    // Its failures would count for the next test.
    await running.catch(() => {});
    await engine.close();
  });

  /** The history of a character, of events that change hit points by this. */
  const historyOf = (id: string, length: number): readonly StoredItem[] => {
    const ListedAt = new Date().toISOString();
    const items = wizardItems(Array.from({ length }, (_, nth) => (nth % 5) - 2));
    return items.map((item) => ({ ...item, Id: id, ...(item.Version === 0 ? { ListedAt } : {}) }));
  };
  const insert = async (items: readonly StoredItem[]) => {
    for (let start = 0; start < items.length; start += 50) {
      await engine.table.insert(items.slice(start, start + 50));
    }
  };
  const lines: string[] = [];
  const failures: StoreFault[] = [];
  const begin = (table: EventTable = engine.table, after: ReadonlyMap<string, number> = new Map()) => {
    lines.length = 0;
    failures.length = 0;
    const options = {
      after,
      pollMs: 20,
      onFailure: (f: StoreFault) => failures.push(f),
      signal: stop.signal,
    };
    running = (async () => {
      for await (const page of followedLines(table, options)) lines.push(...page);
    })();
    return running;
  };
  const until = (count: number) => expect.poll(() => lines.length, { timeout: 20_000 }).toBe(count);
  const of = (id: string) => lines.filter((line) => JSON.parse(line).Id === id);

  test('gives what is there, then what comes, also of characters that come, each once and in order', async () => {
    const [astrid, morgana, late] = [
      historyOf('astrid', 250),
      historyOf('morgana', 3),
      historyOf('late', 130),
    ];
    await insert(astrid);
    await insert(morgana.slice(0, 1));
    const followed = begin();
    await until(251);
    await insert(morgana.slice(1));
    await insert(late);
    await until(383);
    await sleep(100);
    expect([of('astrid'), of('morgana'), of('late')]).toEqual(
      [astrid, morgana, late].map((items) => items.map(toLine)),
    );
    stop.abort();
    await followed;
  });

  test('goes on after the versions that are known, and knows nothing of a character without one', async () => {
    const astrid = historyOf('astrid', 5);
    await insert(astrid);
    await insert(historyOf('morgana', 2));
    void begin(
      engine.table,
      new Map([
        ['astrid', 2],
        ['none', 7],
      ]),
    );
    await until(4);
    expect(of('astrid')).toEqual(astrid.slice(3).map(toLine));
    expect(of('morgana')).toHaveLength(2);
  });

  test('gives characters that are put away, and those that are created together with many others', async () => {
    void begin();
    // Those of the second half enter the directory below the first.
    const [above, below] = ['z', 'a'].map((name) =>
      Array.from({ length: 350 }, (_, nth) => historyOf(`${name} ${nth}`, 1)).flat(),
    );
    await insert(above ?? []);
    await until(350);
    const ListedAt = new Date(Date.now() - 60_000).toISOString();
    await insert((below ?? []).map((item) => ({ ...item, ListedAt })));
    await until(700);
    const [first, second] = historyOf('away', 2);
    if (first === undefined || second === undefined) throw new Error('Expected two items.');
    await engine.table.insert([first]);
    await engine.table.insert([{ ...second, Archived: true }]);
    await until(702);
    expect(new Set(lines).size).toBe(702);
  });

  test('waits out faults that may pass, tells of the first, and throws others', async () => {
    await insert(historyOf('astrid', 2));
    let fault: StoreFault | undefined = new StoreFault('STORE_UNAVAILABLE', 'It is down.', {
      retryable: true,
    });
    const get: EventTable['get'] = async (keys) => {
      if (fault !== undefined) throw fault;
      return engine.table.get(keys);
    };
    const followed = begin({ ...engine.table, get });
    await expect.poll(() => failures.length).toBe(1);
    await sleep(100);
    fault = undefined;
    await until(2);
    expect(failures).toHaveLength(1);
    fault = new StoreFault('DIRECTORY_MISSING', 'It has none.', { retryable: false });
    await expect(followed).rejects.toThrow('It has none.');
  });
});

test('where a look costs a round trip, a character without news is looked at ever less often', async () => {
  const [item] = wizardItems([8]);
  if (item === undefined) throw new Error('Expected an item.');
  const stop = new AbortController();
  const looks: number[] = [];
  const table = {
    get: async () => {
      looks.push(performance.now());
      return looks.length === 1 ? [item] : [];
    },
    query: async () => [item],
    directory: async () => [{ characterId: item.Id, listedAt: '2026-01-01T00:00:00.000Z' }],
  };
  const options = { after: new Map(), pollMs: 1, onFailure: () => {}, signal: stop.signal };
  const followed = (async () => {
    for await (const _ of followedLines(table, options));
  })();
  await expect.poll(() => looks.length).toBeGreaterThan(15);
  stop.abort();
  await followed;
  // Each pause is half as long again: 14 of them add up to 870 ms, of 1 ms each to 14.
  const [, first = 0] = looks;
  expect((looks[15] ?? 0) - first).toBeGreaterThan(700);
});
