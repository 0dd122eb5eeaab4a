import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EventStore } from '../../src/store/event-store.ts';
import { type EngineUnderTest, engines } from '../engines/engines.ts';
import { eventStoreOver } from '../engines/event-store-over.ts';
import { goItem } from '../party.ts';

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
