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
  return useCallback((event: MouseEvent): void => {
    const byPointer = event.detail > 0;
    if (byPointer && performance.now() - changedAt.current < settleMs) {
      event.preventDefault();
      event.stopPropagation();
    }
  }, []);
}
