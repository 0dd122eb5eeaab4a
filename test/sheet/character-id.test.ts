import { expect, test } from 'vitest';
import { slugOf, withSuffix } from '../../src/sheet/character-id.ts';

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
