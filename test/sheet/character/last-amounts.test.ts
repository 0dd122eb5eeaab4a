import { expect, test } from 'vitest';
import { withAmount } from '../../../src/sheet/character/last-amounts.ts';

test('the amounts used last are those of four presses, each once, without a sign', () => {
  expect(withAmount(['1', '5', '10'], '-3-4')).toEqual(['7', '1', '5', '10']);
  expect(withAmount(['7', '1', '5', '10'], '+5')).toEqual(['5', '7', '1', '10']);
  expect(withAmount(['7', '1', '5', '10'], '24')).toEqual(['24', '7', '1', '5']);
  for (const typed of ['=20', '0', 'x']) expect(withAmount(['1'], typed)).toEqual(['1']);
});
