import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { StoredItem } from '../../../src/store/event-item.ts';
import { toLine } from '../../../src/store/maintenance/json-lines.ts';
import { exportLines } from '../../../src/store/maintenance/transfer.ts';
import { type Finding, type VerifyOptions, verifyTable } from '../../../src/store/maintenance/verify.ts';
import { collected } from '../../collected.ts';
import { type EngineUnderTest, engines } from '../../engines/engines.ts';
import { eventStoreOver } from '../../engines/event-store-over.ts';
import { goItem, itemsOf, wizardItems } from '../../party.ts';

/** A wizard whose hit points go 8, 6, 3, 13, 9. */
const wizard = wizardItems([8, -2, -3, 10, -4]);
const now = new Date('2026-11-23T12:00:00.000Z');

/** The wizard's items, one of them with other attributes. */
function altered(version: number, attributes: object): readonly StoredItem[] {
  return wizard.map((item) => (item.Version === version ? { ...item, ...attributes } : item));
}

function withSnapshot(version: number, attributes: object): readonly StoredItem[] {
  return altered(version, { Snapshot: { ...wizard[version]?.Snapshot, ...attributes } });
}

function without(version: number, attribute: string): readonly StoredItem[] {
  return wizard.map((item) => {
    const { [attribute]: _, ...rest } = item;
    return item.Version === version ? { ...rest, Id: item.Id, Version: item.Version } : item;
  });
}

