import { expect, test } from 'vitest';
import { conditionOf } from '../../src/sheet/condition.ts';
import { signed, total } from '../../src/sheet/signed-number.ts';

test.each([
  [20, 20, 'unhurt', 100],
  [11, 20, 'hurt', 55],
  [10, 20, 'badly hurt', 50],
  [5, 20, 'near the end', 25],
  [0, 20, 'down', 0],
  [-3, 20, 'down', 0],
  [-5, -5, 'down', 0],
])('%d of %d hit points are %s', (hitPoints, highest, word, percent) => {
  expect(conditionOf(hitPoints, highest)).toEqual({ word, percent });
});

test('numbers are printed with true signs', () => {
  expect([signed(5), signed(-3), signed(0), total(-12), total(12)]).toEqual(['+5', '−3', '±0', '−12', '12']);
});
