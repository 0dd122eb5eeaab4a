import { useMemo } from 'preact/hooks';
import { total } from '../hit-points.ts';
import { Figure, Words } from '../words.tsx';
import { type ChartLine, chartLine, lineAt } from './chart-line.ts';
import type { FollowedCharacter, Line } from './history.ts';
import type { LookBack } from './look-back.ts';
import { hitPointWords, timeWords } from './phrases.ts';

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
