import { describe, expect, test } from 'vitest';
import { coatOf, initialsOf } from '../../src/sheet/portrait.tsx';

describe('the portrait of a character', () => {
  test.each([
    ['Dana Fleetfoot', 'DF'],
    ['Goblin 12', 'G12'],
    ['astrid', 'A'],
    ['Jean-Luc of the Long Road', 'JR'],
    ['  ', ''],
    ['«Änne» Öz', 'ÄÖ'],
    ['🐉', '🐉'],
    ['דנה מהירה', 'דמ'],
  ])('shows of the name %j the letters %j', (name, initials) => {
    expect(initialsOf(name)).toBe(initials);
  });

  test('has a colour that stays with the id, and others for ids that are much alike', () => {
    expect(coatOf('goblin-1')).toEqual(coatOf('goblin-1'));
    const coats = Array.from({ length: 8 }, (_, nth) => JSON.stringify(coatOf(`goblin-${nth + 1}`)));
    expect(new Set(coats).size).toBeGreaterThan(5);
  });
});
