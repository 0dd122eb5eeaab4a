import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromLine, toLine } from '../../../src/store/maintenance/json-lines.ts';
import { goItem, itemsOf, wizardItems } from '../../party.ts';

describe('a line of an item', () => {
  test('has our attributes in their order, then those of others by name', () => {
    const [first] = wizardItems([8]);
    const { Snapshot, Id, ...rest } = { ...first, Id: 'wizard' };
    const shuffled = {
      Zone: 1,
      ...rest,
      Snapshot: { Old: 1, ...Object.fromEntries(Object.entries(Snapshot ?? {}).reverse()) },
      Armour: 2,
      Id,
    };
    expect(toLine({ ...shuffled, Version: 0 })).toBe(
      '{"Id":"wizard","Version":0,"CharacterName":"Morgana","CharacterHitPoints":8,"Note":"",' +
        '"RecordedAt":"2026-01-01T00:00:00.000Z","IdempotencyKey":"key-0",' +
        '"Snapshot":{"Schema":2,"Name":"Morgana","HitPoints":8,"HighestHitPoints":8,"CreatedAt":"2026-01-01T00:00:00.000Z","Old":1},' +
        '"Directory":"CHARACTERS","ListedAt":"2026-01-01T00:00:00.000Z","Armour":2,"Zone":1}',
    );
  });

  test('has what an event sets besides, and what its snapshot says of it', () => {
    const sayings = { maximumHitPoints: 12, temporaryHitPoints: 5, experience: 300, archived: true };
    const [item] = itemsOf([{ characterHitPoints: 8, ...sayings }]);
    expect(item && toLine(item)).toContain(
      '"IdempotencyKey":"key-0","MaximumHitPoints":12,"TemporaryHitPoints":5,"Experience":300,"Archived":true,' +
        '"Snapshot":{"Schema":2,"Name":"Morgana","HitPoints":8,"HighestHitPoints":8,"CreatedAt":"2026-01-01T00:00:00.000Z",' +
        '"MaximumHitPoints":12,"TemporaryHitPoints":5,"Experience":300,"Archived":true},',
    );
  });

  test('has nothing that the item lacks', () => {
    expect(toLine(goItem('gopher', 3, -2))).toBe(
      '{"Id":"gopher","Version":3,"CharacterName":"Gopher","CharacterHitPoints":-2,"Note":"from Go"}',
    );
  });

  const scalar = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
    fc.boolean(),
    fc.constant(null),
    fc.bigInt().filter((integer) => !Number.isSafeInteger(Number(integer))),
    fc.uint8Array().map((bytes) => new Uint8Array(bytes)),
    fc.uniqueArray(fc.string(), { minLength: 1 }).map((strings) => new Set(strings)),
    fc.uniqueArray(fc.integer(), { minLength: 1 }).map((numbers) => new Set(numbers)),
  );
  const name = fc.oneof(
    fc.string(),
    fc.constantFrom('$set', '$map', '$binary', '$integer', 'Snapshot', 'Directory'),
  );
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      scalar,
      fc.array(tie('value')),
      fc.dictionary(name, tie('value'), { noNullPrototype: true }),
    ),
  }));
  const attributes = fc.dictionary(name, value, { noNullPrototype: true });

  test('gives back the item, whatever other programs have put into it', () => {
    fc.assert(
      fc.property(attributes, fc.string({ minLength: 1 }), fc.integer(), (others, Id, Version) => {
        const item = { ...others, Id, Version };
        const line = toLine(item);
        expect(line).not.toContain('\n');
        expect(fromLine(Buffer.from(line))).toEqual({ type: 'item', item });
      }),
    );
  });

  test('has characters of two halves in letters and as escapes', () => {
    const item = { Id: '\u{1F409}', Version: 0, Note: '\\ud83d' };
    expect(fromLine(Buffer.from(toLine(item)))).toEqual({ type: 'item', item });
    expect(fromLine(Buffer.from('{"Id":"\\ud83d\\udc09","Version":0,"Note":"\\\\ud83d"}'))).toEqual({
      type: 'item',
      item,
    });
  });

  test('is the same whatever order an engine gives attributes and members of sets in', () => {
    const backwards = (item: object) => Object.fromEntries(Object.entries(item).reverse());
    const item = { Id: 'x', Version: 0, Tags: new Set(['b', 'a', 'c']), Map: { b: 1, a: 2 } };
    const other = {
      ...backwards(item),
      Id: 'x',
      Version: 0,
      Tags: new Set(['c', 'b', 'a']),
      Map: { a: 2, b: 1 },
    };
    expect(toLine(other)).toBe(toLine(item));
  });

  test.each([
    ['{"Id":"x","Version":', 'expected a line of JSON, got {"Id":"x","Version":'],
    ['[]', 'expected an item with Id and Version, got []'],
    ['{"Id":"x"}', 'expected an item with Id and Version, got {"Id":"x"}'],
    ['{"Id":7,"Version":0}', 'expected an item with Id and Version, got {"Id":7,"Version":0}'],
    ['{"Id":"","Version":0}', 'expected an item with Id and Version, got {"Id":"","Version":0}'],
    [
      '{"Id":"x","Version":0,"A":{"$integer":"seven"}}',
      'expected a line of JSON, got {"Id":"x","Version":0,"A":{"$integer":"seven"}}',
    ],
    [
      '{"Id":"x\\ud83d","Version":0}',
      'expected whole characters of Unicode, got half of one in {"Id":"x\\ud83d","Version":0}',
    ],
    [
      '{"Id":"x","Version":0,"Tags":{"\\uDC09":["a"]}}',
      'expected whole characters of Unicode, got half of one in {"Id":"x","Version":0,"Tags":{"\\uDC09":["a"]}}',
    ],
  ])('that is none, %s, is told', (line, problem) => {
    expect(fromLine(Buffer.from(line))).toEqual({ type: 'malformed', problem });
  });
});
