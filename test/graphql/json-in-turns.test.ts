import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonInTurns } from '../../src/graphql/json-in-turns.ts';

test('the JSON of an answer is the same in turns as at once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.jsonValue(), async (value) => {
      expect(await jsonInTurns(value, async () => {})).toBe(JSON.stringify(value));
    }),
  );
  const data = { empty: [], one: { none: null, 'a "key"': [{}] } };
  expect(await jsonInTurns({ errors: undefined, data }, async () => {})).toBe(JSON.stringify({ data }));
});

test('there is a pause after each object that is written', async () => {
  let pauses = 0;
  const pause = async () => {
    pauses += 1;
    await nextTurn();
  };
  await jsonInTurns({ nodes: Array.from({ length: 100 }, () => ({ note: 'x' })) }, pause);
  expect(pauses).toBeGreaterThan(100);
});
