import { describe, expect, test } from 'vitest';
import {
  deedsOf,
  type FollowedCharacter,
  type Line,
  loaded,
  newestUndoable,
  refreshed,
  undoneBy,
  undoOf,
  withEvent,
  withOlder,
} from '../../../src/sheet/character/history.ts';
import { lineSaying } from './lines.ts';

function line(version: number, reverts: number | null = null): Line {
  return lineSaying(version, { characterHitPoints: -1, reverts }, { hitPoints: 100 - version });
}

function lines(first: number, last: number): readonly Line[] {
  return Array.from({ length: last - first + 1 }, (_, index) => line(first + index));
}

function dana(first: number, last: number): FollowedCharacter {
  const standing = {
    id: 'dana',
    name: 'Dana',
    hitPoints: 100 - last,
    highestHitPoints: 100,
    maximumHitPoints: null,
    temporaryHitPoints: 0,
    experience: 0,
    level: 1,
    archived: false,
    version: last,
  };
  const pageInfo = { hasPreviousPage: first > 0, startCursor: `at ${first}` };
  return loaded(standing, { nodes: lines(first, last), pageInfo });
}

function versions(character: FollowedCharacter): readonly number[] {
  return character.lines.map(({ version }) => version);
}

describe('an event that comes in', () => {
  test('moves the character to its state', () => {
    const following = withEvent(dana(3, 4), line(5));
    expect(following).toMatchObject({
      type: 'followed',
      character: { standing: { version: 5, hitPoints: 95, id: 'dana' }, lines: lines(3, 5), hasOlder: true },
    });
  });

  test('moves all that is shown of it: name, maximum, temporary hit points, experience, level, place', () => {
    const state = {
      name: 'Dana the Bold',
      hitPoints: 50,
      highestHitPoints: 100,
      maximumHitPoints: 60,
      temporaryHitPoints: 5,
      experience: 900,
      level: 3,
      archived: true,
    };
    expect(withEvent(dana(3, 4), lineSaying(5, {}, state))).toMatchObject({
      character: { standing: { id: 'dana', version: 5, ...state } },
    });
  });

  test('changes nothing when it comes twice', () => {
    const character = dana(3, 4);
    expect(withEvent(character, line(4))).toEqual({ type: 'followed', character });
  });

  test('asks for a reload when one before it is missing, or its state', () => {
    expect(withEvent(dana(3, 4), line(6))).toEqual({ type: 'reload' });
    expect(withEvent(dana(3, 4), { ...line(5), state: null })).toEqual({ type: 'reload' });
  });

  test('asks for a reload instead of piling up without end', () => {
    let character = dana(0, 0);
    for (let version = 1; version <= 500; version += 1) {
      const following = withEvent(character, line(version));
      if (following.type === 'followed') character = following.character;
    }
    expect(character.standing.version).toBe(500);
    expect(withEvent(character, line(501))).toEqual({ type: 'reload' });
    expect(versions(refreshed(character, dana(452, 501)))).toEqual(versions(dana(452, 501)));
  });
});

describe('a newer load', () => {
  test('adds what is missing and keeps the older lines that join on', () => {
    const character = refreshed(dana(3, 6), dana(5, 8));
    expect(versions(character)).toEqual([3, 4, 5, 6, 7, 8]);
    expect(character).toMatchObject({ startCursor: 'at 3', standing: { version: 8 } });
  });

  test('replaces lines that would leave a gap', () => {
    expect(refreshed(dana(3, 6), dana(8, 9))).toEqual(dana(8, 9));
  });

  test('joins on where it begins right after', () => {
    expect(versions(refreshed(dana(3, 6), dana(7, 9)))).toEqual([3, 4, 5, 6, 7, 8, 9]);
  });

  test('that was overtaken by events changes nothing', () => {
    const character = dana(3, 9);
    expect(refreshed(character, dana(3, 8))).toBe(character);
  });
});

