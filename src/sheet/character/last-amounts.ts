import type { Signal } from '@preact/signals';
import type { Drafts } from '../drafts.ts';
import { readAmount } from '../hit-points.ts';

/** The amounts to begin with, before any was used. */
const first: readonly string[] = ['1', '5', '10'];
const mostAmounts = 4;

/** The amounts that were used last in this tab, for any character, the newest first. */
export function lastAmounts(drafts: Drafts): Signal<readonly string[]> {
  return drafts.draft('last amounts', first, (kept) =>
    Array.isArray(kept) && kept.every((each) => typeof each === 'string')
      ? kept.slice(0, mostAmounts)
      : undefined,
  );
}

/** The amounts with the one that was typed in front. A total, or 0, is none to repeat. */
export function withAmount(amounts: readonly string[], typed: string): readonly string[] {
  const amount = readAmount(typed);
  if (amount.type !== 'amount' || amount.size === 0) return amounts;
  const size = String(amount.size);
  return [size, ...amounts.filter((each) => each !== size)].slice(0, mostAmounts);
}
