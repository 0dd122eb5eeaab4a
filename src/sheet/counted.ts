import { useEffect, useRef, useState } from 'preact/hooks';

/** A number on its way to where it stands: what to show now, and which way it goes. */
export type Counted = { readonly shown: number; readonly course: 'down' | 'up' | 'still' };

const countingMs = 450;
const feltMs = 900;

/**
 * Counts from the former value to a new one within 450 ms; `course` says for 900 ms which way it went. Where people
 * want less motion it is there at once, and `course` says so all the same.
 */
export function useCounted(value: number): Counted {
  const [counted, setCounted] = useState<Counted>({ shown: value, course: 'still' });
  const shown = useRef(value);
  useEffect(() => {
    const from = shown.current;
    if (from === value) return;
    const course = value < from ? 'down' : 'up';
    const show = (next: number): void => {
      shown.current = next;
      setCounted({ shown: next, course });
    };
    const beganAt = performance.now();
    let frame = 0;
    const step = (): void => {
      const part = Math.min(1, (performance.now() - beganAt) / countingMs);
      // Fast at first, as a hit is felt.
      show(part === 1 ? value : Math.round(from + (value - from) * (1 - (1 - part) ** 3)));
      if (part < 1) frame = requestAnimationFrame(step);
    };
    if (isStill()) show(value);
    else step();
    const calm = setTimeout(() => setCounted({ shown: value, course: 'still' }), feltMs);
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
