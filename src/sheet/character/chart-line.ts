import type { Line } from './history.ts';

/** A course of hit points, ready to draw: x 0–100 over the versions, y 0–100 downwards. */
export type ChartLine = {
  /** An SVG path of steps. */
  readonly path: string;
  readonly lowest: number;
  readonly highest: number;
  /** Where 0 hit points are, 0–100 downwards. */
  readonly zero: number;
};

/** The course of hit points over some lines; the scale always shows 0. Lines without a state are left out. */
export function chartLine(lines: readonly Line[]): ChartLine {
  const totals = lines.flatMap(({ state }) => (state === null ? [] : [state.hitPoints]));
  const lowest = totals.reduce((low, hitPoints) => Math.min(low, hitPoints), 0);
  const highest = totals.reduce((high, hitPoints) => Math.max(high, hitPoints), 0);
  const span = highest - lowest || 1;
  const y = (hitPoints: number): number => rounded((100 * (highest - hitPoints)) / span);
  const width = 100 / Math.max(1, totals.length);
  const steps = totals.map((hitPoints, index) => `V${y(hitPoints)}H${rounded((index + 1) * width)}`);
  return { path: `M0 ${y(totals[0] ?? 0)}${steps.join('')}`, lowest, highest, zero: y(0) };
}

function rounded(position: number): number {
  return Math.round(position * 100) / 100;
}
