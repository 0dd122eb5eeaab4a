import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

/** So long a finger that aimed at something may still be on its way. */
export const settleMs = 400;

/**
 * A listener for `onClickCapture` that ignores what is pressed within 400 ms after `layout` changed: what was aimed
 * at may stand elsewhere by then. The keyboard aims at nothing, and is not held back.
 */
export function useSteady(layout: string): (event: MouseEvent) => void {
  const changedAt = useRef(Number.NEGATIVE_INFINITY);
  const before = useRef(layout);
  useLayoutEffect(() => {
    if (before.current === layout) return;
    before.current = layout;
    changedAt.current = performance.now();
  }, [layout]);
  return useCallback((event: MouseEvent) => stopUnsettled(event, changedAt.current), []);
}

/**
 * The same for what moves in an element when something above it grows, shrinks, comes or goes: a button that lies
 * elsewhere than 400 ms ago, or came since, ignores presses, and the others take them.
 */
export function useSteadyPlaces<Holder extends HTMLElement>() {
  const holder = useRef<Holder>(null);
  const places = useRef<Places>(new Map());
  useLayoutEffect(() => {
    const element = holder.current;
    if (element === null) return;
    const look = (): void => {
      places.current = placesIn(element, places.current);
    };
    look();
    const observer = new ResizeObserver(look);
    for (const each of [element, ...element.children]) observer.observe(each);
    return () => observer.disconnect();
  }, []);
  const steady = useCallback((event: MouseEvent): void => {
    for (const [button, { movedAt }] of places.current) {
      if (event.target instanceof Node && button.contains(event.target)) stopUnsettled(event, movedAt);
    }
  }, []);
  return { holder, steady };
}

/** Where each button lies in its holder, and when it came there if that was not at the beginning. */
type Places = ReadonlyMap<Element, { readonly top: number; readonly movedAt: number }>;

function placesIn(holder: HTMLElement, before: Places): Places {
  const origin = holder.getBoundingClientRect().top;
  return new Map(
    Array.from(holder.querySelectorAll('button, input, summary'), (button) => {
      const top = button.getBoundingClientRect().top - origin;
      const known = before.get(button);
      if (known?.top === top) return [button, known];
      return [button, { top, movedAt: before.size === 0 ? Number.NEGATIVE_INFINITY : performance.now() }];
    }),
  );
}

/**
 * Ignores presses by a pointer below `top` of the screen for 400 ms: something that lay there is gone, and what was
 * aimed at it is not meant for what lay under it.
 */
export function settleBelow(top: number): void {
  const since = performance.now();
  const stop = (event: MouseEvent): void => {
    if (event.clientY >= top) stopUnsettled(event, since);
  };
  addEventListener('click', stop, { capture: true });
  setTimeout(() => removeEventListener('click', stop, { capture: true }), settleMs);
}

function stopUnsettled(event: MouseEvent, changedAt: number): void {
  const byPointer = event.detail > 0;
  if (byPointer && performance.now() - changedAt < settleMs) {
    event.preventDefault();
    event.stopPropagation();
  }
}

/** Listeners for an element that a person may be aiming at. */
type HoldListeners = {
  readonly onPointerEnter: (event: PointerEvent) => void;
  readonly onPointerLeave: (event: PointerEvent) => void;
  readonly onPointerDown: (event: PointerEvent) => void;
  readonly onPointerUp: (event: PointerEvent) => void;
  readonly onPointerCancel: (event: PointerEvent) => void;
};

/** The click of a tap comes a moment after the finger is up. */
const tapMs = 500;

/**
 * Whether a person aims at an element: a mouse rests on it, or a finger is down in it or was a moment ago. What it
 * shows should keep its place so long.
 */
export function useHold(): { readonly held: boolean; readonly listeners: HoldListeners } {
  const [mouse, setMouse] = useState(false);
  const [finger, setFinger] = useState(false);
  const lifting = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(lifting.current), []);
  const lift = ({ pointerType }: PointerEvent): void => {
    if (pointerType !== 'touch') return;
    clearTimeout(lifting.current);
    lifting.current = setTimeout(() => setFinger(false), tapMs);
  };
  return {
    held: mouse || finger,
    listeners: {
      onPointerEnter: ({ pointerType }) => {
        if (pointerType !== 'touch') setMouse(true);
      },
      onPointerLeave: ({ pointerType }) => {
        if (pointerType !== 'touch') setMouse(false);
      },
      onPointerDown: ({ pointerType }) => {
        if (pointerType !== 'touch') return;
        clearTimeout(lifting.current);
        setFinger(true);
      },
      onPointerUp: lift,
      onPointerCancel: lift,
    },
  };
}
