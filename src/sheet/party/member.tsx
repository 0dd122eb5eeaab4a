import { useCounted } from '../counted.ts';
import type { StandingFragment as Standing } from '../generated/operations.ts';
import { conditionOf, fullHitPoints, signed, total } from '../hit-points.ts';
import { ConditionWord, conditionClass, Meter } from '../meter.tsx';
import { characterAddress, Link } from '../navigation.tsx';
import { Portrait } from '../portrait.tsx';
import { Figure, Verbatim, Words } from '../words.tsx';
import type { Chosen } from './choice.ts';

/** One character of the party: a tap on its name opens it, one elsewhere chooses it. */
export function Member(props: {
  readonly standing: Standing;
  /** The name that it is shown under. */
  readonly name: string;
  readonly chosen: Chosen | undefined;
  /** Undefined where nothing may be done to it. */
  readonly toggle: (() => void) | undefined;
  readonly toggleHalf: () => void;
}) {
  const { standing, name, chosen, toggle } = props;
  const { id, level, experience } = standing;
  const { word } = conditionOf(standing);
  return (
    <li class={`member ${conditionClass(word)}${chosen === undefined ? '' : ' chosen'}`}>
      {toggle !== undefined && (
        <label class="choose">
          <input
            type="checkbox"
            id={`choose-${id}`}
            aria-label={`Choose ${name}`}
            checked={chosen !== undefined}
            onChange={toggle}
          />
          <span class="tick" aria-hidden="true" />
        </label>
      )}
      <Portrait id={id} name={name} />
      <h2 class="member-name">
        <Link class="member-link" id={`open-${id}`} to={characterAddress(id)}>
          <Verbatim>{name}</Verbatim>
        </Link>
      </h2>
      <MemberTotal standing={standing} />
      <div class="member-state">
        <Meter label={`Hit points of ${name}`} character={standing} />
        {(experience > 0 || level > 1) && (
          <p class="member-level">
            <Words>{`Level ${level}`}</Words>
          </p>
        )}
        <ConditionWord character={standing} />
      </div>
      {chosen !== undefined && (
        <button
          type="button"
          class="half"
          id={`half-${id}`}
          aria-pressed={chosen.half}
          aria-label={`Half the damage for ${name}`}
          onClick={props.toggleHalf}
        >
          <Figure>½</Figure>
        </button>
      )}
    </li>
  );
}

/** The numbers count to where they stand, and what came or went is seen beside them for a moment. */
function MemberTotal({ standing }: { readonly standing: Standing }) {
  const { hitPoints, temporaryHitPoints } = standing;
  const { shown } = useCounted(hitPoints);
  // Damage goes to the temporary ones first, and is felt all the same.
  const { by } = useCounted(hitPoints + temporaryHitPoints);
  const course = by < 0 ? ' falling' : by > 0 ? ' rising' : '';
  return (
    <p class={`member-total${course}`}>
      <Figure class="number">{total(shown)}</Figure>
      <Figure class="of">{` / ${total(fullHitPoints(standing))}`}</Figure>
      {temporaryHitPoints > 0 && <Figure class="temporary">{` +${temporaryHitPoints}`}</Figure>}
      {by !== 0 && (
        <span class="felt" aria-hidden="true" translate={false} key={by}>
          {signed(by)}
        </span>
      )}
    </p>
  );
}
