import { total } from '../hit-points.ts';

/** A total in words: `1 hit point`, `−3 hit points`. */
export function hitPointWords(hitPoints: number): string {
  return `${total(hitPoints)} ${Math.abs(hitPoints) === 1 ? 'hit point' : 'hit points'}`;
}
