import { describe, expect, test } from 'vitest';
import { newCharacterIdIssues } from '../../src/character/new-character-id.ts';

describe('the id of a new character', () => {
  test.each([
    'rogue',
    'Sir Robin of Camelot',
    'Frodo-1',
    'Ängström',
    'A\u030angstro\u0308m',
    'مرحبا',
    '👩‍👩‍👧',
    '👩🏽‍🚀 of the moon',
    '❤️‍🔥',
    '❤️',
    '❤︎',
    '1️⃣',
    '🏳️‍🌈',
    '🇩🇪',
    '🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}',
    // Of Unicode 15.1, later than what Node 20 knows.
    '🙂‍↔️',
    '🧙‍♂️ and 🧝‍♀️',
  ])('may be %j', (id) => {
    expect(newCharacterIdIssues(id)).toEqual([]);
  });

  test.each([' rogue', 'rogue ', '\u00a0rogue', 'rogue\u3000', 'rogue\u2028', ' '])(
    'may not be %j, with blanks around it',
    (id) => {
      const message = `Expected the id of a new character without blanks around it, got ${JSON.stringify(id)}.`;
      expect(newCharacterIdIssues(id)).toEqual([{ path: ['characterId'], message }]);
    },
  );

  test.each<[string, string]>([
    ['ro\u200bgue', '200B'],
    ['rogue\u200b', '200B'],
    ['rogue\u202e', '202E'],
    ['\u2066rogue\u2069', '2066'],
    ['rogue\u200e', '200E'],
    ['ro\u061cgue', '061C'],
    ['ro\u00adgue', '00AD'],
    ['ro\u2060gue', '2060'],
    ['ro\ufeffgue', 'FEFF'],
    ['ro\u034fgue', '034F'],
    ['ro\u200dgue', '200D'],
    ['ro\u200cgue', '200C'],
    ['rogue\ufe0f', 'FE0F'],
    ['1\ufe0f', 'FE0F'],
    ['1\u200d2', '200D'],
    ['👩\u200d', '200D'],
    ['👩\u200d\u200d👧', '200D'],
    ['\u200d👩', '200D'],
    ['❤\ufe0f\ufe0f', 'FE0F'],
    ['👩\u200drogue', '200D'],
    ['rogue\u{e0061}', 'E0061'],
    ['👩\u{e0061}', 'E0061'],
    ['\u3164', '3164'],
    ['ro\ufff9gue', 'FFF9'],
  ])('may not be %j, with an invisible character', (id, code) => {
    const message = `Expected the id of a new character without invisible characters, got U+${code}.`;
    expect(newCharacterIdIssues(id)).toEqual([{ path: ['characterId'], message }]);
  });
});
