import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { NewEvent } from '../../src/character/event.ts';
import type { EventStore } from '../../src/store/event-store.ts';
import { dynalite, type EngineUnderTest, engines } from '../engines/engines.ts';
import { eventStoreOver } from '../engines/event-store-over.ts';
import { goItem } from '../party.ts';

const party = ['bard', 'monk', 'rogue', 'tank'];
const fireball: readonly NewEvent[] = party.map((characterId) => ({
  characterId,
  characterHitPoints: -6,
  note: 'fireball',
}));

describe.each(engines)('a group of events on $name', ({ open }) => {
  let engine: EngineUnderTest;
  let store: EventStore;
  beforeEach(async () => {
    engine = await open();
    store = eventStoreOver(engine.table);
  });
  afterEach(() => engine.close());

  const muster = () =>
    store.appendGroup(
      party.map((characterId) => ({
        characterId,
        characterName: characterId,
        characterHitPoints: 20,
        note: '',
      })),
    );
  const keyed = (group: readonly NewEvent[], from = 0) =>
    group.map((event, index) => ({ ...event, idempotencyKey: `key ${from + index}` }));
  const lengths = () =>
    Promise.all(party.map(async (id) => (await engine.table.query(id, { limit: 100 })).length));
  /** Where an answer is lost, the time of recording tells the same key of two processes apart. */
  const processWithClock = (aheadMs: number) =>
    eventStoreOver(engine.table, () => new Date(Date.now() + aheadMs));
  const stores = () => [store, eventStoreOver(engine.table)];

  test('hits four characters', async () => {
    await muster();
    expect(await store.appendGroup(fireball)).toMatchObject({
      type: 'appended',
      duplicate: false,
      events: party.map((characterId) => ({ characterId, version: 1, characterHitPoints: -6 })),
      states: party.map((characterId) => ({ characterId, version: 1, hitPoints: 14 })),
    });
    expect(await lengths()).toEqual([2, 2, 2, 2]);
    expect(await eventStoreOver(engine.table).character('tank')).toMatchObject({ hitPoints: 14 });
  });

  test('gives events of one character consecutive versions, in the order they were sent', async () => {
    await muster();
    const outcome = await store.appendGroup([
      { characterId: 'bard', characterHitPoints: -1, note: 'first' },
      { characterId: 'monk', characterHitPoints: -1, note: '' },
      { characterId: 'bard', version: 2, characterName: 'Bardo', characterHitPoints: -2, note: 'second' },
      { characterId: 'bard', characterHitPoints: -3, note: 'third' },
    ]);
    expect(outcome).toMatchObject({
      events: [
        { version: 1, characterName: 'bard' },
        { characterId: 'monk', version: 1 },
        { version: 2, characterName: 'Bardo' },
        { version: 3, characterName: 'Bardo' },
      ],
      states: [
        { characterId: 'bard', name: 'Bardo', version: 3, hitPoints: 14 },
        { characterId: 'monk', version: 1 },
      ],
    });
    const items = await engine.table.query('bard', { limit: 10 });
    expect(items.map((item) => item['Snapshot'])).toMatchObject(
      [20, 19, 17, 14].map((HitPoints) => ({ HitPoints })),
    );
  });

  test.each([1, 3, 100])(
    'of %d events of one character is found as long as the last of them is',
    {
      timeout: 60_000,
    },
    async (size) => {
      await muster();
      const group = keyed(
        Array.from({ length: size }, () => ({ characterId: 'bard', characterHitPoints: -1, note: '' })),
      );
      await store.appendGroup(group);
      const others = async (count: number) => {
        const other = { characterId: 'bard', characterHitPoints: 1, note: '' };
        await store.appendGroup(Array.from({ length: count }, () => other));
      };
      for (const more of [1, 98]) {
        await others(more);
        for (const which of stores()) {
          expect(await which.appendGroup(group)).toMatchObject({
            duplicate: true,
            events: group.map((_, index) => ({ version: 1 + index })),
          });
        }
      }
      await others(1);
      expect(await store.appendGroup(group)).toMatchObject({
        duplicate: false,
        events: group.map((_, index) => ({ version: size + 101 + index })),
      });
    },
  );

  test('of 100 events is stored', async () => {
    const many = Array.from({ length: 100 }, (_, nth) => ({
      characterId: `goblin ${nth % 60}`,
      characterName: 'Goblin',
      characterHitPoints: 7,
      note: '',
    }));
    const outcome = await store.appendGroup(many);
    expect(outcome.type === 'appended' && outcome.states.length).toBe(60);
  });

  test('of which one event is beaten stores nothing, and names the one that lost', async () => {
    await muster();
    const [warm, cold] = stores();
    await warm?.character('rogue');
    await eventStoreOver(engine.table).append({
      characterId: 'rogue',
      characterHitPoints: -1,
      note: 'dagger',
    });
    for (const which of [warm, cold]) {
      expect(await which?.appendGroup(fireball.map((event) => ({ ...event, version: 1 })))).toMatchObject({
        type: 'version_taken',
        event: { characterId: 'rogue', version: 1, note: 'dagger' },
        nextVersion: 2,
      });
    }
    expect(await lengths()).toEqual([1, 1, 2, 1]);
  });

  test('without versions moves past what another process appended', async () => {
    await muster();
    const other = eventStoreOver(engine.table);
    for (const characterId of party) await other.character(characterId);
    await store.append({ characterId: 'rogue', characterHitPoints: -1, note: 'dagger' });
    expect(await other.appendGroup(fireball)).toMatchObject({
      events: [{ version: 1 }, { version: 1 }, { version: 2 }, { version: 1 }],
      states: [{}, {}, { characterId: 'rogue', hitPoints: 13 }, {}],
    });
  });

  test('with a version that would leave a gap stores nothing', async () => {
    await muster();
    const group = fireball.map((event, index) => (index === 2 ? { ...event, version: 7 } : event));
    for (const which of stores()) {
      expect(await which.appendGroup(group)).toEqual({
        type: 'version_gap',
        characterId: 'rogue',
        version: 7,
        nextVersion: 1,
      });
    }
    expect(await lengths()).toEqual([1, 1, 1, 1]);
  });

  test('sees through a gap that another process has filled meanwhile', async () => {
    await muster();
    const other = eventStoreOver(engine.table);
    await other.appendGroup(fireball);
    expect(await store.appendGroup(fireball.map((event) => ({ ...event, version: 2 })))).toMatchObject({
      type: 'appended',
      events: party.map(() => ({ version: 2 })),
    });
  });

  test('with a version in the gap of a foreign history is refused at once', async () => {
    await muster();
    for (const version of [0, 5]) await engine.table.insert([goItem('giant', version, 8)]);
    const group = [...fireball, { characterId: 'giant', version: 3, characterHitPoints: 1, note: '' }];
    expect(await store.appendGroup(group)).toEqual({
      type: 'version_gap',
      characterId: 'giant',
      version: 3,
      nextVersion: 6,
    });
  });

  test('that breaks a rule stores nothing, and names the event', async () => {
    await muster();
    expect(
      await store.appendGroup([...fireball, { characterId: 'nobody', characterHitPoints: 1, note: '' }]),
    ).toMatchObject({
      type: 'invalid_input',
      issues: [{ path: ['events', '4', 'characterName'] }],
    });
    await engine.table.insert([goItem('giant', 0, 2 ** 31 - 10)]);
    await store.character('giant');
    expect(
      await store.appendGroup([...fireball, { characterId: 'giant', characterHitPoints: 10, note: '' }]),
    ).toMatchObject({ type: 'invalid_input', issues: [{ path: ['events', '4', 'characterHitPoints'] }] });
    expect(await lengths()).toEqual([1, 1, 1, 1]);
  });

  test('is judged by what is stored, not by what is remembered', async () => {
    await muster();
    await engine.table.insert([goItem('giant', 0, 2 ** 31 - 10)]);
    await store.character('giant');
    await eventStoreOver(engine.table).append({ characterId: 'giant', characterHitPoints: -100, note: '' });
    expect(
      await store.appendGroup([...fireball, { characterId: 'giant', characterHitPoints: 10, note: '' }]),
    ).toMatchObject({ type: 'appended' });
  });

  test('sent again with its keys answers with what is stored', async () => {
    await muster();
    const group = keyed(fireball);
    const first = await store.appendGroup(group);
    await store.append({ characterId: 'monk', characterHitPoints: -1, note: '' });
    for (const which of stores()) {
      const again = await which.appendGroup(group);
      expect(again).toMatchObject({
        type: 'appended',
        duplicate: true,
        events: party.map((characterId) => ({ characterId, version: 1 })),
        states: [{ hitPoints: 14 }, { hitPoints: 13, version: 2 }, { hitPoints: 14 }, { hitPoints: 14 }],
      });
    }
    expect(first).toMatchObject({ type: 'appended', duplicate: false });
    expect(await lengths()).toEqual([2, 3, 2, 2]);
  });

  test('of which only some events are stored is refused with the first of them', async () => {
    await muster();
    const group = keyed(fireball);
    await store.append(group[3] as NewEvent);
    await store.append(group[1] as NewEvent);
    for (const which of stores()) {
      expect(await which.appendGroup(group)).toMatchObject({
        type: 'version_taken',
        event: { characterId: 'monk', version: 1 },
        nextVersion: 2,
      });
    }
    expect(await lengths()).toEqual([1, 2, 1, 2]);
  });

  test('of which a key holds other content is refused with the event that holds it', async () => {
    await muster();
    await store.append({ ...(keyed(fireball)[2] as NewEvent), note: 'ice storm' });
    for (const which of stores()) {
      expect(await which.appendGroup(keyed(fireball))).toMatchObject({
        type: 'key_reused',
        event: { characterId: 'rogue', note: 'ice storm' },
      });
    }
    expect(await lengths()).toEqual([1, 1, 2, 1]);
  });

  test('sent 10 times at once is stored once', async () => {
    await muster();
    const group = keyed(fireball);
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, (_, nth) =>
        (nth % 2 === 0 ? store : processWithClock(nth)).appendGroup(group),
      ),
    );
    expect(await lengths()).toEqual([2, 2, 2, 2]);
    expect(outcomes.map((outcome) => outcome.type === 'appended' && outcome.duplicate).toSorted()).toEqual([
      false,
      ...Array.from({ length: 9 }, () => true),
    ]);
  });

  test('is not half stored to one who looks while another stores it', async () => {
    await muster();
    const group = keyed(fireball);
    let isStored = false;
    const late = eventStoreOver({
      ...engine.table,
      query: async (characterId, ...rest) => {
        if (characterId === 'monk' && !isStored) {
          isStored = true;
          await store.appendGroup(group);
        }
        return engine.table.query(characterId, ...rest);
      },
    });
    expect(await late.appendGroup(group)).toMatchObject({ type: 'appended', duplicate: true });
    expect(await lengths()).toEqual([2, 2, 2, 2]);
  });

  test('and single appends to the same characters all find their place', async () => {
    await muster();
    const other = eventStoreOver(engine.table);
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, (_, nth) => [
        store.appendGroup(fireball),
        other.append({ characterId: party[nth % 4] ?? '', characterHitPoints: 1, note: 'heal' }),
      ]).flat(),
    );
    expect(outcomes.every(({ type }) => type === 'appended')).toBe(true);
    expect((await lengths()).reduce((sum, length) => sum + length)).toBe(4 + 40 + 10);
    expect(await store.character('bard')).toMatchObject({ hitPoints: 20 - 60 + 3 });
  });
});

describe('a group of events on an engine without transactions', () => {
  test('is a fault that says so, and stores nothing', async () => {
    const engine = await dynalite.open();
    const store = eventStoreOver(engine.table);
    const group = fireball.map((event) => ({ ...event, characterName: 'P' }));
    await expect(store.appendGroup(group)).rejects.toMatchObject({ code: 'UNSUPPORTED', retryable: false });
    expect(await engine.table.query('bard', { limit: 1 })).toEqual([]);
    expect(await store.appendGroup(group.slice(0, 1))).toMatchObject({ type: 'appended' });
    const away = { characterId: 'bard', characterHitPoints: 0, archived: true };
    await expect(store.append(away)).rejects.toMatchObject({ code: 'UNSUPPORTED', retryable: false });
    expect(await store.character('bard')).toMatchObject({ version: 0, archived: false });
    await engine.close();
  });
});
