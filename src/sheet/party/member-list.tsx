import type { Signal } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useCounted } from '../counted.ts';
import type { StandingFragment as Standing } from '../generated/operations.ts';
import { conditionOf, fullHitPoints, signed, total } from '../hit-points.ts';
import { ConditionWord, conditionClass, Meter } from '../meter.tsx';
import { characterAddress, Link } from '../navigation.tsx';
import type { Page } from '../page.ts';
import { Portrait } from '../portrait.tsx';
import { useSteady } from '../steady.ts';
import { Figure, Verbatim, Words } from '../words.tsx';
import type { Chosen } from './fight.ts';
import { type Choice, cleared, halved, toggled } from './fight.ts';
import { arranged, held, isFound, type Order } from './party-list.ts';

/** A finger that has just been on the list may come back. */
const handMs = 2_000;

/**
 * The characters in an order that stays as it is while somebody works on the list: with the pointer or the keyboard,
 * or because some are chosen.
 */
export function MemberList(props: {
  readonly page: Page;
  readonly characters: readonly Standing[];
  readonly names: ReadonlyMap<string, string>;
  readonly order: Order;
  readonly search: string;
  readonly choice: Signal<Choice>;
}) {
  const { page, names, choice, order } = props;
  const here = new Set(props.characters.map(({ id }) => id).filter(page.access.mayChange));
  const chosen = new Map(choice.value.filter(({ id }) => here.has(id)).map((each) => [each.id, each]));
  const hand = useHand();
  const named = props.characters.map((standing) => ({
    standing,
    ...standing,
    name: names.get(standing.id) ?? standing.name,
  }));
  const shown = useHeld(arranged(named, order), order, hand.isOn || chosen.size > 0);
  const found = shown.filter(({ name }) => isFound(name, props.search));
  const steady = useSteady(found.map(({ id }) => id).join('\n'));
  return (
    <ul
      class={`party${chosen.size > 0 ? ' choosing' : ''}${found.length <= 12 ? ' few' : ''}`}
      id="members"
      tabIndex={-1}
      aria-label="Characters"
      onClickCapture={steady}
      onKeyDown={({ key }) => {
        // The digit itself goes where the focus is by then.
        if (chosen.size > 0 && /^\d$/.test(key)) document.getElementById('fight-amount')?.focus();
        if (key === 'Escape') put(choice, cleared());
      }}
      {...hand.listeners}
    >
      {found.map(({ id, name, standing }) => (
        <Member
          key={id}
          standing={standing}
          name={name}
          chosen={chosen.get(id)}
          toggle={page.access.mayChange(id) ? () => put(choice, toggled(choice.value, id)) : undefined}
          toggleHalf={() => put(choice, halved(choice.value, id))}
        />
      ))}
    </ul>
  );
}

function put(choice: Signal<Choice>, next: Choice): void {
  choice.value = next;
}

/** The wanted order, or the one that was shown before while it is held. Another kind of order is shown at once. */
function useHeld<Each extends { readonly id: string }>(
  wanted: readonly Each[],
  order: Order,
  isHeld: boolean,
): readonly Each[] {
  const before = useRef<{ readonly order: Order; readonly ids: readonly string[] }>({ order, ids: [] });
  const stays = isHeld && before.current.order === order;
  const shown = stays ? held(before.current.ids, wanted) : wanted;
  before.current = { order, ids: shown.map(({ id }) => id) };
  return shown;
}

/** Whether a pointer is over the list, was so until a moment ago, or the keyboard is in it. */
function useHand() {
  const [isOver, setOver] = useState(false);
  const [isIn, setIn] = useState(false);
  const leaving = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(leaving.current), []);
  const come = (): void => {
    clearTimeout(leaving.current);
    setOver(true);
  };
  return {
    isOn: isOver || isIn,
    listeners: {
      onPointerEnter: come,
      onPointerDown: come,
      onPointerLeave: () => {
        clearTimeout(leaving.current);
        leaving.current = setTimeout(() => setOver(false), handMs);
      },
      onFocusIn: (event: FocusEvent) => setIn(event.target !== event.currentTarget),
      onFocusOut: () => setIn(false),
    },
  };
}

/** One character of the party: a tap on its name opens it, one elsewhere chooses it. */
function Member(props: {
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
  const classes = [conditionClass(word), chosen && 'chosen', hasLongNumbers(standing) && 'long'].filter(
    Boolean,
  );
  return (
    <li class={`member ${classes.join(' ')}`}>
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

/** More digits than this leave no room for a name beside them, where numbers are large. */
const mostDigits = 6;

function hasLongNumbers(standing: Standing): boolean {
  const { hitPoints, temporaryHitPoints } = standing;
  return `${hitPoints}${fullHitPoints(standing)}${temporaryHitPoints || ''}`.length > mostDigits;
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
