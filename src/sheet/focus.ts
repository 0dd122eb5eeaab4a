/**
 * Keeps the focus in the page when the element that has it goes away, or is disabled: it moves to the nearest of the
 * elements around it that is still there and can have it, so that the keyboard and a screen reader go on from there.
 */
export function keepFocus(): void {
  /** The element with the focus, and those around it, from the inside. */
  let around: readonly EventTarget[] = [];
  addEventListener('focusin', (event) => {
    around = event.composedPath();
  });
  addEventListener('focusout', ({ target }) => {
    // Whoever presses beside everything wants no focus; what is gone was not left.
    queueMicrotask(() => {
      if (canHaveFocus(target) && hasNoFocus()) around = [];
    });
  });
  new MutationObserver(() => {
    if (!hasNoFocus() || around.length === 0 || canHaveFocus(around[0])) return;
    for (const element of around.slice(1)) {
      if (!(element instanceof HTMLElement) || !element.isConnected || !element.hasAttribute('tabindex'))
        continue;
      element.focus({ preventScroll: true });
      return;
    }
  }).observe(document.body, { childList: true, subtree: true, attributeFilter: ['disabled'] });
}

function hasNoFocus(): boolean {
  return document.activeElement === null || document.activeElement === document.body;
}

function canHaveFocus(target: EventTarget | null | undefined): boolean {
  return target instanceof HTMLElement && target.isConnected && !target.matches(':disabled');
}
