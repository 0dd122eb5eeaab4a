import { conditionOf } from './condition.ts';
import { total } from './signed-number.ts';

/** The bar of hit points against the highest total. `label` says whose it is. */
export function HitPointMeter(props: {
  readonly label: string;
  readonly hitPoints: number;
  readonly highestHitPoints: number;
}) {
  const { label, hitPoints, highestHitPoints } = props;
  const { word, percent } = conditionOf(hitPoints, highestHitPoints);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a <meter> can be styled in no two browsers alike, and not below 0.
    <div
      class={`meter ${word.replaceAll(' ', '-')}`}
      role="meter"
      aria-label={label}
      aria-valuemin={Math.min(0, hitPoints)}
      aria-valuemax={Math.max(0, highestHitPoints)}
      aria-valuenow={hitPoints}
      aria-valuetext={`${total(hitPoints)} of ${total(highestHitPoints)} hit points, ${word}`}
    >
      <div class="meter-fill" style={{ width: `${percent}%` }} />
    </div>
  );
}
