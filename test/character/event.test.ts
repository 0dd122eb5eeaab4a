import { describe, expect, test } from 'vitest';
import { limits, type NewEvent, newEventIssues } from '../../src/character/event.ts';

const valid: NewEvent = {
  characterId: 'wizard',
  characterHitPoints: -2,
  note: 'Slashing damage from goblin',
};
const brokenAt = (event: Partial<NewEvent>) => newEventIssues({ ...valid, ...event }).map(({ path }) => path);

describe('a new event', () => {
  test.each<[string, Partial<NewEvent>]>([
    [
      'every limit reached from within',
      {
        characterId: 'é'.repeat(127),
        version: limits.int32Max,
        characterName: '🧙'.repeat(100),
        characterHitPoints: -1_000_000,
        note: '🧙'.repeat(2_000),
        idempotencyKey: 'k'.repeat(255),
        maximumHitPoints: 1_000_000,
        temporaryHitPoints: 1_000_000,
        experience: -1_000_000,
      },
    ],
    ['the lowest numbers', { maximumHitPoints: 1, temporaryHitPoints: 0, experience: 1_000_000 }],
    ['a place in the list', { archived: true }],
    ['line breaks and tabs in the note', { note: 'one\r\n\ttwo' }],
    ['no note', { note: '' }],
    ['a change of nothing', { characterHitPoints: 0 }],
    ['a first version with a name', { version: 0, characterName: 'Morgana' }],
  ])('is accepted with %s', (_, event) => {
    expect(newEventIssues({ ...valid, ...event })).toEqual([]);
  });

  test.each<[string, Partial<NewEvent>]>([
    ['characterId', { characterId: '' }],
    ['characterId', { characterId: 'é'.repeat(128) }],
    ['characterId', { characterId: 'a\u0000b' }],
    ['characterId', { characterId: 'a\ud800' }],
    ['version', { version: -1 }],
    ['version', { version: 2 ** 31 }],
    ['version', { version: 0.5 }],
    ['characterName', { characterName: '' }],
    ['characterName', { characterName: 'x'.repeat(101) }],
    ['characterName', { characterName: 'a\nb' }],
    ['characterName', { version: 0 }],
    ['characterHitPoints', { characterHitPoints: 1_000_001 }],
    ['characterHitPoints', { characterHitPoints: -1_000_001 }],
    ['characterHitPoints', { characterHitPoints: 1.5 }],
    ['maximumHitPoints', { maximumHitPoints: 0 }],
    ['maximumHitPoints', { maximumHitPoints: 1_000_001 }],
    ['temporaryHitPoints', { temporaryHitPoints: -1 }],
    ['temporaryHitPoints', { temporaryHitPoints: 1_000_001 }],
    ['experience', { experience: 1_000_001 }],
    ['experience', { experience: 0.5 }],
    ['note', { note: '🧙'.repeat(2_001) }],
    ['note', { note: 'a\u007f' }],
    ['note', { note: '\udfff' }],
    ['idempotencyKey', { idempotencyKey: '' }],
    ['idempotencyKey', { idempotencyKey: 'k'.repeat(256) }],
  ])('is refused at %s for %j', (field, event) => {
    expect(brokenAt(event)).toEqual([[field]]);
  });

  test('is told every problem at once, with what was expected and what arrived', () => {
    expect(newEventIssues({ ...valid, characterId: '', note: 'n'.repeat(2_001) })).toEqual([
      { path: ['characterId'], message: 'Expected 1 to 255 bytes of UTF-8, got 0.' },
      { path: ['note'], message: 'Expected at most 2000 characters, got 2001.' },
    ]);
  });
});
