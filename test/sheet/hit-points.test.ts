import { describe, expect, test } from 'vitest';
import {
  type AmountButton,
  conditionOf,
  entryOf,
  hitPointWords,
  readAmount,
  signed,
  total,
} from '../../src/sheet/hit-points.ts';

const standing = { hitPoints: 23, temporaryHitPoints: 0 };

describe('a typed amount', () => {
  test.each([
    ['7', '', 7],
    ['+5', '+', 5],
    ['-7', '−', 7],
    ['−7', '−', 7],
    ['—7', '−', 7],
    [' – 7 ', '−', 7],
    ['-3-4', '−', 7],
    ['-3 - 4', '−', 7],
    ['3+4', '', 7],
    ['10-3', '', 7],
    ['3-10', '−', 7],
    ['-3+10', '+', 7],
    ['７', '', 7],
    ['٧', '', 7],
    ['७', '', 7],
    ['-१२', '−', 12],
    ['＋７', '+', 7],
    ['1,000', '', 1_000],
    ['1.000', '', 1_000],
    ['1 000', '', 1_000],
    ["1'000'000", '', 1_000_000],
    ['-1\u202f000', '−', 1_000],
    ['007', '', 7],
    ['𝟕', '', 7],
  ])('%o is read', (typed, sign, size) => {
    expect(readAmount(typed)).toEqual({ type: 'amount', sign, size });
  });

  test.each([
    ['=20', 20],
    ['= 20', 20],
    ['=-3', -3],
    ['=20+5', 25],
    ['＝２０', 20],
  ])('%o is a total', (typed, wanted) => {
    expect(readAmount(typed)).toEqual({ type: 'total', total: wanted });
  });

  test.each([
    '',
    ' ',
    '-',
    '=',
    '==3',
    'seven',
    '2.5',
    '1,00',
    '1e3',
    '--7',
    '3+',
    '1000001',
    '999999+2',
    '½',
    '7 goblins',
    '5²',
    '1½',
    '5₂',
    '①',
    '１½',
  ])('%o is no number to send, and the advice says what to type', (typed) => {
    expect(readAmount(typed)).toMatchObject({ type: 'unclear', advice: expect.stringMatching(/^Type a /) });
  });
});

describe('an amount and a button', () => {
  test.each<[string, AmountButton, number]>([
    ['7', 'damage', -7],
    ['7', 'enter', -7],
    ['7', 'heal', 7],
    ['+5', 'enter', 5],
    ['+5', 'heal', 5],
    ['-7', 'enter', -7],
    ['-7', 'damage', -7],
    ['-3-4', 'enter', -7],
    ['0', 'damage', 0],
    ['-0', 'heal', 0],
    ['=20', 'enter', -3],
    ['=20', 'heal', -3],
    ['=58', 'damage', 35],
    ['1000000', 'damage', -1_000_000],
  ])('%o with %s changes hit points by %d', (typed, button, characterHitPoints) => {
    expect(entryOf(typed, button, standing)).toEqual({
      type: 'change',
      characterHitPoints,
      temporaryHitPoints: undefined,
    });
  });

  test('contradict each other where the sign says something else', () => {
    expect(entryOf('+5', 'damage', standing)).toMatchObject({ type: 'unclear' });
    expect(entryOf('-7', 'heal', standing)).toMatchObject({ type: 'unclear' });
  });

  test('set temporary hit points, and never less than none', () => {
    const set = { type: 'change', characterHitPoints: 0, temporaryHitPoints: 8 };
    expect(entryOf('8', 'temporary', standing)).toEqual(set);
    expect(entryOf('+8', 'temporary', standing)).toEqual(set);
    expect(entryOf('-8', 'temporary', standing)).toMatchObject({ type: 'unclear' });
  });

  test('reach a total without a loss of temporary hit points', () => {
    expect(entryOf('=20', 'enter', { hitPoints: 23, temporaryHitPoints: 5 })).toEqual({
      type: 'change',
      characterHitPoints: -8,
      temporaryHitPoints: 5,
    });
    expect(entryOf('=30', 'enter', { hitPoints: 23, temporaryHitPoints: 5 })).toMatchObject({
      characterHitPoints: 7,
      temporaryHitPoints: undefined,
    });
  });
});

describe('a condition', () => {
  const of = (hitPoints: number, maximumHitPoints: number | null = 40, highestHitPoints = 40) =>
    conditionOf({ hitPoints, maximumHitPoints, highestHitPoints });

  test.each([
    [40, 'unhurt'],
    [39, 'hurt'],
    [21, 'hurt'],
    [20, 'badly hurt'],
    [11, 'badly hurt'],
    [10, 'near the end'],
    [1, 'near the end'],
    [0, 'down'],
    [-5, 'down'],
  ])('of %d of 40 is %s', (hitPoints, word) => {
    expect(of(hitPoints).word).toBe(word);
  });

  test('is measured against the maximum, and against the highest total without one', () => {
    expect(of(12, 12, 112).word).toBe('unhurt');
    expect(of(12, null, 112).word).toBe('near the end');
  });

  test('fills the bar by the part that is left, and never so little that nothing is seen', () => {
    expect(of(20).percent).toBe(50);
    expect(of(1, 1_000_000).percent).toBe(2);
    expect(of(50).percent).toBe(100);
    expect(of(-1_000, null, -1_000).percent).toBe(0);
  });
});

test('numbers are printed with a true minus sign', () => {
  expect([signed(5), signed(-7), signed(0), total(-3)]).toEqual(['+5', '−7', '±0', '−3']);
});

test('hit points have their number and a true minus', () => {
  expect([1, -1, 0, -12].map(hitPointWords)).toEqual([
    '1 hit point',
    '−1 hit point',
    '0 hit points',
    '−12 hit points',
  ]);
});
