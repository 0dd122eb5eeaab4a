import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { NewEvent } from '../../src/character/event.ts';
import type { EventStore } from '../../src/store/event-store.ts';
import { exportLines, importLines } from '../../src/store/maintenance/transfer.ts';
import { collected } from '../collected.ts';
import { type EngineUnderTest, engines } from '../engines/engines.ts';
import { eventStoreOver } from '../engines/event-store-over.ts';
import { findingsOf } from '../findings.ts';
import { goItem } from '../party.ts';

describe.each(engines)('putting away on $name', ({ open }) => {
  let engine: EngineUnderTest;
  let store: EventStore;
  let now: number;
  beforeEach(async () => {
    engine = await open();
    now = Date.parse('2026-11-23T12:00:00.000Z');
    store = eventStoreOver(engine.table, () => {
      now += 1_000;
      return new Date(now);
    });
    for (const characterId of ['astrid', 'bard', 'cleric']) {
      await store.append({ characterId, characterName: characterId, characterHitPoints: 8 });
    }
  });
  afterEach(() => engine.close());

  const say = (characterId: string, saying: Partial<NewEvent>) =>
    store.append({ characterId, characterHitPoints: 0, ...saying });
  const listed = async (archived?: boolean) =>
    (await store.directory({ first: 100, archived })).entries.map(({ characterId }) => characterId);
  const lists = async () => [await listed(), await listed(true)];
  const verify = (repair = false) => findingsOf(engine, repair);

  test('moves a character to the other list with its event, and back to its old place', async () => {
    expect(await lists()).toEqual([['cleric', 'bard', 'astrid'], []]);
    expect(await say('bard', { archived: true, characterHitPoints: -1 })).toMatchObject({
      event: { version: 1, archived: true },
      state: { archived: true, hitPoints: 7 },
    });
    expect(await lists()).toEqual([['cleric', 'astrid'], ['bard']]);
    await say('bard', { archived: false });
    expect(await lists()).toEqual([['cleric', 'bard', 'astrid'], []]);
    expect(await verify()).toEqual([]);
  });

  test('leaves everything else as it was: the character is read and appended to', async () => {
    await say('bard', { archived: true });
    await say('bard', { archived: true });
    expect(await say('bard', { characterHitPoints: 3 })).toMatchObject({
      event: { version: 3, archived: null },
      state: { archived: true },
    });
    expect(await store.character('bard')).toMatchObject({ hitPoints: 11, archived: true });
    expect(await lists()).toEqual([['cleric', 'astrid'], ['bard']]);
  });

  test('is taken back like everything that an event did', async () => {
    await say('bard', { archived: true, characterHitPoints: -1 });
    expect(await store.revert({ characterId: 'bard', version: 1 })).toMatchObject({
      event: { archived: false },
      state: { hitPoints: 8, archived: false },
    });
    expect(await listed()).toContain('bard');
    await store.revert({ characterId: 'bard', version: 2 });
    expect(await lists()).toEqual([['cleric', 'astrid'], ['bard']]);
  });

  test('sent again with its key is done once', async () => {
    const event = { archived: true, idempotencyKey: 'away' };
    expect(await say('bard', event)).toMatchObject({ duplicate: false });
    await say('bard', { archived: false });
    expect(await say('bard', event)).toMatchObject({ duplicate: true, state: { archived: false } });
    expect(await listed()).toContain('bard');
  });

  test('may come with the first event, and in groups', async () => {
    await say('old', { characterName: 'Old', archived: true });
    const group = [
      { characterId: 'new', characterName: 'New', characterHitPoints: 1 },
      { characterId: 'new', characterHitPoints: 1, archived: true },
      { characterId: 'astrid', characterHitPoints: 0, archived: true },
      { characterId: 'bard', characterHitPoints: 0, archived: true },
      { characterId: 'bard', characterHitPoints: 0, archived: false },
    ];
    expect(await store.appendGroup(group)).toMatchObject({ type: 'appended' });
    expect(await lists()).toEqual([
      ['cleric', 'bard'],
      ['new', 'old', 'astrid'],
    ]);
    expect(await verify()).toEqual([]);
  });

  test('that loses its version moves nobody', async () => {
    await store.character('bard');
    await eventStoreOver(engine.table).append({ characterId: 'bard', characterHitPoints: 1 });
    expect(await say('bard', { archived: true, version: 1 })).toMatchObject({ type: 'version_taken' });
    expect(await listed()).toContain('bard');
  });

  test('lists a character of another program that was in no list', async () => {
    await engine.table.insert([goItem('gopher', 0, 8)]);
    await say('gopher', { archived: true });
    expect(await listed(true)).toEqual(['gopher']);
    await say('gopher', { archived: false });
    expect(await listed()).toContain('gopher');
  });

  test('of a character without a beginning is a fault, and stores nothing', async () => {
    await engine.table.insert([goItem('headless', 1, 8)]);
    await expect(say('headless', { archived: true })).rejects.toMatchObject({
      code: 'INTERNAL_SERVER_ERROR',
    });
    expect(await store.character('headless')).toMatchObject({ version: 1 });
    expect(await say('headless', { characterHitPoints: 1 })).toMatchObject({ event: { version: 2 } });
  });

  test('by 4 stores at once leaves list and state as one', async () => {
    const stores = Array.from({ length: 4 }, () => eventStoreOver(engine.table));
    const press = async (which: EventStore, seed: number) => {
      for (let nth = 0; nth < 10; nth += 1) {
        const characterId = ['astrid', 'bard'][(seed + nth) % 2] ?? '';
        await which.append({ characterId, characterHitPoints: 0, archived: (seed * nth) % 3 === 0 });
      }
    };
    await Promise.all(stores.map(press));
    expect(await verify()).toEqual([]);
    for (const characterId of ['astrid', 'bard']) {
      const state = await store.character(characterId);
      expect(state?.version).toBe(20);
      expect(await listed(state?.archived)).toContain(characterId);
    }
  });

  test('that left another list is found, and mended', async () => {
    await say('bard', { archived: true });
    const wrong = { characterId: 'bard', list: 'CHARACTERS', listedAt: new Date(now).toISOString() } as const;
    await engine.admin.enterDirectory(wrong);
    const finding = { type: 'in_other_list', characterId: 'bard', from: 0, to: 0, archived: true };
    expect(await verify()).toEqual([{ ...finding, isMended: false }]);
    expect(await verify(true)).toEqual([{ ...finding, isMended: true }]);
    expect(await verify()).toEqual([]);
    expect(await lists()).toEqual([['cleric', 'astrid'], ['bard']]);
  });

  describe('is exported, and imported', () => {
    async function* bytesOf(lines: readonly string[]): AsyncGenerator<Uint8Array> {
      for (const line of lines) yield Buffer.from(line);
    }
    const exported = () => collected(exportLines(engine.table, engine.admin));
    let lines: readonly string[];
    beforeEach(async () => {
      for (let nth = 0; nth < 120; nth += 1) await say('bard', { characterHitPoints: 1 });
      await say('bard', { archived: true });
      lines = await exported();
      await engine.close();
      engine = await open();
      store = eventStoreOver(engine.table);
    });
    const imported = (wanted: readonly string[]) => importLines(engine.table, engine.admin, bytesOf(wanted));

    test('to the same lists', async () => {
      expect(await imported(lines)).toMatchObject({ type: 'imported', inserted: lines.length });
      expect(await exported()).toEqual(lines);
      expect(await lists()).toEqual([['cleric', 'astrid'], ['bard']]);
    });

    test('over what was there before it was put away', async () => {
      const withoutList = lines.map((line) =>
        line.replace('"Directory":"ARCHIVE"', '"Directory":"CHARACTERS"'),
      );
      await imported(withoutList.filter((line) => !line.includes('"Archived":true,"Snapshot"')));
      expect(await listed()).toContain('bard');
      await imported(lines);
      expect(await lists()).toEqual([['cleric', 'astrid'], ['bard']]);
      expect(await verify()).toEqual([]);
    });
  });
});
