import { describe, expect, test } from 'vitest';
import { directoryMoves, inTheirLists, placeOf } from '../../src/store/directory-lists.ts';
import { goItem, itemsOf } from '../party.ts';

const [first, away, back, plain] = itemsOf([
  {},
  { archived: true },
  { archived: false },
  { characterHitPoints: 1 },
]);
const items = [first, away, back, plain].flatMap((item) => item ?? []);

describe('the moves of items that are inserted', () => {
  test('are those of events that put a character away or back, the last one of each', () => {
    expect(directoryMoves(items.slice(1, 2))).toEqual([
      { characterId: 'wizard', list: 'ARCHIVE', listedAt: '2026-01-01T00:00:00.001Z' },
    ]);
    expect(directoryMoves(items.slice(1))).toMatchObject([{ characterId: 'wizard', list: 'CHARACTERS' }]);
    expect(directoryMoves(items.slice(3))).toEqual([]);
  });

  test('are none where the first event is among the items, which enters the right list by itself', () => {
    expect(directoryMoves(items)).toEqual([]);
    const [entered] = inTheirLists(items.slice(0, 2));
    expect(entered && placeOf(entered)).toMatchObject({ list: 'ARCHIVE' });
    expect(inTheirLists(items)).toEqual(items);
    expect(inTheirLists(itemsOf([{ archived: true }]))).toMatchObject([{ Directory: 'ARCHIVE' }]);
  });

  test('have a time also where the event has none', () => {
    expect(directoryMoves([{ ...goItem('gopher', 3, 0), Archived: true }])).toEqual([
      { characterId: 'gopher', list: 'ARCHIVE', listedAt: '1970-01-01T00:00:00.000Z' },
    ]);
  });
});

test('an item has a place only in a list that there is', () => {
  expect(placeOf({ ...goItem('gopher', 0, 8), Directory: 'ELSEWHERE', ListedAt: 'now' })).toBeUndefined();
  expect(placeOf(goItem('gopher', 0, 8))).toBeUndefined();
});
