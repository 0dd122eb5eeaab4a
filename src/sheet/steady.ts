import { useCallback, useLayoutEffect, useRef } from 'preact/hooks';

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
 * The same for what lies in an element and moves when something above it grows, shrinks, comes or goes: what is pressed
 * within 400 ms after a child of the element began elsewhere is ignored.
 */
export function useSteadyPlaces<Holder extends HTMLElement>() {
  const holder = useRef<Holder>(null);
  const changedAt = useRef(Number.NEGATIVE_INFINITY);
  useLayoutEffect(() => {
    const element = holder.current;
    if (element === null) return;
    const places = (): string =>
      Array.from(element.children, (child) => (child instanceof HTMLElement ? child.offsetTop : 0)).join();
    let before = places();
    const observer = new ResizeObserver(() => {
      const now = places();
      if (now !== before) changedAt.current = performance.now();
      before = now;
    });
    for (const each of [element, ...element.children]) observer.observe(each);
    return () => observer.disconnect();
  }, []);
  return { holder, steady: useCallback((event: MouseEvent) => stopUnsettled(event, changedAt.current), []) };
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
