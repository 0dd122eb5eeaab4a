import { useMemo } from 'preact/hooks';
import { hitPointWords, total } from '../hit-points.ts';
import { timeWords } from '../time-words.ts';
import { Figure, Words } from '../words.tsx';
import type { FollowedCharacter, Line } from './history.ts';
import type { LookBack } from './look-back.tsx';

/** The course of hit points over the loaded lines. A click, or the arrow keys, look back at a moment of it. */
export function HitPointChart(props: { readonly character: FollowedCharacter; readonly lookBack: LookBack }) {
  const { character, lookBack } = props;
  const { lines, standing } = character;
  const chart = useMemo(() => chartLine(lines), [lines]);
  const past = lookBack.past.value;
  const mark = past === null ? -1 : lines.findIndex(({ version }) => version === past.version);
  const place = mark < 0 ? lines.length - 1 : mark;
  const look = (line: Line | undefined): void => {
    if (line !== undefined) lookBack.look(line.version === standing.version ? null : line.version);
  };
  const lookByKey = (event: KeyboardEvent): void => {
    const wanted = placeByKey(event.key, place, lines.length);
    if (wanted === undefined) return;
    event.preventDefault();
    look(lines[wanted]);
  };
  const [first] = lines;
  return (
    <div class="chart-frame">
      <Scale chart={chart} />
      <div
        class="chart"
        id="chart"
        role="slider"
        tabIndex={0}
        aria-label="Course of hit points: look back"
        aria-orientation="horizontal"
        aria-valuemin={1}
        aria-valuemax={Math.max(1, lines.length)}
        aria-valuenow={Math.max(1, place + 1)}
        aria-valuetext={valueWords(lines[place], past === null)}
        onKeyDown={lookByKey}
        onClick={(event) => {
          const box = event.currentTarget.getBoundingClientRect();
          look(lineAt(lines, (event.clientX - box.left) / box.width));
        }}
      >
        <Drawing chart={chart} mark={mark < 0 ? undefined : (100 * (mark + 0.5)) / lines.length} />
      </div>
      <p class="chart-times" aria-hidden="true">
        <span>
          <Words>
            {first?.recordedAt == null ? `event ${(first?.version ?? 0) + 1}` : timeWords(first.recordedAt)}
          </Words>
        </span>
        <span>
          <Words>now</Words>
        </span>
      </p>
    </div>
  );
}

function Scale({ chart }: { readonly chart: ChartLine }) {
  return (
    <p class="chart-scale" aria-hidden="true">
      <span>
        <Figure>{total(chart.highest)}</Figure>
      </span>
      {chart.lowest < 0 && (
        <span>
          <Figure>{total(chart.lowest)}</Figure>
        </span>
      )}
      {chart.zero > 15 && (chart.zero < 85 || chart.lowest === 0) && (
        <span class="chart-nought" style={{ insetBlockStart: `${chart.zero}%` }}>
          <Figure>0</Figure>
        </span>
      )}
    </p>
  );
}

function Drawing({ chart, mark }: { readonly chart: ChartLine; readonly mark: number | undefined }) {
  const { path, maximumPath, downs, zero } = chart;
  return (
    <>
      <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
        <path class="chart-area" d={`${path}V${zero}H0Z`} />
        {zero < 100 && <rect class="chart-below" x="0" y={zero} width="100" height={100 - zero} />}
        <path class="chart-zero" d={`M0 ${zero}H100`} />
        <path class="chart-maximum" d={maximumPath} />
        <path class="chart-line" d={path} />
        {mark !== undefined && <path class="chart-past" d={`M${mark} 0V100`} />}
      </svg>
      {downs.map((left) => (
        <span
          key={left}
          class="chart-down"
          style={{ insetInlineStart: `${left}%`, insetBlockStart: `${zero}%` }}
        />
      ))}
    </>
  );
}

function valueWords(line: Line | undefined, isNow: boolean): string {
  const hitPoints = line?.state == null ? '' : hitPointWords(line.state.hitPoints);
  if (isNow || line === undefined) return `now, ${hitPoints}`;
  const when = line.recordedAt === null ? `event ${line.version + 1}` : timeWords(line.recordedAt);
  return `${when}, ${hitPoints}`;
}

/** Where a key leads from a place of the chart; undefined for keys that mean nothing here. */
function placeByKey(key: string, place: number, length: number): number | undefined {
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return Math.max(0, place - 1);
    case 'ArrowRight':
    case 'ArrowUp':
      return Math.min(length - 1, place + 1);
    case 'PageUp':
      return Math.min(length - 1, place + 10);
    case 'PageDown':
      return Math.max(0, place - 10);
    case 'Home':
      return 0;
    case 'End':
    case 'Escape':
      return length - 1;
    default:
      return undefined;
  }
}

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
