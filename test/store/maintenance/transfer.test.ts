import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { StoredItem } from '../../../src/store/event-item.ts';
import { toLine } from '../../../src/store/maintenance/json-lines.ts';
import { exportLines, type ImportOutcome, importLines } from '../../../src/store/maintenance/transfer.ts';
import { collected } from '../../collected.ts';
import { type EngineUnderTest, embedded, engines } from '../../engines/engines.ts';
import { goItem, wizardItems } from '../../party.ts';

const foreign: StoredItem = {
  ...goItem('gopher', 2, 1),
  Tags: new Set(['b', 'a']),
  Rolls: new Set([20, 3]),
  Portrait: new Uint8Array([0, 255, 7]),
  Nanoseconds: 1_795_000_000_123_456_789n,
  Loot: [{ gold: 2.5, cursed: false }, null, 'sword'],
  $map: { $set: ['no set'] },
};

/** In the order of an export: U+FF5E comes before U+1F409 in UTF-8, and after it in UTF-16. */
const items: readonly StoredItem[] = [
  goItem('a', 0, 1),
  goItem('a\u0001', 0, 1),
  goItem('gopher', 0, 8),
  goItem('gopher', 1, -2),
  foreign,
  ...wizardItems([8, -2, -3]),
  goItem('ä', 0, 1),
  goItem('\uff5e', 0, 2),
  goItem('🐉', 0, 200),
];
const lines = items.map(toLine);

async function* bytesOf(texts: Iterable<string>): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

describe.each(engines)('an import on $name', ({ open }) => {
  let engine: EngineUnderTest;
  beforeEach(async () => {
    engine = await open();
  });
  afterEach(() => engine.close());

  const imported = (wanted: Iterable<string>): Promise<ImportOutcome> =>
    importLines(engine.table, engine.admin, bytesOf(wanted));
  const exported = (): Promise<readonly string[]> => collected(exportLines(engine.table, engine.admin));

  test('is exported again as it was, by the bytes of the ids and by version', async () => {
    const inAnotherOrder = [...lines.slice(5), ...lines.slice(0, 5)];
    expect(await imported(inAnotherOrder)).toEqual({
      type: 'imported',
      inserted: lines.length,
      thereBefore: 0,
    });
    expect(await exported()).toEqual(lines);
  });

  test('that is run again changes nothing', async () => {
    await imported(lines);
    expect(await imported(lines)).toEqual({ type: 'imported', inserted: 0, thereBefore: lines.length });
    expect(await exported()).toEqual(lines);
  });

  test('goes on where it was interrupted, also in the middle of a group', async () => {
    const long = wizardItems(Array.from({ length: 250 }, () => 1)).map(toLine);
    await imported(long.slice(0, 130));
    expect(await imported(long)).toEqual({ type: 'imported', inserted: 120, thereBefore: 130 });
    expect(await exported()).toEqual(long);
  });

  test('stops at a key that another event holds, and keeps what came before its group', async () => {
    await engine.table.insert([goItem('wizard', 120, 99)]);
    const long = wizardItems(Array.from({ length: 250 }, () => 1)).map(toLine);
    expect(await imported(long)).toEqual({ type: 'taken', key: { Id: 'wizard', Version: 120 } });
    expect(await exported()).toEqual([...long.slice(0, 100), toLine(goItem('wizard', 120, 99))]);
  });

  test('leaves an event alone that was repaired or listed since', async () => {
    const [first] = wizardItems([8]);
    if (first === undefined) throw new Error('Expected an item.');
    const { Snapshot, Directory, ListedAt, ...bare } = first;
    await engine.table.insert([first]);
    expect(await imported([toLine(bare)])).toMatchObject({ inserted: 0, thereBefore: 1 });
    expect(await exported()).toEqual([toLine(first)]);
  });

  test('stops at a line that is no item, and keeps what came before it', async () => {
    const cut = [...lines.slice(0, 3), '', lines[3]?.slice(0, 20) ?? '', ...lines.slice(4)];
    expect(await imported(cut)).toEqual({
      type: 'malformed',
      line: 5,
      problem: expect.stringContaining('a line of JSON'),
    });
    expect(await exported()).toEqual(lines.slice(0, 3));
  });

  const line = (Version: number, more: object = {}) => toLine({ ...goItem('bard', Version, 1), ...more });
  test.each<[string, readonly string[], number, string]>([
    ['two events of one key', [line(0), line(0, { Note: 'other' })], 2, 'version 0 of "bard" once'],
    ['a fraction as version', [line(0), line(1.5)], 2, 'expected Version to be a whole number from 0'],
    ['a negative version', [line(-1)], 1, 'expected Version to be a whole number from 0'],
    ['a version beyond any number', [line(0).replace('"Version":0', '"Version":1e400')], 1, 'a line of JSON'],
    [
      'a change beyond any number',
      [line(0).replace('"CharacterHitPoints":1', '"CharacterHitPoints":1e400')],
      1,
      'a line of JSON',
    ],
    [
      'half a hit point',
      [line(0), line(1, { CharacterHitPoints: 7.5 })],
      2,
      'expected CharacterHitPoints to be a whole number',
    ],
    ['a gap', [line(0), line(2)], 2, 'expected version 1 of "bard" before it, got none'],
    ['an id that no engine takes', [line(0, { Id: 'x'.repeat(3_000) })], 1, 'expected an Id of at most'],
    [
      'an item of another layout',
      [line(0), JSON.stringify({ Id: 'bard', Version: 1, EventName: 'E', Event: {} })],
      2,
      'expected CharacterName to be a string',
    ],
  ])('refuses %s with its line, and keeps what came before', async (_, wanted, at, problem) => {
    expect(await imported(wanted)).toEqual({
      type: 'malformed',
      line: at,
      problem: expect.stringContaining(problem),
    });
    expect(await exported()).toEqual(wanted.slice(0, at - 1));
  });

  test('takes the longest id that the engine says it stores', async () => {
    const longest = line(0, {
      Id: 'x'.repeat(engine.admin.maxIdBytes),
      Directory: 'CHARACTERS',
      ListedAt: '2026-01-01T00:00:00.000Z',
    });
    expect(await imported([longest])).toMatchObject({ inserted: 1 });
    expect(await exported()).toEqual([longest]);
  });

  test('takes the same line twice for one event, -0 for 0, and a file that begins with a byte-order mark', async () => {
    const zero = line(0, { CharacterHitPoints: 0 });
    const negative = zero.replace('"CharacterHitPoints":0', '"CharacterHitPoints":-0');
    expect(await imported([`\uFEFF${zero}`, negative])).toMatchObject({ inserted: 1, thereBefore: 1 });
    expect(await exported()).toEqual([zero]);
  });

  test('of a hundred notes of 60 KB, more than a transaction takes, is stored', async () => {
    const big = Array.from({ length: 100 }, (_, version) =>
      toLine(goItem('bard', version, 1, 'ä'.repeat(30_000))),
    );
    expect(await imported(big)).toMatchObject({ inserted: 100 });
    expect(await exported()).toEqual(big);
  });
});

