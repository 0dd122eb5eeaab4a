import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CharacterState, fold, foldSchema } from '../../src/character/character.ts';
import type { CharacterEvent } from '../../src/character/event.ts';
import { storedEvent, wizardEvent } from '../party.ts';
import { foldVectors } from './fold-vectors.ts';
import { sayings } from './sayings.ts';

function foldAll(events: readonly CharacterEvent[]): CharacterState | undefined {
  return events.reduce<CharacterState | undefined>(fold, undefined);
}

describe('the fold', () => {
  test('sums the changes and keeps the highest total', () => {
    expect(foldAll([wizardEvent(0, 8), wizardEvent(1, -2), wizardEvent(2, -3)])).toEqual({
      characterId: 'wizard',
      version: 2,
      name: 'Morgana',
      hitPoints: 3,
      highestHitPoints: 8,
      maximumHitPoints: null,
      temporaryHitPoints: 0,
      experience: 0,
      archived: false,
      createdAt: '2026-01-01T00:00:00.000Z',
      updatedAt: '2026-01-01T00:00:00.002Z',
    });
  });

  test.each(foldVectors)('says that $rule', ({ events, state }) => {
    expect(foldAll(events.map((saying, version) => storedEvent(version, saying)))).toMatchObject(state);
  });

  test('keeps hit points between 0 and a maximum, whatever happens', () => {
    fc.assert(
      fc.property(fc.array(sayings, { minLength: 1, maxLength: 30 }), (history) => {
        let state: CharacterState | undefined;
        for (const [version, saying] of history.entries()) {
          state = fold(state, storedEvent(version, saying));
          const { hitPoints, maximumHitPoints, temporaryHitPoints, experience } = state;
          expect(Math.min(temporaryHitPoints, experience)).toBeGreaterThanOrEqual(0);
          if (maximumHitPoints === null) continue;
          expect(hitPoints).toBeGreaterThanOrEqual(0);
          expect(hitPoints).toBeLessThanOrEqual(maximumHitPoints);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test('lets hit points fall below 0', () => {
    expect(foldAll([wizardEvent(0, -5)])).toMatchObject({ hitPoints: -5, highestHitPoints: -5 });
  });

  test('takes the name given last, and keeps it where another program gave none', () => {
    const renamed = { ...wizardEvent(1, 0), characterName: 'Merlin' };
    const nameless = { ...wizardEvent(2, 0), characterName: '' };
    expect(foldAll([wizardEvent(0, 8), renamed, nameless])).toMatchObject({ name: 'Merlin' });
  });

  test('knows no time of creation where the first event has none', () => {
    const first = { ...wizardEvent(0, 8), recordedAt: null };
    expect(foldAll([first, wizardEvent(1, 1)])).toMatchObject({
      createdAt: null,
      updatedAt: '2026-01-01T00:00:00.001Z',
    });
  });

  // Stored snapshots are trusted by this number: if this state changes, the number has to change with it.
  test('computes under its schema number exactly this state', () => {
    const events = [
      wizardEvent(0, 8),
      { ...wizardEvent(1, 5), characterName: 'Merlin' },
      wizardEvent(2, -20),
      { ...wizardEvent(3, 4), characterName: '' },
      storedEvent(4, { maximumHitPoints: 12, temporaryHitPoints: 5, experience: 300 }),
      storedEvent(5, { characterHitPoints: 9 }),
      storedEvent(6, { characterHitPoints: -7, archived: true }),
      storedEvent(7, { characterHitPoints: 2, temporaryHitPoints: 5, archived: false, reverts: 6 }),
    ];
    expect([foldSchema, foldAll(events)]).toEqual([
      2,
      {
        characterId: 'wizard',
        version: 7,
        name: 'Morgana',
        hitPoints: 9,
        highestHitPoints: 13,
        maximumHitPoints: 12,
        temporaryHitPoints: 5,
        experience: 300,
        archived: false,
        createdAt: '2026-01-01T00:00:00.000Z',
        updatedAt: '2026-01-01T00:00:00.007Z',
      },
    ]);
  });
});
