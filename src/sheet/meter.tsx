import { type Condition, conditionOf, fullHitPoints, type HitPoints, total } from './hit-points.ts';
import { Words } from './words.tsx';

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
      class={`meter ${conditionClass(word)}`}
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

/** The condition of a character in a word, with a mark that can be told apart without colour. */
export function ConditionWord({ character }: { readonly character: HitPoints }) {
  const { word } = conditionOf(character);
  return (
    <span class={`condition ${conditionClass(word)}`}>
      <ConditionMark key={word} word={word} />
      <Words>{word}</Words>
    </span>
  );
}

/** The class of a condition: `near-the-end`. */
export function conditionClass(word: Condition): string {
  return word.replaceAll(' ', '-');
}

const skull =
  'M8 1a6.5 6.5 0 0 0-6.5 6.5c0 2 1 3.6 2.5 4.6V15h8v-2.9c1.5-1 2.5-2.6 2.5-4.6A6.5 6.5 0 0 0 8 1z' +
  'M5.3 6.2a1.7 1.7 0 1 1 0 3.4 1.7 1.7 0 0 1 0-3.4zM10.7 6.2a1.7 1.7 0 1 1 0 3.4 1.7 1.7 0 0 1 0-3.4z';

const quartersLeft: Partial<Record<Condition, number>> = { hurt: 3, 'badly hurt': 2, 'near the end': 1 };

/** A disc that empties by quarters, and a skull in the end. */
function ConditionMark({ word }: { readonly word: Condition }) {
  const quarters = quartersLeft[word];
  if (word !== 'down' && quarters === undefined) return null;
  return (
    <svg class="condition-mark" viewBox="0 0 16 16" aria-hidden="true">
      {word === 'down' ? (
        <path d={skull} fill="currentColor" fill-rule="evenodd" />
      ) : (
        <>
          <circle cx="8" cy="8" r="6.5" fill="none" stroke="currentColor" stroke-width="1.5" />
          <path d={sectors[quarters ?? 0]} fill="currentColor" />
        </>
      )}
    </svg>
  );
}

/** Of a disc, by how many quarters of it are filled. */
const sectors = ['', 'M8 8V2a6 6 0 0 1 6 6z', 'M8 8V2a6 6 0 0 1 0 12z', 'M8 8V2a6 6 0 1 1-6 6z'];
