import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import type { CharacterState } from '../../src/character/character.ts';
import { createCreatedCharacters } from '../../src/store/created-characters.ts';
import { StoreFault } from '../../src/store/errors.ts';
import type { EventStore } from '../../src/store/event-store.ts';
import type { EventTable } from '../../src/store/event-table.ts';
import { embedded, engines } from '../engines/engines.ts';
import { eventStoreOver } from '../engines/event-store-over.ts';
import { seededRandom } from '../engines/seeded-random.ts';
import { goItem } from '../party.ts';

const now = '2026-11-23T12:00:00.000Z';
const listed = (Id: string, ListedAt = now) => ({ ...goItem(Id, 0, 1), Directory: 'CHARACTERS', ListedAt });
/** That many seconds after now; before it where negative. */
const after = (seconds: number) => new Date(Date.parse(now) + seconds * 1_000).toISOString();

test('a slow subscriber gets the last 10,000 created characters, each once', async () => {
  const { close, created, ids, first } = await subscribed();
  await created.poll();
  created.publish([listed('first')]);
  expect(await first).toMatchObject({ value: 'first' });
  created.publish(Array.from({ length: 12_000 }, (_, nth) => listed(`hero ${nth}`)));
  created.publish([listed('hero 11999'), listed('last')]);
  const taken: string[] = [];
  for await (const id of ids) {
    taken.push(id);
    if (id === 'last') break;
  }
  expect(taken).toEqual([...Array.from({ length: 9_999 }, (_, nth) => `hero ${nth + 2_001}`), 'last']);
  await close();
});

test('a character that this process created hides none of those that others created before it', async () => {
  const { table, close, created, ids, first } = await subscribed();
  await created.poll();
  const heroes = [...Array.from({ length: 30 }, (_, nth) => `hero ${nth}`), 'ours'];
  for (const [nth, id] of heroes.entries()) await table.insert([listed(id, after(nth))]);
  created.publish([listed('ours')]);
  await created.poll();
  const taken = [(await first).value];
  while (taken.length < heroes.length) taken.push((await ids.next()).value);
  expect(taken).toEqual(['ours', ...heroes.slice(0, 30)]);
  await close();
});

test('an entry that comes in below others is told, as long as these are not older than 10 minutes', async () => {
  const old = Array.from({ length: 30 }, (_, nth) => listed(`old ${nth}`, after(-700 - nth)));
  const young = Array.from({ length: 600 }, (_, nth) => listed(`young ${nth}`, after(nth - 300)));
  const { table, close, created, ids, first } = await subscribed([...old, ...young]);
  await created.poll();
  let next: Promise<IteratorResult<string, unknown>> = first;
  for (const seconds of [-2, 300, 299, -290, -500, -599, 0, -699]) {
    await table.insert([listed(`at ${seconds}`, after(seconds))]);
    for (let look = 0; look < 3; look += 1) await created.poll();
    expect(await next).toMatchObject({ value: `at ${seconds}` });
    next = ids.next();
  }
  created.publish([listed('the end')]);
  expect(await next).toMatchObject({ value: 'the end' });
  await close();
});

test('a look reads what may be new, and never more than 5,000 entries', async () => {
  const old = Array.from({ length: 100 }, (_, nth) => listed(`old ${nth}`, after(-700 - nth)));
  const { table, close, created, reads } = await subscribed(old);
  await created.poll();
  reads.splice(0);
  await created.poll();
  expect(reads).toEqual([20]);
  const heroes = Array.from({ length: 6_000 }, (_, nth) => listed(`hero ${nth}`, after(nth / 100)));
  for (let start = 0; start < heroes.length; start += 100)
    await table.insert(heroes.slice(start, start + 100));
  reads.splice(0);
  await created.poll();
  expect(reads.reduce((sum, limit) => sum + limit)).toBeLessThan(5_600);
  await close();
});

test('what leaves the directory brings nothing else to light', async () => {
  const old = Array.from({ length: 30 }, (_, nth) => listed(`old ${nth}`, after(-700 - nth)));
  const { close, created, first, hidden } = await subscribed(old);
  await created.poll();
  for (const id of ['old 0', 'old 1', 'old 2']) {
    hidden.add(id);
    await created.poll();
  }
  created.publish([listed('the end')]);
  expect(await first).toMatchObject({ value: 'the end' });
  await close();
});

