import { beforeEach, describe, expect, test } from 'vitest';
import { type CharacterState, fold } from '../../src/character/character.ts';
import {
  createHeadCache,
  type HeadCache,
  holderOf,
  idempotencyWindow,
  type KnownCharacter,
  known,
  knownAfter,
  knowsKeys,
} from '../../src/store/head-cache.ts';
import { wizardEvent } from '../party.ts';

const stateAt = (version: number): CharacterState => fold(undefined, wizardEvent(version, 8));

/** What one knows who has read these versions of the wizard, the last of them the latest. */
function read(from: number, to: number): KnownCharacter {
  const newestFirst = Array.from({ length: to - from + 1 }, (_, back) => wizardEvent(to - back, 8));
  return known(stateAt(to), newestFirst, from);
}

/** The keys that appends are compared with, and which event holds each. */
function keysOf(character: KnownCharacter | undefined): readonly (readonly [string, number])[] {
  const keys = Array.from({ length: 300 }, (_, version) => `key-${version}`);
  return keys.flatMap((key) => {
    const version = holderOf(character, key);
    return version === undefined ? [] : [[key, version] as const];
  });
}

let memory: HeadCache;
beforeEach(() => {
  memory = createHeadCache(1_000);
});

describe('what is known of a character', () => {
  test('are the keys of the events read', () => {
    expect(keysOf(read(3, 5))).toEqual([
      ['key-3', 3],
      ['key-4', 4],
      ['key-5', 5],
    ]);
  });

  test('holds no key for the events of other programs', () => {
    memory.keep(known(stateAt(1), [{ version: 1, idempotencyKey: null }], 1));
    expect(memory.get('wizard')?.keys.size).toBe(0);
  });

  test('is enough for an append with a key once the last 100 events, or all, are', () => {
    expect(knowsKeys(read(0, 5))).toBe(true);
    expect(knowsKeys(read(1, 5))).toBe(false);
    expect(knowsKeys(read(101, 200))).toBe(true);
    expect(knowsKeys(read(102, 200))).toBe(false);
  });

  test('grows by every event after it, and lets go of keys older than the last 100', () => {
    memory.keep(read(0, 0));
    for (let version = 1; version <= 250; version += 1) {
      memory.keep(knownAfter(memory.get('wizard'), wizardEvent(version, 8), stateAt(version)));
      expect(memory.get('wizard')).toSatisfy(knowsKeys);
    }
    expect(keysOf(memory.get('wizard')).length).toBe(idempotencyWindow);
    expect(keysOf(memory.get('wizard'))[0]).toEqual(['key-151', 151]);
    expect(memory.get('wizard')?.keys.size).toBeLessThan(2 * idempotencyWindow);
  });

  test('has the keys of a group that is not stored yet for itself', () => {
    memory.keep(read(0, 5));
    const planned = knownAfter(memory.get('wizard'), wizardEvent(6, 8), stateAt(6));
    expect(keysOf(planned).length).toBe(7);
    expect(keysOf(memory.get('wizard')).length).toBe(6);
    const other = { version: 6, idempotencyKey: 'of another' };
    memory.keep(knownAfter(memory.get('wizard'), other, stateAt(6)));
    expect(keysOf(memory.get('wizard')).length).toBe(6);
    expect(holderOf(memory.get('wizard'), 'of another')).toBe(6);
  });

  test('stays what it was when newer events are kept', () => {
    memory.keep(read(0, 5));
    const before = memory.get('wizard');
    memory.keep(knownAfter(before, wizardEvent(6, 8), stateAt(6)));
    expect(keysOf(before).length).toBe(6);
  });

  test('names the newest event of a key that was used twice', () => {
    memory.keep(known(stateAt(0), [{ version: 0, idempotencyKey: 'twice' }], 0));
    for (let version = 1; version <= 250; version += 1) {
      const idempotencyKey = version === 120 ? 'twice' : `key-${version}`;
      memory.keep(knownAfter(memory.get('wizard'), { version, idempotencyKey }, stateAt(version)));
      if (version === 219) expect(holderOf(memory.get('wizard'), 'twice')).toBe(120);
      expect(memory.get('wizard')?.keys.size).toBeLessThan(2 * idempotencyWindow);
    }
    expect(holderOf(memory.get('wizard'), 'twice')).toBeUndefined();
    expect(keysOf(memory.get('wizard')).length).toBe(idempotencyWindow);
  });

  test('begins anew after events that it has not seen', () => {
    const character = knownAfter(read(0, 5), wizardEvent(7, 8), stateAt(7));
    expect(keysOf(character)).toEqual([['key-7', 7]]);
    expect(knowsKeys(character)).toBe(false);
  });
});

describe('a memory of characters', () => {
  test('moves forward only', () => {
    memory.keep(read(0, 5));
    memory.keep(read(0, 3));
    expect(memory.get('wizard')?.state.version).toBe(5);
    memory.keep(read(0, 6));
    expect(memory.get('wizard')?.state.version).toBe(6);
  });

  test('takes more keys at the same version, and keeps them over a look at the state alone', () => {
    memory.keep(read(5, 5));
    memory.keep(read(0, 5));
    expect(keysOf(memory.get('wizard')).length).toBe(6);
    memory.keep(read(5, 5));
    expect(keysOf(memory.get('wizard')).length).toBe(6);
    memory.keep(read(6, 6));
    expect(keysOf(memory.get('wizard')).length).toBe(7);
  });

  test('forgets on demand', () => {
    memory.keep(read(0, 5));
    memory.drop('wizard');
    expect(memory.get('wizard')).toBeUndefined();
    memory.keep(read(0, 1));
    expect(memory.get('wizard')?.state.version).toBe(1);
  });

  test('lets go of the characters not seen for longest where its room ends', () => {
    const small = createHeadCache(20);
    const heroes = Array.from({ length: 10 }, (_, hero) => ({
      ...read(0, 3),
      state: { ...stateAt(3), characterId: `hero ${hero}` },
    }));
    for (const hero of heroes) small.keep(hero);
    expect(heroes.map(({ state }) => small.get(state.characterId) !== undefined)).toEqual([
      ...Array.from({ length: 6 }, () => false),
      ...Array.from({ length: 4 }, () => true),
    ]);
  });
});
