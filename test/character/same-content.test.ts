import { describe, expect, test } from 'vitest';
import type { NewEvent } from '../../src/character/event.ts';
import { hasSameContent } from '../../src/character/same-content.ts';
import { storedEvent, wizardEvent } from '../party.ts';

describe('the content of an event', () => {
  const stored = wizardEvent(1, -2, 'claws');
  const sent: NewEvent = { characterId: 'wizard', characterHitPoints: -2, note: 'claws' };

  test('is the same if name, change and note are', () => {
    expect(hasSameContent(stored, { ...sent, characterName: 'Morgana', version: 7 })).toBe(true);
  });

  test('is the same if the sender left the name out', () => {
    expect(hasSameContent(stored, sent)).toBe(true);
  });

  test.each<Partial<NewEvent>>([{ characterName: 'Merlin' }, { characterHitPoints: -3 }, { note: 'teeth' }])(
    'is another with %j',
    (change) => {
      expect(hasSameContent(stored, { ...sent, ...change })).toBe(false);
    },
  );

  const played = { maximumHitPoints: 12, temporaryHitPoints: 5, experience: 300, archived: true };

  test('counts what else was sent, and not what was left out', () => {
    const all = storedEvent(1, { ...stored, ...played });
    expect(hasSameContent(all, sent)).toBe(true);
    expect(hasSameContent(all, { ...sent, ...played })).toBe(true);
    expect(hasSameContent(stored, { ...sent, ...played })).toBe(false);
  });

  test.each([{ maximumHitPoints: 13 }, { temporaryHitPoints: 0 }, { experience: 0 }, { archived: false }])(
    'is another with %j where something else is stored',
    (change) => {
      expect(hasSameContent(storedEvent(1, { ...stored, ...played }), { ...sent, ...change })).toBe(false);
    },
  );

  test('of an event that takes another back is which one, whatever it changes by now', () => {
    const undo = storedEvent(2, { ...stored, reverts: 0 });
    expect(hasSameContent(undo, { ...sent, characterHitPoints: 0, reverts: 0 })).toBe(true);
    expect(hasSameContent(undo, { ...sent, reverts: 1 })).toBe(false);
    expect(hasSameContent(undo, sent)).toBe(false);
  });
});
