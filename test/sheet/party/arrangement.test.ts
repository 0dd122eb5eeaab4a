import { describe, expect, test } from 'vitest';
import { arranged, held, isFound } from '../../../src/sheet/party/arrangement.ts';
import { standing } from './standings.ts';

const party = [
  standing('goblin 10', { hitPoints: 5 }),
  standing('Änne', { hitPoints: 0 }),
  standing('goblin 9'),
  standing('Bo', { hitPoints: 90, maximumHitPoints: 100 }),
];
const ids = (characters: readonly { readonly id: string }[]) => characters.map(({ id }) => id);

describe('the order of the party', () => {
  test('is that of the server for the newest first', () => {
    expect(ids(arranged(party, 'newest'))).toEqual(['goblin 10', 'Änne', 'goblin 9', 'Bo']);
  });

  test('by name reads numbers as numbers, and accents as letters', () => {
    expect(ids(arranged(party, 'name'))).toEqual(['Änne', 'Bo', 'goblin 9', 'goblin 10']);
  });

  test('begins with who lies down, and then goes by the part that is left', () => {
    expect(ids(arranged(party, 'hurt'))).toEqual(['Änne', 'goblin 10', 'Bo', 'goblin 9']);
  });

  test('that is shown already stays while it is held, with new ones last', () => {
    expect(ids(held(['Bo', 'goblin 9', 'gone', 'Änne'], arranged(party, 'hurt')))).toEqual([
      'Bo',
      'goblin 9',
      'Änne',
      'goblin 10',
    ]);
  });
});

describe('a search', () => {
  test.each([
    ['Änne Öz', 'anne', true],
    ['Goblin 12', 'gob 1', true],
    ['Goblin 12', 'gob 3', false],
    ['Goblin', '  ', true],
    ['Istanbul', 'İSTANBUL', true],
  ])('finds %j by %j: %s', (name, search, found) => {
    expect(isFound(name, search)).toBe(found);
  });
});
