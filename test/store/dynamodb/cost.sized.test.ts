import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { connectToDynamoDb } from '../../../src/store/dynamodb/client.ts';
import { createDynamoDbEventTable } from '../../../src/store/dynamodb/event-table.ts';
import type { EventStore } from '../../../src/store/event-store.ts';
import type { EventTable } from '../../../src/store/event-table.ts';
import { type Call, type CountingProxy, startCountingProxy } from '../../engines/counting-proxy.ts';
import { type EngineUnderTest, hasDynamoDb, openDynamoDb } from '../../engines/engines.ts';
import { eventStoreOver } from '../../engines/event-store-over.ts';
import { wizardItems } from '../../party.ts';
import { sized } from '../../size.ts';

describe.skipIf(!hasDynamoDb).each(sized([10, 1_000], [100_000]))('with a history of %d events', (length) => {
  let engine: EngineUnderTest;
  let proxy: CountingProxy;
  let store: EventStore;

  beforeAll(async () => {
    let direct = '';
    engine = await openDynamoDb(async (endpoint) => {
      direct = endpoint;
      proxy = await startCountingProxy(endpoint);
      return proxy;
    });
    const { events } = await connectToDynamoDb(direct);
    const table = createDynamoDbEventTable(events, engine.environment['EVENT_STORE_TABLE'] ?? '');
    const items = wizardItems(Array.from({ length }, (_, version) => (version % 3) - 1));
    const starts = Array.from({ length: Math.ceil(length / 100) }, (_, group) => group * 100);
    const insertAll = async () => {
      for (let start = starts.shift(); start !== undefined; start = starts.shift())
        await table.insert(items.slice(start, start + 100));
    };
    await Promise.all([insertAll(), insertAll(), insertAll()]);
  }, 900_000);
  afterAll(() => engine.close());
  beforeEach(() => {
    store = eventStoreOver(engine.table);
  });

  async function costOf(work: () => Promise<unknown>): Promise<readonly Call[]> {
    proxy.takeCalls();
    await work();
    return proxy.takeCalls();
  }

  const query = { operation: 'Query', capacityUnits: 1 };
  const put = { operation: 'PutItem', capacityUnits: 1 };
  const heal = { characterId: 'wizard', characterHitPoints: 1, note: '' };

  test('a character costs one query of one read unit', async () => {
    expect(await costOf(() => store.character('wizard'))).toEqual([query]);
  });

  test('a character at a past version costs one query of one read unit', async () => {
    expect(await costOf(() => store.characterAt('wizard', Math.floor(length / 2)))).toEqual([query]);
  });

  test('an append costs a query and a put, and one put once the state is known', async () => {
    expect(await costOf(() => store.append(heal))).toEqual([query, put]);
    expect(await costOf(() => store.append(heal))).toEqual([put]);
  });

  test.each([{ maximumHitPoints: 2_000 }, { temporaryHitPoints: 5 }, { experience: 300 }])(
    'an append of %j costs one put',
    async (saying) => {
      await store.character('wizard');
      expect(await costOf(() => store.append({ ...heal, ...saying }))).toEqual([put]);
    },
  );

  test('an append with a key costs the keys of the last 100 events once, and one put from then on', async () => {
    const keyed = (key: string) => ({ ...heal, idempotencyKey: `${key}-${length}` });
    const [look, ...writes] = await costOf(() => store.append(keyed('first')));
    expect(look).toMatchObject({ operation: 'Query' });
    expect(look?.capacityUnits).toBeLessThan(10);
    expect(writes).toEqual([put]);
    expect(await costOf(() => store.append(keyed('second')))).toEqual([put]);
    expect(await costOf(() => store.append(heal))).toEqual([put]);
    expect(await costOf(() => store.append(keyed('third')))).toEqual([put]);
  });

  test('an append that is sent again costs one query', async () => {
    const keyed = { ...heal, idempotencyKey: `again-${length}` };
    await store.append(keyed);
    expect(await costOf(() => store.append(keyed))).toEqual([query]);
  });

  test('a revert costs one query of the event and the one before it, and one put', async () => {
    await store.append({ ...heal, idempotencyKey: `reverted-${length}` });
    const { version = 0 } = (await store.character('wizard')) ?? {};
    expect(await costOf(() => store.revert({ characterId: 'wizard', version }))).toEqual([query, put]);
  });

  test('an append after a read of the character costs one put', async () => {
    await store.character('wizard');
    expect(await costOf(() => store.append(heal))).toEqual([put]);
  });

  test('an append on a taken version costs one put while that version is news', async () => {
    await store.character('wizard');
    const other = eventStoreOver(engine.table);
    const appended = await other.append(heal);
    if (appended.type !== 'appended') throw new Error(appended.type);
    const { version } = appended.event;
    expect(await costOf(() => store.append({ ...heal, version }))).toMatchObject([{ operation: 'PutItem' }]);
    expect(await costOf(() => store.append({ ...heal, version }))).toEqual([query]);
    await store.append({ ...heal, idempotencyKey: `warm-${length}` });
    const keyed = { ...heal, version, idempotencyKey: `late-${length}` };
    expect(await costOf(() => store.append(keyed))).toEqual([query]);
  });

  test('an append without a version that is beaten costs one more put', async () => {
    await store.append({ ...heal, idempotencyKey: `before-${length}` });
    await eventStoreOver(engine.table).append(heal);
    for (const event of [heal, { ...heal, idempotencyKey: `beaten-${length}` }]) {
      expect(await costOf(() => store.append(event))).toMatchObject([
        { operation: 'PutItem' },
        { operation: 'PutItem' },
      ]);
      await eventStoreOver(engine.table).append(heal);
    }
  });

  test('a cold append on a taken version costs two reads', async () => {
    expect(await costOf(() => store.append({ ...heal, version: 3 }))).toEqual([query, query]);
  });

  test('a page costs one query of its own size, at either end of the history', async () => {
    const [first] = await engine.table.query('wizard', { limit: 1 });
    const bytes = JSON.stringify(first).length;
    for (const request of [{ first: 9 }, { last: 10 }, { first: 9, after: length - 10 }]) {
      const calls = await costOf(() => store.events('wizard', request));
      expect(calls).toMatchObject([{ operation: 'Query' }]);
      expect(calls[0]?.capacityUnits).toBeLessThanOrEqual(Math.ceil((bytes * 10) / 4_096));
    }
  });
});