test('an export of the embedded store beside groups has each of them whole, also once it is imported', async () => {
  const source = await embedded.open();
  let groups = 100;
  const group = (version: number) => ['bard', 'monk', 'rogue'].map((id) => goItem(id, version, -1));
  for (let version = 0; version < groups; version += 1) await source.table.insert(group(version));
  let exportsMeanwhile = 0;
  const write = async () => {
    for (; exportsMeanwhile < 3; groups += 1) await source.table.insert(group(groups));
  };
  const written = write();
  while (exportsMeanwhile < 3) {
    // A slow reader, such as a pipe to a disk that is busy.
    const exported: string[] = [];
    for await (const each of exportLines(source.table, source.admin)) {
      exported.push(each);
      if (exported.length % 100 === 0) await sleep(1);
    }
    exportsMeanwhile += 1;
    const target = await embedded.open();
    await importLines(target.table, target.admin, bytesOf(exported));
    const imported = new Set(await collected(exportLines(target.table, target.admin)));
    const parts = Array.from({ length: groups }, (_, version) =>
      group(version).filter((item) => imported.has(toLine(item))),
    );
    expect(parts.filter(({ length }) => length % 3 !== 0)).toEqual([]);
    expect(parts.filter(({ length }) => length === 3).length).toBeGreaterThanOrEqual(100);
    await target.close();
  }
  expect(exportsMeanwhile).toBeGreaterThan(1);
  await written;
  // Nothing of the exports is left: the table is read as it is now.
  expect((await collected(exportLines(source.table, source.admin))).length).toBe(groups * 3);
  await source.close();
});
