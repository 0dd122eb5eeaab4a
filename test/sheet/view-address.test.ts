import { expect, test } from 'vitest';
import { characterAddress, viewAt } from '../../src/sheet/view-address.ts';

test.each(['dana', '..', 'a/b', 'a&id=b', 'é'.repeat(127), 'a b+c%20', '#?'])(
  '%o has an address of its own',
  (id) => {
    const { pathname, search } = new URL(characterAddress(id), 'http://localhost');
    expect(viewAt(pathname, search)).toEqual({ type: 'character', id });
  },
);

test('any other address is the party', () => {
  expect([viewAt('/', ''), viewAt('/characters', '?id=dana')]).toEqual([
    { type: 'party' },
    { type: 'party' },
  ]);
});