test('a character that is put away and comes back is told once, however long it was away', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const { table, close, created, first, ids, hidden } = await subscribed();
  await created.poll();
  await table.insert([listed('hero')]);
  await created.poll();
  hidden.add('hero');
  vi.advanceTimersByTime(120_000);
  await created.poll();
  hidden.delete('hero');
  await created.poll();
  created.publish([listed('the end')]);
  expect([(await first).value, (await ids.next()).value]).toEqual(['hero', 'the end']);
  vi.useRealTimers();
  await close();
});

/** A subscription to created characters, with looks by hand only, the limits of its reads of the directory, and who is hidden in it. */
async function subscribed(stored: readonly ReturnType<typeof listed>[] = []) {
  const { table, close } = await embedded.open();
  for (let start = 0; start < stored.length; start += 100)
    await table.insert(stored.slice(start, start + 100));
  const reads: number[] = [];
  const hidden = new Set<string>();
  const counted: EventTable = {
    ...table,
    directory: async (range, signal) => {
      reads.push(range.limit);
      const entries = await table.directory({ ...range, limit: range.limit + hidden.size }, signal);
      return entries.filter(({ characterId }) => !hidden.has(characterId)).slice(0, range.limit);
    },
  };
  const poller = { start: () => () => {} };
  const created = createCreatedCharacters(counted, poller, () => new Date(now));
  const ids = created.subscribe(new AbortController().signal);
  return { table, close, created, ids, reads, hidden, first: ids.next() };
}

describe.each(engines)('on $name', ({ open }) => {
  /** What a store tells of new characters, from when the returned promise is fulfilled. */
  async function listen(store: EventStore) {
    const end = new AbortController();
    const told: string[] = [];
    const run = async () => {
      for await (const found of store.createdCharacters(end.signal)) told.push(found.characterId);
    };
    const over = run();
    const stop = () => {
      end.abort();
      return over;
    };
    await store.append({ characterId: `sign ${crypto.randomUUID()}`, ...welcome });
    await expect.poll(() => told.length).toBeGreaterThan(0);
    return { told, stop };
  }
  const welcome = { characterName: 'N', characterHitPoints: 1 };

  test('every listener is told of 100 characters that three servers create, each once', async () => {
    const engine = await open();
    const random = seededRandom(18);
    const slow: EventTable = {
      ...engine.table,
      insert: async (items, signal) => {
        await sleep(random() * 2_000);
        return engine.table.insert(items, signal);
      },
    };
    const stores = [-2, 0, 300].map((seconds) =>
      eventStoreOver(slow, () => new Date(Date.now() + seconds * 1_000)),
    );
    const listeners = await Promise.all(stores.map((store) => listen(store)));
    const heroes = Array.from({ length: 100 }, (_, nth) => `hero ${nth}`);
    const create = async (characterId: string, nth: number) => {
      await sleep(random() * 4_000);
      await stores[nth % 3]?.append({ characterId, ...welcome });
    };
    await Promise.all(heroes.map(create));
    for (const { told } of listeners) {
      const ofHeroes = () => told.filter((id) => id.startsWith('hero'));
      await expect.poll(() => ofHeroes().toSorted()).toEqual(heroes.toSorted());
    }
    // Some looks later nobody is told again.
    await sleep(500);
    for (const { told } of listeners) {
      expect(new Set(told).size).toBe(told.length);
    }
    await Promise.all(listeners.map(({ stop }) => stop()));
    await engine.close();
  });

  test('throttled reads end no listener, neither its first one nor those of newcomers', async () => {
    const engine = await open();
    let throttledReads = 3;
    let answeredReads = 0;
    const throttled = async <Result>(read: () => Promise<Result>): Promise<Result> => {
      throttledReads -= 1;
      if (throttledReads >= 0) throw new StoreFault('THROTTLED', 'Too much.', { retryable: true });
      const result = await read();
      answeredReads += 1;
      return result;
    };
    const table: EventTable = {
      ...engine.table,
      directory: (...args) => throttled(() => engine.table.directory(...args)),
      query: (...args) => throttled(() => engine.table.query(...args)),
    };
    const store = eventStoreOver(table);
    const other = eventStoreOver(engine.table);
    const told: CharacterState[] = [];
    const end = new AbortController();
    const run = async () => {
      for await (const found of store.createdCharacters(end.signal)) told.push(found);
    };
    const listeners = [run(), run()];
    await expect.poll(() => answeredReads).toBeGreaterThan(2);
    throttledReads = 4;
    await other.append({ characterId: 'newcomer', ...welcome });
    await expect.poll(() => told.map(({ characterId }) => characterId)).toEqual(['newcomer', 'newcomer']);
    end.abort();
    await Promise.all(listeners);
    await engine.close();
  });
});
