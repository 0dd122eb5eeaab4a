import { expect, test } from 'vitest';
import type { Line } from '../../../src/sheet/character/history.ts';
import { chartLine, lineAt } from '../../../src/sheet/character/hit-point-chart.tsx';
import { lineSaying } from './lines.ts';

function after(hitPoints: number, maximumHitPoints: number | null = null): Line {
  return lineSaying(0, {}, { hitPoints, maximumHitPoints });
}

const withoutState = lineSaying(0, { state: null });

test('a course goes in steps between its lowest and its highest total', () => {
  expect(chartLine([after(10), after(-10)])).toEqual({
    path: 'M0 0V0H50V100H100',
    maximumPath: '',
    downs: [75],
    lowest: -10,
    highest: 10,
    zero: 50,
  });
});

test('a course that stays above 0 is measured from 0', () => {
  expect(chartLine([after(10), after(5)])).toMatchObject({ lowest: 0, zero: 100, path: 'M0 0V0H50V50H100' });
});

test('a course shows the maximum, also one that was never reached, from where it was set', () => {
  expect(chartLine([after(10), after(10, 20)])).toMatchObject({
    highest: 20,
    path: 'M0 50V50H50V50H100',
    maximumPath: 'M50 0H100',
  });
});

test('an event whose state is not known stands where the one before it stood', () => {
  expect(chartLine([after(10), withoutState])).toMatchObject({ path: 'M0 0V0H50V0H100', downs: [] });
  expect(chartLine([withoutState, after(10)])).toMatchObject({ path: 'M0 0V0H50V0H100' });
});

test('a course of nothing but 0 can be drawn', () => {
  expect(chartLine([after(0)])).toMatchObject({ path: 'M0 0V0H100', lowest: 0, highest: 0, zero: 0 });
  expect(chartLine([])).toMatchObject({ path: 'M0 0', downs: [] });
});

test('a place in the chart is the event that is drawn there', () => {
  const lines = [after(1), after(2), after(3), after(4)];
  expect(lineAt(lines, 0)).toBe(lines[0]);
  expect(lineAt(lines, 0.49)).toBe(lines[1]);
  expect(lineAt(lines, 0.5)).toBe(lines[2]);
  expect(lineAt(lines, 1)).toBe(lines[3]);
  expect(lineAt(lines, -0.1)).toBe(lines[0]);
  expect(lineAt([], 0.5)).toBeUndefined();
});
