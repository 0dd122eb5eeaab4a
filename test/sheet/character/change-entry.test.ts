import { describe, expect, test } from 'vitest';
import { noteLengthWords, withAmount } from '../../../src/sheet/character/change-entry.ts';

test('the amounts used last are those of four presses, each once, without a sign', () => {
  expect(withAmount(['1', '5', '10'], '-3-4')).toEqual(['7', '1', '5', '10']);
  expect(withAmount(['7', '1', '5', '10'], '+5')).toEqual(['5', '7', '1', '10']);
  expect(withAmount(['7', '1', '5', '10'], '24')).toEqual(['24', '7', '1', '5']);
  for (const typed of ['=20', '0', 'x']) expect(withAmount(['1'], typed)).toEqual(['1']);
});

describe('the length of a note', () => {
  test('is told near its end, counted as the server counts', () => {
    expect(noteLengthWords('x'.repeat(1_800))).toEqual({ words: '', tooLong: false });
    expect(noteLengthWords('x'.repeat(1_801))).toEqual({ words: '1801 of 2000', tooLong: false });
    expect(noteLengthWords('🐉'.repeat(2_000))).toEqual({ words: '2000 of 2000', tooLong: false });
    expect(noteLengthWords('🐉'.repeat(2_001))).toEqual({ words: '2001 of 2000', tooLong: true });
  });

  test('is that of what is sent, without blanks around it', () => {
    expect(noteLengthWords(` ${'x'.repeat(2_000)} `).tooLong).toBe(false);
  });
});
