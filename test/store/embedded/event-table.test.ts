import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openEmbeddedEventTable } from '../../../src/store/embedded/event-table.ts';
import { type EngineUnderTest, embedded } from '../../engines/engines.ts';
import { eventStoreOver } from '../../engines/event-store-over.ts';
import { goItem } from '../../party.ts';

const adapter = new URL('../../../dist/store/embedded/event-table.js', import.meta.url);

describe('an embedded event table that two processes have open', () => {
  let engine: EngineUnderTest;
  let folder: string;
  beforeEach(async () => {
    engine = await embedded.open();
    folder = engine.environment['EVENT_STORE_PATH'] ?? '';
  });
  afterEach(() => engine.close());

  /** A program that inserts an item, in a process of its own. */
  const inserting = (version: number, before = '') => [
    '--input-type=module',
    '-e',
    `${before}
     const { openEmbeddedEventTable } = await import(${JSON.stringify(adapter.href)});
     const table = await openEmbeddedEventTable(${JSON.stringify(folder)});
     await table.insert([${JSON.stringify(goItem('gopher', version, 1))}]);
     await table.close();`,
  ];
  const versions = async () =>
    (await engine.table.query('gopher', { limit: 10 })).map(({ Version }) => Version);

  test('reads what the other has committed since its last read, in the same turn too', async () => {
    expect(await versions()).toEqual([]);
    for (let version = 0; version < 3; version += 1) {
      // LMDB keeps a snapshot until a timer goes off: nothing here gives it the time.
      execFileSync(process.execPath, inserting(version));
      const [range, keys] = [
        versions(),
        engine.table.get(Array.from({ length: 10 }, (_, Version) => ({ Id: 'gopher', Version }))),
      ];
      expect((await range).length).toBe(version + 1);
      expect((await keys).length).toBe(version + 1);
    }
  });

  test('is shown the item of the other that was in the way', async () => {
    expect(await versions()).toEqual([]);
    execFileSync(process.execPath, inserting(0));
    expect(await engine.table.insert([goItem('gopher', 0, 2)])).toEqual({
      type: 'taken',
      items: [goItem('gopher', 0, 1)],
    });
  });

  test('ends an insert in time while the other holds the only lock for writing', async () => {
    const holdsLock = `
      import { open } from ${JSON.stringify(import.meta.resolve('lmdb'))};
      const root = open({ path: ${JSON.stringify(folder)} });
      root.transactionSync(() => {
        process.stdout.write('locked');
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60_000);
      });`;
    const other = spawn(process.execPath, ['--input-type=module', '-e', holdsLock]);
    await once(other.stdout, 'data');
    const insert = engine.table.insert([goItem('gopher', 0, 1)], AbortSignal.timeout(200));
    await expect(insert).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN', retryable: true });
    expect(await versions()).toEqual([]);
    other.kill('SIGKILL');
    await once(other, 'exit');
    expect(await engine.table.insert([goItem('gopher', 1, 1)])).toEqual({ type: 'inserted' });
    expect(await versions()).toEqual([0, 1]);
  });

  test('begins nothing after the time is over', async () => {
    const over = AbortSignal.abort();
    const late = { code: 'STORE_TIMEOUT', retryable: true };
    await expect(engine.table.insert([goItem('gopher', 0, 1)], over)).rejects.toMatchObject(late);
    await expect(engine.table.query('gopher', { limit: 1 }, over)).rejects.toMatchObject(late);
    await expect(engine.table.get([{ Id: 'gopher', Version: 0 }], over)).rejects.toMatchObject(late);
    expect(await versions()).toEqual([]);
  });
});

test('an embedded event table may be in a folder with a dot in its name', async () => {
  const parent = await mkdtemp(join(tmpdir(), 'character-events-'));
  const folder = join(parent, 'data.v1');
  const table = await openEmbeddedEventTable(folder);
  await table.insert([goItem('gopher', 0, 8)]);
  await table.close();
  expect(await readdir(folder)).toContain('data.mdb');
  await rm(parent, { recursive: true });
});

test('an embedded event table lets others have turns while it reads many long events, and reads them all', async () => {
  const { table, close } = await embedded.open();
  const note = '\u{1F409}'.repeat(2_000);
  const items = Array.from({ length: 1_000 }, (_, version) => ({
    ...goItem('gopher', version, 1),
    Note: note,
  }));
  for (let start = 0; start < items.length; start += 100) await table.insert(items.slice(start, start + 100));
  for (const descending of [false, true]) {
    let turns = 0;
    let isOver = false;
    const began = performance.now();
    const reading = table.query('gopher', { from: 1, to: 990, limit: 980, descending });
    reading.finally(() => {
      isOver = true;
    });
    for (; !isOver; await nextTurn()) turns += 1;
    const tookMs = performance.now() - began;
    const wanted = items.slice(1, 991);
    expect(await reading).toEqual((descending ? wanted.toReversed() : wanted).slice(0, 980));
    // One each 5 ms or so, of which a quick machine needs few.
    expect(turns).toBeGreaterThan(Math.min(2, tookMs / 10));
  }
  await close();
});

test('an embedded event table refuses what comes after its end, which ends no process', async () => {
  const { table, close } = await embedded.open();
  await table.insert([goItem('gopher', 0, 8)]);
  const store = eventStoreOver(table);
  const hero = { characterId: 'hero', characterName: 'Hero', characterHitPoints: 8, note: '' };
  // Reads first, and writes after the end.
  const underWay = store.append(hero);
  await table.close();
  const closed = { code: 'STORE_UNAVAILABLE', retryable: false, message: 'The embedded store is closed.' };
  await expect(underWay).rejects.toMatchObject(closed);
  for (const call of [
    () => store.append(hero),
    () => store.appendGroup([hero, hero]),
    () => store.character('gopher'),
    () => store.directory({ first: 1 }),
    () => store.ping(),
  ]) {
    await expect(call()).rejects.toMatchObject(closed);
  }
  await close();
});

test('an embedded event table finishes what is under way when it is closed', async () => {
  const { table, environment, close } = await embedded.open();
  const inserting = table.insert([goItem('gopher', 0, 8)]);
  await table.close();
  expect(await inserting).toEqual({ type: 'inserted' });
  const again = await openEmbeddedEventTable(environment['EVENT_STORE_PATH'] ?? '');
  expect(await again.query('gopher', { limit: 1 })).toHaveLength(1);
  await again.close();
  await close();
});
