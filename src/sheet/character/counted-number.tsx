import { useEffect, useRef, useState } from 'preact/hooks';
import { useCounted } from '../counted.ts';
import { signed, total } from '../hit-points.ts';
import { Figure } from '../words.tsx';

const deltaMs = 2_500;

/**
 * A total that counts to its new value, with the change beside it for a moment: that is all that readers see who want
 * less motion.
 */
export function CountedNumber({ value }: { readonly value: number }) {
  const { shown } = useCounted(value);
  const [delta, setDelta] = useState(0);
  const before = useRef(value);
  useEffect(() => {
    if (before.current === value) return;
    setDelta(value - before.current);
    before.current = value;
    const forgotten = setTimeout(() => setDelta(0), deltaMs);
    return () => clearTimeout(forgotten);
  }, [value]);
  return (
    <span class="counted">
      <Figure class="number">{total(shown)}</Figure>
      {delta !== 0 && (
        <span key={`${delta} to ${value}`} class={delta < 0 ? 'delta loss' : 'delta gain'} aria-hidden="true">
          <Figure>{signed(delta)}</Figure>
        </span>
      )}
    </span>
  );
}
