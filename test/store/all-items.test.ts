import { expect, test } from 'vitest';
import { allIds } from '../../src/store/event-table.ts';

test('all ids come once, by their bytes in UTF-8, in whatever order the engine has them', async () => {
  const inOrder = ['B', 'a', 'a\u0001', 'ab', 'ä', '\uff5e', '🐉'];
  const ids = async function* () {
    yield* [...inOrder.toReversed(), ...inOrder];
  };
  expect(await allIds({ ids })).toEqual(inOrder);
});
