import { expect, test } from 'vitest';
import { quantity } from '../../src/cli/program.ts';

test.each([
  [0, '0 events'],
  [1, '1 event'],
  [2, '2 events'],
])('%i is said as a person would: %s', (count, words) => {
  expect(quantity(count, 'event')).toBe(words);
});
