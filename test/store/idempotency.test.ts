import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { NewEvent } from '../../src/character/event.ts';
import type { AppendOutcome } from '../../src/store/append-outcome.ts';
import type { EventStore } from '../../src/store/event-store.ts';
import { dynalite, type EngineUnderTest, engines } from '../engines/engines.ts';
import { eventStoreOver } from '../engines/event-store-over.ts';
import { rogue } from '../party.ts';

describe.each([...engines, dynalite])('an idempotency key on $name', ({ open }) => {
  let engine: EngineUnderTest;
  let store: EventStore;
  beforeEach(async () => {
    engine = await open();
    store = eventStoreOver(engine.table);
  });
  afterEach(() => engine.close());

  const potion: NewEvent = {
    characterId: rogue,
    characterName: 'cpustejovsky',
    characterHitPoints: 5,
    note: 'Potion of healing',
    idempotencyKey: 'press',
  };
  const strike = (store: EventStore, times: number) =>
    Array.from({ length: times }).reduce<Promise<unknown>>(
      (before) =>
        before.then(() =>
          store.append({ characterId: rogue, characterName: 'R', characterHitPoints: -1, note: 'strike' }),
        ),
      Promise.resolve(),
    );
  /** Where an answer is lost, the time of recording tells the same key of two processes apart. */
  const processWithClock = (aheadMs: number) =>
    eventStoreOver(engine.table, () => new Date(Date.now() + aheadMs));
  const versionAndDuplicate = (outcome: AppendOutcome) =>
    outcome.type === 'appended'
      ? { version: outcome.event.version, duplicate: outcome.duplicate }
      : { type: outcome.type };
  const count = async () => (await engine.table.query(rogue, { limit: 1_000 })).length;

  /** The same store, one that has seen nothing, and one that has read the character. */
  async function everyStore(): Promise<readonly EventStore[]> {
    const reader = eventStoreOver(engine.table);
    await reader.character(rogue);
    return [store, eventStoreOver(engine.table), reader];
  }

  test.each([
    ['without a version', {}],
    ['with the version it had', { version: 3 }],
    ['with a version that is taken', { version: 1 }],
    ['with the next version', { version: 6 }],
    ['with a version that would leave a gap', { version: 99 }],
    ['without the name', { characterName: undefined }],
  ])('sent again %s answers with the stored event', async (_, change) => {
    await strike(store, 3);
    expect(versionAndDuplicate(await store.append(potion))).toEqual({ version: 3, duplicate: false });
    await strike(store, 2);
    for (const which of await everyStore()) {
      const outcome = await which.append({ ...potion, ...change });
      expect(versionAndDuplicate(outcome)).toEqual({ version: 3, duplicate: true });
      expect(outcome).toMatchObject({ event: { note: potion.note }, state: { version: 5, hitPoints: 0 } });
    }
    expect(await count()).toBe(6);
  });

  test.each([
    ['another name', { characterName: 'cpu' }],
    ['another change', { characterHitPoints: 6 }],
    ['another note', { note: '' }],
    ['another note and its own version', { note: '', version: 0 }],
    ['another note and the next version', { note: '', version: 2 }],
  ])('sent again with %s is refused with the event that holds it', async (_, change) => {
    await store.append(potion);
    await strike(store, 1);
    for (const which of await everyStore()) {
      expect(await which.append({ ...potion, ...change })).toMatchObject({
        type: 'key_reused',
        event: { version: 0, note: potion.note },
      });
    }
    expect(await count()).toBe(2);
  });

  test('of another character is another key', async () => {
    await store.append(potion);
    expect(versionAndDuplicate(await store.append({ ...potion, characterId: 'bard' }))).toEqual({
      version: 0,
      duplicate: false,
    });
  });

  test('of another process is recognised where its event is in the way', async () => {
    await strike(store, 1);
    const other = eventStoreOver(engine.table);
    await other.append({ ...potion, idempotencyKey: 'warm' });
    await store.append(potion);
    expect(versionAndDuplicate(await other.append(potion))).toEqual({ version: 2, duplicate: true });
    await store.append({ ...potion, idempotencyKey: 'second' });
    await strike(store, 1);
    expect(versionAndDuplicate(await other.append({ ...potion, idempotencyKey: 'second' }))).toEqual({
      version: 3,
      duplicate: true,
    });
  });

  test('of another process is recognised where the version asked for is taken', async () => {
    const other = eventStoreOver(engine.table);
    await strike(other, 1);
    await other.append({ ...potion, idempotencyKey: 'warm' });
    await store.append(potion);
    expect(versionAndDuplicate(await other.append({ ...potion, version: 1 }))).toEqual({
      version: 2,
      duplicate: true,
    });
  });

  test('of another process is recognised right after the event that is in the way', async () => {
    const other = eventStoreOver(engine.table);
    await other.append({ ...potion, idempotencyKey: 'warm' });
    await strike(store, 1);
    await store.append(potion);
    expect(versionAndDuplicate(await other.append({ ...potion, version: 1 }))).toEqual({
      version: 2,
      duplicate: true,
    });
    const fresh = { ...potion, version: 1, idempotencyKey: 'fresh' };
    expect(await other.append(fresh)).toMatchObject({ type: 'version_taken', event: { note: 'strike' } });
  });

  test('that this process remembers stays known, however much others have appended since', {
    timeout: 60_000,
  }, async () => {
    await store.append(potion);
    await strike(eventStoreOver(engine.table), 150);
    const again = await store.append(potion);
    expect(versionAndDuplicate(again)).toEqual({ version: 0, duplicate: true });
    expect(again).toMatchObject({ state: { version: 150 } });
  });

  test('of another process is recognised behind more events than one read brings', {
    timeout: 60_000,
  }, async () => {
    const other = eventStoreOver(engine.table);
    await other.append({ ...potion, idempotencyKey: 'warm' });
    await strike(store, 119);
    await store.append(potion);
    await strike(store, 5);
    const again = await other.append({ ...potion, version: 0 });
    expect(versionAndDuplicate(again)).toEqual({ version: 120, duplicate: true });
    expect(again).toMatchObject({ state: { version: 125 } });
  });

  test('is found among the last 100 events, and older ones at their version only', {
    timeout: 60_000,
  }, async () => {
    await store.append(potion);
    await strike(store, 99);
    for (const which of await everyStore()) {
      expect(versionAndDuplicate(await which.append(potion))).toEqual({ version: 0, duplicate: true });
    }
    await strike(store, 1);
    for (const which of await everyStore()) {
      expect(versionAndDuplicate(await which.append({ ...potion, version: 0 }))).toEqual({
        version: 0,
        duplicate: true,
      });
    }
    expect(versionAndDuplicate(await store.append(potion))).toEqual({ version: 101, duplicate: false });
  });

  test.each([
    ['without a version', {}],
    ['with a version', { version: 0 }],
  ])('sent 20 times at once %s is stored once, and one answer says that it is new', async (_, change) => {
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (__, nth) =>
        (nth % 2 === 0 ? store : processWithClock(nth)).append({ ...potion, ...change }),
      ),
    );
    expect(await count()).toBe(1);
    expect(outcomes.map((outcome) => versionAndDuplicate(outcome).duplicate).toSorted()).toEqual([
      false,
      ...Array.from({ length: 19 }, () => true),
    ]);
  });

  test('that an append comes without is made by the store, and is no key of a caller', async () => {
    await strike(store, 2);
    const keys = (await engine.table.query(rogue, { limit: 2 })).map((item) => item['IdempotencyKey']);
    expect(new Set(keys).size).toBe(2);
  });
});
