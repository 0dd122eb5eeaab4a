import { chartLine } from './chart-line.ts';
import type { Line } from './history.ts';
import { total } from './signed-number.ts';

/** The course of hit points over the loaded lines. `version` is marked if it is one of them. */
export function HitPointChart(props: { readonly lines: readonly Line[]; readonly version: number | null }) {
  const { lines, version } = props;
  const { path, lowest, highest, zero } = chartLine(lines);
  const first = lines[0]?.version ?? 0;
  const last = lines.at(-1)?.version ?? 0;
  const mark = lines.findIndex((line) => line.version === version);
  const words = `Hit points from version ${first} to ${last}: between ${total(lowest)} and ${total(highest)}, at the end ${total(lines.at(-1)?.state?.hitPoints ?? 0)}.`;
  return (
    <section class="panel chart" aria-labelledby="chart-title">
      <h2 id="chart-title">Course</h2>
      <div class="chart-frame">
        <span class="chart-high" aria-hidden="true">
          {total(highest)}
        </span>
        <svg role="img" aria-label={words} viewBox="0 0 100 100" preserveAspectRatio="none">
          <path class="chart-area" d={`${path}V${zero}H0Z`} />
          <path class="chart-zero" d={`M0 ${zero}H100`} />
          <path class="chart-line" d={path} />
          {mark >= 0 && <path class="chart-past" d={`M${((mark + 0.5) * 100) / lines.length} 0V100`} />}
        </svg>
        <span class="chart-low" aria-hidden="true">
          {total(lowest)}
        </span>
        <span class="chart-first" aria-hidden="true">
          version {first}
        </span>
        <span class="chart-last" aria-hidden="true">
          version {last}
        </span>
      </div>
    </section>
  );
}