describe('an older page', () => {
  const page = { nodes: lines(0, 2), pageInfo: { hasPreviousPage: false, startCursor: 'at 0' } };

  test('goes in front', () => {
    const character = withOlder(dana(3, 4), 'at 3', page);
    expect(versions(character)).toEqual([0, 1, 2, 3, 4]);
    expect(character).toMatchObject({ hasOlder: false, startCursor: 'at 0' });
  });

  test('is dropped when the lines it was meant for are gone', () => {
    const character = dana(8, 9);
    expect(withOlder(character, 'at 3', page)).toBe(character);
  });
});

describe('an undo', () => {
  test('marks the line that it takes back', () => {
    expect(undoneBy([line(0), line(1), line(2, 0)])).toEqual(new Map([[0, 2]]));
  });

  test('that is itself undone marks nothing', () => {
    expect(undoneBy([line(0), line(1, 0), line(2, 1)])).toEqual(new Map([[1, 2]]));
  });
});

describe('the newest event that can be undone', () => {
  test('is the last one, but for undos and what they took back', () => {
    expect(newestUndoable([line(0), line(1), line(2), line(3, 2)])?.version).toBe(1);
    expect(newestUndoable([line(0), line(1), line(2, 1), line(3, 2)])?.version).toBe(1);
  });

  test('is never the one that created the character', () => {
    expect(newestUndoable([line(0)])).toBeUndefined();
    expect(newestUndoable([line(0), line(1), line(2, 1)])).toBeUndefined();
  });

  test('is undone under the words of what it did', () => {
    const hit = lineSaying(4, { characterHitPoints: -7, note: 'troll' });
    expect(undoOf(dana(3, 5).standing, hit, [line(3), hit, line(5)])).toEqual({
      type: 'undo',
      events: [{ characterId: 'dana', name: 'Dana', seenVersion: 5, version: 4, did: '−7, troll' }],
    });
  });
});

describe('an event that was undone and brought back', () => {
  const broughtBack = [line(0), line(1), line(2, 1), line(3, 2)];

  test('is undone again by undoing what brought it back, since the server takes each event back once', () => {
    const again = undoOf(dana(0, 3).standing, line(1), broughtBack);
    expect(again.events[0]).toMatchObject({ version: 3, did: '−1' });
    expect(undoneBy([...broughtBack, line(4, 3)]).has(1)).toBe(true);
  });

  test('is undone again and again', () => {
    const lines = [...broughtBack, line(4, 3), line(5, 4)];
    expect(undoneBy(lines).has(1)).toBe(false);
    expect(undoOf(dana(0, 5).standing, line(1), lines).events[0].version).toBe(5);
  });
});

describe('what an event did', () => {
  const before = lineSaying(1, {});
  const words = (saying: Partial<Line>) =>
    deedsOf(lineSaying(2, saying), before).map((deed) => [deed.words, deed.kind]);

  test('is the change of hit points, and each other thing by itself', () => {
    expect(words({ characterHitPoints: -7 })).toEqual([['−7', 'loss']]);
    expect(words({ characterHitPoints: 5, temporaryHitPoints: 3 })).toEqual([
      ['+5', 'gain'],
      ['3 temporary', 'other'],
    ]);
    expect(words({ maximumHitPoints: 40, experience: 300, archived: false })).toEqual([
      ['maximum 40', 'other'],
      ['+300 experience', 'other'],
      ['brought back', 'other'],
    ]);
    expect(words({ maximumHitPoints: 0 })).toEqual([['no maximum', 'other']]);
    expect(words({ archived: true })).toEqual([['put away', 'other']]);
  });

  test('is nothing but ±0 where it changed nothing', () => {
    expect(words({})).toEqual([['±0', 'other']]);
  });

  test('is a new name, where the line before it is known to have another', () => {
    const renamed = lineSaying(2, { characterName: 'Dana the Bold' });
    expect(deedsOf(renamed, before)).toEqual([{ words: 'named', kind: 'other', name: 'Dana the Bold' }]);
    expect(deedsOf(renamed, undefined)).toEqual([{ words: '±0', kind: 'other' }]);
  });
});