describe.skipIf(!hasDynamoDb).each([1, 20, 100])('with %d characters in one request', (count) => {
  let engine: EngineUnderTest;
  let proxy: CountingProxy;
  let store: EventStore;
  const ids = Array.from({ length: count }, (_, nth) => `hero ${nth}`);
  const wound = { characterHitPoints: -1, note: '' };
  beforeAll(async () => {
    engine = await openDynamoDb(async (endpoint) => {
      proxy = await startCountingProxy(endpoint);
      return proxy;
    });
    const writer = eventStoreOver(engine.table);
    for (const characterId of ids) await writer.append({ ...wound, characterId, characterName: 'Hero' });
  });
  afterAll(() => engine.close());
  beforeEach(() => {
    store = eventStoreOver(engine.table);
    proxy.takeCalls();
  });

  async function operations(): Promise<Readonly<Record<string, number>>> {
    await store.directory({ first: count });
    await store.characters(ids);
    const calls = proxy.takeCalls();
    expect(calls.reduce((sum, { capacityUnits }) => sum + capacityUnits, 0)).toBeLessThanOrEqual(count + 10);
    const counts: Record<string, number> = {};
    for (const { operation } of calls) counts[operation] = (counts[operation] ?? 0) + 1;
    return counts;
  }

  test('costs a limited query each while they are unknown', async () => {
    expect(await operations()).toEqual({ Query: 1 + count });
  });

  test('costs two calls once they are known', async () => {
    await operations();
    expect(await operations()).toEqual(count === 1 ? { Query: 2 } : { Query: 1, BatchGetItem: 1 });
  });

  test('costs a limited query for each that changed, which is seen at once', async () => {
    await operations();
    const [changed = ''] = ids;
    const before = (await eventStoreOver(engine.table).character(changed))?.version ?? 0;
    await eventStoreOver(engine.table).append({ ...wound, characterId: changed });
    proxy.takeCalls();
    expect(await operations()).toEqual(count === 1 ? { Query: 2 } : { Query: 2, BatchGetItem: 1 });
    expect((await store.characters(ids))[0]).toMatchObject({ version: before + 1 });
  });
});

