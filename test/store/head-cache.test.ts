import { beforeEach, describe, expect, test } from 'vitest';
import { type CharacterState, fold } from '../../src/character/character.ts';
import { limits } from '../../src/character/event.ts';
import type { EventTable } from '../../src/store/event-table.ts';
import {
  coversWindow,
  createHeadCache,
  type HeadCache,
  headAfter,
  readHead,
  type StreamHead,
  versionOfKey,
} from '../../src/store/head-cache.ts';
import { countOf, idempotencyKeys } from '../../src/store/idempotency-keys.ts';
import { embedded } from '../engines/engines.ts';
import { goItem, wizardEvent, wizardItems } from '../party.ts';

const stateAt = (version: number): CharacterState => fold(undefined, wizardEvent(version, 8));

/** The head of the wizard that a read of these versions gives, the last of them the newest. */
function readOf(from: number, to: number): StreamHead {
  const versions = Array.from({ length: to - from + 1 }, (_, nth) => from + nth);
  return {
    state: stateAt(to),
    keys: idempotencyKeys(versions.map((version) => ({ key: `key-${version}`, version }))),
    keysSince: from,
  };
}

/** The keys that a head finds, and the version of each. */
function keysOf(head: StreamHead | undefined): readonly (readonly [string, number])[] {
  return Array.from({ length: 300 }, (_, version) => `key-${version}`).flatMap((key) => {
    const version = versionOfKey(head, key, limits.idempotencyWindow);
    return version === undefined ? [] : [[key, version] as const];
  });
}

const withoutTable = undefined as unknown as EventTable;
let cache: HeadCache;
beforeEach(() => {
  cache = createHeadCache(withoutTable, 1_000);
});

describe('a stream head', () => {
  test('finds the keys of the events read', () => {
    expect(keysOf(readOf(3, 5))).toEqual([
      ['key-3', 3],
      ['key-4', 4],
      ['key-5', 5],
    ]);
  });

  test('holds no key for the events of other programs', () => {
    const head = headAfter(undefined, { version: 1, idempotencyKey: null }, stateAt(1));
    expect(head).toEqual({ state: stateAt(1), keys: idempotencyKeys([]), keysSince: 1 });
  });

  test('covers the idempotency window once the last 100 events, or all, are read', () => {
    expect(coversWindow(readOf(0, 5), 100)).toBe(true);
    expect(coversWindow(readOf(1, 5), 100)).toBe(false);
    expect(coversWindow(readOf(101, 200), 100)).toBe(true);
    expect(coversWindow(readOf(102, 200), 100)).toBe(false);
  });

  test('finds a key of a group in the longer window of its event', () => {
    expect(versionOfKey(readOf(0, 200), 'key-101', 100)).toBe(101);
    expect(versionOfKey(readOf(0, 200), 'key-100', 100)).toBeUndefined();
    expect(versionOfKey(readOf(0, 200), 'key-100', 101)).toBe(100);
    expect(coversWindow(readOf(101, 200), 101)).toBe(false);
  });

  test('grows by every event after it, and lets go of keys that no group of 100 finds', () => {
    let head = readOf(0, 0);
    for (let version = 1; version <= 250; version += 1) {
      head = headAfter(head, wizardEvent(version, 8), stateAt(version));
      expect(head).toSatisfy((grown: StreamHead) => coversWindow(grown, 199));
    }
    expect(keysOf(head).length).toBe(limits.idempotencyWindow);
    expect(keysOf(head)[0]).toEqual(['key-151', 151]);
    expect(countOf(head.keys)).toBeLessThanOrEqual(limits.idempotencyWindow + limits.groupSize + 15);
  });

  test('stays what it was when an event comes after it', () => {
    const before = readOf(0, 5);
    expect(keysOf(headAfter(before, wizardEvent(6, 8), stateAt(6))).length).toBe(7);
    expect(before).toEqual(readOf(0, 5));
  });

  test('names the newest event of a key that was used twice', () => {
    let head = headAfter(undefined, { version: 0, idempotencyKey: 'twice' }, stateAt(0));
    for (let version = 1; version <= 250; version += 1) {
      const idempotencyKey = version === 120 ? 'twice' : `key-${version}`;
      head = headAfter(head, { version, idempotencyKey }, stateAt(version));
      if (version === 219) expect(versionOfKey(head, 'twice', 100)).toBe(120);
    }
    expect(versionOfKey(head, 'twice', 100)).toBeUndefined();
    expect(keysOf(head).length).toBe(limits.idempotencyWindow);
  });

  test('begins anew after events that it has not seen', () => {
    const head = headAfter(readOf(0, 5), wizardEvent(7, 8), stateAt(7));
    expect(keysOf(head)).toEqual([['key-7', 7]]);
    expect(coversWindow(head, 100)).toBe(false);
  });

  test('is read with the keys of the window, or with that of the newest event alone', async () => {
    const { table, close } = await embedded.open();
    expect(await readHead(table, 'wizard', 100)).toBeUndefined();
    const items = wizardItems(Array.from({ length: 150 }, () => 1));
    await table.insert(items.slice(0, 100));
    await table.insert(items.slice(100));
    const whole = await readHead(table, 'wizard', 100);
    expect(whole).toMatchObject({ state: { version: 149, hitPoints: 150 }, keysSince: 50 });
    expect(keysOf(whole)).toEqual(Array.from({ length: 100 }, (_, nth) => [`key-${nth + 50}`, nth + 50]));
    expect(keysOf(await readHead(table, 'wizard', 0))).toEqual([['key-149', 149]]);
    await table.insert([goItem('gopher', 0, 3)]);
    expect(await readHead(table, 'gopher', 100)).toMatchObject({ keys: idempotencyKeys([]), keysSince: 0 });
    await close();
  });
});

