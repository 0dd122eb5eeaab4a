import { describe, expect, test } from 'vitest';
import {
  type Appended,
  commandWords,
  lineWords,
  noteOf,
  readPendingChanges,
  shortened,
} from '../../src/sheet/pending-change.ts';
import { lineSaying } from './character/lines.ts';

describe('the words for a stored event', () => {
  test('have no note where the server wrote one for an undo', () => {
    expect(noteOf(lineSaying(2, { reverts: 1, note: 'Undo of version 1' }))).toBe('');
    expect(noteOf(lineSaying(2, { reverts: 1, note: 'Sorry' }))).toBe('Sorry');
    expect(noteOf(lineSaying(2, { note: 'Undo of version 1' }))).toBe('Undo of version 1');
  });

  test('are the same for an undo, so that its own undo has words of the table', () => {
    const undo = lineSaying(2, { characterHitPoints: 7, reverts: 1, note: 'Undo of version 1' });
    expect(lineWords(undo)).toBe('+7');
    expect(lineWords(lineSaying(3, { characterHitPoints: -7, note: 'troll' }))).toBe('−7, troll');
  });
});

describe('pending changes that were kept', () => {
  test.each([
    ['how they ended', { type: 'refused', advice: 'No.' }, 1],
    ['that they were cancelled', { type: 'cancelled' }, 1],
    ['no reason', { type: 'refused' }, 0],
    ['nothing', null, 0],
    ['an end that nobody knows', { type: 'eaten' }, 0],
  ])('are read where they say %s', (_, ended, read) => {
    const event = { characterId: 'dana', name: 'Dana', seenVersion: 0, change: {} };
    const change = { key: 'a', at: 1, command: { type: 'append', events: [event] }, ended };
    expect(readPendingChanges([change])).toHaveLength(read);
  });
});

test('a character that is created without a name to see is told by its id', () => {
  const characters = [{ characterId: 'dana', name: '\u2800', hitPoints: 7 }] as const;
  expect(commandWords({ type: 'creation', characters, anyId: false })).toBe('New: dana');
});

test('a long text is cut between letters', () => {
  expect(shortened('short')).toBe('short');
  expect(shortened('🐉'.repeat(81))).toBe(`${'🐉'.repeat(79)}…`);
});

test('the words for a command leave room for what became of it, however long its note is', () => {
  const event = (number: number): Appended => ({
    characterId: `goblin ${number}`,
    name: `Goblin ${number}`,
    seenVersion: 0,
    change: { characterHitPoints: -number, note: 'long '.repeat(400) },
  });
  const others = Array.from({ length: 99 }, (_, index) => event(index + 2));
  expect(commandWords({ type: 'append', events: [event(1)] })).toMatch(/^Goblin 1 −1, long .*…$/);
  for (const events of [[event(1)] as const, [event(1), ...others] as const]) {
    expect(commandWords({ type: 'append', events }).length).toBeLessThan(170);
  }
});
