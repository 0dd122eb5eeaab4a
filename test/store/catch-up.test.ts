import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Followed } from '../../src/store/catch-up.ts';
import { StoreFault } from '../../src/store/errors.ts';
import { createEventStore, type EventStore } from '../../src/store/event-store.ts';
import type { EventTable } from '../../src/store/event-table.ts';
import { type EngineUnderTest, embedded } from '../engines/engines.ts';
import { eventStoreOver } from '../engines/event-store-over.ts';
import { goItem } from '../party.ts';

type Verb = 'query' | 'get' | 'directory';

describe('following', () => {
  let engine: EngineUnderTest;
  let store: EventStore;
  let others: EventStore;
  let end: AbortController;
  let calls: Verb[];
  let answered: Verb[];
  let failing: readonly Verb[];
  let held: Partial<Record<Verb, Promise<void>>>;
  let failures: unknown[];
  beforeEach(async () => {
    engine = await embedded.open();
    calls = [];
    answered = [];
    failing = [];
    held = {};
    failures = [];
    end = new AbortController();
    store = polling(50);
    others = eventStoreOver(engine.table);
    await append(others);
  });
  afterEach(async () => {
    end.abort();
    await engine.close();
  });

  const polling = (followPollMs: number, table = engine.table) =>
    createEventStore({
      table: watched(table),
      clock: () => new Date(),
      newKey: () => crypto.randomUUID(),
      headCacheSize: 1_000,
      followPollMs,
      onPollFailure: (error) => failures.push(error),
    });

  /** The table, which counts its reads, holds some of them, and fails what is to fail. */
  function watched(table: EventTable): EventTable {
    const watch =
      <Args extends unknown[], Result>(verb: Verb, work: (...args: Args) => Promise<Result>) =>
      async (...args: Args): Promise<Result> => {
        calls.push(verb);
        await held[verb];
        if (failing.includes(verb)) throw new StoreFault('THROTTLED', 'Too much.', { retryable: true });
        const result = await work(...args);
        answered.push(verb);
        return result;
      };
    return {
      ...table,
      query: watch('query', table.query),
      get: watch('get', table.get),
      directory: watch('directory', table.directory),
    };
  }

  /** Holds calls of this verb from now on. */
  function hold(verb: Verb) {
    const before = countOf(verb);
    let release = () => {};
    held[verb] = new Promise((resolve) => {
      release = resolve;
    });
    return {
      isUnderWay: () => expect.poll(() => countOf(verb)).toBeGreaterThan(before),
      release: () => release(),
    };
  }

  const append = (by: EventStore, characterId = 'bard', note = '') =>
    by.append({ characterId, characterName: 'Bard', characterHitPoints: 1, note });

  const countOf = (verb: Verb, among = calls) => among.filter((each) => each === verb).length;

  /** So many subscriptions have read where they begin. */
  const haveBegun = (count: number) => expect.poll(() => countOf('query', answered)).toBe(count);

  function follow(afterVersion?: number, characterId = 'bard'): number[] {
    const versions: number[] = [];
    void (async () => {
      for await (const { version } of store.subscribe(characterId, afterVersion, end.signal))
        versions.push(version);
      versions.push(Number.NaN);
    })();
    return versions;
  }

  test('shares what is found: an append of this process costs its followers no read', async () => {
    // A look between the write and its answer would find the event, and read it.
    store = polling(60_000);
    const followers = [follow(), follow(), follow()];
    await haveBegun(3);
    await store.character('bard');
    calls = [];
    await append(store);
    await expect.poll(() => followers).toEqual([[1], [1], [1]]);
    expect(calls.filter((verb) => verb === 'query')).toEqual([]);
  });

  test('shares what is found: an append of another process costs one read for all', async () => {
    const followers = [follow(), follow(), follow()];
    await haveBegun(3);
    calls = [];
    await append(others);
    await expect.poll(() => followers).toEqual([[1], [1], [1]]);
    expect(calls.filter((verb) => verb === 'query')).toHaveLength(1);
  });

  describe('many characters in one stream', () => {
    type Told = { readonly characterId: string; readonly version: number };

    function followAll(characters: readonly Followed[]): Told[] {
      const told: Told[] = [];
      void (async () => {
        for await (const { characterId, version } of store.subscribeAll(characters, end.signal))
          told.push({ characterId, version });
      })();
      return told;
    }
    const versionsOf = (told: readonly Told[], id: string) =>
      told.filter(({ characterId }) => characterId === id).map(({ version }) => version);

    test('gives for each what comes after its version, in order, by whoever it is appended', async () => {
      for (let nth = 0; nth < 120; nth += 1) await append(others, 'monk');
      await append(others, 'rogue');
      const told = followAll([
        { characterId: 'monk', afterVersion: -1 },
        { characterId: 'bard', afterVersion: undefined },
        { characterId: 'rogue', afterVersion: -1 },
        { characterId: 'unborn', afterVersion: -1 },
      ]);
      await expect.poll(() => told).toHaveLength(121);
      // One page of each in turn: a long history holds up no short one.
      expect(told.findIndex(({ characterId }) => characterId === 'rogue')).toBeLessThan(60);
      for (const by of [store, others, others]) {
        for (const id of ['bard', 'unborn', 'monk']) await append(by, id);
      }
      await expect.poll(() => told).toHaveLength(130);
      expect(versionsOf(told, 'monk')).toEqual(Array.from({ length: 123 }, (_, version) => version));
      expect(versionsOf(told, 'bard')).toEqual([1, 2, 3]);
      expect(versionsOf(told, 'unborn')).toEqual([0, 1, 2]);
    });

    test('costs a look of all together, whatever the number of subscriptions, and none at the end', async () => {
      const party = Array.from({ length: 300 }, (_, nth) => ({
        characterId: `hero ${nth}`,
        afterVersion: -1,
      }));
      const one = followAll(party);
      const two = followAll(party);
      await haveBegun(600);
      calls = [];
      const began = performance.now();
      await expect.poll(() => calls.length).toBeGreaterThan(5);
      // One is under way at the beginning, and a timer may be early by a millisecond.
      expect(calls.length).toBeLessThanOrEqual(2 + (performance.now() - began) / 49);
      expect(new Set(calls)).toEqual(new Set(['get']));
      await append(others, 'hero 7');
      await expect
        .poll(() => [one, two])
        .toEqual([[{ characterId: 'hero 7', version: 0 }], [{ characterId: 'hero 7', version: 0 }]]);
      end.abort();
      await sleep(100);
      calls = [];
      await sleep(200);
      expect(calls).toEqual([]);
    });

    test('goes on after faults that pass, and ends with one that does not', async () => {
      failing = ['query', 'get'];
      const told = followAll([
        { characterId: 'bard', afterVersion: -1 },
        { characterId: 'monk', afterVersion: -1 },
      ]);
      await expect.poll(() => countOf('query')).toBe(2);
      failing = [];
      await expect.poll(() => told).toEqual([{ characterId: 'bard', version: 0 }]);
      await engine.table.insert([{ ...goItem('broken', 0, 1), Note: 7 }]);
      const broken = store.subscribeAll([{ characterId: 'broken', afterVersion: -1 }], end.signal);
      await expect(broken.next()).rejects.toMatchObject({ name: 'UnreadableItemError' });
    });
  });

  test('reads nothing of what this process told of while a look was under way', async () => {
    const versions = follow();
    await haveBegun(1);
    await store.character('bard');
    const look = hold('get');
    await look.isUnderWay();
    calls = [];
    await append(store);
    await expect.poll(() => versions).toEqual([1]);
    look.release();
    await expect.poll(() => countOf('get')).toBeGreaterThan(1);
    expect(calls.filter((verb) => verb === 'query')).toEqual([]);
  });

  test('looks for nothing newer of a character that is still being read', async () => {
    const gone = new AbortController();
    const first = hold('query');
    void store.subscribe('bard', -1, gone.signal).next();
    const second = hold('query');
    const versions = follow(-1);
    gone.abort();
    first.release();
    await sleep(120);
    expect(calls).toEqual(['query', 'query']);
    second.release();
    await append(store);
    await expect.poll(() => versions).toEqual([0, 1]);
  });

  test('misses nothing that others appended before an append of this process', async () => {
    const versions = follow();
    await haveBegun(1);
    for (let nth = 0; nth < 15; nth += 1) await append(others);
    await store.character('bard');
    await append(store);
    await expect.poll(() => versions).toEqual(Array.from({ length: 16 }, (_, nth) => nth + 1));
  });

  test('reads pages of 50 short events, of 4 with notes of 8 KB, and gives each once, in order', async () => {
    const note = '🐉'.repeat(2_000);
    for (let nth = 1; nth < 120; nth += 1) await append(others, 'bard', nth < 50 ? '' : note);
    await append(others);
    const limits: number[] = [];
    const { query } = engine.table;
    const noting: EventTable['query'] = (id, range, signal) => {
      limits.push(range.limit);
      return query(id, range, signal);
    };
    store = polling(60_000, { ...engine.table, query: noting });
    const versions = follow(-1);
    await expect.poll(() => versions).toEqual(Array.from({ length: 121 }, (_, nth) => nth));
    expect(limits.slice(0, 4)).toEqual([1, 50, 50, 4]);
  });

  test('lets others have their turn while many catch up at once', async () => {
    for (let nth = 0; nth < 50; nth += 1) await append(others);
    const all = Array.from({ length: 100 }, () => follow(-1));
    let turns = 0;
    const count = () => {
      turns += 1;
      if (!end.signal.aborted) setImmediate(count);
    };
    setImmediate(count);
    await expect.poll(() => all.every(({ length }) => length === 51)).toBe(true);
    expect(turns).toBeGreaterThan(5_000);
  });

  test('goes on after faults that pass, and tells of the first one in a row', async () => {
    const versions = follow();
    await haveBegun(1);
    failing = ['get', 'query'];
    await append(others);
    calls = [];
    await expect.poll(() => countOf('get')).toBeGreaterThan(3);
    expect(versions).toEqual([]);
    expect(failures).toHaveLength(1);
    failing = [];
    await expect.poll(() => versions).toEqual([1]);
  });

  test('begins, though the store does not answer at first', async () => {
    failing = ['query'];
    const versions = follow(-1);
    await expect.poll(() => calls).toContain('query');
    failing = [];
    await expect.poll(() => versions).toEqual([0]);
  });

  test('ends at once when nobody wants it any more, and looks no more then', async () => {
    const versions = follow();
    await haveBegun(1);
    end.abort();
    await expect.poll(() => versions).toEqual([Number.NaN]);
    await sleep(120);
    calls = [];
    await sleep(150);
    expect(calls).toEqual([]);
  });

  test('ends with a fault that does not pass', async () => {
    await engine.table.insert([{ ...goItem('gopher', 0, 8), Note: 7 }]);
    const next = store.subscribe('gopher', -1, end.signal).next();
    await expect(next).rejects.toMatchObject({ name: 'UnreadableItemError' });
  });

  test('of newcomers gives each once, in order, also more than a look compares', async () => {
    const ids: string[] = [];
    void (async () => {
      for await (const { characterId } of store.createdCharacters(end.signal)) ids.push(characterId);
    })();
    await expect.poll(() => answered).toContain('directory');
    const created = Array.from({ length: 120 }, (_, nth) => `hero ${nth}`);
    const now = Date.now();
    const insertAll = async (from: number, to: number) => {
      for (const [nth, Id] of created.slice(from, to).entries()) {
        const ListedAt = new Date(now + from + nth).toISOString();
        await engine.table.insert([{ ...goItem(Id, 0, 8), Directory: 'CHARACTERS', ListedAt }]);
      }
    };
    await insertAll(0, 5);
    await expect.poll(() => ids).toEqual(created.slice(0, 5));
    await append(store, 'of this process');
    failing = ['directory'];
    await insertAll(5, 120);
    await expect.poll(() => failures).toHaveLength(1);
    failing = [];
    await expect.poll(() => ids).toEqual([...created.slice(0, 5), 'of this process', ...created.slice(5)]);
    await append(others);
    await sleep(150);
    expect(ids).toHaveLength(121);
  });
});
