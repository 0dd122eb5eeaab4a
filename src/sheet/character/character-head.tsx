import { useRef } from 'preact/hooks';
import { useCounted } from '../counted.ts';
import { conditionOf, signed, total } from '../hit-points.ts';
import { ConditionWord, conditionClass, Meter } from '../meter.tsx';
import { shownName } from '../names.ts';
import { Portrait } from '../portrait.tsx';
import { Figure, Verbatim, Words } from '../words.tsx';
import type { Standing } from './history.ts';
import type { LookBack } from './look-back.tsx';

/** Name, hit points and bar, of now or, clearly said, of the past. */
export function CharacterHead(props: { readonly standing: Standing; readonly lookBack: LookBack }) {
  const { standing, lookBack } = props;
  const past = lookBack.past.value;
  const shown = past?.state ?? standing;
  const { word } = conditionOf(shown);
  const name = shownName({ id: standing.id, name: shown.name });
  const head = useRef<HTMLElement>(null);
  return (
    <header ref={head} tabIndex={-1} class={`head ${conditionClass(word)}${past === null ? '' : ' past'}`}>
      <Portrait id={standing.id} name={name} />
      <h1>
        <Verbatim>{name}</Verbatim>
      </h1>
      {/* A look at another moment is no hit. */}
      <HitPointTotal key={past === null ? 'now' : past.version} shown={shown} />
      <Meter label="Hit points" character={shown} />
      <div class="head-foot">
        <p>
          <ConditionWord character={shown} />
        </p>
        {past === null ? (
          <p class="head-facts">
            {shown.experience > 0 && (
              <span>
                <Words>Level</Words> <Figure>{String(shown.level)}</Figure>
              </span>
            )}
            {shown.maximumHitPoints === null && (
              <span>
                <Figure>{total(shown.highestHitPoints)}</Figure> <Words>at best</Words>
              </span>
            )}
          </p>
        ) : (
          <p class="head-past">
            <strong>
              <Words>The past</Words>
            </strong>
            <button
              type="button"
              class="primary"
              onClick={() => {
                // The button goes with the past.
                head.current?.focus({ preventScroll: true });
                lookBack.look(null);
              }}
            >
              Back to now
            </button>
          </p>
        )}
      </div>
    </header>
  );
}

function HitPointTotal(props: {
  readonly shown: Pick<Standing, 'hitPoints' | 'maximumHitPoints' | 'temporaryHitPoints'>;
}) {
  const { hitPoints, maximumHitPoints, temporaryHitPoints } = props.shown;
  return (
    <p class="hit-points">
      <CountedNumber {...{ hitPoints, temporaryHitPoints }} />
      {maximumHitPoints !== null && (
        <span class="full">
          <span aria-hidden="true"> / </span>
          <span class="unseen"> of </span>
          <Figure>{total(maximumHitPoints)}</Figure>
        </span>
      )}
      {temporaryHitPoints > 0 && (
        <span class="temporary">
          <Figure>{` +${temporaryHitPoints}`}</Figure>
          <span class="unseen"> temporary</span>
        </span>
      )}
    </p>
  );
}

/**
 * Hit points that count to where they stand, with what came or went beside them for a moment. Damage that only the
 * temporary ones take is felt all the same.
 */
function CountedNumber(props: { readonly hitPoints: number; readonly temporaryHitPoints: number }) {
  const { hitPoints, temporaryHitPoints } = props;
  const { shown } = useCounted(hitPoints);
  const { by } = useCounted(hitPoints + temporaryHitPoints);
  const isLong = total(hitPoints).length > 4;
  return (
    <span class="counted">
      <Figure class={isLong ? 'number long' : 'number'}>{total(shown)}</Figure>
      {by !== 0 && (
        <span key={by} class={by < 0 ? 'delta loss' : 'delta gain'} aria-hidden="true" translate={false}>
          {signed(by)}
        </span>
      )}
    </span>
  );
}