describe.each(engines)('the verification of a table on $name', ({ open }) => {
  let engine: EngineUnderTest;
  beforeEach(async () => {
    engine = await open();
  });
  afterEach(() => engine.close());

  async function verify(options: Partial<VerifyOptions> = {}) {
    const findings: Finding[] = [];
    const report = await verifyTable(engine.table, engine.admin, {
      repair: false,
      now,
      onEvent: () => {},
      onFinding: (finding) => findings.push(finding),
      ...options,
    });
    return { findings, report };
  }
  const lines = () => collected(exportLines(engine.table, engine.admin));

  test('finds nothing wrong with what this program wrote', async () => {
    await engine.table.insert(wizard);
    await eventStoreOver(engine.table).append({
      characterId: 'bard',
      characterName: 'Bard',
      characterHitPoints: 3,
      note: '',
    });
    expect(await verify()).toEqual({
      findings: [],
      report: { characters: 2, events: 6, ofAnotherLayout: [] },
    });
  });

  test.each<[string, readonly StoredItem[], object]>([
    [
      'a changed value',
      altered(1, { CharacterHitPoints: -20 }),
      { type: 'changed_event', from: 1, change: -20, changeBefore: -2 },
    ],
    [
      'a changed first value',
      altered(0, { CharacterHitPoints: 80 }),
      { type: 'changed_event', from: 0, change: 80, changeBefore: 8 },
    ],
    [
      'a changed value of an event that temporary hit points and a maximum took part in',
      itemsOf([
        { characterHitPoints: 8, maximumHitPoints: 8, temporaryHitPoints: 5 },
        { characterHitPoints: -7 },
        { characterHitPoints: 1 },
      ]).map((item) => (item.Version === 1 ? { ...item, CharacterHitPoints: -3 } : item)),
      { type: 'changed_event', from: 1, change: -3, changeBefore: -7 },
    ],
    [
      'a missing version',
      wizard.filter(({ Version }) => Version !== 2),
      { type: 'missing_events', from: 2, to: 2 },
    ],
    [
      'missing versions',
      wizard.filter(({ Version }) => Version === 0 || Version === 4),
      { type: 'missing_events', from: 1, to: 3 },
    ],
    [
      'an item that is no event',
      altered(2, { CharacterHitPoints: 'three' }),
      { type: 'unreadable_item', from: 2, to: 2 },
    ],
    [
      'a snapshot of the Go program with another total',
      [
        ...wizardItems([8, -2, -3]),
        { Id: 'wizard', Version: 3, CharacterName: 'Morgana', CharacterHitPoints: 9, Note: 'SNAPSHOT' },
      ].map((item, version) =>
        version === 3 ? { ...item, Snapshot: wizardItems([8, -2, -3, 0])[3]?.Snapshot } : item,
      ),
      { type: 'wrong_total', from: 3, total: 9, hitPoints: 3 },
    ],
    [
      'an entry by a later event',
      altered(2, { Directory: 'CHARACTERS', ListedAt: now.toISOString() }),
      { type: 'stray_directory_entry', from: 2 },
    ],
  ])('finds %s, and that it cannot be mended', async (_, items, finding) => {
    await engine.table.insert(items);
    const before = await lines();
    expect((await verify()).findings).toMatchObject([finding]);
    expect((await verify({ repair: true })).findings).toMatchObject([{ ...finding, isMended: false }]);
    expect(await lines()).toEqual(before);
  });

  test('finds a missing beginning', async () => {
    await engine.table.insert(wizard.slice(2));
    expect((await verify({ repair: true })).findings).toMatchObject([
      { type: 'missing_events', from: 0, to: 1, isMended: false },
    ]);
  });

  test.each<[string, readonly StoredItem[], object]>([
    [
      'a wrong snapshot in the middle',
      withSnapshot(2, { HitPoints: 30 }),
      { type: 'wrong_snapshot', from: 2 },
    ],
    [
      'a wrong snapshot of plausible numbers',
      withSnapshot(1, { HitPoints: 7 }),
      { type: 'wrong_snapshot', from: 1 },
    ],
    [
      'a wrong first snapshot',
      withSnapshot(0, { HitPoints: 1, HighestHitPoints: 1 }),
      { type: 'wrong_snapshot', from: 0 },
    ],
    ['a wrong last snapshot', withSnapshot(4, { HitPoints: 99 }), { type: 'wrong_snapshot', from: 4 }],
    [
      'a wrong last snapshot of plausible numbers',
      withSnapshot(4, { HitPoints: 10 }),
      { type: 'wrong_snapshot', from: 4 },
    ],
    ['a wrong highest total', withSnapshot(3, { HighestHitPoints: 12 }), { type: 'wrong_snapshot', from: 3 }],
    ['a wrong maximum', withSnapshot(3, { MaximumHitPoints: 20 }), { type: 'wrong_snapshot', from: 3 }],
    ['wrong temporary ones', withSnapshot(3, { TemporaryHitPoints: 2 }), { type: 'wrong_snapshot', from: 3 }],
    ['wrong experience', withSnapshot(3, { Experience: 2 }), { type: 'wrong_snapshot', from: 3 }],
    ['a wrong place', withSnapshot(3, { Archived: true }), { type: 'wrong_snapshot', from: 3 }],
    ['a wrong name', withSnapshot(3, { Name: 'Mallory' }), { type: 'wrong_snapshot', from: 3 }],
    [
      'a wrong time of creation',
      withSnapshot(3, { CreatedAt: '2020-01-01T00:00:00.000Z' }),
      { type: 'wrong_snapshot', from: 3 },
    ],
    ['a missing snapshot', without(2, 'Snapshot'), { type: 'no_snapshot', from: 2, to: 2 }],
    ['a snapshot of another fold', withSnapshot(2, { Schema: 0 }), { type: 'no_snapshot', from: 2, to: 2 }],
    [
      'a snapshot that is none',
      withSnapshot(2, { HitPoints: 'many' }),
      { type: 'no_snapshot', from: 2, to: 2 },
    ],
    ['a missing entry of the directory', without(0, 'Directory'), { type: 'not_in_directory' }],
    ['half an entry of the directory', without(0, 'ListedAt'), { type: 'not_in_directory' }],
  ])('finds %s, and mends it to what it was', async (_, items, finding) => {
    await engine.table.insert(items);
    const before = await lines();
    expect((await verify()).findings).toMatchObject([{ ...finding, isMended: false }]);
    expect(await lines()).toEqual(before);
    expect((await verify({ repair: true })).findings).toMatchObject([{ ...finding, isMended: true }]);
    expect(await lines()).toEqual(wizard.map(toLine));
    expect((await verify()).findings).toEqual([]);
    expect((await engine.table.directory({ limit: 5 })).map(({ characterId }) => characterId)).toEqual([
      'wizard',
    ]);
  });

  test('finds several things at once, and mends what it can', async () => {
    const items = altered(1, { CharacterHitPoints: -20 }).map((item) =>
      item.Version === 3 ? { ...item, Snapshot: { ...wizard[3]?.Snapshot, HitPoints: 0 } } : item,
    );
    await engine.table.insert(items);
    expect((await verify({ repair: true })).findings).toMatchObject([
      { type: 'changed_event', from: 1, isMended: false },
      { type: 'wrong_snapshot', from: 3, isMended: true },
    ]);
    expect((await lines())[3]).toBe(wizard.map(toLine)[3]);
  });

  test('finds snapshots wrong that go on from one that no change of hit points explains', async () => {
    const items = wizard.map((item) =>
      item.Version < 2 ? item : { ...item, Snapshot: { ...item.Snapshot, HighestHitPoints: 50 } },
    );
    await engine.table.insert(items);
    expect((await verify({ repair: true })).findings).toMatchObject(
      [2, 3, 4].map((from) => ({ type: 'wrong_snapshot', from, isMended: true })),
    );
    expect(await lines()).toEqual(wizard.map(toLine));
  });

  test('tells missing snapshots apart that are not in a row', async () => {
    const bare = (version: number) =>
      without(version, 'Snapshot').filter(({ Version }) => Version === version);
    await engine.table.insert([...wizard.filter(({ Version }) => Version % 2 === 0), ...bare(1), ...bare(3)]);
    expect((await verify()).findings).toMatchObject([
      { type: 'no_snapshot', from: 1, to: 1 },
      { type: 'no_snapshot', from: 3, to: 3 },
    ]);
  });

  test('leaves snapshots alone whose beginning is missing', async () => {
    const bare = wizard
      .slice(1)
      .map(({ Snapshot: _, ...item }) => ({ ...item, Id: 'wizard', Version: item.Version }));
    await engine.table.insert(bare);
    expect((await verify({ repair: true })).findings).toMatchObject([
      { type: 'missing_events', from: 0, to: 0 },
      { type: 'no_snapshot', from: 1, to: 4, isMended: false },
    ]);
  });

  test('of one character looks at no other', async () => {
    await engine.table.insert(withSnapshot(2, { HitPoints: 30 }));
    await engine.table.insert([goItem('gopher', 0, 8)]);
    const { findings, report } = await verify({ characterId: 'gopher', repair: true });
    expect(report).toEqual({ characters: 1, events: 1, ofAnotherLayout: [] });
    expect(findings).toMatchObject([{ type: 'no_snapshot' }, { type: 'not_in_directory' }]);
    expect((await verify()).findings).toMatchObject([{ type: 'wrong_snapshot' }]);
    expect((await verify({ characterId: 'nobody' })).report).toMatchObject({ characters: 0, events: 0 });
  });

  test('tells of items of another layout, and does not call them wrong', async () => {
    await engine.table.insert([{ Id: 'gopherSNAPSHOT', Version: 0, LatestVersion: 2 }]);
    expect(await verify({ repair: true })).toEqual({
      findings: [],
      report: { characters: 0, events: 0, ofAnotherLayout: ['gopherSNAPSHOT'] },
    });
  });

  test('writes the snapshots of a long history of another program', async () => {
    const changes = Array.from({ length: 1_250 }, (_, version) => (version % 5) - 1);
    for (let start = 0; start < changes.length; start += 50) {
      await engine.table.insert(
        changes.slice(start, start + 50).map((change, nth) => goItem('gopher', start + nth, change)),
      );
    }
    expect((await verify({ repair: true })).findings).toMatchObject([
      { type: 'no_snapshot', from: 0, to: 1_249, isMended: true },
      { type: 'not_in_directory', isMended: true },
    ]);
    expect((await verify()).findings).toEqual([]);
    const hitPoints = changes.reduce((sum, change) => sum + change);
    expect(await eventStoreOver(engine.table).character('gopher')).toMatchObject({
      version: 1_249,
      hitPoints,
    });
  });
});
