import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type EngineUnderTest, engines } from '../engines/engines.ts';
import { eventStoreOver } from '../engines/event-store-over.ts';
import { runCommand } from '../engines/server-process.ts';
import { goItem } from '../party.ts';

describe.each(engines)('the seed on $name', ({ open }) => {
  let engine: EngineUnderTest;
  beforeEach(async () => {
    engine = await open();
  });
  afterEach(() => engine.close());

  const seed = (...args: readonly string[]) => runCommand(['seed', ...args], engine.environment);

  test('is a party with a past, and the same party the second time', async () => {
    expect(await seed()).toEqual({
      code: 0,
      stdout: '15 events of 4 characters appended, 0 there before.\n',
      stderr: '',
    });
    expect((await seed('--json')).stdout).toBe('{"appended":0,"thereBefore":15}\n');
    const store = eventStoreOver(engine.table);
    expect(await store.characters(['astrid', 'morgana', 'brother-aldous', 'ylva'])).toMatchObject([
      { hitPoints: 3, version: 2 },
      { hitPoints: 5, version: 2 },
      { hitPoints: 8, version: 3 },
      { hitPoints: 10, maximumHitPoints: 12, temporaryHitPoints: 4, experience: 450, version: 4 },
    ]);
    expect((await store.directory({ first: 10 })).entries).toHaveLength(4);
  });

  test('leaves a character alone that has another past', async () => {
    await engine.table.insert([goItem('morgana', 0, 99)]);
    expect(await seed()).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('Expected morgana, version 0 to be free'),
    });
    expect(await engine.table.query('morgana', { limit: 10 })).toHaveLength(1);
  });
});
