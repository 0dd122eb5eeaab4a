import { conditionOf, fullHitPoints, type HitPoints, total } from './hit-points.ts';

/**
 * The bar of hit points against the maximum, or the highest total where none is set, with the temporary ones after
 * them. `label` says whose it is.
 */
export function Meter(props: {
  readonly label: string;
  readonly character: HitPoints & { readonly temporaryHitPoints: number };
}) {
  const { label, character } = props;
  const { hitPoints, temporaryHitPoints } = character;
  const full = fullHitPoints(character);
  const { word, percent } = conditionOf(character);
  const temporary = temporaryHitPoints === 0 ? '' : `, ${temporaryHitPoints} temporary`;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a <meter> can be styled in no two browsers alike, and not below 0.
    <div
      class={`meter ${word.replaceAll(' ', '-')}`}
      role="meter"
      aria-label={label}
      aria-valuemin={Math.min(0, hitPoints)}
      aria-valuemax={Math.max(0, full)}
      aria-valuenow={hitPoints}
      aria-valuetext={`${total(hitPoints)} of ${total(full)} hit points${temporary}, ${word}`}
    >
      <div class="meter-fill" style={{ inlineSize: `${percent}%` }} />
      {temporaryHitPoints > 0 && (
        <div
          class="meter-temporary"
          style={{ inlineSize: `${Math.min(100, (100 * temporaryHitPoints) / Math.max(1, full))}%` }}
        />
      )}
    </div>
  );
}
