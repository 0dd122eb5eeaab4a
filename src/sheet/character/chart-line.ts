import type { Line } from './history.ts';

/** A course of hit points, ready to draw: x 0–100 over the events, y 0–100 downwards. */
export type ChartLine = {
  /** An SVG path of steps. */
  readonly path: string;
  /** The course of the maximum, as far as there is one; empty where there is none. */
  readonly maximumPath: string;
  /** The events after which the character lay down: where in x. */
  readonly downs: readonly number[];
  readonly lowest: number;
  readonly highest: number;
  /** Where 0 hit points are, 0–100 downwards. */
  readonly zero: number;
};

/**
 * The course of hit points over some lines. The scale always shows 0, and the maximum where one is set. An event
 * without a state stands where the one before it stood.
 */
export function chartLine(lines: readonly Line[]): ChartLine {
  const states = statesOf(lines);
  const heights = states.flatMap((state) => [state?.hitPoints ?? 0, state?.maximumHitPoints ?? 0]);
  const lowest = heights.reduce((low, hitPoints) => Math.min(low, hitPoints), 0);
  const highest = heights.reduce((high, hitPoints) => Math.max(high, hitPoints), 0);
  const span = highest - lowest || 1;
  const y = (hitPoints: number): number => rounded((100 * (highest - hitPoints)) / span);
  const x = (index: number): number => rounded((100 * index) / Math.max(1, lines.length));
  const steps = states.map((state, index) => `V${y(state?.hitPoints ?? 0)}H${x(index + 1)}`);
  const maximums = states.flatMap((state, index) =>
    state?.maximumHitPoints == null ? [] : [`M${x(index)} ${y(state.maximumHitPoints)}H${x(index + 1)}`],
  );
  const downs = states.flatMap((state, index) =>
    state !== null && state.hitPoints <= 0 ? [x(index + 0.5)] : [],
  );
  return {
    path: `M0 ${y(states[0]?.hitPoints ?? 0)}${steps.join('')}`,
    maximumPath: maximums.join(''),
    downs,
    lowest,
    highest,
    zero: y(0),
  };
}

/** The line at a place of the chart, `share` from 0 at its beginning to 1 at its end. */
export function lineAt(lines: readonly Line[], share: number): Line | undefined {
  return lines[Math.min(lines.length - 1, Math.max(0, Math.floor(share * lines.length)))];
}

function statesOf(lines: readonly Line[]): readonly Line['state'][] {
  let last: Line['state'] = lines.find(({ state }) => state !== null)?.state ?? null;
  return lines.map(({ state }) => {
    last = state ?? last;
    return last;
  });
}

function rounded(position: number): number {
  return Math.round(position * 100) / 100;
}
