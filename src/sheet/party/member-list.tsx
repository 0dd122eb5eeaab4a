import type { Signal } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { StandingFragment as Standing } from '../generated/operations.ts';
import type { Page } from '../page.ts';
import { useSteady } from '../steady.ts';
import { arranged, held, isFound, type Order } from './arrangement.ts';
import { type Choice, cleared, halved, toggled } from './choice.ts';
import { Member } from './member.tsx';

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
