import { expect, test } from 'vitest';
import { levelOf } from '../../src/character/level.ts';

test.each([
  [0, 1],
  [299, 1],
  [300, 2],
  [899, 2],
  [900, 3],
  [6_500, 5],
  [354_999, 19],
  [355_000, 20],
  [2 ** 31 - 1, 20],
])('%s experience points are level %s', (experience, level) => {
  expect(levelOf(experience)).toBe(level);
});
