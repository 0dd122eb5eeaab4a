import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type CharacterState, fold } from '../../src/character/character.ts';
import type { NewEvent } from '../../src/character/event.ts';
import type { AppendOutcome } from '../../src/store/append-outcome.ts';
import { StoreFault } from '../../src/store/errors.ts';
import { fromItem, type StoredItem, toItem } from '../../src/store/event-item.ts';
import type { EventStore } from '../../src/store/event-store.ts';
import type { EventPage, RecordedEvent } from '../../src/store/history.ts';
import { sayings } from '../character/sayings.ts';
import { type EngineUnderTest, engines } from '../engines/engines.ts';
import { eventStoreOver } from '../engines/event-store-over.ts';
import { goblinAmbush, goItem, rogue, wizardEvent, wizardItems } from '../party.ts';

describe.each(engines)('the event store on $name', ({ open }) => {
  let engine: EngineUnderTest;
  let store: EventStore;
  let now: Date;

  /** A store with a memory of its own, as another server process has. */
  const anotherStore = () => eventStoreOver(engine.table, () => now);

  beforeEach(async () => {
    engine = await open();
    now = new Date('2026-11-23T12:00:00.000Z');
    store = anotherStore();
  });
  afterEach(() => engine.close());

  async function ambush(): Promise<void> {
    for (const event of goblinAmbush) await store.append(event);
  }

  async function insert(items: readonly StoredItem[]): Promise<void> {
    for (let start = 0; start < items.length; start += 100) {
      await engine.table.insert(items.slice(start, start + 100));
    }
  }

  const allItems = (id: string) => engine.table.query(id, { limit: 100_000 });

  describe('appending', () => {
    test('tells the story of the series', async () => {
      await ambush();
      expect(await store.character(rogue)).toEqual({
        characterId: rogue,
        version: 2,
        name: 'cpustejovsky',
        hitPoints: 3,
        highestHitPoints: 8,
        maximumHitPoints: null,
        temporaryHitPoints: 0,
        experience: 0,
        archived: false,
        createdAt: '2026-11-23T12:00:00.000Z',
        updatedAt: '2026-11-23T12:00:00.000Z',
      });
    });

    test('creates no character with an id that looks like another one', async () => {
      const invisible = { characterName: 'Rogue', characterHitPoints: 1, characterId: 'ro\u200bgue' };
      const path = ['characterId'];
      for (const event of [invisible, { ...invisible, version: 0 }]) {
        expect(await store.append(event)).toMatchObject({ type: 'invalid_input', issues: [{ path }] });
        expect(await store.appendGroup([{ ...event, characterId: 'bard' }, event])).toMatchObject({
          type: 'invalid_input',
          issues: [{ path: ['events', '1', 'characterId'] }],
        });
      }
      expect(await allItems('bard')).toEqual([]);
    });

    test('goes on with a character whose id looks like another one', async () => {
      const characterId = ' ro\u200bgue ';
      await insert([goItem(characterId, 0, 8)]);
      expect(await store.character(characterId)).toMatchObject({ hitPoints: 8 });
      for (const version of [1, 2]) {
        expect(await store.append({ characterId, characterHitPoints: -1 })).toMatchObject({
          type: 'appended',
          event: { version },
        });
      }
      expect(await anotherStore().append({ characterId, characterHitPoints: -1 })).toMatchObject({
        type: 'appended',
        event: { version: 3 },
      });
      expect(await store.appendGroup([{ characterId, characterHitPoints: -1 }])).toMatchObject({
        type: 'appended',
      });
    });

    test('answers with the event and the character after it', async () => {
      const outcome = await store.append(goblinAmbush[0] as NewEvent);
      expect(outcome).toMatchObject({
        type: 'appended',
        duplicate: false,
        event: { version: 0, characterName: 'cpustejovsky', characterHitPoints: 8, note: 'Init' },
        state: { version: 0, hitPoints: 8 },
      });
      expect(await stateOf(outcome)).toMatchObject({ hitPoints: 8 });
    });

    test('stores the item that the design lays out', async () => {
      await ambush();
      const [first, second] = await allItems(rogue);
      expect(first).toEqual({
        Id: rogue,
        Version: 0,
        CharacterName: 'cpustejovsky',
        CharacterHitPoints: 8,
        Note: 'Init',
        RecordedAt: '2026-11-23T12:00:00.000Z',
        IdempotencyKey: expect.any(String),
        Snapshot: {
          Schema: 2,
          Name: 'cpustejovsky',
          HitPoints: 8,
          HighestHitPoints: 8,
          CreatedAt: '2026-11-23T12:00:00.000Z',
        },
        Directory: 'CHARACTERS',
        ListedAt: '2026-11-23T12:00:00.000Z',
      });
      expect(second).not.toHaveProperty('Directory');
      expect(second).not.toHaveProperty('ListedAt');
    });

    test('takes the next version where none is given', async () => {
      await ambush();
      expect(await store.append({ characterId: rogue, characterHitPoints: 5, note: 'potion' })).toMatchObject(
        {
          type: 'appended',
          event: { version: 3, characterName: 'cpustejovsky' },
          state: { hitPoints: 8 },
        },
      );
    });

    test('refuses a taken version with the event that holds it', async () => {
      await ambush();
      const again: NewEvent = { ...(goblinAmbush[1] as NewEvent), note: 'late' };
      for (const which of [store, anotherStore()]) {
        expect(await which.append(again)).toMatchObject({
          type: 'version_taken',
          event: { version: 1, note: 'Slashing damage from goblin' },
          nextVersion: 3,
        });
      }
      expect(await allItems(rogue)).toHaveLength(3);
    });

    test('refuses a version that would leave a gap', async () => {
      await ambush();
      for (const which of [store, anotherStore()]) {
        expect(await which.append({ ...(goblinAmbush[1] as NewEvent), version: 7 })).toEqual({
          type: 'version_gap',
          characterId: rogue,
          version: 7,
          nextVersion: 3,
        });
      }
      expect(await store.append({ ...(goblinAmbush[1] as NewEvent), characterId: 'nobody' })).toEqual({
        type: 'version_gap',
        characterId: 'nobody',
        version: 1,
        nextVersion: 0,
      });
    });

    test('sees through a gap that another process has filled meanwhile', async () => {
      const other = anotherStore();
      await store.append(goblinAmbush[0] as NewEvent);
      await other.append(goblinAmbush[1] as NewEvent);
      expect(await store.append(goblinAmbush[2] as NewEvent)).toMatchObject({
        type: 'appended',
        state: { hitPoints: 3 },
      });
    });

    test('moves past what another process appended', async () => {
      const other = anotherStore();
      await ambush();
      await other.character(rogue);
      for (let heal = 0; heal < 3; heal += 1)
        await store.append({ characterId: rogue, characterHitPoints: 1, note: '' });
      expect(await other.append({ characterId: rogue, characterHitPoints: 10, note: '' })).toMatchObject({
        type: 'appended',
        event: { version: 6 },
        state: { hitPoints: 16 },
      });
    });

    test('refuses invalid input without asking the table', async () => {
      expect(await store.append({ ...(goblinAmbush[0] as NewEvent), note: 'n'.repeat(2_001) })).toMatchObject(
        {
          type: 'invalid_input',
          issues: [{ path: ['note'] }],
        },
      );
    });

    test('refuses a first event without a name, with a version or without', async () => {
      const nameless: NewEvent = { characterId: 'nobody', characterHitPoints: 1, note: '' };
      for (const event of [nameless, { ...nameless, version: 0 }]) {
        expect(await store.append(event)).toMatchObject({
          type: 'invalid_input',
          issues: [{ path: ['characterName'] }],
        });
      }
    });

    test('refuses a total that no GraphQL Int can hold', async () => {
      await insert([goItem('gopher', 0, 2 ** 31 - 10)]);
      expect(await store.append({ characterId: 'gopher', characterHitPoints: 10, note: '' })).toMatchObject({
        type: 'invalid_input',
        issues: [{ path: ['characterHitPoints'] }],
      });
      expect(await store.append({ characterId: 'gopher', characterHitPoints: 9, note: '' })).toMatchObject({
        type: 'appended',
      });
    });

    test('refuses experience that no GraphQL Int can hold', async () => {
      const most = { ...wizardEvent(0, 8), experience: 2 ** 31 - 1_000 };
      await insert([toItem(most, fold(undefined, most))]);
      const learn = (experience: number) =>
        store.append({ characterId: 'wizard', characterHitPoints: 0, experience });
      expect(await learn(1_000)).toMatchObject({ type: 'invalid_input', issues: [{ path: ['experience'] }] });
      expect(await learn(999)).toMatchObject({ type: 'appended' });
    });

    test('refuses a version that no GraphQL Int can hold', async () => {
      await insert([goItem('gopher', 2 ** 31 - 1, 8)]);
      expect(await store.append({ characterId: 'gopher', characterHitPoints: 1, note: '' })).toMatchObject({
        type: 'invalid_input',
        issues: [{ path: ['version'] }],
      });
    });

    test('judges the total by what is stored, not by what it remembers', async () => {
      await insert([goItem('gopher', 0, 2 ** 31 - 10)]);
      await store.character('gopher');
      await anotherStore().append({ characterId: 'gopher', characterHitPoints: -100, note: '' });
      expect(await store.append({ characterId: 'gopher', characterHitPoints: 10, note: '' })).toMatchObject({
        type: 'appended',
      });
    });

    test('never records an event before the one that it follows', async () => {
      await store.append(goblinAmbush[0] as NewEvent);
      now = new Date('2026-11-23T11:00:00.000Z');
      await store.append(goblinAmbush[1] as NewEvent);
      now = new Date('2026-11-23T13:00:00.000Z');
      await store.append(goblinAmbush[2] as NewEvent);
      expect((await allItems(rogue)).map((item) => item['RecordedAt'])).toEqual([
        '2026-11-23T12:00:00.000Z',
        '2026-11-23T12:00:00.000Z',
        '2026-11-23T13:00:00.000Z',
      ]);
    });

    test('recognises its event by the key where the version is taken', async () => {
      const keyed: NewEvent = { ...(goblinAmbush[1] as NewEvent), idempotencyKey: 'press-1' };
      await store.append(goblinAmbush[0] as NewEvent);
      await store.append(keyed);
      for (const which of [store, anotherStore()]) {
        expect(await which.append(keyed)).toMatchObject({
          type: 'appended',
          duplicate: true,
          event: { version: 1, idempotencyKey: 'press-1' },
        });
        expect(await which.append({ ...keyed, note: 'another' })).toMatchObject({
          type: 'key_reused',
          event: { version: 1, note: 'Slashing damage from goblin' },
        });
        expect(await which.append({ ...keyed, idempotencyKey: 'press-2' })).toMatchObject({
          type: 'version_taken',
        });
      }
      expect(await allItems(rogue)).toHaveLength(2);
    });

    describe('whose table was replaced', () => {
      let emptied: EngineUnderTest;
      let forgetful: EventStore;
      const next = { characterId: rogue, characterName: 'R', characterHitPoints: 1, note: '' };
      beforeEach(async () => {
        await ambush();
        emptied = await open();
        const table = { ...engine.table };
        forgetful = eventStoreOver(table, () => now);
        await forgetful.character(rogue);
        Object.assign(table, emptied.table);
      });
      afterEach(() => emptied.close());

      test('forgets a character that it reads and does not find', async () => {
        expect(await forgetful.character(rogue)).toBeUndefined();
        expect(await forgetful.append(next)).toMatchObject({ event: { version: 0 } });
      });

      test('forgets a character of which an event is gone', async () => {
        await emptied.table.insert([goItem(rogue, 0, 8)]);
        expect(await forgetful.append({ ...next, version: 1 })).toMatchObject({ event: { version: 1 } });
        expect(await forgetful.append(next)).toMatchObject({ event: { version: 2 } });
      });

      test('forgets all characters where the table is missing', async () => {
        const missing = new StoreFault('STORE_UNAVAILABLE', 'No table.', {
          retryable: false,
          isTableMissing: true,
        });
        const table = { ...engine.table };
        const store = eventStoreOver(table, () => now);
        await store.character(rogue);
        Object.assign(table, { query: () => Promise.reject(missing) });
        await expect(store.character('bard')).rejects.toBe(missing);
        Object.assign(table, emptied.table);
        expect(await store.append(next)).toMatchObject({ event: { version: 0 } });
      });
    });

    test('never takes what it remembers for what is stored', async () => {
      await ambush();
      const emptied = await open();
      try {
        const table = { ...engine.table };
        const forgetful = eventStoreOver(table, () => now);
        await forgetful.character(rogue);
        Object.assign(table, emptied.table);
        expect(await forgetful.append(goblinAmbush[0] as NewEvent)).toMatchObject({
          type: 'appended',
          duplicate: false,
        });
      } finally {
        await emptied.close();
      }
    });

    test('leaves versions 0 to n−1 whatever way appends interleave', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.uuid(),
          fc.array(
            fc.record({
              change: fc.integer({ min: -9, max: 9 }),
              version: fc.option(fc.nat(9)),
              writer: fc.nat(2),
            }),
            {
              minLength: 1,
              maxLength: 12,
            },
          ),
          async (characterId, sends) => {
            const writers = [store, anotherStore(), anotherStore()];
            const outcomes = await Promise.all(
              sends.map(({ change, version, writer }) =>
                (writers[writer] as EventStore).append({
                  characterId,
                  version: version ?? undefined,
                  characterName: 'Legion',
                  characterHitPoints: change,
                  note: '',
                }),
              ),
            );
            const stored = outcomes.filter(({ type }) => type === 'appended').length;
            const items = await allItems(characterId);
            expect(items.map(({ Version }) => Version)).toEqual(
              Array.from({ length: stored }, (_, version) => version),
            );
            expectSnapshotsToBeFolds(items);
          },
        ),
        { numRuns: 30 },
      );
    });
  });

  describe('reading', () => {
    test('answers what a character was at any version', async () => {
      await ambush();
      const totals = await Promise.all([0, 1, 2].map((version) => store.characterAt(rogue, version)));
      expect(totals).toMatchObject([8, 6, 3].map((hitPoints) => ({ type: 'state', state: { hitPoints } })));
      expect(await store.characterAt(rogue, 3)).toEqual({ type: 'no_such_version' });
      expect(await store.characterAt('nobody', 0)).toEqual({ type: 'no_such_character' });
    });

    test('knows no character that nothing happened to', async () => {
      expect(await store.character('nobody')).toBeUndefined();
      expect(await store.events('nobody', { first: 10 })).toBeUndefined();
    });

    test.each([
      [{ first: 2 }, [0, 1], true, false],
      [{ first: 5 }, [0, 1, 2, 3, 4], false, false],
      [{ first: 2, after: 2 }, [3, 4], false, true],
      [{ first: 2, after: 4 }, [], false, true],
      [{ first: 9, after: 0, before: 3 }, [1, 2], true, true],
      [{ last: 2 }, [3, 4], false, true],
      [{ last: 9 }, [0, 1, 2, 3, 4], false, false],
      [{ last: 2, before: 2 }, [0, 1], true, false],
      [{ last: 2, before: 0 }, [], true, false],
      [{ last: 1, after: 1, before: 4 }, [3], true, true],
    ])('gives the page %j', async (request, versions, hasNextPage, hasPreviousPage) => {
      await insert(wizardItems([8, -2, -3, 4, -1]));
      const page = (await store.events('wizard', request)) as EventPage;
      expect(page.events.map(({ version }) => version)).toEqual(versions);
      expect(page).toMatchObject({ hasNextPage, hasPreviousPage });
    });

    test('knows the state after every event of a page', async () => {
      await insert(wizardItems([8, -2, -3, 4, -1]));
      expect(await totals(await store.events('wizard', { last: 3 }))).toEqual([3, 7, 6]);
    });
  });

  describe('items of other programs', () => {
    const olderFold = (item: StoredItem) => ({
      ...item,
      Snapshot: { Schema: 0, Name: '?', HitPoints: 999, HighestHitPoints: 999 },
    });

    test('of the Go program read, fold and can be appended to', async () => {
      await insert([8, -2, -3].map((change, version) => goItem('gopher', version, change)));
      expect(await store.character('gopher')).toEqual({
        characterId: 'gopher',
        version: 2,
        name: 'Gopher',
        hitPoints: 3,
        highestHitPoints: 8,
        maximumHitPoints: null,
        temporaryHitPoints: 0,
        experience: 0,
        archived: false,
        createdAt: null,
        updatedAt: null,
      });
      expect(await totals(await store.events('gopher', { first: 10 }))).toEqual([8, 6, 3]);
      expect(await store.characterAt('gopher', 1)).toMatchObject({ state: { hitPoints: 6 } });
      expect(await store.append({ characterId: 'gopher', characterHitPoints: 4, note: '' })).toMatchObject({
        type: 'appended',
        event: { version: 3, characterName: 'Gopher' },
        state: { hitPoints: 7, highestHitPoints: 8, createdAt: null },
      });
    });

    test('in the way of an append are folded in', async () => {
      await insert([goItem('gopher', 0, 8)]);
      await store.character('gopher');
      await insert([goItem('gopher', 1, -2), goItem('gopher', 2, -3)]);
      expect(await store.append({ characterId: 'gopher', characterHitPoints: 4, note: '' })).toMatchObject({
        event: { version: 3 },
        state: { hitPoints: 7 },
      });
    });

    test('with the snapshot of another fold are folded from the nearest one of ours', async () => {
      const items = wizardItems([8, -2, -3, 4, -1]);
      await insert([...items.slice(0, 2), ...items.slice(2).map(olderFold)]);
      expect(await store.character('wizard')).toMatchObject({
        version: 4,
        hitPoints: 6,
        highestHitPoints: 8,
      });
      expect(await totals(await store.events('wizard', { last: 3 }))).toEqual([3, 7, 6]);
      expect(await store.append({ characterId: 'wizard', characterHitPoints: 1, note: '' })).toMatchObject({
        state: { version: 5, hitPoints: 7 },
      });
    });

    test('are folded from the nearest snapshot, and no further', async () => {
      const [first, second, ...rest] = wizardItems([8, -2, -3, 4, -1]);
      // A total that no fold of the events comes to, so that one sees where the fold began.
      const planted = {
        ...(second as StoredItem),
        Snapshot: { ...(second?.Snapshot ?? {}), HitPoints: 100 },
      };
      await insert([first as StoredItem, planted, ...rest.map(olderFold)]);
      expect(await store.character('wizard')).toMatchObject({ hitPoints: 100 - 3 + 4 - 1 });
      expect(await totals(await store.events('wizard', { last: 3 }))).toEqual([97, 101, 100]);
    });

    test('fold over more than one walk back', async () => {
      await insert(
        Array.from({ length: 2_500 }, (_, version) => goItem('gopher', version, version === 0 ? 5_000 : -1)),
      );
      expect(await store.character('gopher')).toMatchObject({ hitPoints: 2_501, highestHitPoints: 5_000 });
    });

    test('with a gap are folded as they are', async () => {
      await insert([goItem('gopher', 0, 8), goItem('gopher', 2, -3)]);
      expect(await store.character('gopher')).toMatchObject({ version: 2, hitPoints: 5 });
      expect(await store.characterAt('gopher', 1)).toEqual({ type: 'no_such_version' });
      expect(
        await store.append({ characterId: 'gopher', version: 1, characterHitPoints: 1, note: '' }),
      ).toEqual({
        type: 'version_gap',
        characterId: 'gopher',
        version: 1,
        nextVersion: 3,
      });
    });

    test.each<[string, Partial<StoredItem>]>([
      ['CharacterHitPoints', { CharacterHitPoints: '8' }],
      ['CharacterHitPoints', { CharacterHitPoints: 7.5 }],
      ['CharacterName', { CharacterName: 7 }],
      ['Note', { Note: null }],
      ['RecordedAt', { RecordedAt: 'yesterday' }],
    ])('with an unreadable %s are faults that name the key', async (attribute, broken) => {
      await insert([goItem('gopher', 0, 8), { ...goItem('gopher', 1, 8), ...broken }]);
      await expect(store.events('gopher', { first: 10 })).rejects.toMatchObject({
        name: 'UnreadableItemError',
        key: { Id: 'gopher', Version: 1 },
        expected: expect.stringContaining(attribute),
      });
      await expect(store.character('gopher')).rejects.toThrow('"gopher", version 1');
    });
  });

  test('stores in every event the fold of all events up to it', async () => {
    const large: typeof sayings = fc.record({
      characterHitPoints: fc.integer({ min: -1_000_000, max: 1_000_000 }),
    });
    const histories = fc.array(fc.oneof(sayings, large), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(fc.uuid(), histories, async (characterId, history) => {
        for (const [version, { characterHitPoints = 0, characterName, ...saying }] of history.entries()) {
          const name = characterName ?? (version === 0 ? 'Zoe' : undefined);
          const left = Object.entries(saying).filter(([, value]) => value !== null);
          const sent = { characterId, characterName: name, characterHitPoints, ...Object.fromEntries(left) };
          expect(await store.append(sent)).toMatchObject({ type: 'appended' });
        }
        const items = await allItems(characterId);
        expect(items).toHaveLength(history.length);
        expectSnapshotsToBeFolds(items);
      }),
      { numRuns: 30 },
    );
  });
});

function expectSnapshotsToBeFolds(items: readonly StoredItem[]): void {
  let state: CharacterState | undefined;
  for (const item of items) {
    const stored = fromItem(item);
    state = fold(state, stored.event);
    expect(stored.state).toEqual(state);
  }
}

async function totals(page: EventPage | undefined): Promise<readonly number[]> {
  return Promise.all((page?.events ?? []).map(async (event) => (await event.state()).hitPoints));
}

async function stateOf(outcome: AppendOutcome): Promise<CharacterState> {
  const event = 'event' in outcome ? (outcome.event as RecordedEvent) : undefined;
  if (event === undefined) throw new Error(`Expected an outcome with an event, got ${outcome.type}.`);
  return event.state();
}