describe.skipIf(!hasDynamoDb)('a newcomer', () => {
  let engine: EngineUnderTest;
  let proxy: CountingProxy;
  let store: EventStore;
  beforeEach(async () => {
    engine = await openDynamoDb(async (endpoint) => {
      proxy = await startCountingProxy(endpoint);
      return proxy;
    });
    store = eventStoreOver(engine.table);
    proxy.takeCalls();
  });
  afterEach(() => engine.close());

  const welcome = { characterId: 'newcomer', characterName: 'N', characterHitPoints: 1, note: '' };

  test('costs a query, and a put of two write units: the item and its place in the directory', async () => {
    await store.append(welcome);
    expect(proxy.takeCalls()).toEqual([
      { operation: 'Query', capacityUnits: expect.any(Number) },
      { operation: 'PutItem', capacityUnits: 2 },
    ]);
  });

  test('is looked for by one query of half a read unit at a time, however many characters there are', async () => {
    const before = eventStoreOver(engine.table, () => new Date(Date.now() - 20 * 60_000));
    for (let nth = 0; nth < 30; nth += 1) await before.append({ ...welcome, characterId: `old ${nth}` });
    proxy.takeCalls();
    const end = new AbortController();
    const next = store.createdCharacters(end.signal).next();
    const looks: Call[] = [];
    await expect.poll(() => looks.push(...proxy.takeCalls())).toBeGreaterThan(5);
    end.abort();
    await next;
    expect(new Set(looks.map((look) => JSON.stringify(look)))).toEqual(
      new Set([JSON.stringify({ operation: 'Query', capacityUnits: 0.5 })]),
    );
  });

  test('to whom 50 events without a version happen at once costs at most 60 puts', async () => {
    await store.append(welcome);
    proxy.takeCalls();
    await Promise.all(Array.from({ length: 50 }, () => store.append(welcome)));
    const calls = proxy.takeCalls();
    expect(calls.every(({ operation }) => operation === 'PutItem')).toBe(true);
    process.stdout.write(`${calls.length} puts for 50 appends at once\n`);
    expect(calls.length).toBeLessThanOrEqual(60);
    expect(await engine.table.query('newcomer', { limit: 100 })).toHaveLength(51);
  });

  test('of whom a process has missed 300 events costs it three puts and a query', async () => {
    const behind = eventStoreOver(engine.table);
    await behind.append({ ...welcome, idempotencyKey: 'warm' });
    for (let start = 1; start < 301; start += 100) {
      const missed = wizardItems(Array.from({ length: start + 100 }, () => 1)).slice(start);
      await engine.table.insert(missed.map((item) => ({ ...item, Id: 'newcomer' })));
    }
    for (const [nth, event] of [welcome, { ...welcome, idempotencyKey: 'next' }].entries()) {
      const other = nth === 0 ? behind : eventStoreOver(engine.table);
      proxy.takeCalls();
      expect(await other.append(event)).toMatchObject({ event: { version: 301 + nth } });
      const operations = proxy.takeCalls().map(({ operation }) => operation);
      expect(operations).toEqual(
        nth === 0 ? ['PutItem', 'PutItem', 'Query', 'PutItem'] : ['Query', 'PutItem'],
      );
    }
  });

  test('costs one transaction to put away, and to bring back', async () => {
    await store.append(welcome);
    proxy.takeCalls();
    for (const archived of [true, false]) {
      const event = { characterId: 'newcomer', characterHitPoints: -1, archived };
      expect(await store.append(event)).toMatchObject({ state: { archived } });
      const [call, ...others] = proxy.takeCalls();
      expect(others).toEqual([]);
      expect(call).toMatchObject({ operation: 'TransactWriteItems' });
      expect(call?.capacityUnits).toBeLessThanOrEqual(4 + 2);
    }
  });

  test('with 1,000 put away behind costs the list no more than without', async () => {
    for (let nth = 0; nth < 20; nth += 1) await store.append({ ...welcome, characterId: `hero ${nth}` });
    const listCost = async () => {
      proxy.takeCalls();
      expect((await store.directory({ first: 20 })).entries).toHaveLength(20);
      return proxy.takeCalls();
    };
    const before = await listCost();
    for (let start = 0; start < 1_000; start += 100) {
      const group = Array.from({ length: 100 }, (_, nth) => ({
        ...welcome,
        characterId: `old ${start + nth}`,
      }));
      await store.appendGroup(group);
      for (const half of [group.slice(0, 50), group.slice(50)]) {
        const away = half.map(({ characterId }) => ({ characterId, characterHitPoints: 0, archived: true }));
        expect(await store.appendGroup(away)).toMatchObject({ type: 'appended' });
      }
    }
    expect(await listCost()).toEqual(before);
    expect(before).toMatchObject([{ operation: 'Query' }]);
  });

  test('among 1,000 idle characters that are followed costs a look of 10 calls', async () => {
    const followed = Array.from({ length: 1_000 }, (_, nth) => ({
      characterId: `hero ${nth}`,
      afterVersion: -1,
    }));
    const looks: (readonly Call[])[] = [];
    const get: EventTable['get'] = async (...args) => {
      proxy.takeCalls();
      const items = await engine.table.get(...args);
      looks.push(proxy.takeCalls());
      return items;
    };
    let caughtUp = 0;
    const query: EventTable['query'] = async (...args) => {
      const items = await engine.table.query(...args);
      caughtUp += 1;
      return items;
    };
    const following = eventStoreOver({ ...engine.table, get, query });
    const end = new AbortController();
    const next = following.subscribeAll(followed, end.signal).next();
    await expect.poll(() => caughtUp, { timeout: 30_000 }).toBe(1_000);
    // A look that is under way may have met the last of them.
    const looksBefore = looks.length;
    await expect.poll(() => looks.length).toBeGreaterThan(looksBefore + 1);
    looks.length = 0;
    await expect.poll(() => looks.length).toBeGreaterThan(5);
    for (const calls of looks) {
      expect(calls.map(({ operation }) => operation)).toEqual(
        Array.from({ length: 10 }, () => 'BatchGetItem'),
      );
    }
    end.abort();
    await next;
  });

  test('in a group of known characters costs one transaction, with keys or without', async () => {
    const party = ['bard', 'monk', 'rogue'].map((characterId) => ({ ...welcome, characterId }));
    await store.appendGroup(party);
    proxy.takeCalls();
    await store.appendGroup(party);
    expect(proxy.takeCalls()).toMatchObject([{ operation: 'TransactWriteItems' }]);
    await store.appendGroup(party.map((event) => ({ ...event, idempotencyKey: event.characterId })));
    expect(proxy.takeCalls()).toMatchObject([{ operation: 'TransactWriteItems' }]);
  });
});
