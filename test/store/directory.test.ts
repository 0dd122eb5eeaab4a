import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EventStore } from '../../src/store/event-store.ts';
import { type EngineUnderTest, embedded, engines } from '../engines/engines.ts';
import { eventStoreOver } from '../engines/event-store-over.ts';
import { goItem } from '../party.ts';

const adapter = new URL('../../dist/store/embedded/event-table.js', import.meta.url);

describe.each(engines)('the directory on $name', ({ open }) => {
  let engine: EngineUnderTest;
  let store: EventStore;
  let now: Date;
  beforeEach(async () => {
    engine = await open();
    now = new Date('2026-11-23T12:00:00.000Z');
    store = eventStoreOver(engine.table, () => now);
    for (const characterId of ['bard', 'monk', 'rogue']) {
      now = new Date(now.getTime() + 1_000);
      await store.append({ characterId, characterName: characterId, characterHitPoints: 8, note: '' });
    }
  });
  afterEach(() => engine.close());

  const ids = (page: Awaited<ReturnType<EventStore['directory']>>) =>
    page.entries.map(({ characterId }) => characterId);

  test('lists the characters by their first events, the newest first', async () => {
    await store.append({ characterId: 'bard', characterHitPoints: -1, note: '' });
    const first = await store.directory({ first: 2 });
    expect(ids(first)).toEqual(['rogue', 'monk']);
    expect(first).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
    const second = await store.directory({ first: 2, after: first.entries[1] });
    expect(ids(second)).toEqual(['bard']);
    expect(second).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
    expect(await store.directory({ first: 3 })).toMatchObject({ hasNextPage: false });
  });

  test('of characters read together gives each as it is now, in the order asked for', async () => {
    const other = eventStoreOver(engine.table);
    for (const which of [store, other, other]) {
      expect(await which.characters(['rogue', 'nobody', 'bard'])).toMatchObject([
        { characterId: 'rogue', version: 0 },
        undefined,
        { characterId: 'bard', version: 0 },
      ]);
    }
    await store.append({ characterId: 'bard', characterHitPoints: -1, note: '' });
    await store.append({ characterId: 'bard', characterHitPoints: -1, note: '' });
    expect(await other.characters(['rogue', 'bard'])).toMatchObject([
      { version: 0, hitPoints: 8 },
      { version: 2, hitPoints: 6 },
    ]);
  });

  test('of characters read together gives the error of one that cannot be read, and the others', async () => {
    await engine.table.insert([{ ...goItem('gopher', 0, 8), Note: 7 }]);
    const [bard, gopher] = await store.characters(['bard', 'gopher']);
    expect(bard).toMatchObject({ characterId: 'bard' });
    expect(gopher).toMatchObject({ name: 'UnreadableItemError' });
  });
});

test('characters of the embedded store that are read together are of one moment, whoever writes groups', async () => {
  const engine = await embedded.open();
  const ids = ['bard', 'monk', 'rogue', 'wizard'];
  const writes = `
    const { openEmbeddedEventTable } = await import(${JSON.stringify(adapter.href)});
    const table = await openEmbeddedEventTable(${JSON.stringify(engine.environment['EVENT_STORE_PATH'])});
    for (let version = 0; version < 3_000; version += 1) {
      await table.insert(${JSON.stringify(ids)}.map((Id) => (
        { Id, Version: version, CharacterName: 'G', CharacterHitPoints: 1, Note: '' })));
    }
    await table.close();`;
  const writer = spawn(process.execPath, ['--input-type=module', '-e', writes], { stdio: 'inherit' });
  const store = eventStoreOver(engine.table);
  let moments = 0;
  for (let last = -1; last < 2_999; ) {
    const versions = (await store.characters(ids)).map((found) =>
      found === undefined || found instanceof Error ? -1 : found.version,
    );
    expect(new Set(versions).size, `${versions}`).toBe(1);
    if (versions[0] !== last) moments += 1;
    last = versions[0] ?? last;
    // Some of them are known from a read of their own.
    await store.character(ids[moments % ids.length] ?? '');
    await nextTurn();
  }
  expect(moments).toBeGreaterThan(20);
  expect(writer.exitCode ?? (await once(writer, 'exit'))[0]).toBe(0);
  await engine.close();
});
