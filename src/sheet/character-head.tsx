import { conditionOf } from './condition.ts';
import type { Standing } from './history.ts';
import { HitPointMeter } from './hit-point-meter.tsx';
import { total } from './signed-number.ts';
import type { Past } from './use-past.ts';

/** Name, hit points and bar, of now or, clearly said, of the past. */
export function CharacterHead(props: { readonly standing: Standing; readonly past: Past | null }) {
  const { standing, past } = props;
  const shown = past?.state ?? standing;
  const { name, hitPoints, highestHitPoints } = shown;
  return (
    <header class={past?.state === undefined ? 'head' : 'head past'}>
      <h1>{name}</h1>
      <p class="id">{standing.id}</p>
      <p class="hit-points">
        <span class="number">{total(hitPoints)}</span> <span class="unit">hit points</span>
      </p>
      <HitPointMeter label="Hit points" {...{ hitPoints, highestHitPoints }} />
      <p class="condition">
        {conditionOf(hitPoints, highestHitPoints).word}, {total(highestHitPoints)} at best, version{' '}
        {shown.version}
        {past?.state !== undefined && <strong> (the past)</strong>}
      </p>
    </header>
  );
}
