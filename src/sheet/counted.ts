import { useEffect, useRef, useState } from 'preact/hooks';

/** A number on its way to where it stands: what to show now, and by how much it has just changed. */
export type Counted = { readonly shown: number; readonly by: number };

const countingMs = 450;
const feltMs = 1_200;

/**
 * Counts from the former value to a new one within 450 ms; `by` says for 1.2 s how much came or went, and is 0
 * otherwise. Where people want less motion the number is there at once, and `by` says so all the same.
 */
export function useCounted(value: number): Counted {
  const [counted, setCounted] = useState<Counted>({ shown: value, by: 0 });
  const shown = useRef(value);
  useEffect(() => {
    const from = shown.current;
    if (from === value) {
      // Back before it began to count: nothing came or went.
      setCounted((now) => (now.by === 0 ? now : { shown: value, by: 0 }));
      return;
    }
    const by = value - from;
    const show = (next: number): void => {
      shown.current = next;
      setCounted({ shown: next, by });
    };
    const beganAt = performance.now();
    let frame = 0;
    const step = (): void => {
      const part = Math.min(1, (performance.now() - beganAt) / countingMs);
      // Fast at first, as a hit is felt.
      show(part === 1 ? value : Math.round(from + by * (1 - (1 - part) ** 3)));
      if (part < 1) frame = requestAnimationFrame(step);
    };
    if (isStill()) show(value);
    else step();
    const calm = setTimeout(() => setCounted({ shown: value, by: 0 }), feltMs);
    return () => {
      cancelAnimationFrame(frame);
      clearTimeout(calm);
    };
  }, [value]);
  return counted;
}

/** A page in the background draws no frames, and must not show an old number once it is looked at. */
function isStill(): boolean {
  return document.visibilityState === 'hidden' || matchMedia('(prefers-reduced-motion: reduce)').matches;
}
