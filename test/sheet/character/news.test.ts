import { describe, expect, test } from 'vitest';
import { type FollowedCharacter, loaded } from '../../../src/sheet/character/history.ts';
import { arrived, newsOf } from '../../../src/sheet/character/news.ts';
import { lineSaying } from './lines.ts';

function dana(first: number, last: number): FollowedCharacter {
  const nodes = Array.from({ length: last - first + 1 }, (_, index) => lineSaying(first + index, {}));
  const standing = {
    id: 'dana',
    name: 'Dana',
    hitPoints: 10,
    highestHitPoints: 10,
    maximumHitPoints: null,
    temporaryHitPoints: 0,
    experience: 0,
    level: 1,
    archived: false,
    version: last,
  };
  return loaded(standing, { nodes, pageInfo: { hasPreviousPage: first > 0, startCursor: null } });
}

const nobodys = () => false;

describe('what came in', () => {
  test('is told with its last event and how much it was', () => {
    const arrivals = arrived(arrived([], dana(0, 4), dana(0, 5), false), dana(0, 5), dana(0, 7), false);
    expect(newsOf(arrivals, false, nobodys)).toMatchObject({ last: { version: 7 }, count: 3 });
  });

  test('is counted where a gap hides what it was', () => {
    const arrivals = arrived([], dana(0, 4), dana(90, 99), false);
    expect(newsOf(arrivals, false, nobodys)).toMatchObject({ last: { version: 99 }, count: 95 });
  });

  test('is nothing where nothing is new', () => {
    expect(newsOf(arrived([], dana(3, 4), dana(0, 4), false), false, nobodys)).toBeUndefined();
  });

  test('is told without what this page did itself', () => {
    const arrivals = arrived([], dana(0, 4), dana(0, 6), false);
    expect(newsOf(arrivals, false, (version) => version === 6)).toMatchObject({ count: 1 });
    expect(newsOf(arrivals, false, () => true)).toBeUndefined();
  });

  test('is not told while it may be a change of this page, and is once the answer says that it is not', () => {
    const arrivals = arrived([], dana(0, 4), dana(0, 6), true);
    expect(newsOf(arrivals, true, nobodys)).toBeUndefined();
    expect(newsOf(arrivals, false, (version) => version === 5)).toMatchObject({
      last: { version: 6 },
      count: 1,
    });
  });

  test('is forgotten when it is older than a minute and more comes', () => {
    const early = arrived([], dana(0, 4), dana(0, 5), false, 0);
    const later = arrived(early, dana(0, 5), dana(0, 6), false, 61_000);
    expect(newsOf(later, false, nobodys)).toMatchObject({ count: 1 });
  });
});
