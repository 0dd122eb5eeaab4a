import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toLine } from '../../src/store/maintenance/json-lines.ts';
import { type EngineUnderTest, embedded, engines } from '../engines/engines.ts';
import { eventStoreOver } from '../engines/event-store-over.ts';
import { goItem } from '../party.ts';

describe.each(engines)('the actor of an event on $name', ({ open }) => {
  let engine: EngineUnderTest;
  beforeAll(async () => {
    engine = await open();
  });
  afterAll(() => engine.close());

  const first = { characterName: 'Rogue', characterHitPoints: 8, note: '' };
  const actorsOf = async (id: string) =>
    (await eventStoreOver(engine.table).events(id, { first: 10 }))?.events.map(({ actor }) => actor);

  test('is stored with it, in an append and in a revert', async () => {
    const id = `rogue ${crypto.randomUUID()}`;
    const store = eventStoreOver(engine.table);
    await store.append({ ...first, characterId: id, actor: 'alice' });
    await store.append({ ...first, characterId: id });
    await store.revert({ characterId: id, version: 1, actor: 'bob' });
    expect(await actorsOf(id)).toEqual(['alice', null, 'bob']);
    const [item] = await engine.table.query(id, { from: 0, limit: 1 });
    expect(item).toMatchObject({ Actor: 'alice' });
    const [without] = await engine.table.query(id, { from: 1, limit: 1 });
    expect(without).not.toHaveProperty('Actor');
  });

  test('is not asked for when the same key and content come again', async () => {
    const event = { ...first, characterId: `rogue ${crypto.randomUUID()}`, idempotencyKey: 'press' };
    await eventStoreOver(engine.table).append({ ...event, actor: 'alice' });
    expect(await eventStoreOver(engine.table).append({ ...event, actor: 'bob' })).toMatchObject({
      type: 'appended',
      duplicate: true,
      event: { version: 0, actor: 'alice' },
    });
  });

  test('is null in events of other programs', async () => {
    const id = `gopher ${crypto.randomUUID()}`;
    await engine.table.insert([goItem(id, 0, 8)]);
    expect(await actorsOf(id)).toEqual([null]);
  });
});

test('the actor of a group is stored with every event of it', async () => {
  const engine = await embedded.open();
  const first = { characterName: 'Rogue', characterHitPoints: 8, note: '', actor: 'alice' };
  await eventStoreOver(engine.table).appendGroup(
    ['a', 'b'].map((characterId) => ({ ...first, characterId })),
  );
  const items = await Promise.all(['a', 'b'].map((id) => engine.table.query(id, { limit: 1 })));
  expect(items).toMatchObject([[{ Actor: 'alice' }], [{ Actor: 'alice' }]]);
  await engine.close();
});

test('the actor stands after the revert in an exported line', () => {
  expect(toLine({ Actor: 'alice', Reverts: 1, ...goItem('gopher', 2, 2), Snapshot: {} })).toBe(
    '{"Id":"gopher","Version":2,"CharacterName":"Gopher","CharacterHitPoints":2,"Note":"from Go",' +
      '"Reverts":1,"Actor":"alice","Snapshot":{}}',
  );
});
