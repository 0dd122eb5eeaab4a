import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { characterIdIssues } from '../../src/character/event.ts';
import { eventCursor, eventId, versionAtCursor } from '../../src/graphql/pagination.ts';

const keys = fc.record({
  characterId: fc.string({ minLength: 1, unit: 'grapheme' }),
  version: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
});

describe('the identity of an event', () => {
  test('is no other event’s', () => {
    fc.assert(
      fc.property(keys, keys, (one, other) => {
        const same = one.characterId === other.characterId && one.version === other.version;
        return (eventId(one) === eventId(other)) === same;
      }),
    );
  });

  test('is no character’s', () => {
    fc.assert(fc.property(keys, (key) => characterIdIssues(eventId(key), ['id']).length > 0));
  });
});

describe('a cursor', () => {
  test('stands at the version that it was made for', () => {
    fc.assert(fc.property(keys, (key) => versionAtCursor(eventCursor(key), key.characterId) === key.version));
  });

  test('of another character is foreign', () => {
    expect(versionAtCursor(eventCursor({ characterId: 'a', version: 1 }), 'b')).toBeUndefined();
  });

  test('is never read from what this server did not write', () => {
    fc.assert(fc.property(fc.string(), (text) => versionAtCursor(text, 'a') === undefined));
    const valid = eventCursor({ characterId: 'a', version: 1 });
    for (const text of [`${valid}=`, ` ${valid}`, Buffer.from('01\u001fa').toString('base64url')]) {
      expect(versionAtCursor(text, 'a')).toBeUndefined();
    }
  });
});
