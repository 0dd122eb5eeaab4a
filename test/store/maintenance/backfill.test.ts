import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { backfillDirectory } from '../../../src/store/maintenance/backfill.ts';
import { collected } from '../../collected.ts';
import { type EngineUnderTest, engines } from '../../engines/engines.ts';
import { eventStoreOver } from '../../engines/event-store-over.ts';
import { runCommand } from '../../engines/server-process.ts';
import { goItem, wizardItems } from '../../party.ts';

const now = new Date('2026-11-23T12:00:00.000Z');

describe.each(engines)('the backfill of the directory on $name', ({ open }) => {
  let engine: EngineUnderTest;
  beforeEach(async () => {
    engine = await open();
    const headless = goItem('headless', 3, 8);
    const foreign = { ...goItem('gopherSNAPSHOT', 0, 8), CharacterHitPoints: 'eight' };
    const items = [goItem('gopher', 0, 8), goItem('gopher', 1, -2), goItem('mole', 0, 5), headless, foreign];
    for (const item of [...items, ...wizardItems([8, -2])]) await engine.table.insert([item]);
  });
  afterEach(() => engine.close());

  const listed = async () =>
    (await engine.table.directory({ limit: 100 })).map(({ characterId }) => characterId).toSorted();

  test('enters the characters of other programs, and tells which it cannot list', async () => {
    expect(await listed()).toEqual(['wizard']);
    expect(await backfillDirectory(engine.admin, now)).toEqual({
      entered: 2,
      listedBefore: 1,
      withoutFirstEvent: ['headless'],
      ofAnotherLayout: ['gopherSNAPSHOT'],
    });
    expect(await listed()).toEqual(['gopher', 'mole', 'wizard']);
  });

  test('changes nothing but the two attributes of version 0, and nothing the second time', async () => {
    const all = async () => {
      const items = await collected(engine.admin.scan());
      return items.toSorted((one, other) => one.Id.localeCompare(other.Id) || one.Version - other.Version);
    };
    const before = await all();
    await backfillDirectory(engine.admin, now);
    const entry = { Directory: 'CHARACTERS', ListedAt: now.toISOString() };
    const after = await all();
    expect(after).toEqual(
      before.map((item) =>
        item.Version === 0 && ['gopher', 'mole'].includes(item.Id) ? { ...item, ...entry } : item,
      ),
    );
    expect(await backfillDirectory(engine.admin, new Date())).toMatchObject({ entered: 0, listedBefore: 3 });
    expect(await all()).toEqual(after);
  });

  test('that was interrupted goes on where it was', async () => {
    let seen = 0;
    const interrupted = backfillDirectory(engine.admin, now, () => {
      seen += 1;
      if (seen === 4) throw new Error('killed');
    });
    await expect(interrupted).rejects.toThrow('killed');
    const { entered, listedBefore } = await backfillDirectory(engine.admin, now);
    expect(entered + listedBefore).toBe(3);
    expect(await listed()).toEqual(['gopher', 'mole', 'wizard']);
  });

  test('never lists a character that has no events', async () => {
    const nobody = { characterId: 'nobody', list: 'CHARACTERS', listedAt: now.toISOString() } as const;
    await engine.admin.enterDirectory(nobody);
    expect(await listed()).toEqual(['wizard']);
    expect(await eventStoreOver(engine.table).character('nobody')).toBeUndefined();
  });

  test('is a command', async () => {
    expect(await runCommand(['directory', 'backfill'], engine.environment)).toEqual({
      code: 0,
      stdout:
        '2 characters entered, 1 in the directory before.\n' +
        '1 id not listed, with a history that does not begin at version 0: "headless".\n' +
        '1 id not listed, with items that are no events: "gopherSNAPSHOT".\n',
      stderr: '',
    });
    const { stdout } = await runCommand(['directory', 'backfill', '--json'], engine.environment);
    expect(JSON.parse(stdout)).toMatchObject({ entered: 0, listedBefore: 3 });
    expect(await listed()).toEqual(['gopher', 'mole', 'wizard']);
  });
});
