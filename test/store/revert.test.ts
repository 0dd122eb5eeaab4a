import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { NewEvent } from '../../src/character/event.ts';
import type { EventStore } from '../../src/store/event-store.ts';
import { sayings } from '../character/sayings.ts';
import { type EngineUnderTest, engines } from '../engines/engines.ts';
import { eventStoreOver } from '../engines/event-store-over.ts';
import { findingsOf } from '../findings.ts';
import { goblinAmbush, goItem, rogue } from '../party.ts';

describe.each(engines)('a revert on $name', ({ open }) => {
  let engine: EngineUnderTest;
  let store: EventStore;
  beforeEach(async () => {
    engine = await open();
    store = eventStoreOver(engine.table);
    for (const event of goblinAmbush) await store.append(event);
  });
  afterEach(() => engine.close());

  test('appends the opposite change, and leaves the event as it is', async () => {
    expect(await store.revert({ characterId: rogue, version: 1 })).toMatchObject({
      type: 'appended',
      duplicate: false,
      event: {
        version: 3,
        characterName: rogue,
        characterHitPoints: 2,
        note: 'Undo of version 1',
        reverts: 1,
      },
      state: { hitPoints: 5, version: 3 },
    });
    expect(await engine.table.query(rogue, { limit: 10 })).toMatchObject([
      {},
      { CharacterHitPoints: -2, Note: 'Slashing damage from goblin' },
      {},
      { CharacterHitPoints: 2, Reverts: 1 },
    ]);
  });

  test('pressed a second time answers with the first one, in another process too', async () => {
    await store.revert({ characterId: rogue, version: 1 });
    for (const which of [store, eventStoreOver(engine.table)]) {
      expect(await which.revert({ characterId: rogue, version: 1 })).toMatchObject({
        type: 'appended',
        duplicate: true,
        event: { version: 3 },
        state: { hitPoints: 5 },
      });
    }
    expect(await engine.table.query(rogue, { limit: 10 })).toHaveLength(4);
  });

  test('can be reverted, which brings the change back', async () => {
    await store.revert({ characterId: rogue, version: 1 });
    expect(await store.revert({ characterId: rogue, version: 3 })).toMatchObject({
      event: { version: 4, characterHitPoints: -2, reverts: 3 },
      state: { hitPoints: 3 },
    });
  });

  test('by two at once is stored once', async () => {
    const outcomes = await Promise.all(
      [store, eventStoreOver(engine.table)].map((which) => which.revert({ characterId: rogue, version: 2 })),
    );
    expect(outcomes.map((outcome) => outcome.type === 'appended' && outcome.duplicate).toSorted()).toEqual([
      false,
      true,
    ]);
    expect(await store.character(rogue)).toMatchObject({ hitPoints: 6, version: 3 });
  });

  test('takes the next version whatever happens meanwhile, and never conflicts', async () => {
    const other = eventStoreOver(engine.table);
    await store.character(rogue);
    await other.append({ characterId: rogue, characterHitPoints: -1, note: 'trap' });
    expect(await store.revert({ characterId: rogue, version: 0 })).toMatchObject({
      event: { version: 4, characterHitPoints: -8 },
      state: { hitPoints: -6 },
    });
  });

  test('of nothing changes nothing, and of an event without damage stores no minus zero', async () => {
    await store.append({ characterId: rogue, characterHitPoints: 0, note: 'rests' });
    const outcome = await store.revert({ characterId: rogue, version: 3 });
    expect(outcome.type === 'appended' && Object.is(outcome.event.characterHitPoints, 0)).toBe(true);
  });

  test('keeps a note and a key of the caller, and their content apart', async () => {
    const sent = { characterId: rogue, version: 1, note: 'It was a dream', idempotencyKey: 'dream' };
    expect(await store.revert(sent)).toMatchObject({ duplicate: false, event: { note: 'It was a dream' } });
    expect(await store.revert(sent)).toMatchObject({ duplicate: true });
    expect(await store.revert({ ...sent, note: 'another' })).toMatchObject({ type: 'key_reused' });
    await store.append({ characterId: rogue, characterHitPoints: -2, note: '' });
    expect(await store.revert({ ...sent, version: 4 })).toMatchObject({ type: 'key_reused' });
    const plain = { characterId: rogue, characterHitPoints: 2, note: sent.note, idempotencyKey: 'dream' };
    expect(await store.append(plain)).toMatchObject({ type: 'key_reused' });
  });

  test('cannot be taken away by keys of callers, however many come ahead', async () => {
    const squatters = Array.from({ length: 99 }, (_, version) => ({
      characterId: rogue,
      characterHitPoints: 1,
      note: '',
      idempotencyKey: `revert:${version}`,
    }));
    expect(await store.appendGroup(squatters)).toMatchObject({ type: 'appended' });
    expect(await store.revert({ characterId: rogue, version: 1 })).toMatchObject({
      type: 'appended',
      duplicate: false,
      event: { reverts: 1, characterHitPoints: 2 },
    });
    const control = { ...squatters[0], idempotencyKey: '\u001frevert:2' };
    expect(await store.append(control as NewEvent)).toMatchObject({ type: 'invalid_input' });
  });

  describe('takes back what happened, not what was written', () => {
    const hero = { characterId: 'hero', characterName: 'Hero', characterHitPoints: 14, maximumHitPoints: 20 };
    const then = (saying: Partial<NewEvent>) =>
      store.append({ characterId: 'hero', characterHitPoints: 0, ...saying });
    const undo = (version: number) => store.revert({ characterId: 'hero', version });

    test('of a healing that the maximum cut short, as much as was healed', async () => {
      await store.append(hero);
      await then({ characterHitPoints: 8 });
      expect(await undo(1)).toMatchObject({
        event: { characterHitPoints: -6, maximumHitPoints: null, temporaryHitPoints: null, reverts: 1 },
        state: { hitPoints: 14 },
      });
    });

    test('of damage that temporary hit points took a part of, both parts', async () => {
      await store.append({ ...hero, temporaryHitPoints: 5 });
      await then({ characterHitPoints: -7 });
      expect(await undo(1)).toMatchObject({
        event: { characterHitPoints: 2, temporaryHitPoints: 5 },
        state: { hitPoints: 14, temporaryHitPoints: 5 },
      });
    });

    test('of damage beyond 0, as much as there was', async () => {
      await store.append({ ...hero, characterHitPoints: 30, maximumHitPoints: 80 });
      await then({ characterHitPoints: -50 });
      expect(await undo(1)).toMatchObject({ event: { characterHitPoints: 30 }, state: { hitPoints: 30 } });
    });

    test('of a name and a maximum, what was before, unless another one was set later', async () => {
      await store.append(hero);
      await then({ characterName: 'Heroine', maximumHitPoints: 12, experience: 300 });
      await then({ maximumHitPoints: 25 });
      expect(await undo(1)).toMatchObject({
        event: { characterName: 'Hero', maximumHitPoints: null, experience: -300 },
        state: { name: 'Hero', maximumHitPoints: 25, hitPoints: 14, experience: 0 },
      });
      expect(await undo(2)).toMatchObject({ state: { maximumHitPoints: 12, hitPoints: 12 } });
    });

    test('of the first maximum, so that there is none any more', async () => {
      await store.append({ ...hero, characterHitPoints: -5, maximumHitPoints: undefined });
      await then({ maximumHitPoints: 10 });
      expect(await undo(1)).toMatchObject({
        event: { characterHitPoints: -5, maximumHitPoints: 0 },
        state: { hitPoints: -5, maximumHitPoints: null },
      });
    });

    test('from the newest state, also where another process has just changed it', async () => {
      await store.append({ ...hero, temporaryHitPoints: 5 });
      await then({ characterHitPoints: -7 });
      await eventStoreOver(engine.table).append({
        characterId: 'hero',
        characterHitPoints: 0,
        temporaryHitPoints: 3,
      });
      expect(await undo(1)).toMatchObject({
        event: { version: 3 },
        state: { hitPoints: 14, temporaryHitPoints: 8 },
      });
      expect(await undo(1)).toMatchObject({ duplicate: true, event: { version: 3, characterHitPoints: 2 } });
    });

    test('right after any event of any history, exactly', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.uuid(),
          fc.array(sayings, { minLength: 1, maxLength: 8 }),
          async (characterId, history) => {
            for (const saying of history) {
              const before = await store.character(characterId);
              const said = Object.fromEntries(Object.entries(saying).filter(([, value]) => value !== null));
              const event = { characterId, characterHitPoints: 0, characterName: 'Hero', ...said };
              const outcome = await store.append(event);
              if (outcome.type !== 'appended') throw new Error(outcome.type);
              if (before === undefined) continue;
              const { version } = outcome.event;
              const undone = await store.revert({ characterId, version });
              const { version: _, updatedAt: __, highestHitPoints: ___, ...what } = before;
              expect(undone).toMatchObject({ state: what });
              expect(await store.revert({ characterId, version: version + 1 })).toMatchObject({
                state: {
                  hitPoints: outcome.state.hitPoints,
                  maximumHitPoints: outcome.state.maximumHitPoints,
                },
              });
            }
          },
        ),
        { numRuns: 20 },
      );
      expect(await findingsOf(engine)).toEqual([]);
    });
  });

  test('with a note, and then the plain one, is the same revert', async () => {
    const noted = await store.revert({ characterId: rogue, version: 1, note: 'It was a dream' });
    expect(noted).toMatchObject({ duplicate: false, event: { note: 'It was a dream' } });
    expect(await store.revert({ characterId: rogue, version: 1 })).toMatchObject({ duplicate: true });
    expect(await store.revert({ characterId: rogue, version: 1, note: 'Other' })).toMatchObject({
      type: 'key_reused',
    });
  });

  test('that version 0.1 stored is found again', async () => {
    await store.revert({ characterId: rogue, version: 1 });
    const [item] = await engine.table.query(rogue, { descending: true, limit: 1 });
    await engine.table.insert([{ ...item, Id: 'old', Version: 1, IdempotencyKey: 'revert:0', Reverts: 0 }]);
    await engine.table.insert([goItem('old', 0, -2)]);
    expect(await store.revert({ characterId: 'old', version: 0 })).toMatchObject({ duplicate: true });
  });

  test('of events of another program works', async () => {
    await engine.table.insert([goItem('gopher', 0, 8), goItem('gopher', 1, -2)]);
    expect(await store.revert({ characterId: 'gopher', version: 1 })).toMatchObject({
      event: { version: 2, characterName: 'Gopher', characterHitPoints: 2 },
      state: { hitPoints: 8 },
    });
  });

  test('of what is not there says so, and stores nothing', async () => {
    expect(await store.revert({ characterId: rogue, version: 3 })).toEqual({ type: 'no_such_version' });
    expect(await store.revert({ characterId: 'nobody', version: 0 })).toEqual({ type: 'no_such_character' });
    expect(await engine.table.query(rogue, { limit: 10 })).toHaveLength(3);
  });

  test('of wrong input names every problem', async () => {
    expect(await store.revert({ characterId: '', version: -1 })).toMatchObject({
      type: 'invalid_input',
      issues: [{ path: ['characterId'] }, { path: ['version'] }],
    });
    const long = { characterId: rogue, version: 1, note: 'x'.repeat(2_001), idempotencyKey: '' };
    expect(await store.revert(long)).toMatchObject({
      type: 'invalid_input',
      issues: [{ path: ['note'] }, { path: ['idempotencyKey'] }],
    });
  });
});
