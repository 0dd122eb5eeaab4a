import { conditionOf, type HitPoints } from '../hit-points.ts';

/** What comes first in the list. */
export type Order = 'newest' | 'hurt' | 'name';

/** A character under the name that it is shown with. */
export type Shown = HitPoints & { readonly id: string; readonly name: string };

const alphabet = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

/** The characters, which come the newest first, in another order. */
export function arranged<Each extends Shown>(characters: readonly Each[], order: Order): readonly Each[] {
  if (order === 'newest') return characters;
  const byName = characters.slice().sort((one, other) => alphabet.compare(one.name, other.name));
  if (order === 'name') return byName;
  return byName.sort((one, other) => conditionOf(one).percent - conditionOf(other).percent);
}

/** The order that is shown already, as far as it goes; whoever is new comes last, so that nothing moves. */
export function held<Each extends { readonly id: string }>(
  shown: readonly string[],
  wanted: readonly Each[],
): readonly Each[] {
  const places = new Map(shown.map((id, place) => [id, place]));
  const placeOf = ({ id }: Each): number => places.get(id) ?? shown.length;
  return wanted.slice().sort((one, other) => placeOf(one) - placeOf(other));
}

/** Whether a name has every word of a search somewhere, in any case and with any accents. */
export function isFound(name: string, search: string): boolean {
  const plainName = plain(name);
  return plain(search)
    .split(/\s+/)
    .every((word) => plainName.includes(word));
}

function plain(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().trim();
}