describe('a cache of stream heads', () => {
  test('moves forward only', () => {
    cache.advance(readOf(0, 5));
    cache.advance(readOf(0, 3));
    expect(cache.cached('wizard')?.state.version).toBe(5);
    cache.advance(readOf(0, 6));
    expect(cache.cached('wizard')?.state.version).toBe(6);
  });

  test('takes more keys at the same version, and keeps them over a read of the state alone', () => {
    cache.advance(readOf(5, 5));
    cache.advance(readOf(0, 5));
    expect(keysOf(cache.cached('wizard')).length).toBe(6);
    cache.advance(readOf(5, 5));
    expect(keysOf(cache.cached('wizard')).length).toBe(6);
    cache.advance(readOf(6, 6));
    expect(keysOf(cache.cached('wizard')).length).toBe(7);
  });

  test('takes the newer keys alone where those between are unknown', () => {
    cache.advance(readOf(0, 5));
    cache.advance(readOf(7, 8));
    expect(keysOf(cache.cached('wizard'))).toEqual([
      ['key-7', 7],
      ['key-8', 8],
    ]);
  });

  test('does not grow by what other writers append, beyond the window', () => {
    cache.advance(readOf(0, 0));
    for (let version = 1; version < 300; version += 1) cache.advance(readOf(version, version));
    const head = cache.cached('wizard', 100);
    expect(keysOf(head).length).toBe(limits.idempotencyWindow);
    expect(head && countOf(head.keys)).toBe(limits.idempotencyWindow + limits.groupSize - 1);
  });

  test('has nothing for a writer with a key until the window is covered', () => {
    cache.advance(readOf(5, 5));
    expect(cache.cached('wizard', 100)).toBeUndefined();
    expect(cache.cached('wizard')).toBeDefined();
    cache.advance(readOf(0, 5));
    expect(cache.cached('wizard', 100)).toBeDefined();
  });

  test('drops a stream on demand', () => {
    cache.advance(readOf(0, 5));
    cache.invalidate('wizard');
    expect(cache.cached('wizard')).toBeUndefined();
    cache.advance(readOf(0, 1));
    expect(cache.cached('wizard')?.state.version).toBe(1);
  });

  test('drops what it had when a refresh finds no events', async () => {
    const { table, close } = await embedded.open();
    const real = createHeadCache(table, 1_000);
    real.advance(readOf(0, 5));
    expect(await real.refresh('wizard', 0)).toBeUndefined();
    expect(real.cached('wizard')).toBeUndefined();
    await table.insert(wizardItems([1, 2]));
    expect(await real.refresh('wizard', 100)).toMatchObject({ state: { hitPoints: 3 } });
    expect(real.cached('wizard', 100)?.state.version).toBe(1);
    await close();
  });

  test('lets go of the streams not used for longest where its size ends', () => {
    const small = createHeadCache(withoutTable, 20);
    const heroes = Array.from({ length: 10 }, (_, hero) => ({
      ...readOf(0, 3),
      state: { ...stateAt(3), characterId: `hero ${hero}` },
    }));
    for (const hero of heroes) small.advance(hero);
    expect(heroes.map(({ state }) => small.cached(state.characterId) !== undefined)).toEqual([
      ...Array.from({ length: 6 }, () => false),
      ...Array.from({ length: 4 }, () => true),
    ]);
  });
});
