import { describe, expect, test } from 'vitest';
import { type ChangeButton, readChange } from '../../src/sheet/change-entry.ts';

describe('a typed change', () => {
  test.each<[string, ChangeButton, number]>([
    ['7', 'damage', -7],
    ['7', 'heal', 7],
    ['+5', 'apply', 5],
    ['-7', 'apply', -7],
    ['−7', 'apply', -7],
    [' – 7 ', 'apply', -7],
    ['-7', 'damage', -7],
    ['+5', 'heal', 5],
    ['0', 'apply', 0],
    ['-0', 'damage', 0],
    ['1000000', 'damage', -1_000_000],
  ])('of %o with %s is %d', (typed, button, characterHitPoints) => {
    expect(readChange(typed, button)).toStrictEqual({ type: 'change', characterHitPoints });
  });

  test.each<[string, ChangeButton]>([
    ['', 'damage'],
    ['seven', 'heal'],
    ['2.5', 'apply'],
    ['1e3', 'apply'],
    ['--7', 'apply'],
    ['1000001', 'heal'],
  ])('of %o with %s is no number to send', (typed, button) => {
    expect(readChange(typed, button)).toMatchObject({ type: 'unclear' });
  });

  test('without a sign needs a button that gives it one', () => {
    expect(readChange('7', 'apply')).toEqual({
      type: 'unclear',
      advice: 'Damage or healing? Press Damage or Heal, or type -7 or +7.',
    });
  });

  test('is refused where its sign contradicts the button', () => {
    expect(readChange('+5', 'damage')).toMatchObject({ type: 'unclear' });
    expect(readChange('-7', 'heal')).toMatchObject({ type: 'unclear' });
  });
});
