import type { StandingFragment as Standing } from '../generated/operations.ts';
import { conditionOf, type HitPoints } from '../hit-points.ts';

/** The characters that are loaded, also those that are put away. */
export type PartyList = {
  /** Of those that are here, and of those that are put away, the newest come first. */
  readonly characters: readonly Standing[];
  /** Where the list of those that are here goes on. */
  readonly here: Continuation;
  /** Where the list of those that are put away goes on; undefined while it is not loaded. */
  readonly away: Continuation | undefined;
};

/** Where a list goes on. */
export type Continuation = { readonly hasMore: boolean; readonly endCursor: string | null };

/** A page of a list, as the server answers it. */
export type PartyPage = {
  readonly nodes: readonly Standing[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
};

/** The characters that are here. */
export function present(list: PartyList): readonly Standing[] {
  return list.characters.filter(({ archived }) => !archived);
}

/** The characters that are put away, as far as they are loaded. */
export function putAway(list: PartyList): readonly Standing[] {
  return list.characters.filter(({ archived }) => archived);
}

/** The list with a character as it is now: in its place, or in front if it is new. Older news change nothing. */
export function joined(list: PartyList, standing: Standing): PartyList {
  const known = list.characters.find(({ id }) => id === standing.id);
  if (known === undefined) return { ...list, characters: [standing, ...list.characters] };
  if (known.version >= standing.version) return list;
  return { ...list, characters: list.characters.map((other) => (other === known ? standing : other)) };
}

/** The list with the next page of those that are here, or of those that are put away. */
export function extended(list: PartyList, page: PartyPage, which: 'here' | 'away'): PartyList {
  const known = new Set(list.characters.map(({ id }) => id));
  const updated = page.nodes.filter(({ id }) => known.has(id)).reduce(joined, list);
  return {
    ...updated,
    characters: [...updated.characters, ...page.nodes.filter(({ id }) => !known.has(id))],
    [which]: continuationOf(page),
  };
}

/**
 * The list after the first page of those that are here was loaded again; `asked` is the list from when it was asked
 * for. Later pages stay if the first one still joins on to them. Who was there and is missing in the page has been put
 * away meanwhile. No character goes back to an older version.
 */
export function reloaded(
  list: PartyList | undefined,
  page: PartyPage,
  asked: PartyList | undefined,
): PartyList {
  if (list === undefined) {
    return { characters: page.nodes, here: continuationOf(page), away: undefined };
  }
  const known = new Map(list.characters.map((standing) => [standing.id, standing]));
  const fresh = page.nodes.map((node) => newer(known.get(node.id), node));
  const { hasNextPage } = page.pageInfo;
  const joinsOn = !hasNextPage || present(list).length === 0 || fresh.some(({ id }) => known.has(id));
  const missing = joinsOn ? missingIn(page, asked) : new Set(present(list).map(({ id }) => id));
  const freshIds = new Set(fresh.map(({ id }) => id));
  const others = list.characters.filter((standing) => {
    const isGone = missing.has(standing.id) && !standing.archived;
    return !freshIds.has(standing.id) && !isGone;
  });
  const askedIds = new Set(asked?.characters.map(({ id }) => id));
  // Who is new stands in front; a page that came since the question stands behind.
  const places = new Map(list.characters.map(({ id }, place) => [id, place]));
  const first = fresh.reduce((least, { id }) => Math.min(least, places.get(id) ?? least), places.size);
  const isNew = ({ id }: Standing): boolean => !askedIds.has(id) && (places.get(id) ?? 0) < first;
  const arrived = others.filter(isNew);
  const later = others.filter((standing) => !isNew(standing));
  const hasLater = hasNextPage && later.some(({ archived }) => !archived);
  return {
    ...list,
    characters: [...arrived, ...fresh, ...later],
    here: hasLater ? list.here : continuationOf(page),
  };
}

/** Who stood no lower in the list than the end of its first page, and is not in that page. */
function missingIn({ nodes, pageInfo }: PartyPage, asked: PartyList | undefined): ReadonlySet<string> {
  const before = asked === undefined ? [] : present(asked).map(({ id }) => id);
  const inPage = new Set(nodes.map(({ id }) => id));
  const last = before.reduce((end, id, index) => (inPage.has(id) ? index : end), 0);
  const above = pageInfo.hasNextPage ? before.slice(0, last) : before;
  return new Set(above.filter((id) => !inPage.has(id)));
}

function newer(known: Standing | undefined, node: Standing): Standing {
  return known !== undefined && known.version > node.version ? known : node;
}

function continuationOf({ pageInfo }: PartyPage): Continuation {
  return { hasMore: pageInfo.hasNextPage, endCursor: pageInfo.endCursor };
}

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
