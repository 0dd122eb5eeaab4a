import { describe, expect, test } from 'vitest';
import { kindOf, namesOf, numbered, shownName, slugOf, withSuffix } from '../../src/sheet/names.ts';

const newestFirst = (...names: readonly string[]) =>
  names.map((name, index) => ({ id: `${name} ${names.length - index}`.toLowerCase(), name }));
const shown = (numbers: ReturnType<typeof numbered>) =>
  Array.from(numbers, ([id, { name, number }]) => `${id}: ${name} ${number}`).sort();

describe('characters of one name', () => {
  const three = newestFirst('Goblin', 'Goblin', 'Dana', 'Goblin');
  const numbers = numbered(three, new Map());

  test('get numbers in the order of their creation, and others none', () => {
    expect(shown(numbers)).toEqual(['goblin 1: Goblin 1', 'goblin 3: Goblin 2', 'goblin 4: Goblin 3']);
  });

  test('keep their numbers when one of them goes, and the last one too', () => {
    const without = three.filter(({ id }) => id !== 'goblin 1');
    expect(shown(numbered(without, numbers))).toEqual(['goblin 3: Goblin 2', 'goblin 4: Goblin 3']);
    const last = three.filter(({ id }) => id === 'goblin 4');
    expect(shown(numbered(last, numbers))).toEqual(['goblin 4: Goblin 3']);
  });

  test('leave out a number that is in a name of its own', () => {
    const mixed = [{ id: 'real', name: 'Goblin 2' }, ...newestFirst('Goblin', 'Goblin')];
    expect(shown(numbered(mixed, new Map()))).toEqual(['goblin 1: Goblin 1', 'goblin 2: Goblin 3']);
  });

  test('lose them with the name', () => {
    const renamed = three.map((each) => (each.id === 'goblin 1' ? { ...each, name: 'Grik' } : each));
    expect(shown(numbered(renamed, numbers))).toEqual(['goblin 3: Goblin 2', 'goblin 4: Goblin 3']);
  });
});

describe('characters that are created together', () => {
  test.each([
    ['Dana', 1, ['Dana 7', 'Kira'], ['Dana']],
    ['Dana', 1, ['Dana'], ['Dana 2']],
    ['Dana', 1, ['Dana', 'Dana 2'], ['Dana 3']],
    ['Goblin', 3, ['Dana'], ['Goblin 1', 'Goblin 2', 'Goblin 3']],
    ['Goblin', 2, ['Goblin 7', 'Goblin 2', 'Goblin King'], ['Goblin 8', 'Goblin 9']],
    ['Goblin', 2, ['Goblin'], ['Goblin 2', 'Goblin 3']],
  ])('%s, %i of them beside %j, are called %j', (typed, count, others, names) => {
    expect(namesOf(typed, count, others)).toEqual(names);
  });

  test('are of one kind', () => {
    expect(['Goblin 3', 'Goblin', 'Unit 7 B', '7'].map(kindOf)).toEqual([
      'Goblin',
      'Goblin',
      'Unit 7 B',
      '7',
    ]);
  });
});

test.each([
  ['Dana Fleetfoot', 'dana-fleetfoot'],
  ['  Élodie d’Arc ', 'elodie-d-arc'],
  ['Кира', 'кира'],
  ['a/b', 'a-b'],
  ['..', 'character'],
  ['🐉', 'character'],
])('the id of %o is %o', (name, slug) => {
  expect(slugOf(name)).toBe(slug);
});

test('an id fits into 255 bytes, also with an ending', () => {
  const id = withSuffix(slugOf('𐍈'.repeat(100)), '0f3a9c');
  expect(Buffer.byteLength(id)).toBe(60 * 4 + '-0f3a'.length);
});

test('a name that has nothing to see is shown as the id', () => {
  for (const name of [' ', '\u00a0\u2003', '\u200b', '\u2800\u3164', '\u0301'])
    expect(shownName({ id: 'dana', name })).toBe('dana');
  for (const name of ['Dana', '!', '🐉', ' x ']) expect(shownName({ id: 'dana', name })).toBe(name);
});

test('characters whose names have nothing to see are not of one name', () => {
  const blanks = ['dana', 'kira'].map((id) => ({ id, name: shownName({ id, name: '\u200b' }) }));
  expect(numbered(blanks, new Map()).size).toBe(0);
});
