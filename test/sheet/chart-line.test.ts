import { expect, test } from 'vitest';
import { chartLine } from '../../src/sheet/chart-line.ts';
import type { Line } from '../../src/sheet/history.ts';

function after(hitPoints: number | null): Line {
  const state = hitPoints === null ? null : { name: 'Dana', hitPoints, highestHitPoints: 10 };
  return { version: 0, characterHitPoints: 0, note: '', recordedAt: null, reverts: null, state };
}

test('a course goes in steps between its lowest and its highest total', () => {
  expect(chartLine([after(10), after(-10)])).toEqual({
    path: 'M0 0V0H50V100H100',
    lowest: -10,
    highest: 10,
    zero: 50,
  });
});

test('a course that stays above 0 is measured from 0', () => {
  expect(chartLine([after(10), after(5)])).toMatchObject({ lowest: 0, zero: 100, path: 'M0 0V0H50V50H100' });
});

test('lines whose state is not known are left out', () => {
  expect(chartLine([after(10), after(null)])).toMatchObject({ path: 'M0 0V0H100' });
});

test('a course of nothing but 0 can be drawn', () => {
  expect(chartLine([after(0)])).toEqual({ path: 'M0 0V0H100', lowest: 0, highest: 0, zero: 0 });
});
