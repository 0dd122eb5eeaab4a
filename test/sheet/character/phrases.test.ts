import { describe, expect, test } from 'vitest';
import {
  hitPointWords,
  noteLengthWords,
  shortened,
  shownName,
} from '../../../src/sheet/character/phrases.ts';

test('a name that has nothing to see is shown as the id', () => {
  for (const name of [' ', '\u00a0\u2003', '\u200b', '\u2800\u3164', '\u0301'])
    expect(shownName({ id: 'dana', name })).toBe('dana');
  for (const name of ['Dana', '!', '🐉', ' x ']) expect(shownName({ id: 'dana', name })).toBe(name);
});

test('hit points have their number and a true minus', () => {
  expect([1, -1, 0, -12].map(hitPointWords)).toEqual([
    '1 hit point',
    '−1 hit point',
    '0 hit points',
    '−12 hit points',
  ]);
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

test('a long text is cut between letters', () => {
  expect(shortened('short')).toBe('short');
  expect(shortened('🐉'.repeat(81))).toBe(`${'🐉'.repeat(79)}…`);
});
