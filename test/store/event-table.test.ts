import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type EngineUnderTest, engines } from '../engines/engines.ts';
import { goItem, wizardItems } from '../party.ts';

describe.each(engines)('an event table on $name', ({ open }) => {
  let engine: EngineUnderTest;
  beforeEach(async () => {
    engine = await open();
  });
  afterEach(() => engine.close());

  const items = wizardItems([8, -2, -3, 4, -1]);
  const insertAll = async () => {
    for (const item of items) await engine.table.insert([item]);
  };
  const versions = async (range: Parameters<typeof engine.table.query>[1]) =>
    (await engine.table.query('wizard', range)).map(({ Version }) => Version);

  test('gives back every attribute of an item as it was inserted', async () => {
    await insertAll();
    expect(await engine.table.query('wizard', { limit: 10 })).toEqual(items);
  });

  test('keeps an item of another program as it is', async () => {
    const foreign = {
      ...goItem('gopher', 0, 8),
      Tags: ['a', { b: null }],
      Alive: true,
      Snapshot: { Schema: 99 },
    };
    await engine.table.insert([foreign]);
    expect(await engine.table.query('gopher', { limit: 1 })).toEqual([foreign]);
  });

  test('answers a taken key with the stored item, and leaves it alone', async () => {
    await insertAll();
    const [first] = items;
    expect(await engine.table.insert([{ ...goItem('wizard', 0, 99) }])).toEqual({
      type: 'taken',
      items: [first],
    });
    expect(await engine.table.query('wizard', { limit: 1 })).toEqual([first]);
  });

  test('stores a group whole', async () => {
    expect(await engine.table.insert(items)).toEqual({ type: 'inserted' });
    expect(await versions({ limit: 10 })).toEqual([0, 1, 2, 3, 4]);
  });

  test('stores nothing of a group of which one key is taken', async () => {
    await engine.table.insert([goItem('gopher', 1, 1)]);
    const outcome = await engine.table.insert([...items, goItem('gopher', 0, 1), goItem('gopher', 1, 2)]);
    expect(outcome).toEqual({ type: 'taken', items: [goItem('gopher', 1, 1)] });
    expect(await versions({ limit: 10 })).toEqual([]);
    expect(await engine.table.query('gopher', { limit: 10 })).toEqual([goItem('gopher', 1, 1)]);
  });

  test.each([
    [{ limit: 2 }, [0, 1]],
    [{ limit: 2, descending: true }, [4, 3]],
    [{ from: 1, to: 3, limit: 10 }, [1, 2, 3]],
    [{ from: 1, to: 3, descending: true, limit: 2 }, [3, 2]],
    [{ from: 5, limit: 10 }, []],
    [{ to: -1, limit: 10 }, []],
    [{ from: 3, to: 2, limit: 10 }, []],
    [{ from: 3, to: 2, descending: true, limit: 10 }, []],
  ])('queries exactly the range %j', async (range, expected) => {
    await insertAll();
    await engine.table.insert([goItem('wizard2', 0, 1)]);
    await engine.table.insert([goItem('wizar', 0, 1)]);
    expect(await versions(range)).toEqual(expected);
  });

  test('gets the items of many keys at once, and nothing for a key that is free', async () => {
    const long = wizardItems(Array.from({ length: 250 }, () => 1));
    for (let start = 0; start < 250; start += 100) await engine.table.insert(long.slice(start, start + 100));
    const keys = long.map(({ Version }) => ({ Id: 'wizard', Version: Version * 2 }));
    const found = await engine.table.get([...keys, { Id: 'nobody', Version: 0 }]);
    expect(found.toSorted((one, other) => one.Version - other.Version)).toEqual(
      long.filter(({ Version }) => Version % 2 === 0),
    );
    expect(await engine.table.get([])).toEqual([]);
  });

  test('gives a page whole that is longer than one answer of the engine', async () => {
    const long = wizardItems(
      Array.from({ length: 700 }, () => 1),
      'n'.repeat(2_000),
    );
    for (let start = 0; start < long.length; start += 100)
      await engine.table.insert(long.slice(start, start + 100));
    expect(await versions({ limit: 650 })).toEqual(Array.from({ length: 650 }, (_, version) => version));
    expect(await versions({ limit: 650, descending: true })).toEqual(
      Array.from({ length: 650 }, (_, version) => 699 - version),
    );
  });

  test.each([' ', '..', 'a/b', 'é', '😀', '￿', 'x'.repeat(255), '"\\{}'])(
    'keeps the history of a character called %j apart',
    async (id) => {
      await engine.table.insert([goItem(id, 0, 1)]);
      await engine.table.insert([goItem(`${id}a`, 0, 2)]);
      expect(await engine.table.query(id, { limit: 10 })).toEqual([goItem(id, 0, 1)]);
    },
  );

  test('lets exactly one of many writers at once have a version', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, writer) => engine.table.insert([goItem('wizard', 0, writer)])),
    );
    expect(outcomes.filter(({ type }) => type === 'inserted')).toHaveLength(1);
    const [stored] = await engine.table.query('wizard', { limit: 1 });
    expect(outcomes.filter(({ type }) => type === 'taken')).toEqual(
      Array.from({ length: 19 }, () => ({ type: 'taken', items: [stored] })),
    );
  });

  describe('lists the characters', () => {
    const at = (second: number) => `2026-01-01T00:00:${String(second).padStart(2, '0')}.000Z`;
    const enter = async (id: string, second: number) => {
      await engine.table.insert([{ ...goItem(id, 0, 8), Directory: 'CHARACTERS', ListedAt: at(second) }]);
    };
    const ids = async (range: Parameters<typeof engine.table.directory>[0]) =>
      (await engine.table.directory(range)).map(({ characterId }) => characterId);

    test('newest first, by pages', async () => {
      for (let second = 0; second < 12; second += 1) await enter(`hero ${second}`, second);
      await engine.table.insert([goItem('unlisted', 0, 8)]);
      await engine.table.insert([goItem('hero 3', 1, 8)]);
      const newestFirst = Array.from({ length: 12 }, (_, nth) => `hero ${11 - nth}`);
      expect(await engine.table.directory({ limit: 2 })).toEqual([
        { characterId: 'hero 11', listedAt: at(11) },
        { characterId: 'hero 10', listedAt: at(10) },
      ]);
      expect(await ids({ limit: 100 })).toEqual(newestFirst);
      const after = { characterId: 'hero 10', listedAt: at(10) };
      expect(await ids({ after, limit: 3 })).toEqual(['hero 9', 'hero 8', 'hero 7']);
      expect(await ids({ after: { characterId: 'hero 0', listedAt: at(0) }, limit: 3 })).toEqual([]);
    });

    test('that came at the same moment each once', async () => {
      for (const id of ['b', 'a', 'd', 'c']) await enter(id, 7);
      const listed: string[] = [];
      let after: { characterId: string; listedAt: string } | undefined;
      for (let page = 0; page < 5; page += 1) {
        const entries = await engine.table.directory({ after, limit: 1 });
        listed.push(...entries.map(({ characterId }) => characterId));
        after = entries.at(-1) ?? after;
      }
      expect(listed.toSorted()).toEqual(['a', 'b', 'c', 'd']);
    });

    test('as none where there are none', async () => {
      expect(await engine.table.directory({ limit: 1 })).toEqual([]);
    });
  });

  test('answers that it can be read', async () => {
    await expect(engine.table.ping()).resolves.toBeUndefined();
  });
});
