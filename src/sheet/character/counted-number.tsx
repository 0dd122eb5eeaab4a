import { useCounted } from '../counted.ts';
import { signed, total } from '../hit-points.ts';
import { Figure } from '../words.tsx';

/**
 * Hit points that count to where they stand, with what came or went beside them for a moment. Damage that only the
 * temporary ones take is felt all the same.
 */
export function CountedNumber(props: { readonly hitPoints: number; readonly temporaryHitPoints: number }) {
  const { hitPoints, temporaryHitPoints } = props;
  const { shown } = useCounted(hitPoints);
  const { by } = useCounted(hitPoints + temporaryHitPoints);
  const isLong = total(hitPoints).length > 4;
  return (
    <span class="counted">
      <Figure class={isLong ? 'number long' : 'number'}>{total(shown)}</Figure>
      {by !== 0 && (
        <span key={by} class={by < 0 ? 'delta loss' : 'delta gain'} aria-hidden="true" translate={false}>
          {signed(by)}
        </span>
      )}
    </span>
  );
}
